package dev.lockstep.config;

import java.util.List;
import java.util.regex.Pattern;

/** Keeps passwords and keys out of what is written or shown. */
public final class Secrets {
  private static final String MASK = "***";

  private static final String SECRET =
      "(?:password|passwd|passphrase|secret|token|credential|signature"
          + "|(?:access|account|api|private)[-_.]?key|(?<![a-z])(?:pwd|sig)(?![a-z]))";

  /** A key of which a part looks so. */
  private static final String KEY = "[\\w.-]*" + SECRET + "[\\w.-]*";

  private static final String QUOTED = "\"[^\"]*\"|'[^']*'";

  private static final Pattern SECRET_KEY = Pattern.compile(SECRET, Pattern.CASE_INSENSITIVE);

  /**
   * The user part of a URI, where some schemes carry a password or key, which may have slashes or
   * an @; not a port and a path with an @.
   */
  private static final Pattern URI_USER =
      Pattern.compile("(\\w[\\w+.-]*://)[^/@\\s]*:(?!\\d+/)[^@\\s]*@(?:[^/@\\s]*@)*");

  /** A parameter of a URI whose name looks like a secret's. */
  private static final Pattern URI_PARAMETER =
      Pattern.compile("([?&]" + KEY + "=)[^&#\\s]+", Pattern.CASE_INSENSITIVE);

  /** An assignment to a key that looks like a secret's, in a command line, settings or a URI. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(" + KEY + "[\"']?\\s*[=:]\\s*)(?:" + QUOTED + "|[^\\s,;&)}\\]]+)",
          Pattern.CASE_INSENSITIVE);

  /** An option of a command line with its value behind it. */
  private static final Pattern OPTION =
      Pattern.compile(
          "(--" + KEY + "\\s+)(?:" + QUOTED + "|[^\\s\"'-]\\S*)", Pattern.CASE_INSENSITIVE);

  /** A header of HTTP. */
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "(authorization[\"']?\\s*[=:]\\s*[\"']?)(?:(?:bearer|basic|digest|token)\\s+)?[^\\s\"',]+",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /** Whether a setting of this name must not be shown. */
  static boolean isSecret(String key) {
    return SECRET_KEY.matcher(key).find();
  }

  static String mask() {
    return MASK;
  }

  /** A setting's value without the user part and the secret parameters of a URI. */
  static String withoutUser(String value) {
    String plain = URI_USER.matcher(value).replaceAll("$1" + MASK + "@");
    return URI_PARAMETER.matcher(plain).replaceAll("$1" + MASK);
  }

  /** Text for a terminal, a log or a table, without users in URIs and assigned secrets. */
  public static String masked(String text) {
    String masked = withoutUser(text);
    for (Pattern secret : List.of(AUTHORIZATION, ASSIGNMENT, OPTION)) {
      masked = secret.matcher(masked).replaceAll("$1" + MASK);
    }
    return masked;
  }
}
