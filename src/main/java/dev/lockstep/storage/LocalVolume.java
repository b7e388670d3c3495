package dev.lockstep.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * A disk of this machine. Goes around Hadoop, whose local file system syncs nothing and renames by
 * a check and then a move or copy, and fails to list a directory in which a file vanishes; a POSIX
 * rename never replaces a directory that holds a file.
 */
final class LocalVolume implements Volume {

  @Override
  public void makeDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(local(directory))) { // which a link to one is, too
      Files.createDirectories(local(directory));
    }
  }

  @Override
  public void sync(Path directory) throws IOException {
    List<java.nio.file.Path> entries;
    try (Stream<java.nio.file.Path> tree = Files.walk(local(directory))) {
      entries = tree.toList();
    }
    for (java.nio.file.Path entry : entries) {
      force(entry);
    }
  }

  @Override
  public void publish(Path from, Path to) throws IOException {
    Files.move(local(from), local(to), StandardCopyOption.ATOMIC_MOVE);
    force(local(to.getParent()));
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    force(local(from));
    Files.move(local(from), local(to), StandardCopyOption.ATOMIC_MOVE);
    force(local(to.getParent()));
  }

  @Override
  public boolean createNew(Path file, byte[] content) throws IOException {
    makeDirectories(file.getParent());
    try {
      Files.createFile(local(file));
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
    try {
      Files.write(local(file), content, StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      Files.delete(local(file)); // on a full disk an empty file would hold the name
      throw e;
    }
  }

  @Override
  public List<String> names(Path directory) throws IOException {
    try (Stream<java.nio.file.Path> entries = Files.list(local(directory))) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public Path hide(Path path) throws IOException {
    Path hidden = Store.unfinished(path);
    try {
      Files.move(local(path), local(hidden), StandardCopyOption.ATOMIC_MOVE);
      return hidden;
    } catch (NoSuchFileException e) {
      return path;
    }
  }

  private static void force(java.nio.file.Path entry) throws IOException {
    try (FileChannel channel = FileChannel.open(entry, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
