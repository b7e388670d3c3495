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
  private static final double WIDTH = 420;
  private static final double HEIGHT = 240;
  private static final double LEFT = 52;
  private static final double RIGHT = 410;
  private static final double TOP = 12;
  private static final double BOTTOM = 204;
  private static final int MOST_MARKS = 60;
  private static final int MOST_POINTS = 300;
  private static final int TICKS = 5;

  /** Empty where there is nothing to draw. */
  boolean isEmpty() {
    return lines.stream().allMatch(line -> line.points().isEmpty());
  }

  TemplateHTMLOutputModel svg() {
    List<Series> drawn = lines.stream().map(line -> line.thinned(MOST_POINTS)).toList();
    Axis across = Axis.of(values(drawn, true), LEFT + 6, RIGHT - 6);
    Axis up = Axis.around(values(drawn, false), BOTTOM, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    drawGrid(svg, across, up, drawn);
    for (int i = 0; i < drawn.size(); i++) {
      drawLine(svg, drawn.get(i), i, across, up);
    }
    return svg.finish();
  }

  private void drawGrid(Svg svg, Axis across, Axis up, List<Series> drawn) {
    for (double tick : up.ticks(TICKS)) {
      double y = up.place(tick);
      svg.element("line", "class", "grid", "x1", LEFT, "x2", RIGHT, "y1", y, "y2", y);
      svg.textElement("text", up.label(tick, TICKS), "class", "y", "x", LEFT - 6, "y", y + 4);
    }
    svg.element("line", "class", "axis", "x1", LEFT, "x2", RIGHT, "y1", BOTTOM, "y2", BOTTOM);
    List<Series.Point> labelled =
        drawn.stream()
            .flatMap(line -> line.points().stream())
            .filter(point -> point.label() != null)
            .toList();
    if (labelled.isEmpty()) {
      for (double tick : isCounted(drawn) ? across.wholeTicks(TICKS) : across.ticks(TICKS)) {
        svg.textElement(
            "text", across.label(tick, TICKS), "class", "x", "x", across.place(tick), "y", 220);
      }
    } else {
      drawLabels(svg, across, labelled);
    }
    svg.textElement("text", x, "class", "x name", "x", (LEFT + RIGHT) / 2, "y", 236);
  }

  /** The first and last label, and one between. */
  private static void drawLabels(Svg svg, Axis across, List<Series.Point> labelled) {
    List<Series.Point> sorted =
        labelled.stream().sorted(Comparator.comparingDouble(Series.Point::x)).toList();
    Series.Point first = sorted.get(0);
    Series.Point last = sorted.get(sorted.size() - 1);
    svg.textElement("text", first.label(), "class", "first", "x", LEFT, "y", 220);
    if (last.x() > first.x()) {
      svg.textElement("text", last.label(), "class", "y", "x", RIGHT, "y", 220);
    }
    Series.Point middle = sorted.get(sorted.size() / 2);
    if (Math.abs(across.place(middle.x()) - (LEFT + RIGHT) / 2) < 60
        && middle.x() > first.x()
        && middle.x() < last.x()) {
      svg.textElement(
          "text", middle.label(), "class", "x", "x", across.place(middle.x()), "y", 220);
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
