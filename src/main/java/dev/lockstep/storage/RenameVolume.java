package dev.lockstep.storage;

import java.io.IOException;
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
  public void publish(Path from, Path to) throws IOException {
    context.rename(from, to);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    context.rename(from, to, Options.Rename.OVERWRITE);
  }
}
