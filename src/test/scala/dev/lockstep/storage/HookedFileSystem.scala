package dev.lockstep.storage

import org.apache.hadoop.fs.permission.FsPermission
import org.apache.hadoop.fs.{FSDataOutputStream, LocalFileSystem, Path, RawLocalFileSystem}
import org.apache.hadoop.util.Progressable

/** The machine's disk, where something happens before a file is created. */
class HookedFileSystem(beforeCreate: Path => Unit)
    extends LocalFileSystem(new RawLocalFileSystem {
      override def create(
          path: Path,
          overwrite: Boolean,
          bufferSize: Int,
          replication: Short,
          blockSize: Long,
          progress: Progressable
      ): FSDataOutputStream = {
        beforeCreate(path)
        super.create(path, overwrite, bufferSize, replication, blockSize, progress)
      }

      // What comes through the checksums, as Spark's writers do.
      override def create(
          path: Path,
          permission: FsPermission,
          overwrite: Boolean,
          bufferSize: Int,
          replication: Short,
          blockSize: Long,
          progress: Progressable
      ): FSDataOutputStream = {
        beforeCreate(path)
        super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress)
      }
    })

/** Calls what a test has set. */
class GatedFileSystem extends HookedFileSystem(path => GatedFileSystem.beforeCreate(path))

object GatedFileSystem {
  @volatile var beforeCreate: Path => Unit = (_: Path) => ()
}

/** Ends the process at once, as SIGKILL does, when it is about to create a file whose path matches.
  */
class HaltingFileSystem extends HookedFileSystem(path => HaltingFileSystem.haltAt(path))

object HaltingFileSystem {
  private def haltAt(path: Path): Unit =
    if (path.toUri.getPath.matches(sys.props("spark.lockstep.test.halt")))
      Runtime.getRuntime.halt(137)
}

/** Stops the process where it is, as SIGSTOP does, when it is about to create a file whose path
  * matches; SIGCONT lets it go on.
  */
class StoppingFileSystem extends HookedFileSystem(path => StoppingFileSystem.stopAt(path))

object StoppingFileSystem {
  private def stopAt(path: Path): Unit =
    if (path.toUri.getPath.matches(sys.props("spark.lockstep.test.stop"))) {
      val self = ProcessHandle.current.pid.toString
      new ProcessBuilder("kill", "-STOP", self).inheritIO().start().waitFor()
    }
}
