package dev.lockstep.storage

import org.apache.hadoop.fs.permission.FsPermission
import java.io.IOException
import java.util.concurrent.atomic.AtomicBoolean

import org.apache.hadoop.fs.{
  FSDataInputStream,
  FSDataOutputStream,
  LocalFileSystem,
  Path,
  RawLocalFileSystem
}
import org.apache.hadoop.util.Progressable

/** The machine's disk, where something happens before a file is created or opened. */
class HookedFileSystem(beforeCreate: Path => Unit, beforeOpen: Path => Unit = _ => ())
    extends LocalFileSystem(new RawLocalFileSystem {
      override def open(path: Path, bufferSize: Int): FSDataInputStream = {
        beforeOpen(path)
        super.open(path, bufferSize)
      }

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
class GatedFileSystem
    extends HookedFileSystem(
      path => GatedFileSystem.beforeCreate(path),
      path => GatedFileSystem.beforeOpen(path)
    )

object GatedFileSystem {
  private val nothing: Path => Unit = _ => ()

  @volatile var beforeCreate: Path => Unit = nothing
  @volatile var beforeOpen: Path => Unit = nothing

  def reset(): Unit = {
    beforeCreate = nothing
    beforeOpen = nothing
  }

  /** Of files whose path ends so the first one that is opened cannot be read, and can be later. */
  def failOnce(ending: String): Unit = {
    val failed = new AtomicBoolean
    beforeOpen = path =>
      if (path.toUri.getPath.matches(s".*$ending") && failed.compareAndSet(false, true))
        throw new IOException("Read timed out")
  }
}

/** A disk that takes a file's name and none of its bytes, as a full one does. */
class FullFileSystem
    extends LocalFileSystem(new RawLocalFileSystem {
      override def create(
          path: Path,
          overwrite: Boolean,
          bufferSize: Int,
          replication: Short,
          blockSize: Long,
          progress: Progressable
      ): FSDataOutputStream = {
        def created(file: Path, overwrite: Boolean): FSDataOutputStream =
          super.create(file, overwrite, bufferSize, replication, blockSize, progress)
        created(path, overwrite).close()
        created(FullFileSystem.device, true)
      }
    })

object FullFileSystem {

  /** Linux's: it refuses every byte. */
  val device = new Path("/dev/full")
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
      Thread.sleep(200) // `kill` may be back before the signal has reached this thread
    }
}
