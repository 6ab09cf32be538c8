package dev.kinebeam.sample.libav;

import dev.kinebeam.sample.picture.Barcode;
import java.awt.Rectangle;
import java.util.Optional;

/** One decoded picture of an 8-bit 4:2:0 video, in the order of presentation. */
public final class DecodedFrame {
  private final int width;
  private final byte[] luma;
  private final byte[] blue;
  private final byte[] red;

  DecodedFrame(int width, byte[] luma, byte[] blue, byte[] red) {
    this.width = width;
    this.luma = luma;
    this.blue = blue;
    this.red = red;
  }

  /** Brightness, 0–255. */
  public int lumaAt(int x, int y) {
    return Byte.toUnsignedInt(luma[y * width + x]);
  }

  /** The barcode of what is shown in a part of the picture; empty when it cannot be read. */
  public Optional<Barcode> barcode(Rectangle content) {
    return Barcode.read(
        content.width, content.height, (x, y) -> lumaAt(content.x + x, content.y + y));
  }

  /** Mean brightness and colour differences over the inner half of an area: Y, Cb, Cr. */
  public double[] mean(Rectangle area) {
    double[] sums = new double[3];
    int count = 0;
    for (int y = area.y + area.height / 4; y < area.y + area.height * 3 / 4; y++) {
      for (int x = area.x + area.width / 4; x < area.x + area.width * 3 / 4; x++) {
        int chroma = y / 2 * (width / 2) + x / 2;
        sums[0] += lumaAt(x, y);
        sums[1] += Byte.toUnsignedInt(blue[chroma]);
        sums[2] += Byte.toUnsignedInt(red[chroma]);
        count++;
      }
    }
    return new double[] {sums[0] / count, sums[1] / count, sums[2] / count};
  }

  /** How much lines differ from both their neighbours alike, as they do in a comb; 0 in a bar. */
  public double combing(Rectangle area) {
    double sum = 0;
    for (int y = area.y + 2; y < area.y + area.height - 2; y++) {
      for (int x = area.x; x < area.x + area.width; x++) {
        int above = lumaAt(x, y - 1) - lumaAt(x, y);
        int below = lumaAt(x, y + 1) - lumaAt(x, y);
        sum += above * below > 0 ? Math.min(Math.abs(above), Math.abs(below)) : 0;
      }
    }
    return sum / (area.width * (double) area.height);
  }
}
