package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.FSDataOutputStream;

/**
 * Hashes what is written, and tells it once the file is synced and closed.
 *
 * <p>A failure is thrown once, by what met it first: a file that failed is closed in silence, so
 * that {@code try (stream)} does not find the same failure again.
 */
final class HashingOutputStream extends OutputStream {
  private final FSDataOutputStream file;
  private final String name;
  private final Consumer<ManifestFile> closed;
  private final Function<IOException, StoreException> failure;
  private final MessageDigest digest = Sha256.start();
  private long length;
  private boolean open = true;

  /**
   * @param closed gets what was written, if all of it is safe
   * @param failure puts a failure into words
   */
  HashingOutputStream(
      FSDataOutputStream file,
      String name,
      Consumer<ManifestFile> closed,
      Function<IOException, StoreException> failure) {
    this.file = file;
    this.name = name;
    this.closed = closed;
    this.failure = failure;
  }

  @Override
  public void write(int value) {
    guarded(() -> file.write(value));
    digest.update((byte) value);
    length++;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    guarded(() -> file.write(bytes, offset, count));
    digest.update(bytes, offset, count);
    length += count;
  }

  @Override
  public void flush() {
    if (open) {
      guarded(file::flush);
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    guarded(
        () -> {
          if (file.hasCapability("hsync")) {
            file.hsync();
          }
          file.close();
        });
    open = false;
    closed.accept(new ManifestFile(name, length, Sha256.finish(digest)));
  }

  private interface Operation {
    void run() throws IOException;
  }

  private void guarded(Operation operation) {
    try {
      operation.run();
    } catch (IOException e) {
      open = false;
      release(e);
      throw failure.apply(e);
    }
  }

  private void release(IOException failed) {
    try {
      file.close();
    } catch (IOException again) {
      if (again != failed) {
        failed.addSuppressed(again);
      }
    }
  }
}
