package dev.kinebeam.sample.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.List;

/**
 * Someone who lies on the back, seen from above, head to the left of the picture; the own left side
 * is therefore up. Drawn in metres around the pelvis, x towards the feet, y towards the figure's
 * right.
 */
final class Figure {
  private static final List<Integer> SIDES = List.of(-1, 1);
  private static final double SHOULDER_X = -0.44;

  private final Graphics2D g;
  private final Pose pose;
  private final Color shirt;
  private final double hipShift;

  private Figure(Graphics2D g, Pose pose, Color shirt) {
    this.g = g;
    this.pose = pose;
    this.shirt = shirt;
    this.hipShift = 0.035 * pose.roll();
  }

  static void draw(Graphics2D g, Pose pose, Color shirt) {
    new Figure(g, pose, shirt).draw();
  }

  private void draw() {
    Leg left = Leg.of(-1, pose);
    Leg right = Leg.of(1, pose);
    shadow(left, right);
    arm(-1);
    arm(1);
    neck();
    pelvis();
    boolean leftIsUnder = left.knee().z() < right.knee().z();
    leg(leftIsUnder ? left : right, Math.min(1, Math.abs(pose.roll()) * 2));
    leg(leftIsUnder ? right : left, 0);
    torso();
    head();
  }

  /** One outline of all parts, so that the shade is even where they overlap. */
  private void shadow(Leg left, Leg right) {
    Path2D lying = new Path2D.Double(Path2D.WIND_NON_ZERO);
    lying.append(torsoShape(), false);
    lying.append(oval(-0.70, 0, 0.135, 0.118), false);
    lying.append(oval(-0.845, 0, 0.055, 0.055), false);
    for (int side : SIDES) {
      lying.append(Limb.between(armAt(side, 0), armAt(side, 1), 0.055, 0.045), false);
      lying.append(Limb.between(armAt(side, 1), armAt(side, 2), 0.042, 0.032), false);
    }
    Path2D shade = new Path2D.Double(Path2D.WIND_NON_ZERO);
    shade.append(
        lying.createTransformedShape(AffineTransform.getTranslateInstance(0.012, 0.022)), false);
    for (Leg leg : List.of(left, right)) {
      Point knee = leg.knee().shadow();
      shade.append(Limb.between(leg.hip().shadow(), knee, 0.085, 0.066), false);
      shade.append(Limb.between(knee, leg.ankle().shadow(), 0.066, 0.04), false);
      shade.append(Limb.between(leg.ankle().shadow(), leg.toes().shadow(), 0.036, 0.032), false);
    }
    g.setColor(Palette.SHADOW);
    g.fill(shade);
  }

  private void leg(Leg leg, double shade) {
    Point hip = leg.hip().seen();
    Point knee = leg.knee().seen();
    Point ankle = leg.ankle().seen();
    double kneeRadius = leg.knee().near(0.062);
    Color cloth = Palette.between(Palette.LEGGINGS, Palette.LEGGINGS_SHADE, shade);
    foot(ankle, leg.toes().seen());
    g.setColor(Palette.darker(cloth, 0.08));
    g.fill(Limb.between(knee, ankle, kneeRadius, 0.04));
    g.setColor(Palette.faded(Color.WHITE, 0.08));
    g.fill(Limb.between(towards(knee, ankle, 0.2), towards(knee, ankle, 0.86), 0.018, 0.010));
    g.setColor(cloth);
    g.fill(Limb.between(hip, knee, leg.hip().near(0.086), kneeRadius));
    g.setColor(Palette.faded(Color.WHITE, 0.11));
    g.fill(Limb.between(towards(hip, knee, 0.45), towards(hip, knee, 0.92), 0.014, 0.022));
    g.setColor(Palette.faded(Palette.LEGGINGS_LIGHT, 0.8));
    g.fill(oval(knee.x(), knee.y(), kneeRadius * 0.5, kneeRadius * 0.5));
  }

  private void foot(Point ankle, Point toes) {
    g.setColor(Palette.SKIN);
    g.fill(Limb.between(ankle, toes, 0.036, 0.031));
    for (int toe = -2; toe <= 2; toe++) {
      g.fill(
          oval(toes.x() + 0.029 - 0.004 * Math.abs(toe), toes.y() + toe * 0.0125, 0.011, 0.0085));
    }
    g.setColor(Palette.faded(Palette.SKIN_SHADE, 0.7));
    g.fill(oval(toes.x() - 0.012, toes.y(), 0.02, 0.012));
  }

  private void pelvis() {
    g.setColor(Palette.LEGGINGS_SHADE);
    g.fill(oval(0.03, hipShift, 0.12, 0.163));
  }

  private void torso() {
    g.setColor(shirt);
    Shape torso = torsoShape();
    g.fill(torso);
    Shape clip = g.getClip();
    g.clip(torso);
    g.setColor(Palette.faded(Color.WHITE, 0.06 + 0.14 * pose.breath()));
    double belly = 0.085 + 0.035 * pose.breath();
    g.fill(oval(-0.2, 0, belly * 1.25, belly));
    g.setColor(Palette.darker(shirt, 0.10));
    g.fill(new Ellipse2D.Double(-0.002, hipShift - 0.2, 0.08, 0.4));
    g.setStroke(stroke(0.008));
    double pull = 0.09 * pose.roll();
    g.draw(curve(-0.03, hipShift + 0.05, -0.10, 0.05 - pull / 2, -0.16, 0.06 - pull));
    g.draw(curve(-0.03, hipShift - 0.05, -0.10, -0.05 - pull / 2, -0.16, -0.06 - pull));
    g.setClip(clip);
    g.setColor(Palette.SKIN);
    g.fill(oval(-0.525, 0, 0.04, 0.062));
  }

  private Shape torsoShape() {
    double w = 1 + 0.045 * pose.breath();
    Path2D path = new Path2D.Double();
    path.moveTo(-0.53, -0.06);
    path.curveTo(-0.515, -0.13, -0.505, -0.205, -0.44, -0.207);
    path.curveTo(-0.38, -0.207, -0.37, -0.172 * w, -0.30, -0.168 * w);
    path.curveTo(-0.22, -0.163 * w, -0.19, -0.137 * w, -0.13, -0.137);
    path.curveTo(-0.07, -0.137, -0.03, hipShift - 0.162, 0.035, hipShift - 0.164);
    path.curveTo(0.055, hipShift - 0.07, 0.055, hipShift + 0.07, 0.035, hipShift + 0.164);
    path.curveTo(-0.03, hipShift + 0.162, -0.07, 0.137, -0.13, 0.137);
    path.curveTo(-0.19, 0.137 * w, -0.22, 0.163 * w, -0.30, 0.168 * w);
    path.curveTo(-0.37, 0.172 * w, -0.38, 0.207, -0.44, 0.207);
    path.curveTo(-0.505, 0.205, -0.515, 0.13, -0.53, 0.06);
    path.closePath();
    return path;
  }

  private void arm(int side) {
    Point shoulder = armAt(side, 0);
    Point elbow = armAt(side, 1);
    Point wrist = armAt(side, 2);
    hand(side, wrist);
    g.setColor(Palette.SKIN);
    g.fill(Limb.between(elbow, wrist, 0.041, 0.028));
    g.fill(Limb.between(shoulder, elbow, 0.05, 0.042));
    g.setColor(Palette.darker(shirt, 0.08));
    g.fill(Limb.between(shoulder, towards(shoulder, elbow, 0.5), 0.06, 0.058));
  }

  /** Palm up, fingers a little apart, thumb outwards as it lies then. */
  private void hand(int side, Point wrist) {
    AffineTransform before = g.getTransform();
    g.translate(wrist.x(), wrist.y());
    g.rotate(side * 0.30);
    g.setColor(Palette.SKIN);
    g.fill(Limb.between(new Point(0.02, 0), new Point(0.065, 0), 0.027, 0.034));
    for (int finger = 0; finger < 4; finger++) {
      double spread = (finger - 1.5) * 0.017;
      double tip = 0.128 - 0.012 * Math.abs(finger - 1.5);
      g.fill(Limb.between(new Point(0.07, spread), new Point(tip, spread * 1.35), 0.010, 0.008));
    }
    g.fill(
        Limb.between(new Point(0.03, side * 0.018), new Point(0.075, side * 0.055), 0.014, 0.0095));
    g.setColor(Palette.faded(Palette.SKIN_SHADE, 0.6));
    g.fill(oval(0.062, 0, 0.018, 0.015));
    g.setTransform(before);
  }

  /** Shoulder, elbow and wrist. */
  private static Point armAt(int side, int joint) {
    return switch (joint) {
      case 0 -> new Point(SHOULDER_X, side * 0.165);
      case 1 -> new Point(-0.25, side * 0.345);
      default -> new Point(-0.03, side * 0.44);
    };
  }

  private void neck() {
    g.setColor(Palette.SKIN_SHADE);
    g.fill(Limb.between(new Point(-0.60, 0), new Point(-0.51, 0), 0.05, 0.056));
  }

  private void head() {
    double turn = -0.016 * pose.roll();
    g.setColor(Palette.HAIR);
    g.fill(oval(-0.845, 0, 0.056, 0.056));
    g.setColor(Palette.HAIR_LIGHT);
    g.setStroke(stroke(0.007));
    g.draw(new Arc2D.Double(-0.88, -0.034, 0.068, 0.068, 60, 200, Arc2D.OPEN));
    g.setColor(Palette.HAIR);
    g.fill(oval(-0.70, 0, 0.132, 0.117));
    g.setColor(Palette.SKIN_SHADE);
    g.fill(oval(-0.665, -0.096 + turn / 2, 0.022, 0.018));
    g.fill(oval(-0.665, 0.096 + turn / 2, 0.022, 0.018));
    g.setColor(Palette.SKIN);
    g.fill(oval(-0.668, turn / 2, 0.104, 0.095));
    hairline(turn);
    face(turn);
  }

  private void hairline(double turn) {
    g.setColor(Palette.HAIR);
    Path2D fringe = new Path2D.Double();
    fringe.moveTo(-0.655, -0.108 + turn / 2);
    fringe.curveTo(-0.70, -0.085, -0.735, -0.05, -0.732, 0.012 + turn);
    fringe.curveTo(-0.728, 0.05, -0.70, 0.085, -0.655, 0.108 + turn / 2);
    fringe.curveTo(-0.75, 0.13, -0.83, 0.09, -0.83, 0);
    fringe.curveTo(-0.83, -0.09, -0.75, -0.13, -0.655, -0.108 + turn / 2);
    g.fill(fringe);
    g.setColor(Palette.HAIR_LIGHT);
    g.setStroke(stroke(0.006));
    g.draw(curve(-0.735, 0.01 + turn, -0.77, 0.005, -0.815, 0.004));
    g.draw(curve(-0.72, 0.055 + turn, -0.75, 0.05, -0.79, 0.04));
    g.draw(curve(-0.72, -0.052 + turn, -0.75, -0.05, -0.79, -0.04));
  }

  private void face(double turn) {
    g.setColor(Palette.BLUSH);
    g.fill(oval(-0.635, -0.056 + turn, 0.019, 0.019));
    g.fill(oval(-0.635, 0.056 + turn, 0.019, 0.019));
    g.setColor(Palette.HAIR);
    g.setStroke(stroke(0.0075));
    for (int side : SIDES) {
      double eye = side * 0.038 + turn;
      g.draw(new Arc2D.Double(-0.685, eye - 0.017, 0.018, 0.034, -85, 170, Arc2D.OPEN));
      g.draw(new Arc2D.Double(-0.713, eye - 0.02, 0.012, 0.04, 110, 140, Arc2D.OPEN));
    }
    g.setColor(Palette.SKIN_SHADE);
    g.draw(curve(-0.655, turn - 0.006, -0.637, turn - 0.004, -0.637, turn + 0.008));
    g.setColor(new Color(0xB4604A));
    g.draw(new Arc2D.Double(-0.622, turn - 0.026, 0.026, 0.052, -75, 150, Arc2D.OPEN));
  }

  private static Shape oval(double x, double y, double rx, double ry) {
    return new Ellipse2D.Double(x - rx, y - ry, 2 * rx, 2 * ry);
  }

  private static Shape curve(double x0, double y0, double cx, double cy, double x1, double y1) {
    Path2D path = new Path2D.Double();
    path.moveTo(x0, y0);
    path.quadTo(cx, cy, x1, y1);
    return path;
  }

  private static Point towards(Point from, Point to, double part) {
    return new Point(from.x() + part * (to.x() - from.x()), from.y() + part * (to.y() - from.y()));
  }

  private static BasicStroke stroke(double width) {
    return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }
}
