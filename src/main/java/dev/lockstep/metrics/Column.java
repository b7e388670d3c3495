package dev.lockstep.metrics;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A column's documentation, with its unit, as it stands in the Iceberg schema. A component of a
 * primitive type is a required column; one of a class is nullable unless it says that it is
 * required. A column that comes to a table that is in use already must be nullable: older rows have
 * no value for it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Column {
  /** What the column holds, with its unit. */
  String value();

  /** True where null is refused. */
  boolean required() default false;
}
