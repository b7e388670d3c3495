package dev.lockstep

import java.io.File
import java.nio.file.{Files, Path}

import scala.sys.process.{Process, ProcessLogger}

import org.scalatest.funsuite.AnyFunSuite

/** The scripts against a `java` and a `spark-submit` that print what they are given, a line each.
  */
class LauncherSuite extends AnyFunSuite {
  private val home = Path.of("").toAbsolutePath
  private val jar = home.resolve("target/lockstep.jar").toString

  private lazy val programs: Path = {
    val folder = Files.createTempDirectory("programs")
    Files.createDirectory(folder.resolve("bin"))
    for (name <- Seq("java", "spark-submit")) {
      val script = folder.resolve("bin").resolve(name)
      Files.writeString(
        script,
        """#!/bin/sh
          |echo "$SPARK_LOCAL_IP"
          |echo "driver's kernels: $OPENBLAS_CORETYPE"
          |printf '%s\n' "$@"
          |""".stripMargin
      )
      script.toFile.setExecutable(true)
    }
    folder
  }

  test("with SPARK_HOME every argument goes to the cluster's spark-submit", Packaged) {
    val arguments = Seq("--master", "yarn", "--class", "Main", "app.jar", "--master", "a b")
    assert(run("spark-submit", arguments, "SPARK_HOME" -> programs.toString).drop(2) == arguments)
  }

  test("without SPARK_HOME or a master the job may choose the slots", Packaged) {
    val arguments = Seq("--class", "Main", "app.jar", "--master", "x")
    val lines = embedded("spark-submit", arguments: _*)
    assert(lines.head == "127.0.0.1" && lines.contains("-Xmx4g"))
    assert(submitted(lines) == arguments)
  }

  test("a master is kept, and a remote one is not told that we are 127.0.0.1", Packaged) {
    val arguments = Seq("--conf", "spark.master=spark://host:7077", "app.jar")
    val lines = embedded("spark-submit", arguments: _*)
    assert(lines.head.isEmpty && submitted(lines) == arguments)
    assert(embedded("spark-submit", "--master", "spark://127.0.0.1:7077").head == "127.0.0.1")
  }

  test("the driver's memory, options and class path are this JVM's", Packaged) {
    for (memory <- Seq(Seq("--driver-memory", "2g"), Seq("--conf", "spark.driver.memory=2g")))
      assert(embedded("spark-submit", memory :+ "app.jar": _*).contains("-Xmx2g"))
    val options = Seq("--driver-java-options=-Da=1 -Db=2", "--driver-class-path", "/first.jar")
    val lines = embedded("spark-submit", options :+ "app.jar": _*)
    assert(lines.contains("-Da=1") && lines.contains("-Db=2"))
    assert(lines(lines.indexOf("-cp") + 1).startsWith("/first.jar" + File.pathSeparator))
  }

  test("a job's arguments stand before --, Spark's behind it", Packaged) {
    val lines = embedded("train", "--conf", "a b.conf", "--", "--master", "local[2]")
    assert(
      submitted(lines).dropWhile(_ != "--master") ==
        Seq("--master", "local[2]", "--class", "dev.lockstep.job.TrainJob", jar) ++
        Seq("--conf", "a b.conf")
    )
  }

  test("executors choose their kernels as the driver does, with one thread", Packaged) {
    val variables = Seq("JAVA_HOME" -> programs.toString, "OPENBLAS_CORETYPE" -> "Haswell")
    val lines = run("train", Seq("--conf", "a.conf"), variables: _*)
    for (setting <- Seq("OPENBLAS_CORETYPE=Haswell", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1"))
      assert(submitted(lines).containsSlice(Seq("--conf", s"spark.executorEnv.$setting")))
  }

  test("without a choice, the kernels are those for AVX2 on driver and executors", Packaged) {
    assume(System.getProperty("os.arch") == "amd64")
    val lines = embedded("train", "--conf", "a.conf")
    assert(submitted(lines).contains("spark.executorEnv.OPENBLAS_CORETYPE=Haswell"))
    assert(lines.contains("driver's kernels: Haswell"))
    val other = run(
      "train",
      Seq("--conf", "a.conf"),
      "JAVA_HOME" -> programs.toString,
      "OPENBLAS_CORETYPE" -> "SkylakeX"
    )
    assert(submitted(other).contains("spark.executorEnv.OPENBLAS_CORETYPE=SkylakeX"))
    assert(other.contains("driver's kernels: SkylakeX"))
  }

  test("a driver on the cluster gets the settings' text and what its JVM needs", Packaged) {
    val settings = Files.writeString(programs.resolve("a.conf"), "model = a\n").toString
    val options = Seq("--deploy-mode", "cluster", "--driver-java-options", "-Da=1 -Db=2")
    val own = Seq("--conf", "spark.driver.memory=2g")
    val lines =
      submitted(embedded("train", (Seq("--conf", settings, "--") ++ options ++ own): _*))
    assert(lines.contains("spark.lockstep.secret.settings=bW9kZWwgPSBhCg==")) // printf | base64
    assert(lines.containsSlice(own) && lines.containsSlice(Seq("--deploy-mode", "cluster")))
    val java = lines.filter(_.startsWith("spark.driver.extraJavaOptions="))
    assert(java.size == 1 && java.head.endsWith(" -Da=1 -Db=2"))
    assert(java.head.contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"))
    assert(lines.contains("spark.yarn.appMasterEnv.OMP_NUM_THREADS=1"))
    assert(
      !embedded("train", "--conf", settings).exists(_.startsWith("spark.lockstep.secret.settings"))
    )
  }

  test("nightly without an argument is the demo", Packaged) {
    assert(submitted(embedded("nightly")).takeRight(3) == Seq(jar, "--conf", "conf/flights.conf"))
    val dated = Seq("--from", "2013-03-01", "--to", "2013-03-30")
    assert(
      submitted(embedded("nightly", dated: _*)).takeRight(7) ==
        Seq(jar, "--conf", "conf/flights-nightly.conf") ++ dated
    )
    val own = Seq("--conf", "own.conf", "--date", "2013-03-01")
    assert(submitted(embedded("nightly", own: _*)).takeRight(5) == jar +: own)
  }

  test("plan starts no Spark", Packaged) {
    assert(embedded("plan", "--conf", "a.conf").takeRight(3).head == "dev.lockstep.job.PlanJob")
  }

  test("a script works through a symbolic link and from another folder", Packaged) {
    val link = Files.createSymbolicLink(programs.resolve("query"), home.resolve("jobs/query"))
    val lines = run(link.toString, Seq("select 1"), "JAVA_HOME" -> programs.toString)
    assert(submitted(lines).takeRight(2) == Seq(jar, "select 1"))
  }

  private def submitted(lines: Seq[String]): Seq[String] =
    lines.drop(lines.indexOf("org.apache.spark.deploy.SparkSubmit") + 1)

  private def embedded(script: String, arguments: String*): Seq[String] =
    run(script, arguments, "JAVA_HOME" -> programs.toString)

  private def run(
      script: String,
      arguments: Seq[String],
      variables: (String, String)*
  ): Seq[String] = {
    val command = home.resolve("jobs").resolve(script).toString +: arguments
    val others = Seq("SPARK_HOME", "SPARK_LOCAL_IP", "SPARK_DRIVER_MEMORY") ++
      sys.env.keys.filter(_.startsWith("OPENBLAS_"))
    val clean = "env" +: others.flatMap(Seq("-u", _))
    val lines = Seq.newBuilder[String]
    val set = variables.map { case (name, value) => s"$name=$value" }
    val status = Process(clean ++ set ++ command, programs.toFile)
      .!(ProcessLogger(line => lines += line))
    assert(status == 0)
    lines.result()
  }
}
