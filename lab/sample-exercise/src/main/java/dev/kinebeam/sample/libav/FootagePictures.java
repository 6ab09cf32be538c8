package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR0;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import dev.kinebeam.sample.picture.TestCard;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** The frames of one {@link Footage}: its test cards in its colours, turned as its camera was. */
final class FootagePictures implements AutoCloseable {
  private static final int PLANES = 3;

  private final Footage footage;
  private final SwsContext converter;
  private final AVFrame first;
  private final AVFrame second;

  FootagePictures(Footage footage, String pixelFormat) throws IOException {
    this.footage = footage;
    int format = av_get_pix_fmt(pixelFormat);
    int width = footage.width;
    int height = footage.height;
    this.converter =
        sws_getContext(
            width,
            height,
            AV_PIX_FMT_BGR0,
            width,
            height,
            format,
            SWS_BILINEAR | SWS_ACCURATE_RND,
            (SwsFilter) null,
            (SwsFilter) null,
            (DoublePointer) null);
    IntPointer matrix = sws_getCoefficients(footage.colour.codedBy);
    sws_setColorspaceDetails(
        converter, matrix, 1, matrix, footage.fullRange ? 1 : 0, 0, 1 << 16, 1 << 16);
    this.first = allocate(format);
    this.second = allocate(format);
  }

  private AVFrame allocate(int format) throws IOException {
    AVFrame frame = av_frame_alloc();
    frame.format(format).width(footage.width).height(footage.height);
    frame.color_range(footage.rangeCode()).colorspace(footage.matrixCode());
    frame.color_trc(footage.colour.transfer).color_primaries(footage.colour.primaries);
    frame.sample_aspect_ratio().num(footage.aspect).den(footage.aspectUnit);
    SampleLibav.check(av_frame_get_buffer(frame, 0), "allocate a picture");
    return frame;
  }

  /** Frame {@code i}; of two fields half a frame apart where the footage is interlaced. */
  AVFrame frame(int i) throws IOException {
    if (footage.scan == Footage.Scan.PROGRESSIVE) {
      return card(i);
    }
    boolean topFirst = footage.scan == Footage.Scan.TOP_FIELD_FIRST;
    convert(drawing(i, 2 * i), first);
    convert(drawing(i, 2 * i + 1), second);
    weave(topFirst ? 1 : 0);
    int flags = AV_FRAME_FLAG_INTERLACED | (topFirst ? AV_FRAME_FLAG_TOP_FIELD_FIRST : 0);
    return first.flags(first.flags() | flags);
  }

  /** A whole picture. */
  AVFrame card(int i) throws IOException {
    convert(drawing(i, i), first);
    return first;
  }

  private void weave(int line) {
    int chroma = av_pix_fmt_desc_get(first.format()).log2_chroma_h();
    for (int plane = 0; plane < PLANES; plane++) {
      int stride = first.linesize(plane);
      byte[] bytes = new byte[stride];
      int lines = plane == 0 ? footage.height : footage.height >> chroma;
      for (int y = line; y < lines; y += 2) {
        new BytePointer(second.data(plane)).position((long) y * stride).get(bytes);
        new BytePointer(first.data(plane)).position((long) y * stride).put(bytes);
      }
    }
  }

  private BufferedImage drawing(int frame, int moment) {
    boolean lying = footage.rotation % 180 != 0;
    int width = lying ? footage.height : footage.width;
    int height = lying ? footage.width : footage.height;
    BufferedImage upright = TestCard.draw(width, height, footage.clip, frame, moment);
    if (footage.rotation == 0 && !footage.mirrored) {
      return upright;
    }
    BufferedImage coded =
        new BufferedImage(footage.width, footage.height, BufferedImage.TYPE_INT_RGB);
    AffineTransform turn = new AffineTransform();
    turn.translate(footage.width / 2.0, footage.height / 2.0);
    turn.rotate(Math.toRadians(-footage.rotation));
    turn.scale(footage.mirrored ? -1 : 1, 1);
    turn.translate(-width / 2.0, -height / 2.0);
    Graphics2D g = coded.createGraphics();
    g.drawImage(upright, turn, null);
    g.dispose();
    return coded;
  }

  private void convert(BufferedImage drawing, AVFrame to) throws IOException {
    SampleLibav.check(av_frame_make_writable(to), "reuse a picture");
    to.pict_type(AV_PICTURE_TYPE_NONE);
    int[] pixels = ((DataBufferInt) drawing.getRaster().getDataBuffer()).getData();
    try (IntPointer rgb = new IntPointer(pixels);
        PointerPointer<BytePointer> from = new PointerPointer<>(4);
        IntPointer stride = new IntPointer(4L)) {
      from.put(0, new BytePointer(rgb));
      stride.put(0, 4 * footage.width);
      SampleLibav.check(
          sws_scale(converter, from, stride, 0, footage.height, to.data(), to.linesize()),
          "convert a picture");
    }
  }

  @Override
  public void close() {
    sws_freeContext(converter);
    av_frame_free(first);
    av_frame_free(second);
  }
}
