package dev.lockstep.dataset

import scala.collection.JavaConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.config._
import org.apache.spark.ml.feature.{Imputer, StandardScaler, VectorAssembler}
import org.apache.spark.ml.linalg.Vector
import org.apache.spark.sql.functions._
import org.scalatest.funsuite.AnyFunSuite

class FeaturesSuite extends AnyFunSuite with SharedSpark {
  private val byDays = new SplitConfig.ByDays(1, 2)

  test("numbers are imputed and scaled as MLlib's imputer and scaler do") {
    Sample(spark) { sample =>
      val trips = sample.trips(300)
      sample.write(trips)
      val prepared =
        sample.prepare(sample.config(categorical = Nil, split = new SplitConfig.ByHash(0, 0)))
      val columns = Array("distance", "fare")
      val imputed = new Imputer()
        .setStrategy("median")
        .setRelativeError(0)
        .setInputCols(columns)
        .setOutputCols(columns)
        .fit(trips)
        .transform(trips)
      val assembled =
        new VectorAssembler().setInputCols(columns).setOutputCol("v").transform(imputed)
      val expected = new StandardScaler()
        .setWithMean(true)
        .setInputCol("v")
        .setOutputCol("scaled")
        .fit(assembled)
        .transform(assembled)
        .orderBy("id")
        .collect()
        .map(_.getAs[Vector]("scaled").toArray.toSeq)
      val actual = sample.features(prepared, Split.TRAIN)
      assert(actual.size == expected.length)
      // float32 has 24 bits, and MLlib rounds its sums
      for ((a, e) <- actual.zip(expected); i <- 0 to 1) assert(math.abs(a(i) - e(i)) < 1e-6)
    }
  }

  test("a constant column becomes 0 in all splits, also where test rows differ") {
    Sample(spark) { sample =>
      sample.write(
        sample
          .trips(100)
          .withColumn("fixed", expr("if(date = '2024-01-10', 9.7d, if(id % 3 = 0, null, 0.1d))"))
      )
      val prepared =
        sample.prepare(sample.config(numeric = Seq("fixed"), categorical = Nil, split = byDays))
      for (split <- Split.values()) {
        assert(sample.features(prepared, split).forall(_ == Seq(0f)))
      }
    }
  }

  test("features are fitted to the training split alone") {
    Sample(spark) { sample =>
      val trips = sample.trips(200)
      val data = sample.config(split = byDays, arrays = Seq("pixels"))
      sample.write(trips)
      val first = sample.prepare(data, "first")
      sample.write(
        trips
          .withColumn("distance", expr("if(date >= '2024-01-08', distance * 1e6, distance)"))
          .withColumn("fare", expr("if(date >= '2024-01-08', null, fare)"))
          .withColumn("zone", expr("if(date >= '2024-01-08', 'new', zone)"))
      )
      val second = sample.prepare(data, "second")
      assert(first.fingerprint() != second.fingerprint())
      assert(first.featureNames() == second.featureNames())
      assert(sample.features(first, Split.TRAIN) == sample.features(second, Split.TRAIN))
      assert(sample.features(first, Split.TEST) != sample.features(second, Split.TEST))
    }
  }

  test("a category is one unit of its value; null and values not seen in training share the last") {
    Sample(spark) { sample =>
      sample.write(
        sample.trips(200).withColumn("zone", expr("if(date = '2024-01-10', 'zone 77', zone)"))
      )
      val data = sample.config(numeric = Nil, categorical = Seq("zone", "late"), split = byDays)
      val prepared = sample.prepare(data, slices = Seq("zone"))
      val names = prepared.featureNames().asScala
      assert(
        names == (0 to 4).map(i => s"zone=zone $i") ++
          Seq("zone (other)", "late=false", "late=true", "late (other)")
      )
      for (split <- Split.values(); row <- sample.rows(prepared, split).collect()) {
        val zone = Option(row.getAs[String]("zone")).filter(_ != "zone 77")
        val wanted = zone.fold("zone (other)")(value => s"zone=$value")
        val late = s"late=${row.getAs[Double]("label") == 1}"
        val units = row.getAs[Seq[Float]]("features")
        assert(units.zip(names).collect { case (1f, name) => name } == Seq(wanted, late))
        assert(units.sum == 2)
      }
    }
  }

  test("hashed categories take the width that is set, whatever the values") {
    Sample(spark) { sample =>
      sample.write(sample.trips(100))
      val data = sample.config(
        numeric = Seq("distance"),
        categorical = Seq("zone", "id"),
        encoding = FeaturesConfig.Encoding.HASHED
      )
      val prepared = sample.prepare(data)
      assert(prepared.featureWidth() == 17)
      for (features <- sample.features(prepared, Split.TEST)) {
        assert(features.size == 17 && Set(1f, 2f).contains(features.tail.sum))
      }
    }
  }

  test("arrays alone are taken as they are, floats and doubles, also under the name features") {
    Sample(spark) { sample =>
      sample.write(
        sample
          .trips(60)
          .selectExpr("id", "late", "pixels as features", "array(id * 1d) as `my.array`")
      )
      val data = sample.config(
        numeric = Nil,
        categorical = Nil,
        arrays = Seq("features", "my.array"),
        date = None
      )
      val prepared = sample.prepare(data)
      assert(
        prepared.featureNames().asScala ==
          Seq("features[0]", "features[1]", "features[2]", "my.array[0]")
      )
      for (row <- sample.rows(prepared, Split.TRAIN).collect()) {
        val id = row.getAs[Long]("id").toFloat
        assert(row.getAs[Seq[Float]]("features") == Seq(id, -id, 1.5f, id))
      }
    }
  }

  test("saved features turn raw rows into the prepared ones, and need no label") {
    Sample(spark) { sample =>
      val trips = sample.trips(150)
      sample.write(trips)
      val prepared = sample.prepare(sample.config(arrays = Seq("pixels")))
      val raw = spark.read.parquet(sample.path).drop("late", "price")
      val scored = Features.load(prepared.features()).transform(raw)
      assert(scored.columns.toSeq == raw.columns.toSeq :+ "features")
      assert(scored.schema("features").dataType.simpleString == "array<float>")
      val byId = scored
        .collect()
        .map(row => row.getAs[Long]("id") -> row.getAs[Seq[Float]]("features"))
        .toMap
      for (split <- Split.values(); row <- sample.rows(prepared, split).collect()) {
        assert(byId(row.getAs[Long]("id")) == row.getAs[Seq[Float]]("features"))
      }
    }
  }

  test("raw rows that lack a column are rejected, rows with an unfit array get no features") {
    Sample(spark) { sample =>
      sample.write(sample.trips(150))
      val prepared = sample.prepare(sample.config(arrays = Seq("pixels")))
      val features = Features.load(prepared.features())
      val rejected =
        intercept[RejectedDataException](features.transform(sample.trips(3).drop("fare")))
      assert(rejected.getMessage.contains("`fare`") && rejected.getMessage.linesIterator.size == 1)
      val unfit = "if(id = 1, null, if(id = 2, array(1f), if(id = 3, array(1f, null, 1f), pixels)))"
      val scored =
        features.transform(sample.trips(5).withColumn("pixels", expr(unfit))).orderBy("id")
      assert(
        scored.collect().map(_.isNullAt(scored.columns.length - 1)).toSeq == Seq(true, true, true,
          false, false)
      )
    }
  }

  test("classes are numbered in ascending order, numbers by value") {
    Sample(spark) { sample =>
      val trips = sample.trips(200).withColumn("zone", expr("'z' || id % 3"))
      sample.write(trips.withColumn("kind", expr("cast(id % 3 * 9 - 7 as int)")))
      val numbers = sample.prepare(
        sample.config(label = "kind", task = Task.MULTICLASS),
        "numbers",
        slices = Seq("kind")
      )
      assert(numbers.classes().asScala == Seq("-7", "2", "11"))
      for (row <- sample.rows(numbers, Split.TRAIN).collect()) {
        assert(row.getAs[Double]("label") == (row.getAs[Int]("kind") + 7) / 9)
      }
      val strings = sample.prepare(
        sample.config(label = "zone", task = Task.MULTICLASS, categorical = Nil),
        "strings",
        slices = Seq("zone")
      )
      assert(strings.classes().asScala == Seq("z0", "z1", "z2"))
      for (row <- sample.rows(strings, Split.TEST).collect()) {
        assert(s"z${row.getAs[Double]("label").toInt}" == row.getAs[String]("zone"))
      }
    }
  }

  test("a real label stays as it is, and has no classes") {
    Sample(spark) { sample =>
      sample.write(sample.trips(100))
      val prepared = sample.prepare(sample.config(label = "price", task = Task.REGRESSION))
      assert(prepared.classes().isEmpty)
      for (row <- sample.rows(prepared, Split.TRAIN).collect()) {
        assert(row.getAs[Double]("label") == row.getAs[Long]("id") * 2.5)
      }
    }
  }
}
