package dev.lockstep.training.dl4j

import dev.lockstep.job.JobProcess
import java.nio.file.Files
import org.apache.commons.io.FileUtils
import org.scalatest.funsuite.AnyFunSuite

class KryoSuite extends AnyFunSuite {
  test("Kryo with nd4j's registrator gives the same bits as Java's serializer") {
    val folder = Files.createTempDirectory("lockstep-kryo-")
    try {
      val settings = Map(
        "spark.serializer" -> "org.apache.spark.serializer.KryoSerializer",
        "spark.kryo.registrator" -> "org.nd4j.kryo.Nd4jRegistrator"
      )
      val ended = new JobProcess(folder, classOf[KryoFit], settings).ended()
      assert(ended.code == 0, ended.err)
      assert(ended.outLines.last == new KryoFit().sha256())
    } finally FileUtils.deleteDirectory(folder.toFile)
  }
}
