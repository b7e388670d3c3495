package dev.lockstep.dataset

import java.nio.file.{Files, Paths}

import scala.collection.JavaConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.config._
import dev.lockstep.validation.CheckResult
import org.apache.spark.sql.functions._
import org.scalatest.funsuite.AnyFunSuite

class RejectionSuite extends AnyFunSuite with SharedSpark {

  test("a missing source") {
    Sample(spark) { sample =>
      val message = " (no such folder, URI or catalog table)"
      assert(sample.rejection(sample.config()) == "Missing source: <source>" + message)
      assert(
        sample.rejection(sample.config(source = "no_table")) == "Missing source: no_table" + message
      )
      assert(
        sample
          .rejection(sample.config(source = "nowhere://host/x"))
          .startsWith("Unsupported source: nowhere")
      )
    }
  }

  test(
    "an empty source: a folder without files, files that are not Parquet, Parquet without rows"
  ) {
    Sample(spark) { sample =>
      Files.createDirectories(Paths.get(sample.path))
      assert(
        sample.rejection(sample.config()) == "Invalid source: <source> (no Parquet files in it)"
      )
      Files.writeString(Paths.get(sample.path, "part.parquet"), "not Parquet at all, only text")
      assert(sample.rejection(sample.config()) == "Invalid source: <source> (not Parquet)")
      sample.write(sample.trips(0))
      val empty = "Invalid source: <source> (it has no rows)"
      assert(sample.rejection(sample.config()) == empty)
      assert(sample.rejection(sample.config(split = new SplitConfig.ByDays(1, 1))) == empty)
    }
  }

  test("missing columns, all of them, with the nearest names") {
    Sample(spark) { sample =>
      sample.write(sample.trips(10))
      val data = sample.config(label = "lat", numeric = Seq("distence", "fare"), key = Seq("ID"))
      assert(
        sample.rejection(data, slices = Seq("zones")).linesIterator.toSeq == Seq(
          "Missing column in data.key: ID (nearest: id, kind, fixed)",
          "Missing column in data.label: lat (nearest: late, date, fare)",
          "Missing column in data.features.numeric: distence (nearest: distance, date, fixed)",
          "Missing column in evaluate.slices: zones (nearest: zone, date, fare)"
        )
      )
    }
  }

  test("columns of a type that does not fit, all of them") {
    Sample(spark) { sample =>
      sample.write(sample.trips(10))
      val data = sample.config(
        label = "zone",
        date = Some("kind"),
        numeric = Seq("zone"),
        categorical = Seq("distance"),
        arrays = Seq("fare")
      )
      assert(
        sample.rejection(data).linesIterator.toSeq == Seq(
          "Invalid type of column in data.date: kind is int (needs dates or timestamps)",
          "Invalid type of column in data.label: zone is string (binary needs booleans, or numbers 0 and 1)",
          "Invalid type of column in data.features.numeric: zone is string (needs numbers or booleans)",
          "Invalid type of column in data.features.categorical: distance is double (needs strings, whole numbers or booleans)",
          "Invalid type of column in data.features.arrays: fare is double (needs array<float> or array<double>)"
        )
      )
      val multiclass = sample.config(label = "price", task = Task.MULTICLASS)
      assert(sample.rejection(multiclass).endsWith("(multiclass needs strings or whole numbers)"))
      val regression = sample.config(label = "late", task = Task.REGRESSION)
      assert(sample.rejection(regression).endsWith("late is boolean (regression needs numbers)"))
    }
  }

  test("a kept column of a name that prepared data use") {
    Sample(spark) { sample =>
      sample.write(sample.trips(10).withColumnRenamed("id", "row_id"))
      assert(
        sample.rejection(sample.config(key = Seq("row_id"))) ==
          "Unsupported column name: row_id (prepared data have a column of that name; rename it in the source)"
      )
    }
  }

  test("a window without rows tells the days that there are") {
    Sample(spark) { sample =>
      sample.write(sample.trips(30))
      assert(
        sample.rejection(sample.config(window = Some(7)), Some("2024-03-01")) ==
          "Missing rows: <source> has none in 2024-02-24 to 2024-03-01 (its dates go from 2024-01-01 to 2024-01-10)"
      )
      assert(
        sample.rejection(sample.config(where = "distance < 0")) ==
          "Missing rows: <source> has none where distance < 0 (of 30 rows)"
      )
    }
  }

  test("a date without a date column, predicates that are no predicates: the settings' fault") {
    Sample(spark) { sample =>
      sample.write(sample.trips(30))
      def fault(data: DataConfig): String =
        intercept[InvalidConfigException](
          sample.prepare(data, date = Some("2024-01-05"))
        ).getMessage
      assert(
        fault(sample.config(date = None))
          .startsWith("Missing data.date: a run for 2024-01-05 needs it")
      )
      for (
        sql <- Seq(
          "distance >",
          "distence > 0",
          "distance + 1",
          "max(distance) > 0",
          "no_function(id)"
        )
      ) {
        val rule = fault(sample.config(rules = Seq(new RuleConfig(sql, 1))))
        assert(
          rule.startsWith(s"Invalid data.rules check: $sql (") && rule.linesIterator.size == 1,
          rule
        )
        val where = fault(sample.config(where = sql))
        assert(
          where.startsWith(s"Invalid data.where: $sql (") && where.linesIterator.size == 1,
          where
        )
      }
    }
  }

  test("rules' fractions are exact, null breaks a rule, and the outcomes come with the rejection") {
    Sample(spark) { sample =>
      sample.write(sample.trips(1000))
      val rules = Seq(
        new RuleConfig("id > 3", 0.997),
        new RuleConfig("fare >= 0", 0.9),
        new RuleConfig("kind = 0", 0.334)
      )
      val rejected = intercept[RejectedDataException](sample.prepare(sample.config(rules = rules)))
      // of 1 to 1000: 142 divide by 7; NaN, at 78 multiples of 11 and not of 7, is above all numbers in SQL
      assert(
        rejected.getMessage.linesIterator.toSeq == Seq(
          "Invalid rows: 142 of 1000 break the rule fare >= 0 (a fraction of 0.9 has to keep it)",
          "Invalid rows: 667 of 1000 break the rule kind = 0 (a fraction of 0.334 has to keep it)"
        )
      )
      val outcomes = rejected.checks().asScala.take(3)
      assert(
        outcomes == Seq(
          new CheckResult("id > 3", null, 0.997, 0.997, true),
          new CheckResult("fare >= 0", null, 0.858, 0.9, false),
          new CheckResult("kind = 0", null, 0.333, 0.334, false)
        )
      )
      assert(rejected.checks().asScala.drop(3).forall(_.passed()))
    }
  }

  test("keys that are null or shared, days that are null") {
    Sample(spark) { sample =>
      val trips = sample.trips(100)
      sample.write(
        trips
          .withColumn("id", expr("if(id in (4, 5), 3, if(id = 9, null, id))"))
          .withColumn("date", expr("if(id = 20, null, date)"))
      )
      for (
        split <- Seq[SplitConfig](new SplitConfig.ByHash(0.2, 0.2), new SplitConfig.ByDays(2, 2))
      ) {
        assert(
          sample.rejection(sample.config(split = split)).linesIterator.toSeq == Seq(
            "Invalid column id: 1 of 100 rows have none (every row needs one)",
            "Invalid column date: 1 of 100 rows have none (every row needs one)",
            "Invalid data.key: 3 of 100 rows share theirs, for instance id = 3 (a key names one row)"
          )
        )
      }
    }
  }

  test("labels that are null, NaN, infinite, of another value or of a single class") {
    Sample(spark) { sample =>
      val trips = sample.trips(200)
      def message(late: String, task: Task = Task.BINARY): String = {
        sample.write(trips.withColumn("late", expr(late)))
        sample.rejection(sample.config(task = task))
      }
      val none = "Invalid data.label late: 2 of 200 rows have none " +
        "(every row needs one; data.where can leave rows out)"
      assert(message("if(id <= 2, null, id % 2 = 0)") == none)
      assert(message("if(id = 1, null, if(id = 2, double('nan'), id % 2.0d))") == none)
      assert(message("if(id <= 2, null, id % 3)", Task.MULTICLASS) == none)
      assert(
        message("if(id < 4, 2, id % 2)") ==
          "Invalid data.label late: 3 of 200 rows have another one than 0 and 1 (data.task is binary)"
      )
      assert(
        message("false") ==
          "Invalid data.label late: 1 class in the training split (binary needs at least 2)"
      )
      assert(
        message("'x'", Task.MULTICLASS) ==
          "Invalid data.label late: 1 class in the training split (multiclass needs at least 2)"
      )
      assert(
        message("if(id = 5, double('infinity'), id)", Task.REGRESSION) ==
          "Invalid data.label late: 1 of 200 rows have an infinite one (must be finite)"
      )
    }
  }

  test("a class that only test rows have") {
    Sample(spark) { sample =>
      sample.write(
        sample.trips(100).withColumn("late", expr("if(date = '2024-01-10', 'new', 'c' || id % 2)"))
      )
      val data = sample.config(task = Task.MULTICLASS, split = new SplitConfig.ByDays(0, 2))
      assert(
        sample.rejection(data) ==
          "Invalid data.label late: 10 validation or test rows have a class that no training row has, " +
          "for instance new (leave it out with data.where)"
      )
    }
  }

  test("a split that was asked for and is empty") {
    Sample(spark) { sample =>
      sample.write(sample.trips(40))
      val tiny = sample.config(split = new SplitConfig.ByHash(1e-9, 0.5))
      assert(
        sample.rejection(tiny) ==
          "Missing rows: data.split leaves none of 40 for validation (a fraction of 1.0E-9)"
      )
      val days = sample.config(split = new SplitConfig.ByDays(5, 5))
      assert(
        sample.rejection(days).linesIterator.next() ==
          "Missing rows: data.split leaves none of 40 for train (it gets what validation and test leave)"
      )
    }
  }

  test("numeric columns without a value, infinite or far out") {
    Sample(spark) { sample =>
      sample.write(
        sample
          .trips(100)
          .withColumn("distance", expr("if(id = 7, double('infinity'), distance)"))
      )
      assert(
        sample
          .rejection(sample.config(numeric = Seq("distance", "empty")))
          .linesIterator
          .toSeq == Seq(
          "Invalid data.features.numeric column distance: values of magnitude Infinity (at most 1.0E140)",
          "Invalid data.features.numeric column empty: no training row has a value (leave it out)"
        )
      )
      val byDays = sample.config(
        numeric = Seq("far"),
        split = new SplitConfig.ByDays(0, 1)
      )
      sample.write(
        sample.trips(100).withColumn("far", expr("if(date = '2024-01-10', 1e120, id * 1e-120)"))
      )
      val message = sample.rejection(byDays)
      assert(message.startsWith("Invalid data.features.numeric column far: a value is up to "))
    }
  }

  test("arrays that are missing, of several lengths, empty, or not finite") {
    Sample(spark) { sample =>
      def message(pixels: String): Seq[String] = {
        sample.write(sample.trips(50).withColumn("pixels", expr(pixels)))
        sample
          .rejection(sample.config(arrays = Seq("pixels")))
          .linesIterator
          .toSeq
          .map(_.stripPrefix("Invalid data.features.arrays column pixels: "))
      }
      assert(
        message("if(id = 1, null, pixels)") == Seq("1 of 50 rows have none (every row needs one)")
      )
      assert(
        message("if(id = 1, array(1f), pixels)") == Seq(
          "lengths 1 to 3 (must be the same in all rows)"
        )
      )
      assert(message("cast(array() as array<float>)") == Seq("length 0 (must have elements)"))
      for (bad <- Seq("cast(null as double)", "double('nan')", "double('infinity')", "-1e39")) {
        assert(
          message(s"array(1d, if(id < 3, $bad, 0d))") ==
            Seq("2 of 50 rows hold a null, NaN or infinity (must be finite float32)")
        )
      }
    }
  }

  test("a one-hot column of too many values") {
    Sample(spark) { sample =>
      sample.write(sample.trips(12000))
      val message = sample.rejection(sample.config(categorical = Seq("id")))
      assert(
        message.matches(
          "Invalid data.features.categorical column id: about \\d+ values \\(one-hot takes at most 10000; try hashed\\)"
        )
      )
    }
  }
}
