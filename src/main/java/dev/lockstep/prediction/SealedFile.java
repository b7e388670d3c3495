package dev.lockstep.prediction;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A Parquet file that carries its own SHA-256, so that one rename brings both: the footer has 64
 * hex digits, the seal, which are the SHA-256 of the file with {@link #UNSEALED} in their place.
 *
 * <p>Parquet's own page checksums leave out the page headers, the indexes and the footer.
 */
final class SealedFile implements OutputFile, AutoCloseable {
  /** The seal's name in the footer. */
  static final String KEY = "lockstep-sha256";

  /** What the writer puts into the footer. */
  static final String UNSEALED = "unsealed".repeat(8);

  private static final int COPIED_AT_ONCE = 1 << 20;

  /** Behind the footer: its length and {@code PAR1}. */
  private static final int END = 8;

  /** A footer has about 100 bytes for each column of a row group. */
  private static final int LONGEST_FOOTER = 1 << 28;

  /** Between the key and its value Thrift has the value's type and length, a byte each. */
  private static final int BETWEEN = 2;

  private final SealingStream stream;

  private SealedFile(SealingStream stream) {
    this.stream = stream;
  }

  static SealedFile create(FileSystem files, Path path) throws IOException {
    return new SealedFile(new SealingStream(files.create(path, false)));
  }

  /** From here on nothing but indexes and footer comes: memory holds them until the file ends. */
  void beginFooter() {
    stream.footer = new ByteArrayOutputStream();
  }

  /**
   * Compares the file with its seal, ahead of Parquet: what a damaged footer makes it do is
   * unknown.
   *
   * @throws IOException that says what is wrong
   */
  static void check(FileSystem files, FileStatus file) throws IOException {
    MessageDigest digest = sha256();
    try (FSDataInputStream in = files.open(file.getPath())) {
      byte[] footer = new byte[footerLength(in, file.getLen())];
      in.seek(0);
      byte[] buffer = new byte[COPIED_AT_ONCE];
      for (long left = file.getLen() - footer.length; left > 0; ) {
        int length = (int) Math.min(left, buffer.length);
        in.readFully(buffer, 0, length);
        digest.update(buffer, 0, length);
        left -= length;
      }
      in.readFully(footer);
      String seal = replaceSeal(footer, UNSEALED);
      if (!hex(digest.digest(footer)).equals(seal)) {
        throw new IOException("its SHA-256 is not the one in its footer");
      }
    }
  }

  /** With what is behind the footer. */
  private static int footerLength(FSDataInputStream in, long length) throws IOException {
    if (length >= END) {
      byte[] end = new byte[END];
      in.readFully(length - END, end);
      ByteBuffer numbers = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN);
      int footer = numbers.getInt();
      if (footer >= 0 && footer <= Math.min(length - END, LONGEST_FOOTER)) {
        return footer + END;
      }
    }
    throw new IOException("it is no Parquet file of %d bytes".formatted(length));
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return stream;
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return stream;
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  /** Of a writer that has failed, too. */
  @Override
  public void close() throws IOException {
    stream.close();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Missing SHA-256: every Java platform has it", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Puts another seal into a footer.
   *
   * @return the one that was there
   */
  private static String replaceSeal(byte[] footer, String replacement) throws IOException {
    // One char a byte, so that places are the same.
    String text = new String(footer, StandardCharsets.ISO_8859_1);
    int key = text.lastIndexOf(KEY);
    int place = key + KEY.length() + BETWEEN;
    if (key < 0 || place + UNSEALED.length() > footer.length) {
      throw new IOException("its footer has no SHA-256");
    }
    byte[] seal = replacement.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(seal, 0, footer, place, seal.length);
    return text.substring(place, place + seal.length);
  }

  private static final class SealingStream extends PositionOutputStream {
    private final FSDataOutputStream out;
    private final MessageDigest digest = sha256();
    private ByteArrayOutputStream footer;
    private long position;
    private boolean open = true;

    SealingStream(FSDataOutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      position += length;
      if (footer == null) {
        digest.update(bytes, offset, length);
        out.write(bytes, offset, length);
      } else {
        footer.write(bytes, offset, length);
      }
    }

    @Override
    public void close() throws IOException {
      if (!open) {
        return;
      }
      open = false;
      try (out) {
        if (footer != null) {
          byte[] bytes = footer.toByteArray();
          digest.update(bytes);
          if (!replaceSeal(bytes, hex(digest.digest())).equals(UNSEALED)) {
            throw new IOException("the footer's layout is unknown");
          }
          out.write(bytes);
          if (out.hasCapability(StreamCapabilities.HSYNC)) {
            out.hsync();
          }
        }
      }
    }
  }
}
