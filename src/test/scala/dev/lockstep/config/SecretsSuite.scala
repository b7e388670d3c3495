package dev.lockstep.config

import java.nio.file.{Files, Path}
import java.util.Properties

import org.apache.logging.log4j.Level
import org.apache.logging.log4j.core.impl.Log4jLogEvent
import org.apache.logging.log4j.core.layout.PatternLayout
import org.apache.logging.log4j.message.SimpleMessage
import org.scalatest.funsuite.AnyFunSuite

class SecretsSuite extends AnyFunSuite {
  test("secrets are masked in any text") {
    val masked = Seq(
      "Missing source: s3a://key:hunter2@bucket/x (no such folder)" ->
        "Missing source: s3a://***@bucket/x (no such folder)",
      "jdbc:postgresql://u:hunter2@db:5432/x" -> "jdbc:postgresql://***@db:5432/x",
      "jdbc:postgresql://u:hunt@er2@db:5432/x" -> "jdbc:postgresql://***@db:5432/x",
      "spark.hadoop.fs.s3a.secret.key=hunter2 and more" ->
        "spark.hadoop.fs.s3a.secret.key=*** and more",
      "fs.azure.account.key.me.dfs.core.windows.net = hunter2" ->
        "fs.azure.account.key.me.dfs.core.windows.net = ***",
      "{\"password\": \"hunter2 with, blanks\", \"x\": 1}" -> "{\"password\": ***, \"x\": 1}",
      "https://host/data?token=hunter2&part=1" -> "https://host/data?token=***&part=1",
      "Unknown argument: '--access-key=hunter2'" -> "Unknown argument: '--access-key=***",
      "s3a://KEY:ab/cd@bucket/x" -> "s3a://***@bucket/x",
      "https://a.blob.net/c?se=2026&sig=hunter%2F2&sp=r" ->
        "https://a.blob.net/c?se=2026&sig=***&sp=r",
      "jdbc:sqlserver://db;user=u;pwd=hunter2;x=1" -> "jdbc:sqlserver://db;user=u;pwd=***;x=1",
      "Authorization: Bearer hunter2.a-b" -> "Authorization: ***",
      "{\"Authorization\": \"Basic aHVudGVyMg==\", \"x\": 1}" ->
        "{\"Authorization\": \"***\", \"x\": 1}",
      "train --password hunter2 --epochs 3" -> "train --password *** --epochs 3",
      "train --db.secret 'hunter 2' --token" -> "train --db.secret *** --token"
    )
    for ((text, expected) <- masked) assert(Secrets.masked(text) == expected)
  }

  test("other text is left as it is") {
    for (
      text <- Seq(
        "Invalid train.epochs: 0 (must be at least 1)",
        "hdfs://namenode:8020/lockstep",
        "file:/tmp/store/tokens/part-0",
        "data.key = [id]",
        "the secret of good networks",
        "hdfs://namenode:8020/home/me@work/x",
        "Invalid signal: sigma = 3 (assignment: see design)"
      )
    ) assert(Secrets.masked(text) == text)
  }

  test("settings whose names look like secrets are masked, with any separator") {
    for (
      key <- Seq(
        "password",
        "db-passwd",
        "SECRET",
        "access_key",
        "accessKey",
        "apiKey",
        "auth-token",
        "aws.credentials",
        "private-key",
        "pwd",
        "db.pwd",
        "sig"
      )
    ) assert(Secrets.isSecret(key), key)
    for (key <- Seq("key", "keep-checkpoints", "hash-buckets", "batch-size", "sigma", "design")) {
      assert(!Secrets.isSecret(key), key)
    }
  }

  test("what libraries log has no secrets either") {
    val settings = new Properties
    val file = Files.newBufferedReader(Path.of("conf/log4j2.properties"))
    try settings.load(file)
    finally file.close()
    val layout = PatternLayout
      .newBuilder()
      .withPattern(settings.getProperty("appender.stderr.layout.pattern"))
      .withAlwaysWriteExceptions(false)
      .build()
    def logged(text: String, thrown: Throwable = null): String = layout.toSerializable(
      Log4jLogEvent
        .newBuilder()
        .setLoggerName("a.B")
        .setLevel(Level.WARN)
        .setMessage(new SimpleMessage(text))
        .setThrown(thrown)
        .build()
    )
    def line(text: String): String = logged(text).drop("00:00:00 ".length)
    assert(line("plain: 1\n  at x.Y(Z)") == "WARN B: plain: 1\n")
    assert(line("fs.s3a.secret.key=hunter2 set") == "WARN B: fs.s3a.secret.key=*** set\n")
    assert(line("read s3a://KEY:ab/cd@b/x") == "WARN B: read s3a://***@b/x\n")
    assert(line("Authorization: Bearer hunter2") == "WARN B: Authorization: Bearer ***\n")
    assert(line("read hdfs://namenode:8020/a@b") == "WARN B: read hdfs://namenode:8020/a@b\n")
    val thrown = logged("failed", new IllegalStateException("password: hunter2"))
    assert(thrown.contains("IllegalStateException: password: ***"), thrown)
  }
}
