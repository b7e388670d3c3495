package dev.lockstep.storage

import java.io.{FileNotFoundException, IOException, UncheckedIOException}

import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException
import org.apache.hadoop.security.AccessControlException
import org.scalatest.funsuite.AnyFunSuite

class CausesSuite extends AnyFunSuite {
  test("what a disk or its owner refuses is found below what others say of it") {
    for (
      (cause, words) <- Seq(
        new DSQuotaExceededException("The DiskSpace quota …") -> "full: its quota is used up",
        new AccessControlException("Permission denied: user=guest") -> "permission denied",
        new FileNotFoundException("/x (Permission denied)") -> "permission denied",
        new IOException("No space left on device") ->
          "no space left on device: free some and run again"
      )
    ) {
      assert(Causes.inWords(cause) == words)
      val wrapped =
        new RuntimeException("Failed to write list", new UncheckedIOException(cause))
      assert(Causes.refusal(wrapped).get == words)
      assert(!Causes.isMissing(cause))
    }
    assert(!Causes.refusal(new RuntimeException("no", new IOException("reset"))).isPresent)
  }
}
