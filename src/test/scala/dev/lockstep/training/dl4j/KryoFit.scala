package dev.lockstep.training.dl4j

import org.scalatest.DoNotDiscover
import org.scalatest.funsuite.AnyFunSuite

/** Two epochs of a small network on two workers: prints the SHA-256 of where they end. */
@DoNotDiscover
final class KryoFit extends AnyFunSuite with TrainingMasterFixture {
  def sha256(): String = {
    val master = this.master(2).build()
    val network = wrapped(stackOf(lstm(adam)), master)
    val data = single(lstm(adam).examples(41))
    (1 to 2).foreach(_ => network.fit(data))
    master.close()
    dev.lockstep.network.TrainableNetwork.of(network.getNetwork).state.parametersSha256
  }
}

object KryoFit {
  def main(arguments: Array[String]): Unit =
    try println(new KryoFit().sha256())
    finally sys.exit() // Spark leaves a thread behind that is no daemon
}
