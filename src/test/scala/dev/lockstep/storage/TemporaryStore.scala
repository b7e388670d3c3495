package dev.lockstep.storage

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path => LocalPath}

import org.apache.commons.io.FileUtils
import org.apache.hadoop.conf.Configuration

/** A store in a new folder of the machine's disk, removed after the test. */
object TemporaryStore {
  def apply(test: (Store, LocalPath) => Any): Unit = {
    val folder = Files.createTempDirectory("lockstep-store")
    try test(Store.open(folder.toString, new Configuration()), folder)
    finally FileUtils.deleteDirectory(folder.toFile)
  }

  def write(directory: AtomicDirectory, name: String, text: String): Unit = {
    val stream = directory.create(name)
    try stream.write(text.getBytes(UTF_8))
    finally stream.close()
  }
}
