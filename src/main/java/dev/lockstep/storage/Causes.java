package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.security.AccessControlException;

/** Why the file system refused, in words for a one-line message. */
final class Causes {

  private Causes() {}

  static String inWords(Throwable cause) {
    if (cause instanceof AccessControlException || cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof ParentNotDirectoryException
        || cause instanceof java.nio.file.FileAlreadyExistsException
        || cause instanceof org.apache.hadoop.fs.FileAlreadyExistsException
        || cause instanceof java.nio.file.NotDirectoryException) {
      return "not a directory";
    }
    if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (cause instanceof QuotaExceededException) {
      return "full: its quota is used up";
    }
    if (cause instanceof UnknownHostException) {
      return "unknown host";
    }
    if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
      return "no connection";
    }
    if (cause instanceof UnsupportedFileSystemException) {
      return "unknown scheme";
    }
    if (cause instanceof FileSystemException refused && refused.getReason() != null) {
      return lowerFirst(refused.getReason());
    }
    if (cause instanceof IllegalArgumentException
        && cause.getCause() instanceof IOException inner) {
      return inWords(inner);
    }
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : lowerFirst(message.strip().lines().findFirst().orElseThrow());
  }

  private static String lowerFirst(String text) {
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
