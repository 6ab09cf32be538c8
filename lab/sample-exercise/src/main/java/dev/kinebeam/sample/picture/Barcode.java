package dev.kinebeam.sample.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.RoundRectangle2D;
import java.util.Optional;

/**
 * The strip of light and dark cells along the bottom of every sample frame, which names the frame:
 * its clip and its place in it.
 *
 * <p>Cells, from the left: light, dark, light (the reference for what is light and dark here), five
 * bits of clip id, eleven bits of frame index, four check bits, then dark, light, dark. Most
 * significant bit first. Each cell is 1/{@value #CELLS} of the strip's width; the strip spans the
 * middle 9/10 of the picture, and is read at the cells' centres, so that scaling and compression do
 * it no harm.
 *
 * @param clip 0–31
 * @param frame 0–2047
 */
public record Barcode(int clip, int frame) {
  private static final int CLIP_BITS = 5;
  private static final int FRAME_BITS = 11;
  private static final int CHECK_BITS = 4;
  private static final int DATA_BITS = CLIP_BITS + FRAME_BITS + CHECK_BITS;
  private static final int GUARD = 3;
  private static final int CELLS = GUARD + DATA_BITS + GUARD;
  private static final int LEADING = 0b101;
  private static final int TRAILING = 0b010;
  private static final double SIDE_MARGIN = 0.05;
  private static final double HEIGHT = 0.034;
  private static final double BOTTOM_MARGIN = 0.022;

  public Barcode {
    if (clip < 0 || clip >= 1 << CLIP_BITS || frame < 0 || frame >= 1 << FRAME_BITS) {
      throw new IllegalArgumentException("barcode out of range: " + clip + ", " + frame);
    }
  }

  /** Brightness of a picture at a point. */
  @FunctionalInterface
  public interface Luma {
    /** Any monotonic measure of brightness. */
    int at(int x, int y);
  }

  /** The area of the strip in a picture of a size. */
  public static Rectangle area(int width, int height) {
    int h = (int) Math.round(height * HEIGHT);
    int y = height - h - (int) Math.round(height * BOTTOM_MARGIN);
    int x = (int) Math.round(width * SIDE_MARGIN);
    return new Rectangle(x, y, width - 2 * x, h);
  }

  /** Draws the strip. The two colours must differ clearly in brightness. */
  public void draw(Graphics2D g, int width, int height, Color light, Color dark) {
    Rectangle area = area(width, height);
    double cell = (double) area.width / CELLS;
    long bits = bits();
    g.setColor(dark);
    g.fill(
        new RoundRectangle2D.Double(
            area.x, area.y, area.width, area.height, area.height / 2.0, area.height / 2.0));
    g.setColor(light);
    double insetX = cell * 0.09;
    double insetY = area.height * 0.15;
    double round = area.height * 0.35;
    for (int i = 0; i < CELLS; i++) {
      if ((bits >> (CELLS - 1 - i) & 1) == 1) {
        g.fill(
            new RoundRectangle2D.Double(
                area.x + i * cell + insetX,
                area.y + insetY,
                cell - 2 * insetX,
                area.height - 2 * insetY,
                round,
                round));
      }
    }
  }

  /** Reads the strip of a picture; empty when there is none or it is damaged. */
  public static Optional<Barcode> read(int width, int height, Luma luma) {
    Rectangle area = area(width, height);
    double cell = (double) area.width / CELLS;
    int[] levels = new int[CELLS];
    for (int i = 0; i < CELLS; i++) {
      int centre = (int) (area.x + (i + 0.5) * cell);
      levels[i] = levelAround(centre, area.y + area.height / 2, luma);
    }
    int light = Math.min(levels[0], Math.min(levels[2], levels[CELLS - 2]));
    int dark = Math.max(levels[1], Math.max(levels[CELLS - 3], levels[CELLS - 1]));
    if (light - dark < 24) {
      return Optional.empty();
    }
    long bits = 0;
    for (int level : levels) {
      bits = (bits << 1) | (2 * level > light + dark ? 1 : 0);
    }
    long data = (bits >> GUARD) & ((1L << DATA_BITS) - 1);
    int check = (int) data & ((1 << CHECK_BITS) - 1);
    int payload = (int) (data >> CHECK_BITS);
    if (check != checkOf(payload)) {
      return Optional.empty();
    }
    return Optional.of(new Barcode(payload >> FRAME_BITS, payload & ((1 << FRAME_BITS) - 1)));
  }

  private static int levelAround(int x, int y, Luma luma) {
    int sum = 0;
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        sum += luma.at(x + dx, y + dy);
      }
    }
    return sum / 9;
  }

  private long bits() {
    int payload = (clip << FRAME_BITS) | frame;
    long data = ((long) payload << CHECK_BITS) | checkOf(payload);
    return ((((long) LEADING << DATA_BITS) | data) << GUARD) | TRAILING;
  }

  /** Remainder of the payload by x⁴+x+1, so that any single wrong cell is noticed. */
  private static int checkOf(int payload) {
    int remainder = payload << CHECK_BITS;
    for (int bit = CLIP_BITS + FRAME_BITS + CHECK_BITS - 1; bit >= CHECK_BITS; bit--) {
      if ((remainder >> bit & 1) == 1) {
        remainder ^= 0b10011 << (bit - CHECK_BITS);
      }
    }
    return remainder;
  }
}
