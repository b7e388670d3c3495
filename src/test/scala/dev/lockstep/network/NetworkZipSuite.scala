package dev.lockstep.network

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, DataOutputStream}
import java.util.zip.ZipInputStream

import dev.lockstep.config.Task
import dev.lockstep.config.UpdaterConfig
import dev.lockstep.training.EngineFixture
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite

/** The zip as it is written without DL4J, against DL4J's own. */
class NetworkZipSuite extends AnyFunSuite with EngineFixture {
  private val random = new scala.util.Random(3)

  private def entries(zip: Array[Byte]): Map[String, Seq[Byte]] = {
    val in = new ZipInputStream(new ByteArrayInputStream(zip))
    Iterator
      .continually(in.getNextEntry)
      .takeWhile(_ != null)
      .map(entry => entry.getName -> in.readAllBytes.toSeq)
      .toMap
  }

  private def state(blueprint: Blueprint): NetworkState = {
    val start = initial(blueprint)
    def anything(values: Array[Float]) = values.map(_ => random.nextGaussian.toFloat)
    new NetworkState(anything(start.parameters), anything(start.updaterState), 123, 7)
  }

  for (kind <- Seq(UpdaterConfig.Type.SGD, UpdaterConfig.Type.ADAM))
    test(s"the entries are DL4J's to the byte, and plain DL4J opens them, with $kind") {
      // 70,000 parameters: several chunks, the last one short.
      val shape = new NetworkShape(Task.REGRESSION, 2000, 1)
      val blueprint = Blueprint.ofLayers(layers(0, 0.1, dense(35)), settings(updater(kind)), shape)
      val wanted = state(blueprint)
      val (ours, theirs) = (new ByteArrayOutputStream, new ByteArrayOutputStream)
      new NetworkFile(blueprint, wanted).write(ours)
      ModelSerializer.writeModel(blueprint.build(wanted).model, theirs, true)

      val (own, dl4j) = (entries(ours.toByteArray), entries(theirs.toByteArray))
      val arrays = Set("coefficients.bin", "updaterState.bin")
      assert(own.keySet == dl4j.keySet)
      arrays.intersect(own.keySet).foreach(name => assert(own(name) == dl4j(name), name))

      val opened =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(ours.toByteArray), true)
      assert(opened.params.toFloatVector.toSeq == wanted.parameters.toSeq)
      assert(opened.getLayerWiseConfigurations.getIterationCount == 123)
      assert(opened.getLayerWiseConfigurations.getEpochCount == 7)
      assert(
        opened.getLayerWiseConfigurations.toJson ==
          blueprint.build(wanted).configuration
      )
    }

  for (length <- Seq(1, 16383, 16384, 16385))
    test(s"a vector of $length floats has Nd4j's bytes") {
      val values = Array.fill(length)(random.nextGaussian.toFloat)
      val (ours, theirs) = (new ByteArrayOutputStream, new ByteArrayOutputStream)
      val array = new FlatArray(values)
      array.write(ours)
      Nd4j.write(Nd4j.createFromArray(values: _*).reshape(1, -1), new DataOutputStream(theirs))
      assert(ours.toByteArray.toSeq == theirs.toByteArray.toSeq)
      assert(array.sizeBytes == ours.size)
    }
}
