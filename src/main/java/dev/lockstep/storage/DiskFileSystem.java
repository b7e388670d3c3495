package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A disk of this machine without checksum side files, which would double what a manifest says and
 * outlive what they are of. What the disk refuses is an IOException, as on any other file system:
 * Hadoop makes it an Error, which nobody expects of a full disk.
 */
final class DiskFileSystem extends FilterFileSystem {

  private DiskFileSystem(FileSystem raw) {
    super(raw);
  }

  /** The file system itself, unless it is Hadoop's local one. */
  static FileSystem plain(FileSystem fileSystem) {
    return fileSystem instanceof LocalFileSystem local
        ? new DiskFileSystem(local.getRaw())
        : fileSystem;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return new FSDataInputStream(new Input(fs.open(path, bufferSize)));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return checked(fs.create(path, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return checked(
        fs.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private static FSDataOutputStream checked(FSDataOutputStream file) throws IOException {
    return new FSDataOutputStream(new Output(file), null);
  }

  private interface Reading {
    int run() throws IOException;
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static int read(Reading reading) throws IOException {
    try {
      return reading.run();
    } catch (FSError e) {
      throw unwrapped(e);
    }
  }

  private static void write(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (FSError e) {
      throw unwrapped(e);
    }
  }

  private static IOException unwrapped(FSError error) {
    return error.getCause() instanceof IOException refused ? refused : new IOException(error);
  }

  private static final class Output extends OutputStream implements Syncable, StreamCapabilities {
    private final FSDataOutputStream file;

    Output(FSDataOutputStream file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      DiskFileSystem.write(() -> file.write(value));
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      DiskFileSystem.write(() -> file.write(bytes, offset, count));
    }

    @Override
    public void flush() throws IOException {
      DiskFileSystem.write(file::flush);
    }

    @Override
    public void hflush() throws IOException {
      DiskFileSystem.write(file::hflush);
    }

    @Override
    public void hsync() throws IOException {
      DiskFileSystem.write(file::hsync);
    }

    @Override
    public boolean hasCapability(String capability) {
      return file.hasCapability(capability);
    }

    @Override
    public void close() throws IOException {
      DiskFileSystem.write(file::close);
    }
  }

  private static final class Input extends FSInputStream {
    private final FSDataInputStream file;

    Input(FSDataInputStream file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      return DiskFileSystem.read(() -> file.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      return DiskFileSystem.read(() -> file.read(bytes, offset, count));
    }

    @Override
    public int available() throws IOException {
      return file.available();
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) throws IOException {
      return file.seekToNewSource(position);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
