package dev.lockstep.report;

/** What every chart has around its lines or bars: its size, the grid, and what x is. */
enum Frame {
  ;

  static final double LEFT = 52;
  static final double RIGHT = 410;
  static final double TOP = 12;
  static final double BOTTOM = 204;
  static final double MIDDLE = (LEFT + RIGHT) / 2;
  static final int TICKS = 5;

  private static final double WIDTH = 420;
  private static final double HEIGHT = 240;
  private static final double LABELS = 220;
  private static final double NAME = 236;

  static Svg svg(String title) {
    return new Svg(WIDTH, HEIGHT, title);
  }

  /** A line across, and its figure, for every tick of the axis up. */
  static void drawGrid(Svg svg, Axis up) {
    for (double tick : up.ticks(TICKS)) {
      double y = up.place(tick);
      svg.element("line", "class", "grid", "x1", LEFT, "x2", RIGHT, "y1", y, "y2", y);
      svg.textElement("text", up.label(tick, TICKS), "class", "y", "x", LEFT - 6, "y", y + 4);
    }
  }

  static void drawBase(Svg svg) {
    svg.element("line", "class", "axis", "x1", LEFT, "x2", RIGHT, "y1", BOTTOM, "y2", BOTTOM);
  }

  /**
   * A text below the axis.
   *
   * @param anchor the style's class for what lies at x: "first" the text's start, "x" its middle,
   *     "y" its end
   */
  static void label(Svg svg, String text, String anchor, double x) {
    svg.textElement("text", text, "class", anchor, "x", x, "y", LABELS);
  }

  /** What x is. */
  static void name(Svg svg, String text) {
    svg.textElement("text", text, "class", "x name", "x", MIDDLE, "y", NAME);
  }
}
