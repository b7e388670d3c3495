package dev.lockstep.config

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

/** The least settings that load, as a file of their own. */
object TinyConfig {
  val text: String =
    """model = tiny
      |data {
      |  source = "data/tiny"
      |  key = [id]
      |  label = y
      |  task = binary
      |  features { numeric = [a, b] }
      |}
      |network.layers = [ { type = dense, units = 4 } ]
      |""".stripMargin

  def file(text: String): Path = {
    val file = Files.createTempFile("lockstep", ".conf")
    file.toFile.deleteOnExit()
    Files.write(file, text.getBytes(UTF_8))
  }

  /** Loads the tiny settings with more HOCON after them. */
  def load(more: String = "", sets: Seq[String] = Nil): LockstepConfig =
    ConfigLoader.load(file(text + more), sets: _*)

  /** The lines of the refusal. */
  def problems(more: String = "", sets: Seq[String] = Nil): Seq[String] =
    try {
      load(more, sets)
      Nil
    } catch {
      case refused: InvalidConfigException => refused.getMessage.split("\n").toSeq
    }
}
