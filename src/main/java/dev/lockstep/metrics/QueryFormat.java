package dev.lockstep.metrics;

/** How the rows of a query are printed. */
public enum QueryFormat {
  /** Aligned columns under their names; doubles to 6 significant digits. */
  TABLE,
  /** RFC 4180 with a header; a null is an empty field, an empty text is quoted. */
  CSV,
  /** A JSON object a row, one a line; what JSON has no number for (NaN, infinities) is text. */
  JSON
}
