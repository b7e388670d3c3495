package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.security.AccessControlException;

/** Why the file system refused, in words for a one-line message. */
public final class Causes {
  /** What the operating system says, as Java's streams append it to a FileNotFoundException too. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "\\b(?:(permission denied|operation not permitted)|(read-only file system)"
              + "|(no space left on device)|(disk quota exceeded)"
              + "|(too many open files(?: in system)?|input/output error|stale file handle))\\)?$",
          Pattern.CASE_INSENSITIVE);

  private Causes() {}

  /** Whether the file is not there, rather than cannot be opened. */
  static boolean isMissing(Throwable cause) {
    return (cause instanceof FileNotFoundException
            || cause instanceof NoSuchFileException
            || cause instanceof ParentNotDirectoryException)
        && refusalOf(cause).isEmpty();
  }

  /** Whether reading again would fail just so. */
  static boolean isDamage(Throwable cause) {
    return isMissing(cause) || cause instanceof ChecksumException;
  }

  /** For people; what they can do about it is said where there is something. */
  public static String inWords(Throwable cause) {
    Optional<String> refusal = refusalOf(cause);
    if (refusal.isPresent()) {
      return refusal.get();
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

  /** The first cause of all. */
  public static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** What the disk or its owner has against it, wherever in the chain of causes; else empty. */
  public static Optional<String> refusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Optional<String> refusal = refusalOf(cause);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> refusalOf(Throwable cause) {
    if (cause instanceof AccessControlException || cause instanceof AccessDeniedException) {
      return Optional.of("permission denied");
    }
    if (cause instanceof QuotaExceededException) {
      return Optional.of("full: its quota is used up");
    }
    Matcher said =
        REFUSED.matcher(String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip());
    if (!said.find()) {
      return Optional.empty();
    }
    if (said.group(1) != null) {
      return Optional.of("permission denied");
    }
    String reason = said.group(0).replace(")", "").toLowerCase(Locale.ROOT);
    boolean full = said.group(3) != null || said.group(4) != null;
    return Optional.of(full ? reason + ": free some and run again" : reason);
  }

  private static String lowerFirst(String text) {
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
