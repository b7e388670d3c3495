package dev.lockstep.job

import dev.lockstep.config.ConfigLoader
import java.nio.file.{Files, Path, Paths}
import org.scalatest.funsuite.AnyFunSuite

/** What README shows is what the jobs take and print. */
class ReadmeSuite extends AnyFunSuite {
  private val readme = new String(Files.readAllBytes(Paths.get("README.md")), "UTF-8")

  /** The text of the first block in a language that has `start` in it. */
  private def block(language: String, start: String): String =
    readme
      .split("```" + language + "\n")
      .drop(1)
      .map(_.split("\n```")(0))
      .find(_.contains(start))
      .getOrElse(fail(s"no block with $start"))

  test("the settings of your own data are complete and right") {
    val file: Path = Files.createTempFile("lockstep-readme-", ".conf")
    try {
      Files.write(file, block("hocon", "model = churn").getBytes("UTF-8"))
      val config = ConfigLoader.load(file)
      assert(config.model == "churn" && config.train.epochs == 20)
    } finally Files.delete(file)
  }

  test("the plan is what jobs/plan prints") {
    val shown = block("text", "$ jobs/plan").split("\n", 2)
    val arguments = shown(0).stripPrefix("$ jobs/plan ").split(" ")
    val ended = Streams.run(new PlanJob(), arguments: _*)
    assert(ended.code == 0 && ended.out.trim == shown(1).trim)
  }

  test("every job that it names is there") {
    val named = "jobs/([a-z-]+)".r.findAllMatchIn(readme).map(_.group(1)).toSet
    assert(named.nonEmpty && named.forall(name => Files.isExecutable(Paths.get("jobs", name))))
  }
}
