package dev.lockstep

import java.io.File
import java.nio.file.{Files, Path}
import java.util.jar.{JarEntry, JarFile, JarOutputStream}

import scala.collection.JavaConverters._
import scala.sys.process.{Process, ProcessLogger}

import org.scalatest.funsuite.AnyFunSuite

class JarSuite extends AnyFunSuite {
  private val jar = new File("target/lockstep.jar")

  test("the jar has no class that Spark has, and none of Scala's or Hadoop's", Packaged) {
    val spark = Files.readString(Path.of("target/spark.classpath")).trim.split(File.pathSeparator)
    val twice =
      classes(jar).intersect(spark.iterator.flatMap(path => classes(new File(path))).toSet)
    assert(twice.isEmpty)
  }

  test("the jar and --version say the release and the commit", Packaged) {
    val opened = new JarFile(jar)
    val version =
      try opened.getManifest.getMainAttributes.getValue("Implementation-Version")
      finally opened.close()
    val (status, lines) = run(Seq("jobs/plan", "--version"))
    assert(status == 0 && lines.exists(_.contains(version)), lines.mkString("\n"))
    // A source archive, or a machine without git, has no commit to say.
    val (described, commit) =
      if (new File(".git").exists)
        run(Seq("git", "describe", "--always", "--abbrev=12", "--exclude=*"))
      else (1, Nil)
    if (described == 0) assert(version.stripSuffix("-dirty") == "0.1.0+" + commit.head)
    else assert(version == "0.1.0")
  }

  test("the jar is at most 250 MB", Packaged) {
    assert(jar.length() <= 250L * 1000 * 1000)
  }

  test("with Spark, the jar has all that its libraries need", Packaged) {
    val folder = Files.createTempDirectory("probe")
    val application = folder.resolve("probe.jar")
    pack(Path.of("target/test-classes"), "dev/lockstep/JarProbe", application)
    val (status, lines) = run(
      Seq("jobs/spark-submit", "--master", "local[2]", "--class", "dev.lockstep.JarProbe") ++
        Seq("--jars", jar.getPath, application.toString, folder.toString)
    )
    assert(status == 0 && lines.contains("every library works"), lines.mkString("\n"))
  }

  private def classes(file: File): Set[String] = {
    val opened = new JarFile(file)
    try
      opened
        .entries()
        .asScala
        .map(_.getName)
        .filter(_.endsWith(".class"))
        .toSet - "module-info.class"
    finally opened.close()
  }

  private def pack(root: Path, prefix: String, target: Path): Unit = {
    val out = new JarOutputStream(Files.newOutputStream(target))
    try
      Files.walk(root).iterator().asScala.foreach { file =>
        val name = root.relativize(file).toString
        if (name.startsWith(prefix) && name.endsWith(".class")) {
          out.putNextEntry(new JarEntry(name))
          Files.copy(file, out)
        }
      }
    finally out.close()
  }

  private def run(command: Seq[String]): (Int, Seq[String]) = {
    val lines = Seq.newBuilder[String]
    val logger = ProcessLogger(line => lines.synchronized(lines += line))
    (Process(command).!(logger), lines.result())
  }
}
