/**
 * Pages for people: a run, a line of models, a version's card, each one HTML file that needs
 * nothing else. Knows the tables' rows, not where they lie. May use metrics and below.
 *
 * <p>A page is a FreeMarker template ({@code src/main/resources/dev/lockstep/report}), which
 * escapes whatever it is given, and charts, which are SVG.
 */
package dev.lockstep.report;
