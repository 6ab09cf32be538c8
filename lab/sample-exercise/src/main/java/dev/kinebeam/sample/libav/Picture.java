package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR0;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import java.awt.Dimension;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A yuv420p picture kept from frame to frame, so that only what changed is converted from the
 * drawing. Not for use by more than one thread at a time.
 */
public final class Picture implements AutoCloseable {
  private static final int PLANES = 3;
  private static final int BLOCK = 32;

  private final int width;
  private final int height;
  private final AVFrame frame = av_frame_alloc();
  private final IntPointer rgb;
  private final Map<Dimension, SwsContext> converters = new HashMap<>();
  private final PointerPointer<BytePointer> from = new PointerPointer<>(4);
  private final PointerPointer<BytePointer> to = new PointerPointer<>(4);
  private final IntPointer fromStride = new IntPointer(4L);
  private final IntPointer toStride = new IntPointer(4L);

  /** A picture of undefined content; both sides must be even. */
  public Picture(int width, int height) throws IOException {
    this.width = width;
    this.height = height;
    this.rgb = new IntPointer((long) width * height);
    frame.format(AV_PIX_FMT_YUV420P).width(width).height(height);
    frame.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_BT709);
    frame.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
    SampleLibav.check(av_frame_get_buffer(frame, 0), "allocate a picture");
  }

  /**
   * Takes over one area of a drawing.
   *
   * @param drawing of {@link BufferedImage#TYPE_INT_RGB} and this picture's size
   * @param area inside the drawing; grown to even lines, since colour is stored per 2×2, and to
   *     whole blocks of {@value #BLOCK} columns, since the converter writes those
   */
  public void update(BufferedImage drawing, Rectangle area) throws IOException {
    int x0 = Math.max(0, area.x & -BLOCK);
    int y0 = Math.max(0, area.y & ~1);
    int x1 = Math.min(width, (area.x + area.width + BLOCK - 1) & -BLOCK);
    int y1 = Math.min(height, (area.y + area.height + 1) & ~1);
    if (x1 <= x0 || y1 <= y0) {
      return;
    }
    int[] pixels = ((DataBufferInt) drawing.getRaster().getDataBuffer()).getData();
    for (int y = y0; y < y1; y++) {
      rgb.position((long) y * width + x0).put(pixels, y * width + x0, x1 - x0);
    }
    rgb.position(0);
    SampleLibav.check(av_frame_make_writable(frame), "reuse a picture");
    from.put(0, new BytePointer(rgb).position(4L * ((long) y0 * width + x0)));
    fromStride.put(0, 4 * width);
    for (int plane = 0; plane < PLANES; plane++) {
      int shift = plane == 0 ? 0 : 1;
      long offset = (long) (y0 >> shift) * frame.linesize(plane) + (x0 >> shift);
      to.put(plane, new BytePointer(frame.data(plane)).position(offset));
      toStride.put(plane, frame.linesize(plane));
    }
    SwsContext converter =
        converters.computeIfAbsent(new Dimension(x1 - x0, y1 - y0), Picture::converter);
    SampleLibav.check(
        sws_scale(converter, from, fromStride, 0, y1 - y0, to, toStride), "convert a picture");
  }

  AVFrame frame() {
    return frame;
  }

  private static SwsContext converter(Dimension size) {
    SwsContext context =
        sws_getContext(
            size.width,
            size.height,
            AV_PIX_FMT_BGR0,
            size.width,
            size.height,
            AV_PIX_FMT_YUV420P,
            SWS_BILINEAR | SWS_ACCURATE_RND,
            (SwsFilter) null,
            (SwsFilter) null,
            (DoublePointer) null);
    IntPointer bt709 = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(context, bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
    return context;
  }

  @Override
  public void close() {
    converters.values().forEach(c -> sws_freeContext(c));
    av_frame_free(frame);
    rgb.close();
    from.close();
    to.close();
    fromStride.close();
    toStride.close();
  }
}
