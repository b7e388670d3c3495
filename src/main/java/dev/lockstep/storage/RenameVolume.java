package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A file system with a rename that is one operation and refuses a taken name, like HDFS.
 *
 * <p>Files that go through {@link AtomicDirectory#create} are synced by their stream; files of
 * others are as durable as the file system makes them at close.
 */
record RenameVolume(FileContext context) implements Volume {

  @Override
  public void makeDirectories(Path directory) throws IOException {
    context.mkdir(directory, FsPermission.getDirDefault(), true);
  }

  @Override
  public void sync(Path directory) {}

  @Override
  public boolean createNew(Path file, byte[] content) throws IOException {
    Optional<OutputStream> created = create(file);
    if (created.isPresent()) {
      try (OutputStream stream = created.get()) {
        stream.write(content);
      }
    }
    return created.isPresent();
  }

  @Override
  public List<String> names(Path directory) throws IOException {
    try {
      return Arrays.stream(context.util().listStatus(directory))
          .map(entry -> entry.getPath().getName())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public Path hide(Path path) throws IOException {
    Path hidden = Store.unfinished(path);
    try {
      context.rename(path, hidden);
      return hidden;
    } catch (FileNotFoundException e) {
      return path;
    }
  }

  private Optional<OutputStream> create(Path file) throws IOException {
    try {
      EnumSet<CreateFlag> onlyNew = EnumSet.of(CreateFlag.CREATE);
      return Optional.of(context.create(file, onlyNew, Options.CreateOpts.createParent()));
    } catch (IOException e) {
      // Another client may be writing it in this moment, which HDFS says with an error of its own.
      if (context.util().exists(file)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void publish(Path from, Path to) throws IOException {
    context.rename(from, to);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    context.rename(from, to, Options.Rename.OVERWRITE);
  }
}
