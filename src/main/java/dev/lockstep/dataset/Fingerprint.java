package dev.lockstep.dataset;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Tells whether two runs had the same rows: a SHA-256 over the names and types of the used columns,
 * the number of rows, and sums over the rows' hashes, so that neither the rows' order nor the
 * layout of files matters.
 *
 * <p>A row has two 64-bit hashes (xxHash64 with different salts); the sums of their halves cannot
 * overflow below 2^31 rows.
 */
final class Fingerprint {
  private static final List<String> SALTS = List.of("first", "second");

  private final List<String> names;
  private final Columns columns;
  private final List<Supplier<Object>> sums = new ArrayList<>();
  private final LongSupplier rows;

  Fingerprint(Columns columns, OnePass pass) {
    this.columns = columns;
    this.names = columns.used().stream().sorted().toList();
    this.rows = pass.count(functions.lit(true));
    for (String salt : SALTS) {
      Column hash = hash(salt);
      sums.add(pass.value(functions.sum(hash.bitwiseAND(0xffff_ffffL))));
      sums.add(pass.value(functions.sum(functions.shiftrightunsigned(hash, 32))));
    }
  }

  /** Once the pass has run: 64 hex digits. */
  String sha256() {
    StringJoiner text = new StringJoiner("\n");
    for (String name : names) {
      text.add(name + " " + columns.type(name).json());
    }
    text.add(Long.toString(rows.getAsLong()));
    sums.forEach(sum -> text.add(String.valueOf(sum.get())));
    return sha256(text.toString());
  }

  static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Missing SHA-256: every Java platform has it", e);
    }
  }

  /** Spark's hash passes over nulls, so which columns are null is hashed as well. */
  private Column hash(String salt) {
    List<Column> hashed = new ArrayList<>();
    hashed.add(functions.lit(salt));
    for (String name : names) {
      hashed.add(Names.column(name));
      hashed.add(Names.column(name).isNull());
    }
    return functions.xxhash64(hashed.toArray(Column[]::new));
  }
}
