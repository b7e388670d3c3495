package dev.lockstep.report;

import freemarker.core.TemplateHTMLOutputModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Stacked bars, as SVG that takes its colours from the page.
 *
 * @param parts names of a bar's parts, from the bottom up; at most six
 */
record BarChart(String title, String x, List<String> parts, List<Bar> bars) {
  private static final int MOST_BARS = 40;

  /**
   * A bar.
   *
   * @param values of its parts, at least 0
   */
  record Bar(String label, double[] values) {
    double sum() {
      return DoubleStream.of(values).sum();
    }
  }

  TemplateHTMLOutputModel svg() {
    List<Bar> drawn = thinned();
    double highest = drawn.stream().mapToDouble(Bar::sum).max().orElse(1);
    Axis up = new Axis(0, highest > 0 ? 1.05 * highest : 1, Frame.BOTTOM, Frame.TOP);
    Svg svg = Frame.svg(title);
    Frame.drawGrid(svg, up);
    double pitch = (Frame.RIGHT - Frame.LEFT) / Math.max(1, drawn.size());
    for (int i = 0; i < drawn.size(); i++) {
      draw(svg, drawn.get(i), Frame.LEFT + (i + 0.15) * pitch, 0.7 * pitch, up);
      if (i % Math.max(1, drawn.size() / 6) == 0) {
        Frame.label(svg, drawn.get(i).label(), "x", Frame.LEFT + (i + 0.5) * pitch);
      }
    }
    Frame.drawBase(svg);
    Frame.name(svg, x);
    return svg.finish();
  }

  private void draw(Svg svg, Bar bar, double left, double width, Axis up) {
    double below = 0;
    for (int part = 0; part < parts.size(); part++) {
      double above = below + bar.values()[part];
      double top = up.place(above);
      svg.open(
          "rect",
          "class",
          "bar s" + part,
          "x",
          left,
          "width",
          width,
          "y",
          top,
          "height",
          up.place(below) - top);
      String place = x + " " + bar.label() + ", " + parts.get(part);
      svg.textElement("title", place + ": " + Figure.of(bar.values()[part]));
      svg.close("rect");
      below = above;
    }
  }

  /** At most so many bars: each the mean of a stretch, by the name of its first. */
  private List<Bar> thinned() {
    int count = Math.min(bars.size(), MOST_BARS);
    List<Bar> means = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Bar> stretch = bars.subList(bars.size() * i / count, bars.size() * (i + 1) / count);
      double[] mean = new double[parts.size()];
      for (int part = 0; part < mean.length; part++) {
        int index = part;
        mean[part] =
            stretch.stream().mapToDouble(bar -> bar.values()[index]).average().orElseThrow();
      }
      means.add(new Bar(stretch.get(0).label(), mean));
    }
    return means;
  }
}
