package dev.kinebeam.sample.libav;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final int WIDTH = 384;
  private static final int HEIGHT = 216;

  @Test
  void updatingAnAreaTouchesNothingBeyondIt() throws IOException {
    BufferedImage drawing = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Rectangle everything = new Rectangle(0, 0, WIDTH, HEIGHT);
    Color paper = new Color(0xF4E6C8);
    fill(drawing, everything, paper);
    try (Picture picture = new Picture(WIDTH, HEIGHT);
        Picture untouched = new Picture(WIDTH, HEIGHT)) {
      untouched.update(drawing, everything);
      picture.update(drawing, everything);
      for (Rectangle area :
          List.of(new Rectangle(37, 21, 101, 55), new Rectangle(300, 100, 84, 116))) {
        fill(drawing, area, new Color(0x24404D));
        picture.update(drawing, area);
        fill(drawing, area, paper);
        picture.update(drawing, area);
      }
      for (int plane = 0; plane < 3; plane++) {
        assertThat(Arrays.equals(plane(picture, plane), plane(untouched, plane)))
            .as("plane %d is as before", plane)
            .isTrue();
      }
    }
  }

  private static void fill(BufferedImage drawing, Rectangle area, Color colour) {
    Graphics2D g = drawing.createGraphics();
    g.setColor(colour);
    g.fill(area);
    g.dispose();
  }

  private static byte[] plane(Picture picture, int plane) {
    AVFrame frame = picture.frame();
    int width = plane == 0 ? WIDTH : WIDTH / 2;
    int height = plane == 0 ? HEIGHT : HEIGHT / 2;
    byte[] bytes = new byte[width * height];
    for (int y = 0; y < height; y++) {
      frame.data(plane).position((long) y * frame.linesize(plane)).get(bytes, y * width, width);
    }
    return bytes;
  }
}
