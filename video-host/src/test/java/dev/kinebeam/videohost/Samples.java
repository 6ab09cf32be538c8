package dev.kinebeam.videohost;

import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Composition.Group;
import dev.kinebeam.schemas.render.Composition.Mezzanine;
import dev.kinebeam.schemas.render.Composition.Part;
import dev.kinebeam.schemas.render.Composition.Rung;
import dev.kinebeam.schemas.render.Composition.Take;
import dev.kinebeam.schemas.render.Composition.Video;
import dev.kinebeam.schemas.render.Manifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Compositions that agree with themselves; their mezzanines are nowhere. */
final class Samples {
  private Samples() {}

  /** Of one video, whose content the character stands for. */
  static Composition composition(char content) {
    return composition(content, sampleEntry(1280, 720));
  }

  static Composition composition(char content, String sampleEntry) {
    String hash = String.valueOf(content).repeat(64);
    List<Part> parts =
        List.of(new Part("video.mp4", 2_000, hash), new Part("audio.pcm", 60 * 6_400, hash));
    Mezzanine mezzanine = new Mezzanine("intro-video-1.mp4", "v3-720p", hash, parts);
    Video video = new Video(mezzanine, 60, 1, List.of(new Group(60, 1_500)));
    return new Composition(
        "squats",
        "ro",
        Manifest.Gains.DEFAULT,
        List.of(new Rung("720p", 1280, 720, sampleEntry, List.of(video))),
        List.of(),
        List.of(new Take("intro-video-1.mp4", 0, 60)),
        List.of());
  }

  private static String sampleEntry(int width, int height) {
    byte[] avcC = {1, 0x64, 0, 0x1f, -1, -31, 0, 2, 0x67, 1, 1, 0, 2, 0x68, 2};
    ByteBuffer box = ByteBuffer.allocate(16 + 86 + 8 + avcC.length);
    box.putInt(box.capacity()).put(ascii("stsd")).putInt(0).putInt(1);
    box.putInt(box.capacity() - 16).put(ascii("avc1"));
    box.putShort(48, (short) width).putShort(50, (short) height);
    box.position(16 + 86).putInt(8 + avcC.length).put(ascii("avcC")).put(avcC);
    return Base64.getEncoder().encodeToString(box.array());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
