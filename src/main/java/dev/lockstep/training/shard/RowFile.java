package dev.lockstep.training.shard;

import dev.lockstep.storage.StoreException;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;

/**
 * Rows of floats on their way to mapped memory: a file in one of Spark's local directories that has
 * no name any more from the moment it exists, so that nothing is left of it when the process ends,
 * however it ends.
 *
 * <p>Written by calls, not through the mapping: a full disk is an error then, not a fault. Read
 * through a read-only mapping: its pages are the system's page cache, which it takes back when
 * memory is short, and no heap.
 */
final class RowFile implements Closeable {
  private final Path directory;
  private final FileChannel channel;
  private final long rows;
  private final int width;

  private RowFile(Path directory, FileChannel channel, long rows, int width) {
    this.directory = directory;
    this.channel = channel;
    this.rows = rows;
    this.width = width;
  }

  /**
   * @throws StoreException if the directory has no room for the rows
   */
  static RowFile create(long rows, int width) {
    File file = SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock()._2();
    Path directory = file.toPath().getParent();
    try {
      FileChannel channel =
          FileChannel.open(
              file.toPath(),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      Files.delete(file.toPath());
      return new RowFile(directory, channel, rows, width);
    } catch (IOException e) {
      throw failed(directory, rows * width * Float.BYTES, e);
    }
  }

  /** Memory for one row as it lies in a file, on the heap. */
  static ByteBuffer rowBuffer(int width) {
    return ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  /** Writes whole rows from {@code bytes}, in the machine's byte order, at {@code row}. */
  void write(long row, ByteBuffer bytes) {
    long position = row * width * Float.BYTES;
    try {
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
    } catch (IOException e) {
      throw failed(directory, rows * width * Float.BYTES, e);
    }
  }

  /** All rows, for reading; the mapping outlives this. */
  FloatRows map() {
    long rowBytes = (long) width * Float.BYTES;
    long segmentBytes = FloatRows.rowsPerSegment(width) * rowBytes;
    List<FloatBuffer> segments = new ArrayList<>();
    for (long from = 0; from < rows * rowBytes; from += segmentBytes) {
      long size = Math.min(segmentBytes, rows * rowBytes - from);
      try {
        ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, from, size);
        segments.add(mapped.order(ByteOrder.nativeOrder()).asFloatBuffer());
      } catch (IOException e) {
        throw failed(directory, rows * rowBytes, e);
      }
    }
    return FloatRows.of(width, segments);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(directory, rows * width * Float.BYTES, e);
    }
  }

  private static RuntimeException failed(Path directory, long bytes, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return new UncheckedIOException("Interrupted while rows were written", cause);
    }
    return new StoreException(
        "Failed to write training rows: %s: %s (%,d bytes go there; spark.local.dir names another)"
            .formatted(directory, cause.getMessage(), bytes),
        cause);
  }
}
