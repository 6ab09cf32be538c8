package dev.kinebeam.sample.picture;

import static java.util.Map.entry;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A single-stroke alphabet of our own, so that captions need no fonts on the machine and look the
 * same everywhere. It has the letters that our captions use and refuses others.
 */
final class Lettering {
  private static final double EM = 100;
  private static final double SPACE = 30;
  private static final double SPACING = 4;

  private record Glyph(double advance, Path2D path) {}

  /**
   * Advance width, then strokes, y upwards from the baseline, 72 the height of a capital: M and L
   * and C as in SVG; A = arc: centre, radii, start and extent in degrees; E = ellipse.
   */
  private static final Map<Character, Glyph> GLYPHS =
      Map.ofEntries(
              entry('a', "58 E 28 25 21 25 M 49 50 L 49 0"),
              entry('b', "58 M 9 75 L 9 0 E 30 25 21 25"),
              entry('c', "52 A 29 25 22 25 45 270"),
              entry('d', "58 E 28 25 21 25 M 49 75 L 49 0"),
              entry('e', "56 M 7 26 L 51 26 A 29 25 22 25 0 318"),
              entry('f', "34 M 15 0 L 15 58 A 30 58 15 17 180 -110 M 4 48 L 31 48"),
              entry('g', "58 E 28 25 21 25 M 49 50 L 49 -2 A 28 -2 21 20 0 -150"),
              entry('h', "56 M 9 75 L 9 0 M 9 29 A 28 29 19 21 180 -180 L 47 0"),
              entry('i', "18 M 9 50 L 9 0 M 9 69 L 9 69.1"),
              entry('j', "20 M 11 50 L 11 -6 A -1 -6 12 14 0 -100 M 11 69 L 11 69.1"),
              entry('k', "48 M 9 75 L 9 0 M 41 50 L 9 20 M 20 30 L 44 0"),
              entry('l', "18 M 9 75 L 9 0"),
              entry(
                  'm',
                  "82 M 9 50 L 9 0 M 9 32 A 25 32 16 18 180 -180 L 41 0"
                      + " M 41 32 A 57 32 16 18 180 -180 L 73 0"),
              entry('n', "56 M 9 50 L 9 0 M 9 29 A 28 29 19 21 180 -180 L 47 0"),
              entry('o', "58 E 29 25 22 25"),
              entry('p', "58 M 9 50 L 9 -24 E 30 25 21 25"),
              entry('q', "58 E 28 25 21 25 M 49 50 L 49 -24"),
              entry('r', "35 M 9 50 L 9 0 M 9 30 A 27 30 18 20 180 -115"),
              entry(
                  's',
                  "46 M 39 41 C 35 48 28 50 23 50 C 13 50 8 45 8 38 C 8 30 16 28 23 26"
                      + " C 32 24 40 21 40 13 C 40 5 33 0 24 0 C 16 0 9 3 6 10"),
              entry('t', "37 M 15 67 L 15 16 A 28 16 13 16 180 105 M 3 50 L 30 50"),
              entry('u', "56 M 9 50 L 9 21 A 28 21 19 21 180 180 L 47 50 M 47 22 L 47 0"),
              entry('v', "48 M 5 50 L 24 0 L 43 50"),
              entry('w', "72 M 5 50 L 20 0 L 36 44 L 52 0 L 67 50"),
              entry('x', "48 M 6 50 L 42 0 M 42 50 L 6 0"),
              entry('y', "50 M 5 50 L 25 2 M 45 50 L 21 -12 C 18 -19 13 -22 6 -21"),
              entry('z', "49 M 7 50 L 42 50 L 6 0 L 43 0"),
              entry(
                  'B',
                  "56 M 10 36 L 10 72 L 28 72 A 28 54 16 18 90 -180 L 10 36 L 10 0 L 30 0"
                      + " A 30 18 18 18 -90 180"),
              entry('I', "20 M 10 72 L 10 0"),
              entry('K', "54 M 10 72 L 10 0 M 47 72 L 10 28 M 22 42 L 50 0"),
              entry('L', "50 M 10 72 L 10 0 L 45 0"),
              entry('O', "80 E 40 36 33 36"),
              entry('P', "56 M 10 0 L 10 72 L 29 72 A 29 52 20 20 90 -180 L 10 32"),
              entry('R', "57 M 10 0 L 10 72 L 29 72 A 29 52 20 20 90 -180 L 10 32 M 30 32 L 50 0"),
              entry(
                  'S',
                  "58 M 46 60 C 42 68 34 72 27 72 C 16 72 9 65 9 55 C 9 44 18 40 28 37"
                      + " C 40 34 49 30 49 18 C 49 7 40 0 28 0 C 18 0 10 4 7 13"),
              entry('W', "90 M 5 72 L 25 0 L 45 66 L 65 0 L 85 72"),
              entry('0', "56 E 28 36 21 36"),
              entry('1', "36 M 8 58 L 24 72 L 24 0"),
              entry('2', "54 A 27 52 19 20 170 -205 L 7 0 L 47 0"),
              entry('3', "52 A 25 54 17 18 150 -240 M 25 36 A 25 18 20 18 90 -245"),
              entry('4', "56 M 38 0 L 38 72 L 5 20 L 50 20"),
              entry('5', "54 M 43 72 L 16 72 L 13 41 A 26 23 21 23 130 -270"),
              entry('6', "54 E 27 22 20 22 M 40 72 C 20 60 7 40 7 22"),
              entry('7', "52 M 7 72 L 46 72 L 20 0"),
              entry('8', "54 E 27 54 16 18 E 27 18 20 18"),
              entry('9', "54 E 27 50 20 22 M 47 50 C 47 32 34 12 14 0"),
              entry(',', "18 M 9 2 L 5 -12"),
              entry('·', "26 M 13 27 L 13 27.1"))
          .entrySet()
          .stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> glyph(e.getValue())));

  private Lettering() {}

  /**
   * Draws a line of text in the current colour.
   *
   * @param size of the em in pixels; capitals are 0.72 of it
   * @param weight of the stroke, as a part of the em
   */
  static void draw(
      Graphics2D g, String text, double x, double baseline, double size, double weight) {
    double scale = size / EM;
    g.setStroke(
        new BasicStroke((float) (weight * size), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    double at = x;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ') {
        at += SPACE * scale;
        continue;
      }
      Glyph glyph = glyphOf(c);
      AffineTransform placed = new AffineTransform(scale, 0, 0, scale, at, baseline);
      g.draw(glyph.path().createTransformedShape(placed));
      at += (glyph.advance() + SPACING) * scale;
    }
  }

  /** Width of a line of text in pixels. */
  static double width(String text, double size) {
    double width = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      width += c == ' ' ? SPACE : glyphOf(c).advance() + SPACING;
    }
    return width * size / EM;
  }

  private static Glyph glyphOf(char c) {
    Glyph glyph = GLYPHS.get(c);
    if (glyph == null) {
      throw new IllegalArgumentException("no letter '" + c + "' in our alphabet");
    }
    return glyph;
  }

  private static Glyph glyph(String strokes) {
    Iterator<String> words = List.of(strokes.split(" ")).iterator();
    double advance = next(words);
    Path2D path = new Path2D.Double();
    while (words.hasNext()) {
      String command = words.next();
      switch (command) {
        case "M" -> path.moveTo(next(words), -next(words));
        case "L" -> path.lineTo(next(words), -next(words));
        case "C" ->
            path.curveTo(
                next(words), -next(words), next(words), -next(words), next(words), -next(words));
        case "A" -> {
          double[] a = {
            next(words), next(words), next(words), next(words), next(words), next(words)
          };
          Arc2D arc =
              new Arc2D.Double(
                  a[0] - a[2], -a[1] - a[3], 2 * a[2], 2 * a[3], a[4], a[5], Arc2D.OPEN);
          path.append(arc, path.getCurrentPoint() != null);
        }
        case "E" -> {
          double[] e = {next(words), next(words), next(words), next(words)};
          path.append(new Ellipse2D.Double(e[0] - e[2], -e[1] - e[3], 2 * e[2], 2 * e[3]), false);
        }
        default -> throw new IllegalArgumentException("no stroke " + command);
      }
    }
    return new Glyph(advance, path);
  }

  private static double next(Iterator<String> words) {
    return Double.parseDouble(words.next());
  }
}
