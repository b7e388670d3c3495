package dev.lockstep.training

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.MINUTES

import scala.jdk.CollectionConverters._

import dev.lockstep.plan.{BatchPlan, ExecutorMemory, MemoryEstimate, NetworkSize}
import org.apache.spark.launcher.JavaModuleOptions
import org.scalatest.funsuite.AnyFunSuite

/** Resident memory of a process that trains; its heap is resident from the start, so all that grows
  * is native.
  */
class MemorySuite extends AnyFunSuite {
  private val megabyte = 1L << 20

  private def probe(heap: Long, arguments: String*): Seq[MemoryProbe.Seen] = {
    val out = Files.createTempFile("lockstep-memory", ".out")
    val err = Files.createTempFile("lockstep-memory", ".err")
    val size = s"${heap / megabyte}m"
    val command =
      Seq(Path.of(sys.props("java.home"), "bin", "java").toString) ++
        Seq(s"-Xms$size", s"-Xmx$size", "-XX:+AlwaysPreTouch") ++
        JavaModuleOptions.defaultModuleOptions().split(" ") ++
        Seq("-Dlog4j2.configurationFile=conf/log4j2.properties") ++
        Seq("-cp", sys.props("java.class.path"), "dev.lockstep.training.MemoryProbe") ++ arguments
    val builder = new ProcessBuilder(command.asJava)
    builder.environment.put("OMP_NUM_THREADS", "1")
    builder.environment.put("OPENBLAS_NUM_THREADS", "1")
    val process = builder.redirectOutput(out.toFile).redirectError(err.toFile).start()
    try {
      assert(process.waitFor(4, MINUTES), "the probe did not end")
      assert(process.exitValue == 0, Files.readString(err))
      Files.readAllLines(out).asScala.toSeq.flatMap(line => MemoryProbe.parsed(line))
    } finally {
      process.destroyForcibly()
      Files.delete(out)
      Files.delete(err)
    }
  }

  test("from epoch 20 to epoch 200 memory off the heap stays as it is") {
    // 334,346 parameters: a vector of 1.3 MB that an epoch left behind would be 240 MB.
    val seen = probe(512 * megabyte, "128", "512,512", "1024", "256", "4", "2", "20,200")
    val Seq(early, late) = seen
    assert(early.epoch == 20 && late.epoch == 200)
    // Java goes on compiling, and the allocator settles: 25 to 57 MB were seen, and none of it after 800 epochs.
    assert(late.anonymous - early.anonymous < 64 * megabyte, seen)
    assert(late.native < 16 * megabyte, seen)
  }

  for ((shards, workers) <- Seq(8 -> 1, 4 -> 2)) {
    test(s"the plan's bytes are those of the process, $shards shards on $workers workers") {
      val heap = 1024 * megabyte
      val (rows, batch) = (4096, 512)
      val seen =
        probe(heap, "784", "2048,1024", s"$rows", s"$batch", s"$shards", s"$workers", "0,1,3")
      val size = NetworkSize.ofInput(784).dense(2048).dense(1024).dense(10)
      val each = MemoryEstimate.of(
        new MemoryEstimate.Input(
          new BatchPlan(rows.toLong, batch, 3),
          shards,
          workers,
          784,
          size,
          2 * size.parameters
        )
      )
      val before = seen.find(_.epoch == 0).get.anonymous
      val peak = seen.filter(_.epoch > 0).map(_.peak).max
      // The arrays of one round, and what the process itself grows by: 1.6 and 1.9 were seen.
      val arrays = (peak - before).toDouble / (workers * each.offHeap)
      assert(arrays > 0.8 && arrays < 2.6, (seen, each))
      // All that is not heap, within a factor of 2 below what the plan asks for.
      val asked = ExecutorMemory.of(each, workers).overhead
      val taken = peak - heap
      assert(taken < 1.1 * asked && taken > asked / 2, (taken / megabyte, asked / megabyte, seen))
    }
  }
}
