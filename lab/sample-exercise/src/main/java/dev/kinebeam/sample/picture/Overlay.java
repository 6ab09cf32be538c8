package dev.kinebeam.sample.picture;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;

/** The words and signs over the picture, in pixels of a 1920×1080 picture. */
final class Overlay {
  private static final double LEFT = 100;
  private static final Point RING = new Point(1725, 168);
  private static final double RING_RADIUS = 104;
  private static final double BAR_WIDTH = 440;
  private static final double BAR_GAP = 12;
  private static final double BAR_HEIGHT = 12;
  private static final double BAR_Y = 266;

  private Overlay() {}

  static void headline(Graphics2D g, Script.Moment moment, int variant) {
    g.setColor(Palette.INK_SOFT);
    Lettering.draw(g, "Lumbar detensioning · take " + variant, LEFT, 92, 36, 0.075);
    g.setColor(Palette.INK);
    Lettering.draw(g, moment.headline(), LEFT, 172, 78, 0.095);
    g.setColor(Palette.INK_SOFT);
    Lettering.draw(g, moment.hint(), LEFT, 234, 36, 0.075);
  }

  static void progress(Graphics2D g, Script.Moment moment) {
    int steps = moment.steps();
    double width = (BAR_WIDTH - (steps - 1) * BAR_GAP) / steps;
    for (int step = 0; step < steps; step++) {
      double x = LEFT + step * (width + BAR_GAP);
      double part = Math.max(0, Math.min(1, moment.progress() - step));
      g.setColor(Palette.faded(Palette.INK, 0.14));
      g.fill(bar(x, width));
      if (part > 0) {
        g.setColor(part < 1 ? Palette.ACCENT : Palette.INK);
        g.fill(bar(x, Math.max(BAR_HEIGHT, width * part)));
      }
    }
  }

  static void breathingRing(Graphics2D g, Script.Moment moment) {
    double breath = moment.pose().breath();
    g.setColor(Palette.faded(Palette.PAPER, 0.85));
    g.fill(circle(RING_RADIUS));
    g.setColor(Palette.faded(Palette.MAT_EDGE, 0.45));
    g.fill(circle(36 + 60 * breath));
    g.setColor(Palette.MAT_EDGE);
    g.fill(circle(28 + 40 * breath));
    g.setColor(Palette.faded(Palette.INK, 0.25));
    g.setStroke(new BasicStroke(3));
    g.draw(circle(RING_RADIUS));
  }

  /** An arrow on the mat to where the knees shall go; fades as they get there. */
  static void direction(Graphics2D g, Script.Moment moment, int towards) {
    double x = Room.PELVIS.x() + 0.30 * Room.SCALE;
    double from = Room.PELVIS.y() + towards * 0.19 * Room.SCALE;
    double to = Room.PELVIS.y() + towards * 0.30 * Room.SCALE;
    g.setColor(Palette.faded(Palette.PAPER, 0.75 * (1 - Math.abs(moment.pose().roll()))));
    g.setStroke(new BasicStroke(9, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    Path2D arrow = new Path2D.Double();
    arrow.moveTo(x, from);
    arrow.lineTo(x, to);
    arrow.moveTo(x - 22, to - towards * 22);
    arrow.lineTo(x, to);
    arrow.lineTo(x + 22, to - towards * 22);
    g.draw(arrow);
  }

  static void breathingWord(Graphics2D g, Script.Moment moment) {
    String word = moment.breathesOut() ? "Breathe out" : "Breathe in";
    double size = 38;
    g.setColor(Palette.INK);
    Lettering.draw(g, word, RING.x() - Lettering.width(word, size) / 2, 326, size, 0.085);
  }

  private static RoundRectangle2D bar(double x, double width) {
    return new RoundRectangle2D.Double(x, BAR_Y, width, BAR_HEIGHT, BAR_HEIGHT, BAR_HEIGHT);
  }

  private static Ellipse2D circle(double radius) {
    return new Ellipse2D.Double(RING.x() - radius, RING.y() - radius, 2 * radius, 2 * radius);
  }
}
