package dev.lockstep.storage

import java.io.FileNotFoundException
import java.nio.file.Files

import org.apache.commons.io.FileUtils
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FileStatus, FileSystem, LocalFileSystem, Path}
import org.apache.hadoop.fs.permission.FsPermission
import org.scalatest.funsuite.AnyFunSuite

/** Against Hadoop's own, which asks `ls` and `chmod`. */
class DirectLocalFileSystemSuite extends AnyFunSuite {
  private def open(settings: (String, String)*): FileSystem = {
    val configuration = new Configuration(false)
    settings.foreach { case (key, value) => configuration.set(key, value) }
    FileSystem.newInstance(new Path("file:///").toUri, configuration)
  }

  private val direct = open("fs.file.impl" -> classOf[DirectLocalFileSystem].getName)
  private val hadoop = open("fs.file.impl" -> classOf[LocalFileSystem].getName)

  private def inFolder(body: Path => Any): Unit = {
    val folder = Files.createTempDirectory("lockstep-direct-")
    try body(new Path(folder.toUri))
    finally FileUtils.deleteDirectory(folder.toFile)
  }

  private def told(status: FileStatus): Seq[Any] = Seq(
    status.getPath,
    status.getLen,
    status.isDirectory,
    status.getModificationTime,
    status.getPermission,
    status.getOwner,
    status.getGroup,
    status.getBlockSize,
    status.getReplication
  )

  private def assertSame(path: Path): Unit =
    assert(told(direct.getFileStatus(path)) == told(hadoop.getFileStatus(path)))

  test("what it says of files, directories and links is what Hadoop says") {
    inFolder { folder =>
      val file = new Path(folder, "file")
      direct.create(file).close()
      direct.mkdirs(new Path(folder, "directory"))
      val link = java.nio.file.Path.of(folder.toUri).resolve("link")
      Files.createSymbolicLink(link, link.resolveSibling("file"))
      Files.createSymbolicLink(link.resolveSibling("broken"), link.resolveSibling("gone"))
      for (mode <- Seq("644", "600", "777", "751")) {
        direct.setPermission(file, new FsPermission(mode))
        assertSame(file)
        assert(direct.getFileStatus(file).getPermission == new FsPermission(mode))
      }
      for (name <- Seq("directory", "link", "")) assertSame(new Path(s"$folder/$name"))
      def listed(files: FileSystem) = files.listStatus(folder).map(told).toSeq.sortBy(_.toString)
      assert(listed(direct).size == 3 && listed(direct) == listed(hadoop))
    }
  }

  test("what is created has the rights that Hadoop gives it") {
    inFolder { folder =>
      for ((files, name) <- Seq(direct -> "ours", hadoop -> "theirs")) {
        files.mkdirs(new Path(folder, s"$name/deep"), new FsPermission("1777"))
        files.create(new Path(folder, s"$name/file")).close()
      }
      for (name <- Seq("deep", "file", ".file.crc", "")) {
        val Seq(ours, theirs) =
          Seq("ours", "theirs").map(of => hadoop.getFileStatus(new Path(s"$folder/$of/$name")))
        assert(ours.getPermission == theirs.getPermission, name)
      }
    }
  }

  test("what is not there is not found") {
    inFolder { folder =>
      assertThrows[FileNotFoundException](direct.getFileStatus(new Path(folder, "none")))
      assert(!direct.exists(new Path(folder, "none")))
    }
  }
}
