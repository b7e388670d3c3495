package dev.lockstep.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A named line of a chart, in the order of x.
 *
 * @param points with a finite y
 */
record Series(String name, List<Point> points) {

  /**
   * @param label of the point where it is no number; null: x itself
   */
  record Point(double x, double y, String label) {
    Point(double x, double y) {
      this(x, y, null);
    }
  }

  Series {
    points = points.stream().filter(point -> Double.isFinite(point.y())).toList();
  }

  /** At most so many points: means of as many stretches of neighbours. */
  Series thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    List<Point> means = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      int from = (int) ((long) points.size() * i / most);
      int to = (int) ((long) points.size() * (i + 1) / most);
      List<Point> stretch = points.subList(from, to);
      means.add(
          new Point(
              stretch.stream().mapToDouble(Point::x).average().orElseThrow(),
              stretch.stream().mapToDouble(Point::y).average().orElseThrow()));
    }
    return new Series(name, means);
  }
}
