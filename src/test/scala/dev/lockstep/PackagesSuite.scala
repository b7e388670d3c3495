package dev.lockstep

import java.io.ObjectInputStream

import scala.collection.JavaConverters._

import com.tngtech.archunit.base.DescribedPredicate
import com.tngtech.archunit.core.domain.{JavaClass, JavaClasses}
import com.tngtech.archunit.core.importer.{ClassFileImporter, ImportOption}
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import org.scalatest.funsuite.AnyFunSuite

class PackagesSuite extends AnyFunSuite {

  /** From the top; a package may use those of lower lines only, never its siblings. */
  private val lines = Seq(
    Set("job"),
    Set("pipeline"),
    Set("dataset", "training", "registry", "evaluation", "prediction", "report", "maintenance"),
    Set("metrics", "checkpoint", "validation"),
    Set("storage"),
    Set("network"),
    Set("config", "plan", "numeric")
  )

  private lazy val main: JavaClasses = new ClassFileImporter()
    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
    .importPackages("dev.lockstep")

  test("every class is in a package of the table") {
    val strangers = main.asScala.filterNot(c => level(c).isDefined).map(_.getName)
    assert(strangers.isEmpty)
  }

  test("a package uses only packages of the lines below it") {
    val upward = for {
      user <- main.asScala
      dependency <- user.getDirectDependenciesFromSelf.asScala
      used = dependency.getTargetClass.getBaseComponentType
      if used.getPackageName.startsWith("dev.lockstep")
      if room(user) != room(used) && level(user).zip(level(used)).forall { case (a, b) => a >= b }
    } yield dependency.getDescription
    assert(upward.toSeq.distinct.sorted.isEmpty)
  }

  test("packages have no cycles") {
    slices().matching("dev.lockstep.(**)").should().beFreeOfCycles().check(main)
  }

  test("only job ends the JVM") {
    val outside = noClasses().that().resideOutsideOfPackage("dev.lockstep.job..")
    outside.should().callMethod(classOf[System], "exit", classOf[Int]).check(main)
    outside.should().callMethod(classOf[Runtime], "exit", classOf[Int]).check(main)
    outside.should().callMethod(classOf[Runtime], "halt", classOf[Int]).check(main)
  }

  test("config, plan and numeric use neither Spark nor DL4J") {
    noClasses()
      .that()
      .resideInAnyPackage(
        "dev.lockstep.config..",
        "dev.lockstep.plan..",
        "dev.lockstep.numeric.."
      )
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
        "org.apache.spark..",
        "org.apache.hadoop..",
        "org.deeplearning4j..",
        "org.nd4j..",
        "scala.."
      )
      .check(main)
  }

  test("Java's own deserialization reads what Spark carries between processes, never a file") {
    noClasses()
      .that()
      .resideOutsideOfPackages("dev.lockstep.training.round", "dev.lockstep.training.shard")
      .should()
      .dependOnClassesThat()
      .areAssignableTo(classOf[ObjectInputStream])
      .check(main)
    noClasses()
      .that(dependOn(classOf[ObjectInputStream]))
      .should()
      .dependOnClassesThat()
      .haveNameMatching(
        "java\\.io\\.File.*|java\\.nio\\.file\\..*|org\\.apache\\.hadoop\\.fs\\..*|dev\\.lockstep\\.storage\\..*"
      )
      .check(main)
    noClasses()
      .should()
      .dependOnClassesThat()
      .haveNameMatching(".*\\.(SerializationUtils|NormalizerSerializer|MLReaderFormat)")
      .check(main)
  }

  private def dependOn(type_ : Class[_]): DescribedPredicate[JavaClass] =
    DescribedPredicate.describe(
      s"use ${type_.getSimpleName}",
      (user: JavaClass) =>
        user.getDirectDependenciesFromSelf.asScala.exists(_.getTargetClass.isEquivalentTo(type_))
    )

  private def room(c: JavaClass): String =
    c.getPackageName.stripPrefix("dev.lockstep").stripPrefix(".").takeWhile(_ != '.')

  private def level(c: JavaClass): Option[Int] =
    Some(lines.indexWhere(_.contains(room(c)))).filter(_ >= 0)
}
