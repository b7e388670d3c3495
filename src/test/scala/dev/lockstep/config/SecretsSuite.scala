package dev.lockstep.config

import org.scalatest.funsuite.AnyFunSuite

class SecretsSuite extends AnyFunSuite {
  test("secrets are masked in any text") {
    val masked = Seq(
      "Missing source: s3a://key:hunter2@bucket/x (no such folder)" ->
        "Missing source: s3a://***@bucket/x (no such folder)",
      "jdbc:postgresql://u:hunter2@db:5432/x" -> "jdbc:postgresql://***@db:5432/x",
      "spark.hadoop.fs.s3a.secret.key=hunter2 and more" ->
        "spark.hadoop.fs.s3a.secret.key=*** and more",
      "fs.azure.account.key.me.dfs.core.windows.net = hunter2" ->
        "fs.azure.account.key.me.dfs.core.windows.net = ***",
      "{\"password\": \"hunter2 with, blanks\", \"x\": 1}" -> "{\"password\": ***, \"x\": 1}",
      "https://host/data?token=hunter2&part=1" -> "https://host/data?token=***&part=1",
      "Unknown argument: '--access-key=hunter2'" -> "Unknown argument: '--access-key=***"
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
        "the secret of good networks"
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
        "private-key"
      )
    ) assert(Secrets.isSecret(key), key)
    for (key <- Seq("key", "keep-checkpoints", "hash-buckets", "batch-size")) {
      assert(!Secrets.isSecret(key), key)
    }
  }
}
