package dev.lockstep.metrics;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * How a Java record is stored as an Iceberg row: each component is the column of the same name in
 * snake_case, in the record's order. Times keep microseconds.
 */
final class RowFormat<R extends java.lang.Record> {
  private static final Map<Class<?>, Type> TYPES =
      Map.of(
          String.class, Types.StringType.get(),
          Boolean.class, Types.BooleanType.get(),
          Integer.class, Types.IntegerType.get(),
          Long.class, Types.LongType.get(),
          Double.class, Types.DoubleType.get(),
          LocalDate.class, Types.DateType.get(),
          Instant.class, Types.TimestampType.withZone());

  private final RecordComponent[] components;
  private final Constructor<R> constructor;
  private final Schema schema;

  RowFormat(Class<R> type) {
    components = type.getRecordComponents();
    Class<?>[] parameters =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      constructor = type.getDeclaredConstructor(parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException("Invalid row type: " + type.getName(), e);
    }
    List<Types.NestedField> fields = new ArrayList<>();
    for (RecordComponent component : components) {
      fields.add(field(fields.size() + 1, component));
    }
    schema = new Schema(fields);
  }

  /** The columns in order; ids from 1. */
  Schema schema() {
    return schema;
  }

  /**
   * The row as a record of the table's own schema, which may have more columns: those stay null.
   */
  Record toRecord(R row, Schema tableSchema) {
    GenericRecord record = GenericRecord.create(tableSchema);
    for (RecordComponent component : components) {
      String column = columnName(component);
      Object value = valueOf(component, row);
      if (value == null && schema.findField(column).isRequired()) {
        throw new IllegalArgumentException("Missing " + column + ": null (the column is required)");
      }
      record.setField(column, toIceberg(value));
    }
    return record;
  }

  /** The record as a row; columns that the row does not know are left out. */
  R toRow(Record record) {
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = fromIceberg(record.getField(columnName(components[i])));
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("Invalid row: " + record, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read row: " + record, e);
    }
  }

  private static Types.NestedField field(int id, RecordComponent component) {
    Column column = component.getAnnotation(Column.class);
    Type type = TYPES.get(MethodType.methodType(component.getType()).wrap().returnType());
    if (column == null || type == null) {
      throw new IllegalArgumentException("Unsupported component: " + component);
    }
    String name = columnName(component);
    boolean required = component.getType().isPrimitive() || column.required();
    return required
        ? Types.NestedField.required(id, name, type, column.value())
        : Types.NestedField.optional(id, name, type, column.value());
  }

  /**
   * {@code logicalDate} is column {@code logical_date}; {@code configSha256} is {@code
   * config_sha256}.
   */
  private static String columnName(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  private static Object valueOf(RecordComponent component, Object row) {
    try {
      return component.getAccessor().invoke(row);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read component: " + component, e);
    }
  }

  private static Object toIceberg(Object value) {
    return value instanceof Instant instant
        ? instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC)
        : value;
  }

  private static Object fromIceberg(Object value) {
    return value instanceof OffsetDateTime time ? time.toInstant() : value;
  }
}
