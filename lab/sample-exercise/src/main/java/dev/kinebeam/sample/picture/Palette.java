package dev.kinebeam.sample.picture;

import java.awt.Color;

/**
 * The colours of the sample: a calm room, and a shirt by which the three takes are distinguished.
 */
final class Palette {
  static final Color PAPER = new Color(0xF6F1E8);
  static final Color FLOOR = new Color(0xEFE6D8);
  static final Color FLOOR_LINE = new Color(0xE5DACA);
  static final Color SUNLIGHT = new Color(255, 250, 238, 120);
  static final Color MAT = new Color(0xA9C4B4);
  static final Color MAT_EDGE = new Color(0x97B5A4);
  static final Color MAT_LINE = new Color(255, 255, 255, 70);
  static final Color INK = new Color(0x24404D);
  static final Color INK_SOFT = new Color(0x6E8189);
  static final Color ACCENT = new Color(0xE2855F);
  static final Color SHADOW = new Color(36, 64, 77, 34);
  static final Color SKIN = new Color(0xE9B796);
  static final Color SKIN_SHADE = new Color(0xD99F7D);
  static final Color BLUSH = new Color(226, 133, 95, 90);
  static final Color HAIR = new Color(0x4A342B);
  static final Color HAIR_LIGHT = new Color(0x6A4C3D);
  static final Color LEGGINGS = new Color(0x35586A);
  static final Color LEGGINGS_SHADE = new Color(0x294756);
  static final Color LEGGINGS_LIGHT = new Color(0x4B7387);
  static final Color LEAF = new Color(0x6F9A83);
  static final Color LEAF_DARK = new Color(0x577F6A);
  static final Color POT = new Color(0xD9906E);

  private static final Color[] SHIRTS = {
    new Color(0xE98F6F), new Color(0xE5B45F), new Color(0x8E8CC0)
  };

  private Palette() {}

  /** The shirt worn in take 1, 2 or 3. */
  static Color shirt(int variant) {
    return SHIRTS[(variant - 1) % SHIRTS.length];
  }

  static Color darker(Color color, double by) {
    return new Color(
        (int) (color.getRed() * (1 - by)),
        (int) (color.getGreen() * (1 - by)),
        (int) (color.getBlue() * (1 - by)));
  }

  static Color between(Color from, Color to, double part) {
    return new Color(
        (int) Math.round(from.getRed() + part * (to.getRed() - from.getRed())),
        (int) Math.round(from.getGreen() + part * (to.getGreen() - from.getGreen())),
        (int) Math.round(from.getBlue() + part * (to.getBlue() - from.getBlue())));
  }

  static Color faded(Color color, double opacity) {
    return new Color(
        color.getRed(), color.getGreen(), color.getBlue(), (int) Math.round(255 * opacity));
  }
}
