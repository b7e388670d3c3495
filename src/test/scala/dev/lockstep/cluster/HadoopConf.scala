package dev.lockstep.cluster

import java.nio.file.{Files, Path}

/** A folder of Hadoop settings, for servers and clients alike. */
object HadoopConf {
  def write(folder: Path, file: String, settings: (String, Any)*): Unit = {
    Files.createDirectories(folder)
    val properties = settings.map { case (name, value) =>
      s"  <property><name>$name</name><value>$value</value></property>\n"
    }
    Files.writeString(
      folder.resolve(file),
      properties.mkString("<configuration>\n", "", "</configuration>\n")
    )
  }

  def read(folder: Path, file: String, name: String): String =
    s"<name>$name</name><value>([^<]*)</value>".r
      .findFirstMatchIn(Files.readString(folder.resolve(file)))
      .map(_.group(1))
      .getOrElse(throw new IllegalStateException(s"Missing $name in $folder/$file"))
}
