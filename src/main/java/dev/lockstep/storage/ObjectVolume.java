package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An object store: a rename copies, so the manifest moves last and its arrival is the commit.
 *
 * <p>Two writers that publish the same name at the same moment can mix their files, which the
 * manifest's digests then reveal; jobs hold a lock for each run.
 */
record ObjectVolume(FileSystem fileSystem) implements Volume {

  @Override
  public void makeDirectories(Path directory) throws IOException {
    if (!fileSystem.mkdirs(directory)) {
      throw new IOException("mkdirs returned false");
    }
  }

  @Override
  public void sync(Path directory) {}

  /** The check and the write are two steps: of two writers at once the later one's file stays. */
  @Override
  public boolean createNew(Path file, byte[] content) throws IOException {
    try (OutputStream stream = fileSystem.create(file, false)) {
      stream.write(content);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  @Override
  public List<String> names(Path directory) throws IOException {
    try {
      return Arrays.stream(fileSystem.listStatus(directory))
          .map(entry -> entry.getPath().getName())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void publish(Path from, Path to) throws IOException {
    if (fileSystem.exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    makeDirectories(to);
    for (FileStatus child : fileSystem.listStatus(from)) {
      if (!child.getPath().getName().equals(Manifest.NAME)) {
        move(child.getPath(), to);
      }
    }
    move(new Path(from, Manifest.NAME), to);
    fileSystem.delete(from, true);
  }

  /**
   * An object appears, whole, when its stream is closed; a rename would first take the old away. A
   * stream that could not be filled is therefore never closed.
   */
  @Override
  public void replace(Path from, Path to) throws IOException {
    FSDataOutputStream out = fileSystem.create(to, true);
    try (InputStream in = fileSystem.open(from)) {
      in.transferTo(out);
    } catch (IOException | RuntimeException e) {
      if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      throw e;
    }
    out.close();
    fileSystem.delete(from, false);
  }

  @Override
  public Path hide(Path path) {
    return path;
  }

  private void move(Path child, Path to) throws IOException {
    if (!fileSystem.rename(child, new Path(to, child.getName()))) {
      throw new IOException("rename of " + child.getName() + " returned false");
    }
  }
}
