package dev.lockstep.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.iceberg.LockManager;

/**
 * Lets one process at a time commit to a table of a Hadoop catalog on a local file system.
 *
 * <p>Such a commit is a check that the next version's file is missing, and then a rename. HDFS
 * refuses a rename onto an existing file; a local file system overwrites it, so that of two
 * processes one would lose its commit. The lock is the operating system's, on a file beside the
 * versions, and ends with its process. On other file systems only the threads of this process wait
 * for each other. Chosen by the catalog's property {@code lock-impl}.
 */
public final class LocalCommitLock implements LockManager {
  private static final String LOCK_FILE = ".commit.lock";

  /** Of this process, by directory: file locks do not hold between its threads. */
  private static final Map<String, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Map<String, FileChannel> held = new ConcurrentHashMap<>();

  @Override
  public void initialize(Map<String, String> properties) {}

  @Override
  public boolean acquire(String entityId, String ownerId) {
    org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path(entityId).getParent();
    threads(directory).lock();
    String scheme = directory.toUri().getScheme();
    if (scheme != null && !scheme.equals("file")) {
      return true;
    }
    FileChannel channel = null;
    try {
      Path local = Path.of(directory.toUri().getPath());
      Files.createDirectories(local);
      channel =
          FileChannel.open(
              local.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      held.put(ownerId, channel);
      return true;
    } catch (IOException e) {
      threads(directory).unlock();
      close(channel);
      throw new UncheckedIOException("Cannot lock " + directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean release(String entityId, String ownerId) {
    ReentrantLock threads = threads(new org.apache.hadoop.fs.Path(entityId).getParent());
    if (!threads.isHeldByCurrentThread()) {
      return false;
    }
    close(held.remove(ownerId));
    threads.unlock();
    return true;
  }

  @Override
  public void close() {}

  private static ReentrantLock threads(org.apache.hadoop.fs.Path directory) {
    return THREADS.computeIfAbsent(directory.toString(), key -> new ReentrantLock());
  }

  /** Closing the channel releases its lock. */
  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
