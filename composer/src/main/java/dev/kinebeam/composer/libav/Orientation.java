package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;

import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * How pictures must be turned to be upright, as their file says.
 *
 * @param steps filters that do it
 * @param lying whether width and height change places
 */
record Orientation(List<String> steps, boolean lying) {
  private static final int QUARTER = 90;
  private static final int ENTRIES = 9;
  private static final double TOLERATED_DEGREES = 1;

  private static final Orientation UPRIGHT = new Orientation(List.of(), false);

  /**
   * From the display matrix (ISO/IEC 14496-12, tkhd); all eight ways to lay a picture down.
   *
   * @throws MediaException when it is turned by something between
   */
  static Orientation of(AVStream stream) throws MediaException {
    AVPacketSideData data =
        av_packet_side_data_get(
            stream.codecpar().coded_side_data(),
            stream.codecpar().nb_coded_side_data(),
            AV_PKT_DATA_DISPLAYMATRIX);
    if (data == null || data.size() < (long) ENTRIES * Integer.BYTES) {
      return UPRIGHT;
    }
    IntPointer matrix = new IntPointer((Pointer) data.data());
    double clockwise = -av_display_rotation_get(matrix);
    if (Double.isNaN(clockwise)) {
      return UPRIGHT;
    }
    long turns = Math.round(clockwise / QUARTER);
    if (Math.abs(clockwise - turns * QUARTER) > TOLERATED_DEGREES) {
      throw new MediaException(
          String.format(
              Locale.ROOT, "says that it is turned by %.0f degrees; export it upright", clockwise));
    }
    return of((int) Math.floorMod(turns, 4L), matrix);
  }

  /** As ffmpeg's own tool turns them. */
  private static Orientation of(int clockwiseQuarters, IntPointer matrix) {
    return switch (clockwiseQuarters) {
      case 1 ->
          new Orientation(
              List.of(matrix.get(3) > 0 ? "transpose=cclock_flip" : "transpose=clock"), true);
      case 3 ->
          new Orientation(
              List.of(matrix.get(3) < 0 ? "transpose=clock_flip" : "transpose=cclock"), true);
      case 2 ->
          matrix.get(4) < 0
              ? new Orientation(
                  matrix.get(0) < 0 ? List.of("hflip", "vflip") : List.of("vflip"), false)
              : new Orientation(matrix.get(0) < 0 ? List.of("hflip") : List.of(), false);
      default -> matrix.get(4) < 0 ? new Orientation(List.of("vflip"), false) : UPRIGHT;
    };
  }

  /** The shape of a picture once it is upright. */
  AspectFit.Shape shape(int width, int height, int aspectWide, int aspectHigh) {
    boolean square = aspectWide <= 0 || aspectHigh <= 0;
    long wide = (long) width * (square ? 1 : aspectWide);
    long high = (long) height * (square ? 1 : aspectHigh);
    return lying ? new AspectFit.Shape(high, wide) : new AspectFit.Shape(wide, high);
  }
}
