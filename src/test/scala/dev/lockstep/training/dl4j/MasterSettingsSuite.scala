package dev.lockstep.training.dl4j

import dev.lockstep.config.ConfigLoader
import java.time.Duration
import org.apache.spark.storage.StorageLevel
import org.scalatest.funsuite.AnyFunSuite

class MasterSettingsSuite extends AnyFunSuite {
  private def builder = new SynchronousTrainingMaster.Builder().batchSize(64)

  private val masters = Seq(
    builder.build(),
    builder
      .shards(4)
      .workers(2)
      .seed(Long.MinValue)
      .maxAttempts(1)
      .timeout(Duration.ofSeconds(90))
      .iterationsPerRound(100)
      .storageLevel(StorageLevel.MEMORY_ONLY_SER)
      .build()
  )

  test("a master comes back from its JSON and its YAML") {
    for (master <- masters) {
      assert(SynchronousTrainingMaster.fromJson(master.toJson) == master)
      assert(SynchronousTrainingMaster.fromYaml(master.toYaml) == master)
    }
    assert(masters(0) != masters(1))
    assert(masters(1).toJson.contains("\"storageLevel\" : \"MEMORY_ONLY_SER\""))
  }

  test("what is not set is as the reference configuration says") {
    val train = ConfigLoader.defaultTrain()
    assert(
      builder
        .shards(train.shards)
        .seed(train.seed)
        .maxAttempts(train.maxAttempts)
        .timeout(train.timeout)
        .build() == masters(0)
    )
  }

  private def refusal(build: => Any): String = intercept[IllegalArgumentException](build).getMessage

  test("settings that cannot be are refused in one line") {
    assert(
      refusal(new SynchronousTrainingMaster.Builder().build()) ==
        "Invalid batchSize: 0 (must be at least 1)"
    )
    assert(refusal(builder.shards(0).build()) == "Invalid shards: 0 (must be at least 1)")
    assert(
      refusal(builder.shards(2).workers(3).build()) ==
        "Invalid workers: 3 (must be at most shards, 2)"
    )
    assert(refusal(builder.workers(0).build()) == "Invalid workers: 0 (must be at least 1)")
    assert(refusal(builder.maxAttempts(0).build()) == "Invalid maxAttempts: 0 (must be at least 1)")
    assert(
      refusal(builder.iterationsPerRound(0).build()) ==
        "Invalid iterationsPerRound: 0 (must be at least 1)"
    )
    assert(
      refusal(builder.timeout(Duration.ofMillis(5)).build()) ==
        "Invalid timeout: 5 ms (must be at least 1 second)"
    )
    val none = refusal(builder.storageLevel(StorageLevel.NONE).build())
    assert(none.startsWith("Invalid storageLevel: ") && none.linesIterator.size == 1)
  }

  test("text that is no master's is refused in one line") {
    val broken = masters(0).toJson.replace("64", "-1")
    assert(
      refusal(SynchronousTrainingMaster.fromJson(broken)) ==
        "Invalid batchSize: -1 (must be at least 1)"
    )
    for (text <- Seq("{", "[]", masters(0).toJson.replace("batchSize", "batch"), "batch size")) {
      val message = refusal(SynchronousTrainingMaster.fromJson(text))
      assert(message.startsWith("Invalid "), message)
      assert(message.linesIterator.size == 1, message)
    }
  }
}
