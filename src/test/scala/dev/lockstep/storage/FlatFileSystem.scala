package dev.lockstep.storage

import java.io.ByteArrayOutputStream
import java.net.URI

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.permission.FsPermission
import org.apache.hadoop.fs.{
  FSDataInputStream,
  FSDataOutputStream,
  FSInputStream,
  FileStatus,
  Path,
  RawLocalFileSystem
}
import org.apache.hadoop.security.AccessControlException
import org.apache.hadoop.util.Progressable

/** The machine's disk behind another scheme, without rename of its own, as object stores are. */
class FlatFileSystem extends RawLocalFileSystem {
  override def getUri: URI = URI.create(s"$getScheme:///")
  override def getScheme: String = "flat"
  override def checkPath(path: Path): Unit = ()
  override def pathToFile(path: Path): java.io.File = new java.io.File(path.toUri.getPath)
  override def getFileStatus(path: Path): FileStatus = plain(super.getFileStatus(path))
  override def listStatus(path: Path): Array[FileStatus] = super.listStatus(path).map(plain)

  private def plain(status: FileStatus): FileStatus =
    new FileStatus(status.getLen, status.isDirectory, 1, 1L << 20, 0L, status.getPath)
}

/** Lets everybody read and nobody write. */
class ReadOnlyFileSystem extends FlatFileSystem {
  override def getScheme: String = "readonly"
  override def mkdirs(path: Path): Boolean = throw new AccessControlException("denied")
  override def mkdirs(path: Path, permission: FsPermission): Boolean = mkdirs(path)
  override def create(
      path: Path,
      overwrite: Boolean,
      bufferSize: Int,
      replication: Short,
      blockSize: Long,
      progress: Progressable
  ): FSDataOutputStream = throw new AccessControlException("denied")
}

/** Deletes so often, and then no more. */
class DeletingFileSystem extends FlatFileSystem {
  override def getScheme: String = "deleting"
  override def delete(path: Path, recursive: Boolean): Boolean = {
    DeletingFileSystem.allowed -= 1
    if (DeletingFileSystem.allowed < 0) throw new java.io.IOException("disk gone")
    super.delete(path, recursive)
  }
}

object DeletingFileSystem {
  var allowed: Int = Int.MaxValue
}

/** Objects that appear when their stream is closed, of which one breaks off while it is read. */
class ObjectFileSystem extends FlatFileSystem {
  override def getScheme: String = "object"

  override def create(
      path: Path,
      overwrite: Boolean,
      bufferSize: Int,
      replication: Short,
      blockSize: Long,
      progress: Progressable
  ): FSDataOutputStream = {
    val content = new ByteArrayOutputStream {
      override def close(): Unit =
        java.nio.file.Files.write(pathToFile(path).toPath, toByteArray)
    }
    new FSDataOutputStream(content, null)
  }

  override def open(path: Path, bufferSize: Int): FSDataInputStream =
    if (path.getName == "broken") {
      val whole = super.open(path, bufferSize)
      new FSDataInputStream(new BreakingStream(whole))
    } else super.open(path, bufferSize)
}

/** Gives the first bytes of another stream, and then no more. */
private class BreakingStream(whole: FSDataInputStream) extends FSInputStream {
  override def read(): Int =
    if (getPos < 3) whole.read() else throw new java.io.IOException("connection reset")
  override def seek(position: Long): Unit = whole.seek(position)
  override def getPos: Long = whole.getPos
  override def seekToNewSource(position: Long): Boolean = false
}

object FlatFileSystem {
  def configuration: Configuration = {
    val hadoop = new Configuration()
    hadoop.setClass(
      "fs.flat.impl",
      classOf[FlatFileSystem],
      classOf[org.apache.hadoop.fs.FileSystem]
    )
    hadoop.setClass(
      "fs.object.impl",
      classOf[ObjectFileSystem],
      classOf[org.apache.hadoop.fs.FileSystem]
    )
    hadoop.setClass(
      "fs.readonly.impl",
      classOf[ReadOnlyFileSystem],
      classOf[org.apache.hadoop.fs.FileSystem]
    )
    hadoop.setClass(
      "fs.deleting.impl",
      classOf[DeletingFileSystem],
      classOf[org.apache.hadoop.fs.FileSystem]
    )
    hadoop
  }
}
