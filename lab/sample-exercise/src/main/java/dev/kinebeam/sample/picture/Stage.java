package dev.kinebeam.sample.picture;

import dev.kinebeam.sample.picture.Take.Scene;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Draws the frames of one take in order, each time only what changed. Not for use by more than one
 * thread at a time.
 */
public final class Stage {
  private static final double DESIGN_HEIGHT = 1080;

  private final Take take;
  private final Script script;
  private final double scale;
  private final BufferedImage room;
  private final BufferedImage image;
  private final Rectangle figureArea;
  private String shownHeadline = "";
  private boolean shownBreathingOut;
  private boolean empty = true;

  /** A stage on which nothing has been drawn yet. */
  public Stage(Take take) {
    this.take = take;
    this.script = new Script(take);
    this.scale = take.height() / DESIGN_HEIGHT;
    this.room = new BufferedImage(take.width(), take.height(), BufferedImage.TYPE_INT_RGB);
    this.image = new BufferedImage(take.width(), take.height(), BufferedImage.TYPE_INT_RGB);
    this.figureArea = take.scene().isReps() ? area(384, 252, 1030, 680) : area(384, 252, 1216, 680);
    Graphics2D g = designGraphics(room);
    Room.draw(g);
    g.dispose();
  }

  /** The drawing, valid until the next call of {@link #draw}. */
  public BufferedImage image() {
    return image;
  }

  /** Draws a frame and returns the areas that differ from the frame drawn before. */
  public List<Rectangle> draw(int frame) {
    Script.Moment moment = script.at(frame);
    if (empty) {
      image.setData(room.getRaster());
    }
    List<Rectangle> changed = new ArrayList<>();
    paint(changed, figureArea, g -> figure(g, moment));
    if (empty || !moment.headline().equals(shownHeadline)) {
      paint(changed, area(90, 50, 1000, 200), g -> Overlay.headline(g, moment, take.number()));
    }
    if (empty || moment.breathesOut() != shownBreathingOut) {
      paint(changed, area(1600, 284, 300, 66), g -> Overlay.breathingWord(g, moment));
    }
    paint(changed, area(90, 256, 470, 32), g -> Overlay.progress(g, moment));
    paint(changed, area(1600, 50, 250, 232), g -> Overlay.breathingRing(g, moment));
    Rectangle strip = Barcode.area(take.width(), take.height());
    paintPixels(strip, g -> barcode(g, frame));
    changed.add(strip);
    shownHeadline = moment.headline();
    shownBreathingOut = moment.breathesOut();
    if (empty) {
      empty = false;
      return List.of(new Rectangle(0, 0, take.width(), take.height()));
    }
    return changed;
  }

  private void figure(Graphics2D g, Script.Moment moment) {
    if (take.scene().isReps()) {
      Overlay.direction(g, moment, take.scene() == Scene.REPS_LEFT ? -1 : 1);
    }
    g.translate(Room.PELVIS.x(), Room.PELVIS.y());
    g.scale(Room.SCALE, Room.SCALE);
    Figure.draw(g, moment.pose(), Palette.shirt(take.number()));
  }

  private void barcode(Graphics2D g, int frame) {
    new Barcode(take.barcodeId(), frame)
        .draw(g, take.width(), take.height(), Palette.PAPER, Palette.INK);
  }

  private void paint(List<Rectangle> changed, Rectangle area, Consumer<Graphics2D> painter) {
    Graphics2D g = designGraphics(image);
    g.setClip(null);
    g.scale(1 / scale, 1 / scale);
    g.setClip(area);
    g.drawImage(room, 0, 0, null);
    g.scale(scale, scale);
    painter.accept(g);
    g.dispose();
    changed.add(area);
  }

  private void paintPixels(Rectangle area, Consumer<Graphics2D> painter) {
    Graphics2D g = designGraphics(image);
    g.scale(1 / scale, 1 / scale);
    g.setClip(area);
    painter.accept(g);
    g.dispose();
  }

  private Graphics2D designGraphics(BufferedImage target) {
    Graphics2D g = target.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(scale, scale);
    return g;
  }

  private Rectangle area(double x, double y, double width, double height) {
    int x0 = (int) Math.floor(x * scale);
    int y0 = (int) Math.floor(y * scale);
    return new Rectangle(
        x0,
        y0,
        (int) Math.ceil((x + width) * scale) - x0,
        (int) Math.ceil((y + height) * scale) - y0);
  }
}
