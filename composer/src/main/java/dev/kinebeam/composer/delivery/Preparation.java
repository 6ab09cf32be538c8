package dev.kinebeam.composer.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.composer.delivery.DeliveryPlan.Problem;
import dev.kinebeam.composer.delivery.DeliveryPlan.Step;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.lock.ProcessFolder;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.program.process.Parallel;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Makes a bundle's folder out of a delivery. The folder appears whole or not at all; doing it again
 * changes nothing.
 */
public final class Preparation {
  private static final String UNFINISHED = ".kinebeam-unfinished";

  /** What became of it. */
  public enum Outcome {
    MADE,
    UNCHANGED,
    REPLACED
  }

  /**
   * A bundle that is there.
   *
   * @param folder named like the exercise
   * @param soundsTaken voice-overs that were taken out of other files
   * @param standIns copies used in place of variants that are not delivered yet
   */
  public record Prepared(
      Path folder, Outcome outcome, Bundle bundle, int soundsTaken, int standIns) {}

  /** A delivery that is not a usable bundle yet; the message has a line for each defect. */
  public static final class Unusable extends IOException {
    private static final long serialVersionUID = 1L;

    private Unusable(String message) {
      super(message);
    }
  }

  private final MediaChildren children;
  private final Consumer<String> progress;

  /** {@code progress} receives a line about the present step from time to time. */
  public Preparation(MediaChildren children, Consumer<String> progress) {
    this.children = children;
    this.progress = progress;
  }

  /**
   * Makes {@code out/exercise}.
   *
   * @param map says what files are whose names cannot be read
   * @param variants see {@code --variants}; 0 for none
   * @param force replace another bundle of this name
   * @throws Unusable when the delivery is at fault
   * @throws IOException when the folder is something else, or cannot be written
   */
  public Prepared prepare(
      Path delivery,
      String exercise,
      String language,
      Optional<Path> map,
      int variants,
      Path out,
      boolean force)
      throws IOException {
    // A walk does not follow links, not even the one that it begins at.
    Path from = delivery.toRealPath();
    NameMap names = map.isPresent() ? NameMap.read(map.get()) : NameMap.EMPTY;
    Path target = out.toAbsolutePath().normalize().resolve(exercise);
    TargetFolder place = TargetFolder.at(target, exercise);
    place.requireApart(from);
    DeliveryPlan plan = plan(from, exercise, language, names, variants);
    Path root = out.resolve(UNFINISHED);
    try (ProcessFolder scratch = ProcessFolder.open(root)) {
      Path made = scratch.path().resolve(exercise);
      fill(plan, from, made);
      Outcome outcome = place.put(made, force);
      BundleDirectory bundle = BundleDirectory.open(target);
      return new Prepared(
          target,
          outcome,
          bundle.bundle(),
          count(plan, Step.TakeSound.class),
          count(plan, Step.StandIn.class));
    } finally {
      deleteUnlessUsed(root);
    }
  }

  private static DeliveryPlan plan(
      Path delivery, String exercise, String language, NameMap names, int variants)
      throws IOException {
    List<String> files = List.copyOf(BundleFiles.all(delivery));
    DeliveryPlan.Verdict verdict = DeliveryPlan.of(exercise, language, files, names, variants);
    if (verdict instanceof DeliveryPlan.Unusable unusable) {
      throw new Unusable(explain(delivery, unusable.problems()));
    }
    return ((DeliveryPlan.Usable) verdict).plan();
  }

  private static String explain(Path delivery, List<Problem> problems) {
    StringBuilder text = new StringBuilder(delivery + " is not a whole delivery:");
    boolean names = false;
    for (Problem problem : problems) {
      text.append("\n  ");
      if (problem.file().isEmpty()) {
        text.append(problem.reason());
      } else {
        names = true;
        text.append(problem.file()).append(": ").append(problem.reason());
      }
    }
    if (names) {
      text.append(
          "\n"
              + "Correct these files, or give --map FILE with a line for each, DELIVERED FILE ="
              + " PLACE:");
      for (Problem problem : problems) {
        if (!problem.file().isEmpty()) {
          text.append("\n  ").append(problem.file()).append(" = ").append(suggestion(problem));
        }
      }
      text.append(
          "\n"
              + "where PLACE is intro-video-N, pauza-video-N, outro-video-N, rep-SIDE-video-N,"
              + " rep-SIDE-vo-N, intro-vo-N, …, or - to leave the file out.");
    }
    return text.toString();
  }

  /** Only what the name itself says: a wrong leg would be believed. */
  private static String suggestion(Problem problem) {
    String name = problem.file().substring(problem.file().lastIndexOf('/') + 1);
    if (NameReader.read(name) instanceof NameReading.Primitive primitive) {
      return primitive.part() + (primitive.video() ? "-video-" : "-vo-") + primitive.variant();
    }
    return NameReader.isVideo(name) || NameReader.isSound(name) ? "PLACE" : NameMap.LEFT_OUT;
  }

  private void fill(DeliveryPlan plan, Path delivery, Path made) throws IOException {
    List<Callable<Void>> work = new ArrayList<>();
    for (var entry : plan.steps().entrySet()) {
      Path primitive = made.resolve(entry.getKey());
      Files.createDirectories(primitive.getParent());
      if (!(entry.getValue() instanceof Step.StandIn)) {
        work.add(
            () -> {
              make(entry.getValue(), delivery, primitive);
              return null;
            });
      }
    }
    Parallel.run(work, done -> progress.accept("prepare " + done + " of " + work.size()));
    for (var entry : plan.steps().entrySet()) {
      if (entry.getValue() instanceof Step.StandIn standIn) {
        Files.copy(made.resolve(standIn.primitive()), made.resolve(entry.getKey()));
      }
    }
    Files.write(made.resolve(BundleDirectory.MANIFEST), manifest(plan));
  }

  private void make(Step step, Path delivery, Path primitive) throws IOException {
    if (step instanceof Step.Copy copy) {
      Files.copy(delivery.resolve(copy.delivered()), primitive);
    } else if (step instanceof Step.TakeSound sound) {
      try {
        children.makeMp3(delivery.resolve(sound.delivered()), primitive);
      } catch (MediaException e) {
        throw new Unusable(
            sound.delivered()
                + " "
                + e.getMessage()
                + "; its sound was to become "
                + primitive.getParent().getParent().getParent().relativize(primitive));
      }
    }
  }

  private static byte[] manifest(DeliveryPlan plan) throws IOException {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("exercise", plan.exercise());
    json.put("reps_per_video_block", plan.repsPerBlock());
    json.put("counts_per_audio_master", plan.counts());
    plan.sides().forEach(json.putArray("sides")::add);
    json.putArray("languages").add(plan.language());
    String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static int count(DeliveryPlan plan, Class<? extends Step> kind) {
    return (int) plan.steps().values().stream().filter(kind::isInstance).count();
  }

  private static void deleteUnlessUsed(Path root) throws IOException {
    try {
      Files.deleteIfExists(root);
    } catch (DirectoryNotEmptyException e) {
      return; // another process is at work in it
    }
  }
}
