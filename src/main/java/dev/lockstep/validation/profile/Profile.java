package dev.lockstep.validation.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the rows were like that a version was trained on: {@code profile.json}.
 *
 * @param rows of the training split
 * @param lastDay the logical date, or the rows' last day; null where rows have no day
 * @param label the label's column
 * @param schema the source's columns with their types, all of them
 * @param columns profiles of features and label, of the training split
 */
public record Profile(
    long rows,
    LocalDate lastDay,
    String label,
    SortedMap<String, String> schema,
    List<ColumnProfile> columns) {
  /** The file's name, beside the prepared data and in a version's directory. */
  public static final String FILE = "profile.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public Profile {
    schema = new TreeMap<>(schema);
    columns = List.copyOf(columns);
  }

  /**
   * Where the rows come from.
   *
   * @param lastDay null where rows have no day
   */
  public record Origin(LocalDate lastDay, String label, SortedMap<String, String> schema) {}

  /**
   * Of the states of the training rows.
   *
   * @param byDay by their day
   * @param older of rows of days before those; may have none
   */
  public static Profile of(
      Origin origin, SortedMap<LocalDate, RowsState> byDay, List<RowsState> older, RowsState none) {
    older.forEach(none::merge);
    byDay.values().forEach(none::merge);
    List<ColumnProfile> whole = none.finish();
    return new Profile(
        none.rows(),
        origin.lastDay(),
        origin.label(),
        origin.schema(),
        new DayRanges(whole, origin.label(), byDay).added());
  }

  /** The profile of the same column and aspect. */
  public Optional<ColumnProfile> like(ColumnProfile other) {
    return columns.stream()
        .filter(each -> each.column().equals(other.column()) && each.aspect() == other.aspect())
        .findFirst();
  }

  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write as JSON: " + this, e);
    }
  }

  /** Reads what {@link #toJson} wrote; IOException if it is no such thing. */
  public static Profile fromJson(byte[] json) throws IOException {
    return JSON.readValue(json, Profile.class);
  }
}
