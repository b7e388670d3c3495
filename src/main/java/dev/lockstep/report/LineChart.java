package dev.lockstep.report;

import freemarker.core.TemplateHTMLOutputModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Lines over a common x, as SVG that takes its colours from the page.
 *
 * @param title what is shown
 * @param x what x is
 * @param lines at most four; the first is the most important
 */
record LineChart(String title, String x, List<Series> lines) {
  private static final int MOST_MARKS = 60;
  private static final int MOST_POINTS = 300;

  /** Empty where there is nothing to draw. */
  boolean isEmpty() {
    return lines.stream().allMatch(line -> line.points().isEmpty());
  }

  TemplateHTMLOutputModel svg() {
    List<Series> drawn = lines.stream().map(line -> line.thinned(MOST_POINTS)).toList();
    Axis across = Axis.of(values(drawn, true), Frame.LEFT + 6, Frame.RIGHT - 6);
    Axis up = Axis.around(values(drawn, false), Frame.BOTTOM, Frame.TOP);
    Svg svg = Frame.svg(title);
    drawGrid(svg, across, up, drawn);
    for (int i = 0; i < drawn.size(); i++) {
      drawLine(svg, drawn.get(i), i, across, up);
    }
    return svg.finish();
  }

  private void drawGrid(Svg svg, Axis across, Axis up, List<Series> drawn) {
    Frame.drawGrid(svg, up);
    Frame.drawBase(svg);
    List<Series.Point> labelled =
        drawn.stream()
            .flatMap(line -> line.points().stream())
            .filter(point -> point.label() != null)
            .toList();
    if (labelled.isEmpty()) {
      for (double tick :
          isCounted(drawn) ? across.wholeTicks(Frame.TICKS) : across.ticks(Frame.TICKS)) {
        Frame.label(svg, across.label(tick, Frame.TICKS), "x", across.place(tick));
      }
    } else {
      drawLabels(svg, across, labelled);
    }
    Frame.name(svg, x);
  }

  /** The first and last label, and one between. */
  private static void drawLabels(Svg svg, Axis across, List<Series.Point> labelled) {
    List<Series.Point> sorted =
        labelled.stream().sorted(Comparator.comparingDouble(Series.Point::x)).toList();
    Series.Point first = sorted.get(0);
    Series.Point last = sorted.get(sorted.size() - 1);
    Frame.label(svg, first.label(), "first", Frame.LEFT);
    if (last.x() > first.x()) {
      Frame.label(svg, last.label(), "y", Frame.RIGHT);
    }
    Series.Point middle = sorted.get(sorted.size() / 2);
    if (Math.abs(across.place(middle.x()) - Frame.MIDDLE) < 60
        && middle.x() > first.x()
        && middle.x() < last.x()) {
      Frame.label(svg, middle.label(), "x", across.place(middle.x()));
    }
  }

  private static void drawLine(Svg svg, Series line, int number, Axis across, Axis up) {
    StringBuilder path = new StringBuilder();
    for (Series.Point point : line.points()) {
      path.append(path.length() == 0 ? "M" : "L")
          .append(Svg.number(across.place(point.x())))
          .append(' ')
          .append(Svg.number(up.place(point.y())));
    }
    svg.element("path", "class", "line s" + number, "d", path);
    if (line.points().size() <= MOST_MARKS) {
      for (Series.Point point : line.points()) {
        svg.open(
            "circle",
            "class",
            "mark s" + number,
            "cx",
            across.place(point.x()),
            "cy",
            up.place(point.y()),
            "r",
            line.points().size() > 30 ? 2 : 3);
        svg.textElement("title", line.name() + ", " + at(point) + ": " + Figure.of(point.y()));
        svg.close("circle");
      }
    }
  }

  private static boolean isCounted(List<Series> lines) {
    return Arrays.stream(values(lines, true)).allMatch(x -> x == Math.rint(x))
        || lines.stream().anyMatch(line -> line.points().size() > MOST_MARKS);
  }

  private static String at(Series.Point point) {
    return point.label() == null ? Figure.of(point.x()) : point.label();
  }

  private static double[] values(List<Series> lines, boolean ofX) {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(point -> ofX ? point.x() : point.y())
        .toArray();
  }
}
