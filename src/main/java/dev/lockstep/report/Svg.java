package dev.lockstep.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateHTMLOutputModel;
import freemarker.template.TemplateModelException;
import java.util.Locale;

/**
 * The text of an SVG picture, element by element. Numbers get two decimals; texts and attributes
 * are escaped.
 */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  /**
   * A picture that is as wide as its place.
   *
   * @param title what a screen reader says
   */
  Svg(double width, double height, String title) {
    open("svg", "viewBox", "0 0 " + number(width) + " " + number(height), "role", "img");
    textElement("title", title);
  }

  /** An element without content: name, then attribute names and values. */
  Svg element(String name, Object... attributes) {
    start(name, attributes);
    text.append("/>");
    return this;
  }

  Svg open(String name, Object... attributes) {
    start(name, attributes);
    text.append('>');
    return this;
  }

  Svg close(String name) {
    text.append("</").append(name).append('>');
    return this;
  }

  /** An element that holds a text alone. */
  Svg textElement(String name, String content, Object... attributes) {
    open(name, attributes);
    text.append(escaped(content));
    return close(name);
  }

  /** The finished picture, as a template takes it without escaping it again. */
  TemplateHTMLOutputModel finish() {
    close("svg");
    try {
      return HTMLOutputFormat.INSTANCE.fromMarkup(text.toString());
    } catch (TemplateModelException e) {
      throw new IllegalStateException(e);
    }
  }

  static String number(double value) {
    String fixed = String.format(Locale.ROOT, "%.2f", value);
    return fixed.replaceFirst("\\.?0+$", "");
  }

  private void start(String name, Object... attributes) {
    text.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      Object value = attributes[i + 1];
      String shown = value instanceof Number n ? number(n.doubleValue()) : value.toString();
      text.append(' ').append(attributes[i]).append("=\"").append(escaped(shown)).append('"');
    }
  }

  private static String escaped(String content) {
    return HTMLOutputFormat.INSTANCE.escapePlainText(content);
  }
}
