package dev.kinebeam.sample.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/** All that stands still: floor, sunlight, mat, plant. In pixels of a 1920×1080 picture. */
final class Room {
  /** Where the figure's pelvis lies. */
  static final Point PELVIS = new Point(975, 590);

  /** Pixels per metre on the floor. */
  static final double SCALE = 640;

  private static final double WIDTH = 1920;
  private static final double HEIGHT = 1080;

  private Room() {}

  static void draw(Graphics2D g) {
    floor(g);
    sunlight(g);
    mat(g);
    block(g);
    plant(g);
  }

  private static void floor(Graphics2D g) {
    g.setColor(Palette.FLOOR);
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
    g.setColor(Palette.FLOOR_LINE);
    double plank = 154;
    for (int row = 1; row * plank < HEIGHT; row++) {
      g.fill(new Rectangle2D.Double(0, row * plank - 1.5, WIDTH, 3));
    }
    double[] joints = {620, 1330, 300, 1010, 1620, 480, 1180};
    for (int row = 0; row < joints.length; row++) {
      g.fill(new Rectangle2D.Double(joints[row], row * plank, 3, plank));
      double other = (joints[row] + 900) % WIDTH;
      g.fill(new Rectangle2D.Double(other, row * plank, 3, plank));
    }
  }

  private static void sunlight(Graphics2D g) {
    g.setColor(Palette.SUNLIGHT);
    for (int pane = 0; pane < 3; pane++) {
      double x = 560 + pane * 330;
      Path2D light = new Path2D.Double();
      light.moveTo(x, 0);
      light.lineTo(x + 270, 0);
      light.lineTo(x - 250, HEIGHT);
      light.lineTo(x - 520, HEIGHT);
      light.closePath();
      g.fill(light);
    }
  }

  private static void mat(Graphics2D g) {
    double x = 352;
    double y = 352;
    double width = 1262;
    double height = 476;
    g.setColor(Palette.SHADOW);
    g.fill(new RoundRectangle2D.Double(x + 8, y + 14, width, height, 56, 56));
    g.setColor(Palette.MAT_EDGE);
    g.fill(new RoundRectangle2D.Double(x, y, width, height, 56, 56));
    g.setColor(Palette.MAT);
    g.fill(new RoundRectangle2D.Double(x + 6, y + 5, width - 12, height - 14, 48, 48));
    g.setColor(Palette.MAT_LINE);
    for (double stripe : new double[] {x + 44, x + 60, x + width - 64, x + width - 48}) {
      g.fill(new Rectangle2D.Double(stripe, y + 6, 5, height - 16));
    }
  }

  private static void block(Graphics2D g) {
    AffineTransform before = g.getTransform();
    g.translate(190, 905);
    g.rotate(-0.22);
    g.setColor(Palette.SHADOW);
    g.fill(new RoundRectangle2D.Double(-92, -40, 200, 112, 30, 30));
    g.setColor(Palette.darker(Palette.POT, 0.12));
    g.fill(new RoundRectangle2D.Double(-100, -50, 200, 112, 30, 30));
    g.setColor(Palette.POT);
    g.fill(new RoundRectangle2D.Double(-100, -56, 200, 108, 30, 30));
    g.setColor(Palette.faded(Color.WHITE, 0.16));
    g.fill(new RoundRectangle2D.Double(-84, -42, 168, 8, 8, 8));
    g.setTransform(before);
  }

  private static void plant(Graphics2D g) {
    AffineTransform before = g.getTransform();
    g.translate(1768, 850);
    g.setColor(Palette.SHADOW);
    g.fill(new Ellipse2D.Double(-94, -82, 226, 226));
    g.setColor(Palette.darker(Palette.POT, 0.15));
    g.fill(new Ellipse2D.Double(-84, -84, 168, 168));
    g.setColor(Palette.POT);
    g.fill(new Ellipse2D.Double(-80, -84, 160, 160));
    g.setColor(Palette.HAIR);
    g.fill(new Ellipse2D.Double(-64, -68, 128, 128));
    for (int ring = 0; ring < 2; ring++) {
      int leaves = ring == 0 ? 9 : 6;
      for (int leaf = 0; leaf < leaves; leaf++) {
        AffineTransform centre = g.getTransform();
        g.rotate(2 * Math.PI * leaf / leaves + 0.35 * ring);
        leaf(g, ring == 0 ? 138 : 92, ring == 0 ? Palette.LEAF_DARK : Palette.LEAF);
        g.setTransform(centre);
      }
    }
    g.setTransform(before);
  }

  private static void leaf(Graphics2D g, double length, Color colour) {
    Path2D leaf = new Path2D.Double();
    leaf.moveTo(0, 0);
    leaf.curveTo(length * 0.35, -length * 0.30, length * 0.8, -length * 0.22, length, 0);
    leaf.curveTo(length * 0.8, length * 0.22, length * 0.35, length * 0.30, 0, 0);
    g.setColor(colour);
    g.fill(leaf);
    g.setColor(Palette.faded(Color.WHITE, 0.18));
    g.fill(new Rectangle2D.Double(length * 0.12, -1.5, length * 0.72, 3));
  }
}
