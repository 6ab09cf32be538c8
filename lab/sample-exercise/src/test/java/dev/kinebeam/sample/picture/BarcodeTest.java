package dev.kinebeam.sample.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BarcodeTest {
  @Test
  void readsBackWhatWasDrawn() {
    for (int clip = 0; clip < 32; clip += 5) {
      for (int frame = 0; frame < 2048; frame += 89) {
        Barcode barcode = new Barcode(clip, frame);
        assertThat(read(draw(barcode, 384, 216))).contains(barcode);
      }
    }
  }

  @Test
  void survivesScalingDownAndUp() {
    Barcode barcode = new Barcode(13, 1234);
    BufferedImage down = scale(draw(barcode, 1920, 1080), 384, 216);
    assertThat(read(down)).contains(barcode);
    assertThat(read(scale(down, 1280, 720))).contains(barcode);
  }

  @Test
  void survivesNoise() {
    Barcode barcode = new Barcode(7, 524);
    BufferedImage image = draw(barcode, 640, 360);
    SplittableRandom random = new SplittableRandom(1);
    assertThat(Barcode.read(640, 360, (x, y) -> green(image, x, y) + random.nextInt(-40, 40)))
        .contains(barcode);
  }

  @Test
  void seesNoneInAnEvenPicture() {
    assertThat(Barcode.read(384, 216, (x, y) -> 128)).isEmpty();
  }

  @Test
  void noticesADamagedCell() {
    BufferedImage image = draw(new Barcode(7, 524), 1040, 600);
    var area = Barcode.area(1040, 600);
    int cell = area.width / 26;
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(area.x + 3 * cell, area.y, cell, area.height);
    g.dispose();
    assertThat(read(image)).isEmpty();
  }

  private static BufferedImage draw(Barcode barcode, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    barcode.draw(g, width, height, Color.WHITE, Color.DARK_GRAY);
    g.dispose();
    return image;
  }

  private static BufferedImage scale(BufferedImage image, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = scaled.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, width, height, null);
    g.dispose();
    return scaled;
  }

  private static java.util.Optional<Barcode> read(BufferedImage image) {
    return Barcode.read(image.getWidth(), image.getHeight(), (x, y) -> green(image, x, y));
  }

  private static int green(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) >> 8 & 0xFF;
  }
}
