package dev.lockstep.training.round

import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.allreduce.Terms
import dev.lockstep.training.allreduce.Terms.Privacy
import java.time.Duration
import org.apache.spark.SparkConf
import org.scalatest.funsuite.AnyFunSuite

class SparkRoundSuite extends AnyFunSuite {
  private val round = new Round(0, 0, 1, new SampleOrder(100, 10, 2, 7))

  private def terms(settings: (String, String)*): Terms = {
    val conf = new SparkConf(false)
    settings.foreach { case (key, value) => conf.set(key, value) }
    new SparkRound(conf, "application").terms(round, 2, Duration.ofSeconds(1))
  }

  test("links are encrypted where Spark's RPC is, by whichever of its settings") {
    assert(terms().privacy == Privacy.PLAIN)
    assert(terms("spark.io.encryption.enabled" -> "true").privacy == Privacy.PLAIN) // disks alone
    val secret = "spark.authenticate" -> "true"
    assert(terms(secret).privacy == Privacy.PLAIN)
    for (key <- Seq("spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption")) {
      assert(terms(secret, key -> "true").privacy == Privacy.ENCRYPTED, key)
      assert(terms(secret, key -> "false").privacy == Privacy.PLAIN, key)
      assert(terms(key -> "true").privacy == Privacy.PLAIN, key) // nothing to encrypt with
    }
  }

  test("links are plain where a key would travel in clear: Spark 3.5 has no TLS for its RPC") {
    for (key <- Seq("spark.ssl.enabled", "spark.ssl.rpc.enabled")) {
      assert(terms(key -> "true").privacy == Privacy.PLAIN, key)
      assert(terms("spark.authenticate" -> "true", key -> "true").privacy == Privacy.PLAIN, key)
    }
  }

  test("each attempt has a name and a key of its own") {
    val (first, second) = (terms(), terms())
    assert(first.round != second.round && first.key != second.key)
  }
}
