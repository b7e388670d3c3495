package dev.lockstep.network;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is in a network.zip as DL4J writes it. DL4J's own reader would also deserialize a
 * preprocessor from it as a Java object, which a file must never be allowed to ask for.
 *
 * @param configuration JSON
 * @param parameters [1, parameters]
 * @param updaterState [1, values]; absent for updaters without state, or where it was left out
 */
public record NetworkZip(
    String configuration, INDArray parameters, Optional<INDArray> updaterState) {
  private static final String CONFIGURATION = "configuration.json";
  private static final String PARAMETERS = "coefficients.bin";
  private static final String UPDATER_STATE = "updaterState.bin";

  /**
   * Reads the entries.
   *
   * @throws IOException if it is no such zip
   */
  public static NetworkZip read(byte[] zip) throws IOException {
    Map<String, byte[]> entries = entries(zip);
    byte[] updaterState = entries.get(UPDATER_STATE);
    return new NetworkZip(
        new String(needed(entries, CONFIGURATION), StandardCharsets.UTF_8),
        array(needed(entries, PARAMETERS)),
        updaterState == null ? Optional.empty() : Optional.of(array(updaterState)));
  }

  /**
   * Writes the entries as plain DL4J reads them, stored as they are: floats hardly shrink, and to
   * deflate them takes longer than all the rest.
   *
   * @param updaterState may be empty
   */
  static void write(
      String configuration, float[] parameters, float[] updaterState, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.putNextEntry(new ZipEntry(CONFIGURATION));
    zip.write(configuration.getBytes(StandardCharsets.UTF_8));
    store(PARAMETERS, new FlatArray(parameters), zip);
    if (updaterState.length > 0) {
      store(UPDATER_STATE, new FlatArray(updaterState), zip);
    }
    zip.finish();
  }

  private static void store(String name, FlatArray array, ZipOutputStream zip) throws IOException {
    CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    array.write(sum);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(array.sizeBytes());
    entry.setCrc(sum.getChecksum().getValue());
    zip.putNextEntry(entry);
    array.write(zip);
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (Set.of(CONFIGURATION, PARAMETERS, UPDATER_STATE).contains(entry.getName())) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return entries;
  }

  private static byte[] needed(Map<String, byte[]> entries, String name) throws IOException {
    byte[] entry = entries.get(name);
    if (entry == null) {
      throw new IOException("no " + name + " in the zip");
    }
    return entry;
  }

  private static INDArray array(byte[] bytes) throws IOException {
    try {
      return Nd4j.read(new ByteArrayInputStream(bytes));
    } catch (RuntimeException e) {
      throw new IOException("damaged array: " + e.getMessage(), e);
    }
  }
}
