package dev.lockstep.job

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.Base64

import dev.lockstep.config.InvalidConfigException
import org.apache.spark.SparkConf
import org.scalatest.funsuite.AnyFunSuite

class SettingsFileSuite extends AnyFunSuite {
  private val file = {
    val file = Files.createTempDirectory("settings").resolve("a.conf")
    Files.writeString(file, "model = here")
  }

  /** As Spark gives a driver on the cluster its settings. */
  private def sent(text: String)(given: String): Path = {
    sys.props(SettingsFile.CONTENT) = Base64.getEncoder.encodeToString(text.getBytes(UTF_8))
    try SettingsFile.local(given)
    finally sys.props.remove(SettingsFile.CONTENT)
  }

  test("Spark shows nobody what came along") {
    val shown = new SparkConf(false).set(SettingsFile.CONTENT, "bW9kZWwgPSBhCg==").toDebugString
    assert(shown.contains(SettingsFile.CONTENT) && !shown.contains("bW9kZWwgPSBhCg"))
  }

  test("a path is itself") {
    assert(SettingsFile.local(file.toString) == file)
    assert(SettingsFile.local("conf/a.conf") == Path.of("conf/a.conf"))
  }

  test("a Hadoop URI is read into a file of its name") {
    val copy = SettingsFile.local(file.toUri.toString)
    assert(copy != file && copy.getFileName == file.getFileName)
    assert(Files.readString(copy) == "model = here")
  }

  test("a driver on the cluster has the content that came along, not a file of its machine") {
    val copy = sent("model = there")(file.toString)
    assert(copy.getFileName == file.getFileName && Files.readString(copy) == "model = there")
  }

  test("what cannot be read is said in one line") {
    val missing = intercept[InvalidConfigException](SettingsFile.local(s"file:$file.not"))
    assert(
      missing.getMessage ==
        s"Cannot read file:$file.not: no such file (--conf names a HOCON file)"
    )
    val include = intercept[InvalidConfigException](sent("a = 1\ninclude \"b.conf\"")("c.conf"))
    assert(
      include.getMessage ==
        "Unsupported include in c.conf: only a local file of a local driver can have one"
    )
  }
}
