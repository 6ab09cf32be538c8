package dev.kinebeam.sample;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.MediaWriter;
import dev.kinebeam.sample.libav.Picture;
import dev.kinebeam.sample.libav.VideoFormat;
import dev.kinebeam.sample.picture.Stage;
import dev.kinebeam.sample.picture.Take;
import dev.kinebeam.sample.sound.Tone;
import dev.kinebeam.sample.sound.WildTrack;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Makes the files of a bundle, as many at a time as there are processors, each one atomically. */
final class BundleWriter {
  private static final String STAMP = ".sample-parameters";
  private static final String LOCK = ".sample-lock";
  private static final String PART = ".part";
  private static final int WILD_BIT_RATE = 128_000;
  private static final int VOICE_BIT_RATE = 128_000;

  private final SampleExercise sample;
  private final String slug;
  private final Path directory;

  BundleWriter(SampleExercise sample, String slug, Path directory) {
    this.sample = sample;
    this.slug = slug;
    this.directory = directory;
  }

  private record Work(String fileName, int cost, FileMaker maker) {}

  @FunctionalInterface
  private interface FileMaker {
    void make(Path file) throws IOException;
  }

  /** Two calls for one directory, also from two processes, wait for each other. */
  void write(Progress progress) throws IOException {
    Files.createDirectories(directory);
    synchronized (BundleWriter.class) {
      try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE)) {
        channel.lock();
        writeLocked(progress);
      }
    }
  }

  private void writeLocked(Progress progress) throws IOException {
    List<Work> all = allWork();
    dropOtherParameters(all);
    List<Work> missing = new ArrayList<>();
    for (Work work : all) {
      if (!Files.exists(directory.resolve(work.fileName()))) {
        missing.add(work);
      }
    }
    missing.sort(Comparator.comparingInt(Work::cost).reversed());
    int done = all.size() - missing.size();
    progress.filesDone(done, all.size());
    if (missing.isEmpty()) {
      return;
    }
    int workers = Math.min(missing.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      CompletionService<Void> completions = new ExecutorCompletionService<>(pool);
      missing.forEach(work -> completions.submit(making(work)));
      for (int i = 0; i < missing.size(); i++) {
        completions.take().get();
        progress.filesDone(++done, all.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the sample exercise was made");
    } catch (ExecutionException e) {
      throw new IOException(
          "the sample exercise could not be made: " + e.getCause().getMessage(), e);
    } finally {
      pool.shutdownNow();
      awaitEnd(pool);
    }
  }

  private List<Work> allWork() {
    List<Work> all = new ArrayList<>();
    all.add(new Work("manifest.json", 0, this::writeManifest));
    for (Clip clip : sample.clips()) {
      all.add(new Work(clip.fileName(), clip.frames(), file -> writeClip(clip, file)));
    }
    for (VoiceOver voiceOver : sample.voiceOvers()) {
      all.add(new Work(voiceOver.fileName(), 1, file -> writeVoiceOver(voiceOver, file)));
    }
    return all;
  }

  private Callable<Void> making(Work work) {
    return () -> {
      Path file = directory.resolve(work.fileName());
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling("." + file.getFileName() + PART);
      work.maker().make(part);
      Files.move(part, file, ATOMIC_MOVE, REPLACE_EXISTING);
      return null;
    };
  }

  private void dropOtherParameters(List<Work> all) throws IOException {
    Path stamp = directory.resolve(STAMP);
    String parameters = "edition " + SampleExercise.EDITION + "\n" + sample + "\n";
    if (!slug.equals(SampleExercise.SLUG)) {
      parameters += slug + "\n";
    }
    if (Files.exists(stamp) && Files.readString(stamp).equals(parameters)) {
      return;
    }
    Files.deleteIfExists(stamp);
    for (Work work : all) {
      Files.deleteIfExists(directory.resolve(work.fileName()));
    }
    Path part = directory.resolve(STAMP + PART);
    Files.writeString(part, parameters);
    Files.move(part, stamp, ATOMIC_MOVE, REPLACE_EXISTING);
  }

  private void writeManifest(Path file) throws IOException {
    Files.writeString(
        file,
        """
        {
          "exercise": "%s",
          "reps_per_video_block": %d,
          "counts_per_audio_master": %d,
          "sides": ["left", "right"],
          "languages": ["%s"]
        }
        """
            .formatted(
                slug,
                SampleExercise.REPS_PER_BLOCK,
                SampleExercise.COUNTS,
                SampleExercise.LANGUAGE));
  }

  private void writeClip(Clip clip, Path file) throws IOException {
    float[] wildTrack =
        WildTrack.breathing(clip.id(), clip.samples(), clip.sampleRate(), sample.repSeconds());
    VideoFormat video =
        new VideoFormat(clip.width(), clip.height(), clip.fps(), sample.crf(), sample.preset());
    AudioFormat audio = new AudioFormat("aac", clip.sampleRate(), clip.channels(), WILD_BIT_RATE);
    Stage stage = new Stage(takeOf(clip));
    try (Picture picture = new Picture(clip.width(), clip.height());
        MediaWriter writer = MediaWriter.mp4(file, video, audio, wildTrack)) {
      for (int frame = 0; frame < clip.frames(); frame++) {
        for (var area : stage.draw(frame)) {
          picture.update(stage.image(), area);
        }
        writer.write(picture);
        if (Thread.interrupted()) {
          throw new InterruptedIOException("interrupted while " + clip.fileName() + " was made");
        }
      }
      writer.finish();
    }
  }

  private Take takeOf(Clip clip) {
    Take.Scene scene =
        switch (clip.slot()) {
          case INTRO -> Take.Scene.INTRO;
          case PAUZA -> Take.Scene.PAUSE;
          case OUTRO -> Take.Scene.OUTRO;
          case REP_LEFT -> Take.Scene.REPS_LEFT;
          case REP_RIGHT -> Take.Scene.REPS_RIGHT;
        };
    return new Take(
        scene,
        clip.variant(),
        clip.id(),
        clip.width(),
        clip.height(),
        clip.fps(),
        clip.frames(),
        sample.repSeconds());
  }

  private void writeVoiceOver(VoiceOver voiceOver, Path file) throws IOException {
    float[] sound = new float[voiceOver.samples()];
    for (Tone tone : voiceOver.tones()) {
      tone.addTo(sound, VoiceOver.SAMPLE_RATE);
    }
    AudioFormat format =
        new AudioFormat("libmp3lame", VoiceOver.SAMPLE_RATE, VoiceOver.CHANNELS, VOICE_BIT_RATE);
    MediaWriter.writeMp3(file, format, sound);
  }

  /**
   * Nobody may write into the directory after {@link #write} has returned, so an interrupt must not
   * cut this wait short: the makers notice theirs at the next frame.
   */
  private static void awaitEnd(ExecutorService pool) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IOException("the makers of the sample exercise do not end");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
