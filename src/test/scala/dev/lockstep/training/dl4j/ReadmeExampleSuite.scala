package dev.lockstep.training.dl4j

import java.nio.file.{Files, Path}
import javax.tools.ToolProvider
import org.apache.commons.io.FileUtils
import org.apache.spark.api.java.{JavaRDD, JavaSparkContext}
import org.deeplearning4j.nn.conf.MultiLayerConfiguration
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.dataset.DataSet
import org.scalatest.funsuite.AnyFunSuite

/** The README's lines for DL4J users, compiled and run as they are. */
class ReadmeExampleSuite extends AnyFunSuite with TrainingMasterFixture {
  private val lines = "(?s)```java\\n(.*?)```".r
    .findFirstMatchIn(Files.readString(Path.of("README.md")))
    .get
    .group(1)

  test("the lines train a network of a user's own configuration") {
    val folder = Files.createTempDirectory("lockstep-readme-")
    try {
      val file = folder.resolve("network.zip")
      val source = folder.resolve("Example.java")
      Files.writeString(
        source,
        s"""import dev.lockstep.training.dl4j.SynchronousTrainingMaster;
           |import org.apache.spark.api.java.*;
           |import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
           |import org.deeplearning4j.spark.api.TrainingMaster;
           |import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
           |import org.deeplearning4j.util.ModelSerializer;
           |import org.nd4j.linalg.dataset.DataSet;
           |public final class Example {
           |  public static void train(
           |      JavaSparkContext spark,
           |      MultiLayerConfiguration configuration,
           |      JavaRDD<DataSet> trainingData) throws Exception {
           |${lines.replace("network.zip", file.toString)}
           |  }
           |}
           |""".stripMargin
      )
      val compiled = ToolProvider.getSystemJavaCompiler.run(
        null,
        null,
        null,
        "-cp",
        sys.props("java.class.path"),
        source.toString
      )
      assert(compiled == 0)
      val loader =
        new java.net.URLClassLoader(Array(folder.toUri.toURL), getClass.getClassLoader)
      val data = single(dense.examples(41))
      loader
        .loadClass("Example")
        .getMethod(
          "train",
          classOf[JavaSparkContext],
          classOf[MultiLayerConfiguration],
          classOf[JavaRDD[DataSet]]
        )
        .invoke(null, context, stackOf(dense).getLayerWiseConfigurations, data)
      val network = ModelSerializer.restoreMultiLayerNetwork(file.toFile, true)
      assert(network.getEpochCount == 10 && network.getIterationCount == 10)
    } finally FileUtils.deleteDirectory(folder.toFile)
  }
}
