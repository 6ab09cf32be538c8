package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.libav.AacEncoder;
import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.mezzanine.DerivedFiles;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.PcmClip;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * A sound track as AAC, in pieces that are encoded when they are asked for and kept by what they
 * sound like. A piece's bytes depend on its samples and those around it and on nothing else: the
 * track has the same bytes whether its pieces were found or made. Thread-safe.
 */
public final class PiecedSound {
  public static final int BIT_RATE = 192_000;

  /** To be raised whenever the same samples are encoded differently. */
  private static final int GENERATION = 1;

  /** Each piece is encoded by one thread at a time, whichever render it is asked for. */
  private static final Semaphore[] ENCODING =
      Stream.generate(() -> new Semaphore(1)).limit(64).toArray(Semaphore[]::new);

  private final SoundTrack sound;
  private final List<SoundPiece> pieces;
  private final DerivedFiles kept;
  private final EncodingLimit limit;
  private final Semaphore turns;

  PiecedSound(SoundTrack sound, List<SoundPiece> pieces, DerivedFiles kept) {
    this(sound, pieces, kept, EncodingLimit.NONE);
  }

  private PiecedSound(
      SoundTrack sound, List<SoundPiece> pieces, DerivedFiles kept, EncodingLimit limit) {
    this.limit = limit;
    this.turns = limit.turnsOfOne();
    this.sound = sound;
    this.pieces = List.copyOf(pieces);
    this.kept = kept;
  }

  /** The sound of a plan. */
  public static PiecedSound of(RenderPlan plan, Materials materials, DerivedFiles kept) {
    List<Long> joints = plan.takes().stream().map(RenderPlan.Take::firstSample).toList();
    SoundTrack sound = track(plan, materials);
    return new PiecedSound(sound, SoundPiece.cut(joints, sound.samples()), kept);
  }

  /** Opens the sound of a mezzanine. */
  @FunctionalInterface
  public interface Clips {
    PcmClip open(Composition.Mezzanine mezzanine) throws IOException;
  }

  /**
   * The sound of a composition.
   *
   * @param clips asked for each mezzanine once
   */
  public static PiecedSound of(
      Composition composition, Clips clips, DerivedFiles kept, EncodingLimit limit)
      throws IOException {
    Map<String, PcmClip> opened = new HashMap<>();
    for (Composition.Video video : composition.rungs().get(0).videos()) {
      opened.put(video.mezzanine().name(), clips.open(video.mezzanine()));
    }
    for (Composition.Mezzanine voiceOver : composition.voiceOvers()) {
      opened.put(voiceOver.name(), clips.open(voiceOver));
    }
    Manifest.Gains gains = composition.gains();
    List<SoundTrack.Placed> placed = new ArrayList<>();
    List<Long> joints = new ArrayList<>();
    for (Composition.Take take : composition.takes()) {
      long first = take.firstFrame() * Composition.SAMPLES_PER_FRAME;
      long samples = (long) take.frames() * Composition.SAMPLES_PER_FRAME;
      joints.add(first);
      placed.add(
          new SoundTrack.Placed(
              opened.get(take.video()), first, samples, (float) gains.wildTrack()));
    }
    for (Composition.Voice voice : composition.voices()) {
      placed.add(
          new SoundTrack.Placed(
              opened.get(voice.file()),
              voice.firstSample(),
              voice.samples(),
              (float) gains.voiceOver()));
    }
    SoundTrack sound = new SoundTrack(placed, composition.samples());
    return new PiecedSound(sound, SoundPiece.cut(joints, sound.samples()), kept, limit);
  }

  /** How many packets the sound of so many samples has, the one of the priming included. */
  public static int packetsOf(long samples) {
    return SoundPiece.blocks(samples) + 1;
  }

  /** Where pieces are kept, beside the mezzanines. */
  public static DerivedFiles keptIn(MezzanineCache cache) {
    return cache.derived(version());
  }

  /** The same. */
  public static DerivedFiles keptIn(PinnedMezzanines mezzanines) {
    return mezzanines.derived(version());
  }

  /** Names all that the bytes depend on, beside the samples. */
  private static String version() {
    return "sound-v" + GENERATION + "-" + Libav.fileSafeVersion();
  }

  private static SoundTrack track(RenderPlan plan, Materials materials) {
    Manifest.Gains gains = plan.script().manifest().gains();
    List<SoundTrack.Placed> clips = new ArrayList<>();
    for (RenderPlan.Take take : plan.takes()) {
      PcmClip wildTrack = materials.video(take.video()).wildTrack();
      clips.add(
          new SoundTrack.Placed(
              wildTrack, take.firstSample(), take.samples(), (float) gains.wildTrack()));
    }
    for (RenderPlan.Voice voice : plan.voices()) {
      clips.add(
          new SoundTrack.Placed(
              materials.voice(voice.file()),
              voice.firstSample(),
              voice.samples(),
              (float) gains.voiceOver()));
    }
    return new SoundTrack(clips, plan.samples());
  }

  /** What is heard, before it is encoded. */
  SoundTrack track() {
    return sound;
  }

  /** In their order, without gap or overlap. */
  List<SoundPiece> pieces() {
    return pieces;
  }

  /** All packets of the track, the one of the priming included. */
  public int packets() {
    return pieces.get(pieces.size() - 1).end();
  }

  /**
   * One piece, encoded now if it is not kept; an interrupt ends the work.
   *
   * @param blocksDone receives the blocks encoded so far; never called when the piece is cached
   */
  EncodedPiece piece(int number, IntConsumer blocksDone) throws IOException {
    SoundPiece piece = pieces.get(number);
    String name = name(piece);
    Optional<EncodedPiece> found = read(name, piece);
    if (found.isPresent()) {
      return found.get();
    }
    // Its track's turn first: whoever waits for that holds no lock that other tracks may need.
    return limit.inTurn(
        turns,
        () ->
            limit.inTurn(
                ENCODING[Math.floorMod(name.hashCode(), ENCODING.length)],
                () -> {
                  Optional<EncodedPiece> madeMeanwhile = read(name, piece);
                  return madeMeanwhile.isPresent()
                      ? madeMeanwhile.get()
                      : limit.encoding(() -> make(name, piece, blocksDone));
                }));
  }

  private EncodedPiece make(String name, SoundPiece piece, IntConsumer blocksDone)
      throws IOException {
    EncodedPiece made = encode(piece, blocksDone);
    kept.write(name, made.toFile());
    return made;
  }

  private Optional<EncodedPiece> read(String name, SoundPiece piece) throws IOException {
    return kept.read(name).flatMap(content -> EncodedPiece.ofFile(content, piece.packets()));
  }

  /** The AudioSpecificConfig that decodes every packet (ISO/IEC 14496-3). */
  public byte[] config() throws IOException {
    return piece(0, blocks -> {}).config();
  }

  /** Packets from {@code from} to {@code to}, fetched or encoded now. */
  public List<byte[]> packets(int from, int to) throws IOException {
    List<byte[]> packets = new ArrayList<>();
    AtomicBoolean encoded = new AtomicBoolean();
    for (int i = 0; i < pieces.size(); i++) {
      SoundPiece place = pieces.get(i);
      if (place.first() < to && place.end() > from) {
        packets.addAll(
            piece(i, blocks -> encoded.set(true))
                .packets(
                    Math.max(from, place.first()) - place.first(),
                    Math.min(to, place.end()) - place.first()));
      }
    }
    if (encoded.get()) {
      keepWithinBounds();
    }
    return packets;
  }

  /** Deletes what was unused for longest, if much has been kept. */
  void keepWithinBounds() throws IOException {
    kept.keepWithinBounds();
  }

  private String name(SoundPiece piece) {
    int begin = piece.firstBlock();
    int end = piece.endBlock(blocks());
    String words =
        String.join(
            "|",
            "aac " + BIT_RATE,
            "packets " + (piece.first() - begin) + " to " + (piece.end() - begin),
            sound.describe((long) begin * AacEncoder.BLOCK, (long) end * AacEncoder.BLOCK));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(words.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private int blocks() {
    return SoundPiece.blocks(sound.samples());
  }

  private EncodedPiece encode(SoundPiece piece, IntConsumer blocksDone) throws IOException {
    int begin = piece.firstBlock();
    int end = piece.endBlock(blocks());
    List<byte[]> packets = new ArrayList<>();
    Consumer<byte[]> sink = packets::add;
    float[] left = new float[AacEncoder.BLOCK];
    float[] right = new float[AacEncoder.BLOCK];
    try (AacEncoder encoder = new AacEncoder(BIT_RATE)) {
      for (int block = begin; block < end; block++) {
        if (Thread.interrupted()) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("cancelled while encoding the sound");
        }
        sound.mix((long) block * AacEncoder.BLOCK, left, right);
        encoder.encode(left, right, sink);
        blocksDone.accept(block - begin + 1);
      }
      encoder.finish(sink);
      if (packets.size() != end - begin + 1) {
        throw new MediaException(
            "the AAC encoder gave " + packets.size() + " packets for " + (end - begin) + " blocks");
      }
      return EncodedPiece.of(
          encoder.audioSpecificConfig(),
          packets.subList(piece.first() - begin, piece.end() - begin));
    }
  }
}
