package dev.lockstep.metrics;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/**
 * Spark's values as plain Java: numbers, booleans, text, lists, maps, null; times as ISO 8601 text
 * in UTC.
 */
final class PlainValue {
  private PlainValue() {}

  static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>(row.length());
    for (int i = 0; i < row.length(); i++) {
      values.add(of(row.get(i)));
    }
    return Collections.unmodifiableList(values);
  }

  private static Object of(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    } else if (value instanceof java.sql.Timestamp time) {
      return time.toInstant().toString();
    } else if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    } else if (value instanceof Row row) {
      return struct(row);
    } else if (value instanceof scala.collection.Seq<?> seq) {
      List<Object> list = new ArrayList<>();
      JavaConverters.seqAsJavaList(seq).forEach(item -> list.add(of(item)));
      return list;
    } else if (value instanceof scala.collection.Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      JavaConverters.mapAsJavaMap(map).forEach((key, item) -> entries.put(text(key), of(item)));
      return entries;
    }
    return value.toString();
  }

  private static Map<String, Object> struct(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < row.length(); i++) {
      fields.put(row.schema().fieldNames()[i], of(row.get(i)));
    }
    return fields;
  }

  private static String text(Object key) {
    return String.valueOf(of(key));
  }
}
