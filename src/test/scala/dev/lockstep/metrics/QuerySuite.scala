package dev.lockstep.metrics

import dev.lockstep.SharedSpark
import dev.lockstep.config.InvalidConfigException
import dev.lockstep.storage.StoreException
import java.io.{ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets.{US_ASCII, UTF_8}
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class QuerySuite extends AnyFunSuite with SharedSpark {
  import QueryFormat._

  private def print(sql: String, format: QueryFormat): String = {
    val bytes = new ByteArrayOutputStream()
    Query.of(spark, sql).print(format, new PrintStream(bytes, false, UTF_8))
    bytes.toString(UTF_8)
  }

  private def refusal(sql: String): String = {
    val message = intercept[InvalidConfigException](Query.of(spark, sql)).getMessage
    assert(message.linesIterator.size == 1)
    message
  }

  private val values =
    """select * from values (1, 'train', 0.6931471805599453d, true), (20, null, 1.5e-9d, false),
      |(300, 'a "b", c', double('NaN'), null) as t(epoch, split, loss, done)""".stripMargin

  test("a table is aligned, with doubles to six digits") {
    assert(
      print(values, TABLE) ==
        """epoch  split         loss  done
          |-----  --------  --------  -----
          |    1  train     0.693147  true
          |   20  null        1.5e-9  false
          |  300  a "b", c       NaN  null
          |""".stripMargin
    )
    assert(
      print("select 'a\nb' as x, 1234567.0d as y, 0d as z, 2.5e20d as w", TABLE) ==
        """x           y    z       w
          |----  -------  ---  ------
          |a\nb  1234570  0.0  2.5e20
          |""".stripMargin
    )
  }

  test("text is printed in UTF-8 whatever the stream's charset") {
    val bytes = new ByteArrayOutputStream()
    Query.of(spark, "select 'Zürich' as a").print(CSV, new PrintStream(bytes, false, US_ASCII))
    assert(bytes.toString(UTF_8) == "a\r\nZürich\r\n")
  }

  test("csv quotes as RFC 4180 and keeps doubles whole") {
    assert(
      print(values, CSV) ==
        "epoch,split,loss,done\r\n1,train,0.6931471805599453,true\r\n20,,1.5E-9,false\r\n" +
        "300,\"a \"\"b\"\", c\",NaN,\r\n"
    )
    assert(print("select '' as a, 'x\ny' as b, null as c", CSV) == "a,b,c\r\n\"\",\"x\ny\",\r\n")
  }

  test("json is an object a line") {
    assert(
      print(values, JSON) ==
        """{"epoch":1,"split":"train","loss":0.6931471805599453,"done":true}
          |{"epoch":20,"split":null,"loss":1.5E-9,"done":false}
          |{"epoch":300,"split":"a \"b\", c","loss":"NaN","done":null}
          |""".stripMargin
    )
    assert(
      print(
        "select timestamp'2026-03-29 01:30:00.5' as t, date'2026-03-29' as d, 1.50 as x, " +
          "array(1, null) as a, map('k', 1L) as m, named_struct('f', 'g') as s",
        JSON
      ) ==
        """{"t":"2026-03-29T01:30:00.500Z","d":"2026-03-29","x":1.50,"a":[1,null],"m":{"k":1},"s":{"f":"g"}}
          |""".stripMargin
    )
  }

  test("a query without rows prints its header") {
    assert(print("select 1 as a where false", TABLE) == "a\n-\n")
    assert(print("select 1 as a where false", CSV) == "a\r\n")
    assert(print("select 1 as a where false", JSON) == "")
  }

  test("the metrics tables can be listed, described and queried") {
    val tables = MetricsTables.open(spark)
    val id = Rows.newId()
    for (epoch <- 1 to 2) tables.writeEpoch(id, epoch, Seq(Rows.epoch(id, epoch, "train")).asJava)
    val sql = "with mine as (select epoch, loss from lockstep.metrics.epochs " +
      s"where run_id = '$id') select * from mine order by 1"
    assert(print(sql, CSV) == "epoch,loss\r\n1,0.5\r\n2,0.5\r\n")
    assert(print("show tables in lockstep.metrics", CSV).contains("metrics,iterations,false"))
    assert(print("describe lockstep.metrics.epochs", CSV).contains("reduce_ms,double,"))
    assert(print("describe table extended lockstep.metrics.epochs", JSON).nonEmpty)
    assert(print("describe query select 1 as a", CSV).contains("a,int,"))
    assert(print("show namespaces in lockstep", CSV).contains("metrics"))
  }

  test("what Spark refuses is one line") {
    assert(
      refusal("selec 1").startsWith("Invalid query: [PARSE_SYNTAX_ERROR] Syntax error at or near")
    )
    assert(
      refusal("select * from lockstep.metrics.nothing")
        .startsWith("Invalid query: [TABLE_OR_VIEW_NOT_FOUND] ")
    )
    assert(
      refusal("select nothing from values (1) as t(a)").startsWith(
        "Invalid query: [UNRESOLVED_COLUMN"
      )
    )
    assert(refusal("select nothing(1)").startsWith("Invalid query: [UNRESOLVED_ROUTINE] "))
    assert(refusal("").startsWith("Invalid query: [PARSE_SYNTAX_ERROR] "))
    assert(refusal("select * from nowhere.metrics.epochs").startsWith("Invalid query: "))
  }

  test("a failure that shows only when rows are computed is one line too") {
    val error =
      intercept[InvalidConfigException](print("select (select a from values 1, 2 as t(a))", CSV))
    assert(error.getMessage.startsWith("Invalid query: [SCALAR_SUBQUERY_TOO_MANY_ROWS] "))
    assert(error.getMessage.linesIterator.size == 1)
    val bytes = new ByteArrayOutputStream()
    intercept[InvalidConfigException] {
      Query
        .of(spark, "select (select a from values 1, 2 as t(a))")
        .print(CSV, new PrintStream(bytes))
    }
    assert(bytes.size == 0)
    val other = intercept[StoreException](print("select raise_error('no')", CSV))
    assert(other.getMessage.matches("Failed to run query: [^\n]+"))
  }

  test("statements that are not reads never start") {
    MetricsTables.open(spark)
    val before = print("show tables in lockstep.metrics", CSV)
    for (
      sql <- Seq(
        "create table lockstep.metrics.t (a int)",
        "create table lockstep.metrics.t using iceberg as select 1 as a",
        "create temporary view v as select 1",
        "drop table lockstep.metrics.runs",
        "insert into lockstep.metrics.checks select * from lockstep.metrics.checks",
        "with a as (select * from lockstep.metrics.checks) insert into lockstep.metrics.checks select * from a",
        "from lockstep.metrics.checks insert into lockstep.metrics.checks select *",
        "insert overwrite directory '/tmp/never' using csv select 1",
        "delete from lockstep.metrics.runs",
        "update lockstep.metrics.runs set status = 'x'",
        "merge into lockstep.metrics.runs r using lockstep.metrics.runs s on r.run_id = s.run_id " +
          "when matched then delete",
        "alter table lockstep.metrics.runs drop column error",
        "alter table lockstep.metrics.runs create tag t",
        "call lockstep.system.expire_snapshots(table => 'metrics.runs')",
        "truncate table lockstep.metrics.runs",
        "set spark.sql.ansi.enabled = true",
        "add jar '/tmp/x.jar'",
        "cache table lockstep.metrics.runs",
        "select transform(run_id) using 'cat' as x from lockstep.metrics.runs"
      )
    ) {
      val message = refusal(sql)
      assert(
        message.matches(
          "Unsupported query: .* \\(only SELECT, WITH, SHOW and DESCRIBE are read\\)"
        ),
        sql
      )
    }
    assert(print("show tables in lockstep.metrics", CSV) == before)
  }
}
