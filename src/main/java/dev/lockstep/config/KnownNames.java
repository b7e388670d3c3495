package dev.lockstep.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names that settings may hold, and the nearest of them to a wrong one. */
public final class KnownNames {
  /** DL4J's activation functions, lower case. */
  public static final List<String> ACTIVATIONS =
      List.of(
          "cube",
          "elu",
          "gelu",
          "hardsigmoid",
          "hardtanh",
          "identity",
          "leakyrelu",
          "mish",
          "rationaltanh",
          "rectifiedtanh",
          "relu",
          "relu6",
          "rrelu",
          "selu",
          "sigmoid",
          "softmax",
          "softplus",
          "softsign",
          "swish",
          "tanh",
          "thresholdedrelu");

  /**
   * DL4J's first distributions of weights, lower case with '-', but those that need more than a
   * name or square weights.
   */
  public static final List<String> WEIGHT_INITS =
      List.of(
          "lecun-normal",
          "lecun-uniform",
          "normal",
          "ones",
          "relu",
          "relu-uniform",
          "sigmoid-uniform",
          "uniform",
          "var-scaling-normal-fan-avg",
          "var-scaling-normal-fan-in",
          "var-scaling-normal-fan-out",
          "var-scaling-uniform-fan-avg",
          "var-scaling-uniform-fan-in",
          "var-scaling-uniform-fan-out",
          "xavier",
          "xavier-fan-in",
          "xavier-legacy",
          "xavier-uniform",
          "zero");

  private KnownNames() {}

  /** The evaluation metrics that a model of this task can be judged by. */
  public static List<String> metrics(Task task) {
    return switch (task) {
      case BINARY -> List.of("auc", "log-loss", "accuracy", "precision", "recall", "f1", "brier");
      case MULTICLASS -> List.of("accuracy", "macro-f1", "log-loss");
      case REGRESSION -> List.of("rmse", "mae", "r2");
    };
  }

  /** An enum constant as settings write it: {@code ONE_HOT} is {@code one-hot}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The known name with the least edits to the wrong one; the first of equals. */
  public static String nearest(String wrong, List<String> known) {
    return known.stream().min(Comparator.comparingInt(name -> edits(wrong, name))).orElseThrow();
  }

  /** Levenshtein distance, blind to case, '-' and '_'. */
  static int edits(String left, String right) {
    String a = plain(left);
    String b = plain(right);
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }
}
