package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT2020;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_CL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_ARIB_STD_B67;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_SMPTE2084;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * How a source's colours are coded, and the way from there to BT.709 in limited range.
 *
 * <p>A source that does not say follows the custom of its size: BT.601 below HD, BT.709 from there
 * on. High dynamic range (PQ, HLG) is tone-mapped: light is made linear with 100 cd/m² as 1,
 * colours are brought from BT.2020 to BT.709, and Hable's curve bends the bright end, so that a
 * paper white of 203 cd/m² stays clearly below the brightest.
 *
 * @param tags a filter that says what the frames do not; empty when they say all
 * @param wide whether the colours are BT.2020's
 * @param bright whether there is more light than an ordinary screen shows
 */
record Colours(Optional<String> tags, boolean wide, boolean bright) {
  private static final String QUALITY = ":flags=bicubic+accurate_rnd+full_chroma_int";

  /** Of 100 cd/m²: what is brighter than 1000 cd/m² becomes white. */
  private static final int PEAK = 10;

  private static final int HD_SHORT_SIDE = 720;
  private static final int HD_LONG_SIDE = 1280;

  /**
   * Of the first frame, since a header may say less.
   *
   * @throws MediaException when this build cannot convert them
   */
  static Colours of(AVFrame frame) throws MediaException {
    int transfer = frame.color_trc();
    int matrix = frame.colorspace();
    boolean bright = transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67;
    boolean wide =
        bright
            || frame.color_primaries() == AVCOL_PRI_BT2020
            || matrix == AVCOL_SPC_BT2020_NCL
            || matrix == AVCOL_SPC_BT2020_CL;
    if (wide
        && (avfilter_get_by_name("zscale") == null || avfilter_get_by_name("tonemap") == null)) {
      throw new MediaException(
          (bright ? "is HDR (PQ or HLG)" : "is in the wide colours of BT.2020")
              + ", which this build of ffmpeg cannot convert (it has no zscale filter): deliver it"
              + " in SDR, BT.709");
    }
    boolean rgb = (av_pix_fmt_desc_get(frame.format()).flags() & AV_PIX_FMT_FLAG_RGB) != 0;
    List<String> missing = new ArrayList<>();
    if (matrix == AVCOL_SPC_UNSPECIFIED && !rgb) {
      missing.add("colorspace=" + (wide ? "bt2020nc" : isHd(frame) ? "bt709" : "smpte170m"));
    }
    if (wide && frame.color_primaries() == AVCOL_PRI_UNSPECIFIED) {
      missing.add("color_primaries=bt2020");
    }
    if (wide && transfer == AVCOL_TRC_UNSPECIFIED) {
      missing.add("color_trc=bt709");
    }
    return new Colours(
        missing.isEmpty()
            ? Optional.empty()
            : Optional.of("setparams=" + String.join(":", missing)),
        wide,
        bright);
  }

  private static boolean isHd(AVFrame frame) {
    return Math.min(frame.width(), frame.height()) >= HD_SHORT_SIDE
        || Math.max(frame.width(), frame.height()) >= HD_LONG_SIDE;
  }

  /** Filters to a size and to the mezzanine's colours. Scaled first, since linear light is big. */
  List<String> scaledTo(int width, int height) {
    String size = "scale=" + width + ":" + height + QUALITY;
    if (!wide) {
      return List.of(size + ":out_color_matrix=bt709:out_range=tv", "format=yuv420p");
    }
    List<String> steps = new ArrayList<>();
    steps.add(size);
    steps.add("zscale=transfer=linear:npl=100");
    steps.add("format=gbrpf32le");
    steps.add("zscale=primaries=bt709");
    if (bright) {
      steps.add("tonemap=tonemap=hable:peak=" + PEAK + ":desat=0");
    }
    steps.add("zscale=transfer=bt709:matrix=bt709:range=tv");
    steps.add("format=yuv420p");
    // What was brighter still comes out above white.
    steps.add("limiter=min=16:max=235:planes=1");
    return steps;
  }
}
