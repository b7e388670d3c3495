package dev.lockstep.dataset

import java.nio.file.{Files, Paths}

import scala.collection.JavaConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.config._
import dev.lockstep.storage.CommittedDirectory
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.functions._
import org.scalatest.funsuite.AnyFunSuite

class PreparationSuite extends AnyFunSuite with SharedSpark {
  private def ids(sample: Sample, prepared: PreparedData, split: Split): Seq[Long] =
    sample.rows(prepared, split).select("id").collect().map(_.getLong(0)).toList

  private def everything(sample: Sample, prepared: PreparedData): Seq[Row] =
    Split.values().toSeq.flatMap(split => sample.rows(prepared, split).collect().toList)

  test("prepared data have ids by key, the kept columns, features and label") {
    Sample(spark) { sample =>
      sample.write(sample.trips(200))
      val prepared = sample.prepare(sample.config(), slices = Seq("zone", "kind"))
      val train = sample.rows(prepared, Split.TRAIN)
      assert(
        train.schema.fields.map(field => field.name -> field.dataType.simpleString).toSeq == Seq(
          "row_id" -> "bigint",
          "id" -> "bigint",
          "date" -> "date",
          "zone" -> "string",
          "kind" -> "int",
          "features" -> "array<float>",
          "label" -> "double"
        )
      )
      for (split <- Split.values()) {
        val rows = sample.rows(prepared, split).select("row_id", "id", "label").collect()
        assert(rows.map(_.getLong(0)).toSeq == rows.indices.map(_.toLong))
        assert(rows.map(_.getLong(1)).toSeq == rows.map(_.getLong(1)).sorted.toSeq)
        rows.foreach(row => assert(row.getDouble(2) == (if (row.getLong(1) % 4 == 0) 1.0 else 0.0)))
        assert(rows.length == prepared.rows(split))
      }
      assert(prepared.classes().asScala == Seq("0", "1"))
      assert(
        prepared.featureNames().asScala == Seq("distance", "fare") ++
          (0 to 4).map(zone => s"zone=zone $zone") :+ "zone (other)"
      )
      assert(sample.features(prepared, Split.TEST).forall(_.size == prepared.featureWidth()))
    }
  }

  test("the splits are disjoint, make up the input, and are near their fractions") {
    Sample(spark) { sample =>
      sample.write(sample.trips(4000))
      val prepared = sample.prepare(sample.config(split = new SplitConfig.ByHash(0.1, 0.25)))
      val splits = Split.values().toSeq.map(split => ids(sample, prepared, split))
      assert(splits.flatten.sorted == (1L to 4000L))
      // five standard deviations of a binomial with 4000 trials
      assert(math.abs(prepared.validationRows() - 400) < 95)
      assert(math.abs(prepared.testRows() - 1000) < 137)
    }
  }

  test(
    "a row's split depends on its key alone, and its place among test rows not on the validation share"
  ) {
    Sample(spark) { sample =>
      sample.write(sample.trips(300))
      val all = sample.prepare(sample.config(), "all")
      val some = sample.prepare(sample.config(where = "id <= 200"), "some")
      val other = sample.prepare(sample.config(split = new SplitConfig.ByHash(0.4, 0.2)), "other")
      for (split <- Split.values()) {
        assert(ids(sample, some, split) == ids(sample, all, split).filter(_ <= 200))
      }
      assert(ids(sample, other, Split.TEST) == ids(sample, all, Split.TEST))
    }
  }

  test("the fraction of a key is fixed for ever, for whole numbers of any width") {
    Sample(spark) { sample =>
      def fraction(rows: DataFrame): Double = {
        val columns = new Columns(rows.schema, sample.config(), Nil.asJava)
        rows.select(SplitRule.fraction("split", columns)).head().getDouble(0)
      }
      val seven = spark.range(7, 8).toDF("id")
      // XXH64, written in Python from its specification: of the text "split" with seed 42, then with that
      // as the seed of 7 as eight little-endian bytes; the upper 53 bits over 2^53
      assert(fraction(seven) == 0.5336277108215487)
      assert(fraction(seven.select(col("id").cast("int"))) == fraction(seven))
    }
  }

  test("the same rows in another order and other files are prepared to the same bits") {
    Sample(spark) { sample =>
      val data = sample.config(arrays = Seq("pixels"))
      sample.write(sample.trips(500), files = 1)
      val first = sample.prepare(data, "first")
      sample.write(sample.trips(500).orderBy(desc("price")), files = 7)
      val second = sample.prepare(data, "second")
      assert(first.fingerprint() == second.fingerprint())
      assert(everything(sample, first) == everything(sample, second))
    }
  }

  test("the fingerprint sees a changed value, a moved null and a lost row") {
    Sample(spark) { sample =>
      val trips = sample.trips(100)
      val changes = Seq[DataFrame => DataFrame](
        identity,
        _.where("id != 50"),
        _.withColumn("distance", expr("if(id = 50, 0.1, distance)")),
        _.withColumn("kind", expr("if(id = 50, null, kind)")).withColumn("zone", lit("1")),
        _.withColumn("zone", expr("if(id = 50, null, '1')")),
        _.withColumn("id", col("id").cast("int"))
      )
      val prints = changes.zipWithIndex.map { case (change, i) =>
        sample.write(change(trips))
        sample.prepare(sample.config(), s"run-$i", slices = Seq("kind")).fingerprint()
      }
      assert(prints.distinct.size == prints.size)
      assert(prints.forall(_.matches("[0-9a-f]{64}")))
    }
  }

  test("the window takes its first and last day in, and no other") {
    Sample(spark) { sample =>
      sample.write(sample.trips(400))
      val prepared = sample.prepare(sample.config(window = Some(3)), date = Some("2024-01-06"))
      val days = everything(sample, prepared).map(_.getAs[Any]("date").toString).distinct.sorted
      assert(days == Seq("2024-01-04", "2024-01-05", "2024-01-06"))
      val open = sample.prepare(sample.config(), "open", date = Some("2024-01-02"))
      assert(
        everything(sample, open).map(_.getAs[Any]("date").toString).distinct.sorted ==
          Seq("2024-01-01", "2024-01-02")
      )
    }
  }

  test("a split by days gives the last days to test, those before to validation") {
    Sample(spark) { sample =>
      sample.write(sample.trips(100))
      val data = sample.config(split = new SplitConfig.ByDays(3, 2))
      def days(prepared: PreparedData): Seq[Seq[String]] = Split.values().toSeq.map { split =>
        sample
          .rows(prepared, split)
          .collect()
          .map(_.getAs[Any]("date").toString)
          .distinct
          .sorted
          .toSeq
      }
      def january(days: Range): Seq[String] = days.map(day => f"2024-01-$day%02d")
      assert(
        days(sample.prepare(data, "all")) == Seq(january(1 to 5), january(6 to 8), january(9 to 10))
      )
      assert(
        days(sample.prepare(data, "dated", Some("2024-01-08"))) ==
          Seq(january(1 to 3), january(4 to 6), january(7 to 8))
      )
    }
  }

  test("what is prepared already is reused, and other settings are refused") {
    Sample(spark) { sample =>
      sample.write(sample.trips(100))
      val rules = Seq(new RuleConfig("kind = 0", 0.2))
      val first = sample.prepare(sample.config(rules = rules))
      assert(!first.reused())
      sample.write(sample.trips(50))
      val again = sample.prepare(sample.config(rules = rules))
      assert(again == PreparedData.open(sample.store, "run").get())
      assert(again.reused() && again.checks() == first.checks())
      assert(again.fingerprint() == first.fingerprint() && again.trainRows() == first.trainRows())
      assert(!PreparedData.open(sample.store, "other").isPresent)
      val refused = intercept[InvalidConfigException](sample.prepare(sample.config()))
      assert(refused.getMessage.startsWith("Invalid run id: run ("))
    }
  }

  test("prepared data are committed whole, and what a killed attempt left is removed") {
    Sample(spark) { sample =>
      sample.write(sample.trips(100))
      val target = sample.store.prepared("run")
      val left = dev.lockstep.storage.AtomicDirectory.begin(sample.store, target)
      left.create("train/part-0").close()
      sample.prepare(sample.config(split = new SplitConfig.ByHash(0, 0)))
      assert(!Files.exists(Paths.get(left.path().toUri.getPath)))
      val committed = CommittedDirectory.read(sample.store, target).get()
      committed.verify()
      val roots = committed.manifest().files().asScala.map(_.path().takeWhile(_ != '/')).toSet
      assert(roots == Set("train", "validation", "test", "features", "profile.json"))
      assert(spark.read.parquet(target.toString + "/validation").count() == 0)
    }
  }

  test("a key of several columns orders the rows") {
    Sample(spark) { sample =>
      sample.write(sample.trips(60))
      val prepared =
        sample.prepare(sample.config(key = Seq("date", "id"), numeric = Seq("distance")))
      val keys = sample.rows(prepared, Split.TRAIN).collect().map { row =>
        (row.getAs[Any]("date").toString, row.getAs[Long]("id"))
      }
      assert(keys.toSeq == keys.sorted.toSeq)
    }
  }

  test("a timestamp is part of the key and the date: two events of a user's day are two rows") {
    Sample(spark) { sample =>
      // Three events a day of each of four users, against the order of their ids.
      val events = sample
        .trips(120)
        .withColumn("user", expr("id % 4"))
        .withColumn(
          "ts",
          expr(
            "timestamp(date_add(date'2024-01-01', cast((id - 1) div 12 as int))) + " +
              "make_interval(0, 0, 0, 0, 23 - cast((id - 1) div 4 % 3 as int), 0, 0)"
          )
        )
        .drop("date")
      sample.write(events)
      val data = sample.config(
        key = Seq("user", "ts"),
        date = Some("ts"),
        window = Some(9),
        split = new SplitConfig.ByDays(2, 2)
      )
      val prepared = sample.prepare(data, date = Some("2024-01-09"))
      val rows = everything(sample, prepared)
      assert(rows.size == 9 * 12)
      assert(
        rows.head.schema.fields
          .map(field => field.name -> field.dataType.simpleString)
          .toSeq == Seq(
          "row_id" -> "bigint",
          "user" -> "bigint",
          "ts" -> "timestamp",
          "event_date" -> "date",
          "features" -> "array<float>",
          "label" -> "double"
        )
      )
      for (split <- Split.values()) {
        val keys = sample.rows(prepared, split).collect().map { row =>
          (row.getAs[Long]("user"), row.getAs[java.sql.Timestamp]("ts").getTime)
        }
        assert(keys.toSeq == keys.sorted.toSeq && keys.distinct.length == keys.length)
      }
      assert(
        sample.rows(prepared, Split.TEST).where("event_date = date(ts)").count() == 24 &&
          sample.rows(prepared, Split.TEST).select("event_date").distinct().count() == 2
      )
      val features = Features.load(prepared.features)
      val replay =
        new SplitReplay(
          data,
          Nil.asJava,
          java.util.Optional.of(java.time.LocalDate.parse("2024-01-09")),
          prepared,
          Split.TEST
        ).through(features, spark).orderBy("row_id")
      val again = replay.select("row_id", "features", "label").collect().toSeq
      assert(
        again == sample
          .rows(prepared, Split.TEST)
          .select("row_id", "features", "label")
          .collect()
          .toSeq
      )
      val request = new ScoringRows.Request(sample.path, "", java.util.Optional.empty())
      val scored = ScoringRows.open(spark, data, request).withFeatures(features, Nil.asJava)
      assert(scored.columns.toSeq == Seq("user", "ts", "event_date", "features"))
      assert(scored.select("user", "ts").distinct().count() == 120)
      sample.write(events.withColumnRenamed("user", "event_date"))
      assert(
        sample
          .rejection(sample.config(key = Seq("event_date", "ts"), date = Some("ts")))
          .startsWith("Unsupported column name: event_date (")
      )
    }
  }

  test("held-out rows of a class that training has not are left out while they are few") {
    Sample(spark) { sample =>
      sample.write(
        sample
          .trips(1000)
          .withColumn("late", expr("if(date = '2024-01-10' and id < 30, 'new', 'c' || id % 2)"))
      )
      val data = sample.config(task = Task.MULTICLASS, split = new SplitConfig.ByDays(0, 2))
      val prepared = sample.prepare(data)
      assert(prepared.testRows == 197 && prepared.trainRows == 800)
      assert(prepared.classes().asScala == Seq("c0", "c1"))
      val test = sample.rows(prepared, Split.TEST).select("row_id", "label").collect()
      assert(test.map(_.getLong(0)).toSeq == (0L until 197L) && test.forall(!_.isNullAt(1)))
      assert(
        sample.notices.contains(
          "Warning: data.label late: 3 of 200 validation and test rows are left out, as no training " +
            "row has their class: new"
        )
      )
      val row = prepared.checks().asScala.filter(_.rule == "held-out rows left out")
      assert(
        row.map(check => (check.column, check.observed, check.passed)) == Seq(
          ("late", 0.015, false)
        )
      )
    }
  }

  test("a catalog table is a source, and so is a timestamp as day") {
    Sample(spark) { sample =>
      val rows = sample.trips(80).withColumn("date", expr("timestamp(date) + interval 5 hours"))
      rows.createOrReplaceTempView("trips_of_the_suite")
      val prepared =
        sample.prepare(sample.config(source = "trips_of_the_suite"), date = Some("2024-01-03"))
      assert(sample.rows(prepared, Split.TRAIN).schema("date").dataType.simpleString == "date")
      assert(everything(sample, prepared).size == 24)
    }
  }
}
