package dev.lockstep.validation.profile

import java.time.LocalDate
import java.util.{Collections, TreeMap}

import scala.jdk.CollectionConverters._

import dev.lockstep.validation.profile.ProfiledColumn.Kind
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.catalyst.util.ArrayData
import org.apache.spark.unsafe.types.UTF8String

/** Profiles of a column whose values a test writes down: numbers, texts, or sequences of floats. */
object ProfileOf {

  /** Of rows of one day. */
  def column(name: String, values: Seq[Any]): Seq[ColumnProfile] =
    state(name, values).finish().asScala.toSeq

  /** Of rows of several days, from 2024-01-01 on. */
  def days(name: String, days: Seq[Seq[Any]], label: String = "y"): Profile = {
    val byDay = new TreeMap[LocalDate, RowsState]
    for ((values, i) <- days.zipWithIndex)
      byDay.put(LocalDate.of(2024, 1, 1).plusDays(i), state(name, values))
    val origin = new Profile.Origin(byDay.lastKey, label, new TreeMap[String, String])
    Profile.of(origin, byDay, Collections.emptyList(), state(name, days.head.take(0), days.head))
  }

  private def state(name: String, values: Seq[Any]): RowsState = state(name, values, values)

  private def state(name: String, values: Seq[Any], like: Seq[Any]): RowsState = {
    val kind = like.head match {
      case _: Double => Kind.NUMBER
      case _: String => Kind.CATEGORY
      case _         => Kind.ARRAY
    }
    val state = new RowsState(Collections.singletonList(new ProfiledColumn(name, kind)))
    values.foreach(value => state.add(new GenericInternalRow(Array[Any](internal(value))), 0))
    state
  }

  private def internal(value: Any): Any = value match {
    case text: String     => UTF8String.fromString(text)
    case elements: Seq[_] => ArrayData.toArrayData(elements.map(_.asInstanceOf[Float]).toArray)
    case other            => other
  }
}
