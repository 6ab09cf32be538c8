package dev.kinebeam.programs.catalogue;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Nine hundred exercises with names in Romanian and English, each of them a hosted video. */
final class WholeCatalogue {
  private static final List<String> MOVEMENTS =
      List.of(
          "Întindere/Stretch",
          "Rotație/Rotation",
          "Înclinare/Tilt",
          "Ridicare/Raise",
          "Balans/Swing",
          "Împingere/Push",
          "Tracțiune/Pull",
          "Flexie/Bend",
          "Extensie/Straightening",
          "Depărtare/Spread",
          "Mobilizare/Loosening",
          "Relaxare/Rest",
          "Încordare/Tension",
          "Echilibru/Poise",
          "Fandare/Lunge");
  private static final List<String> REGIONS =
      List.of(
          "gât/neck",
          "umăr/shoulder",
          "cot/elbow",
          "încheietură/wrist",
          "torace/chest",
          "spate/back",
          "mijloc/waist",
          "șold/hip",
          "coapsă/thigh",
          "genunchi/knee",
          "gambă/calf",
          "gleznă/ankle");
  private static final List<String> POSITIONS =
      List.of("culcat/lying", "așezat/seated", "ghemuit/crouched", "perete/wall", "bandă/loop");

  private WholeCatalogue() {}

  /** One exercise, named in both languages. */
  record Named(String slug, String romanian, String english) {
    /** What a patient types on a keyboard without accents. */
    String typed() {
      return Normalizer.normalize(romanian, Normalizer.Form.NFD)
          .replaceAll("\\p{M}", "")
          .toLowerCase(Locale.ROOT);
    }

    private String row() {
      UUID video = new UUID(0x900L, slug.hashCode());
      return "%s,duration_based,%s,%s,bunny,%s,ro".formatted(slug, romanian, english, video);
    }
  }

  static List<Named> exercises() {
    List<Named> all = new ArrayList<>();
    for (String movement : MOVEMENTS) {
      for (String region : REGIONS) {
        for (String position : POSITIONS) {
          String english = words(1, movement, region, position);
          all.add(
              new Named(
                  english.toLowerCase(Locale.ROOT).replace(' ', '-'),
                  words(0, movement, region, position),
                  english));
        }
      }
    }
    return all;
  }

  private static String words(int language, String... pairs) {
    List<String> words = new ArrayList<>();
    for (String pair : pairs) {
      words.add(pair.split("/", -1)[language]);
    }
    return String.join(" ", words);
  }

  /** They as a file of {@code ./kinebeam catalog import}. */
  static String csv(List<Named> exercises) {
    StringBuilder csv =
        new StringBuilder("slug,kind,display_name,display_name.en,host,hosted_video_id,language\n");
    exercises.forEach(exercise -> csv.append(exercise.row()).append('\n'));
    return csv.toString();
  }
}
