package dev.kinebeam.sample.picture;

import java.awt.Shape;
import java.awt.geom.Path2D;

/** Two circles of different size and what lies between them. */
final class Limb {
  private static final int STEPS = 24;

  private Limb() {}

  static Shape between(Point a, Point b, double radiusA, double radiusB) {
    double dx = b.x() - a.x();
    double dy = b.y() - a.y();
    double distance = Math.max(1e-9, Math.hypot(dx, dy));
    double direction = Math.atan2(dy, dx);
    double ratio = Math.max(-1, Math.min(1, (radiusA - radiusB) / distance));
    double tangent = Math.acos(ratio);
    Path2D path = new Path2D.Double();
    for (int i = 0; i <= STEPS; i++) {
      double angle = direction + tangent + i * (2 * Math.PI - 2 * tangent) / STEPS;
      double x = a.x() + radiusA * Math.cos(angle);
      double y = a.y() + radiusA * Math.sin(angle);
      if (i == 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    for (int i = 0; i <= STEPS; i++) {
      double angle = direction - tangent + i * 2 * tangent / STEPS;
      path.lineTo(b.x() + radiusB * Math.cos(angle), b.y() + radiusB * Math.sin(angle));
    }
    path.closePath();
    return path;
  }
}
