package dev.kinebeam.sample.picture;

import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws the frames of one clip in order, each time only what changed. */
public final class Stage {
  private final SampleExercise sample;
  private final Clip clip;
  private final BufferedImage image;

  public Stage(SampleExercise sample, Clip clip) {
    this.sample = sample;
    this.clip = clip;
    this.image = new BufferedImage(clip.width(), clip.height(), BufferedImage.TYPE_INT_RGB);
  }

  /** The drawing, valid until the next call of {@link #draw}. */
  public BufferedImage image() {
    return image;
  }

  /** Draws a frame and returns the areas that differ from the frame drawn before. */
  public List<Rectangle> draw(int frame) {
    int width = clip.width();
    int height = clip.height();
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(new Color(0xF4EFE6));
    g.fillRect(0, 0, width, height);
    double t = (double) frame / clip.fps() / sample.repSeconds();
    double x = width * (0.5 + 0.2 * Math.sin(2 * Math.PI * t));
    g.setColor(new Color(0x2F4858));
    g.fill(new Ellipse2D.Double(x - height * .1, height * .4, height * .2, height * .2));
    new Barcode(clip.id(), frame).draw(g, width, height, new Color(0xF4EFE6), new Color(0x2F4858));
    g.dispose();
    return List.of(new Rectangle(0, 0, width, height));
  }
}
