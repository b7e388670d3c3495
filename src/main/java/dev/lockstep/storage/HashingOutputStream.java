package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataOutputStream;

/** Hashes what is written, and tells it once the file is synced and closed. */
final class HashingOutputStream extends OutputStream {
  private final FSDataOutputStream file;
  private final String name;
  private final Consumer<ManifestFile> closed;
  private final MessageDigest digest = Sha256.start();
  private long length;
  private boolean open = true;

  HashingOutputStream(FSDataOutputStream file, String name, Consumer<ManifestFile> closed) {
    this.file = file;
    this.name = name;
    this.closed = closed;
  }

  @Override
  public void write(int value) throws IOException {
    file.write(value);
    digest.update((byte) value);
    length++;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    file.write(bytes, offset, count);
    digest.update(bytes, offset, count);
    length += count;
  }

  @Override
  public void flush() throws IOException {
    file.flush();
  }

  @Override
  public void close() throws IOException {
    if (!open) {
      return;
    }
    open = false;
    try (file) {
      if (file.hasCapability("hsync")) {
        file.hsync();
      }
    }
    closed.accept(new ManifestFile(name, length, Sha256.finish(digest)));
  }
}
