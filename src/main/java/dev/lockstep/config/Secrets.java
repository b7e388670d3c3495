package dev.lockstep.config;

import java.util.regex.Pattern;

/** Keeps passwords and keys out of what is written or shown. */
public final class Secrets {
  private static final String MASK = "***";

  private static final String SECRET =
      "(?:password|passwd|passphrase|secret|token|credential|signature|(?:access|account|api|private)[-_.]?key)";

  private static final Pattern SECRET_KEY = Pattern.compile(SECRET, Pattern.CASE_INSENSITIVE);

  /** The user part of a URI, where some schemes carry a password or key. */
  private static final Pattern URI_USER = Pattern.compile("(\\w[\\w+.-]*://)[^/@\\s]*:[^/@\\s]*@");

  /** A parameter of a URI whose name looks like a secret's. */
  private static final Pattern URI_PARAMETER =
      Pattern.compile("([?&][\\w.-]*" + SECRET + "[\\w.-]*=)[^&#\\s]+", Pattern.CASE_INSENSITIVE);

  /** An assignment to a key that looks like a secret's, in a command line, settings or a URI. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "([\\w.-]*"
              + SECRET
              + "[\\w.-]*[\"']?\\s*[=:]\\s*)(?:\"[^\"]*\"|'[^']*'|[^\\s,;&)}\\]]+)",
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
    return ASSIGNMENT.matcher(withoutUser(text)).replaceAll("$1" + MASK);
  }
}
