package dev.kinebeam.sample.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * A picture that shows what was done to it: a barcode that names it, patches whose levels are
 * known, and a bar that moves, which an interlaced picture shows as a comb. All of it is placed
 * relative to the picture's size, so that it can be read after scaling.
 */
public final class TestCard {
  /** How far the bar moves from one field or frame to the next, of the picture's width. */
  private static final double STEP = 0.03;

  private static final double BAR_WIDTH = 0.08;

  private TestCard() {}

  /** A patch of one colour. */
  public enum Patch {
    WHITE(0.05, Color.WHITE),
    BLACK(0.30, Color.BLACK),
    RED(0.55, Color.RED),
    GREEN(0.78, Color.GREEN);

    private final double left;
    private final Color colour;

    Patch(double left, Color colour) {
      this.left = left;
      this.colour = colour;
    }

    /** Where it is in a picture. */
    public Rectangle area(Rectangle picture) {
      return new Rectangle(
          picture.x + (int) (picture.width * left),
          picture.y + (int) (picture.height * 0.08),
          (int) (picture.width * 0.17),
          (int) (picture.height * 0.28));
    }
  }

  /** Where the bar moves. */
  public static Rectangle track(Rectangle picture) {
    return new Rectangle(
        picture.x,
        picture.y + (int) (picture.height * 0.48),
        picture.width,
        (int) (picture.height * 0.32));
  }

  /**
   * Draws a card.
   *
   * @param clip and {@code frame} are what the barcode says
   * @param moment which place the bar is at; one more for each field
   */
  public static BufferedImage draw(int width, int height, int clip, int frame, int moment) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Rectangle whole = new Rectangle(0, 0, width, height);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(new Color(110, 110, 110));
    g.fill(whole);
    for (Patch patch : Patch.values()) {
      g.setColor(patch.colour);
      g.fill(patch.area(whole));
    }
    Rectangle track = track(whole);
    double at = 0.1 + moment * STEP % 0.7;
    g.setColor(new Color(210, 210, 210));
    g.fillRect((int) (width * at), track.y, Math.max(2, (int) (width * BAR_WIDTH)), track.height);
    new Barcode(clip, frame).draw(g, width, height, Color.WHITE, Color.BLACK);
    g.dispose();
    return image;
  }
}
