package dev.lockstep.maintenance;

import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What lies below a path.
 *
 * @param bytes of all files
 * @param newest when the youngest file was written; without a file, the directory
 */
record Contents(long bytes, Instant newest) {

  static Contents of(Store store, Path path) {
    try {
      FileStatus status = store.fileSystem().getFileStatus(path);
      long bytes = 0;
      long newest = Long.MIN_VALUE;
      RemoteIterator<LocatedFileStatus> files = store.fileSystem().listFiles(path, true);
      while (files.hasNext()) {
        FileStatus file = files.next();
        bytes += file.getLen();
        newest = Math.max(newest, file.getModificationTime());
      }
      long time = newest == Long.MIN_VALUE ? status.getModificationTime() : newest;
      return new Contents(bytes, Instant.ofEpochMilli(time));
    } catch (FileNotFoundException e) {
      return new Contents(0, Instant.MAX); // removed by its owner in this moment
    } catch (IOException e) {
      throw new StoreException("Cannot list: " + path + " (" + e.getMessage() + ")", e);
    }
  }
}
