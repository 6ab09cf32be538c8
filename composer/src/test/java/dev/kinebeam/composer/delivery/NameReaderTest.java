package dev.kinebeam.composer.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.delivery.NameReading.Ignored;
import dev.kinebeam.composer.delivery.NameReading.Primitive;
import dev.kinebeam.composer.delivery.NameReading.Unread;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "001 Detensionari Lombare - Intro.mp4            | intro         | true  | 1 | 0  | 001",
        "001 Detensionari Lombare - Outro.mp4            | outro         | true  | 1 | 0  | 001",
        "001 Detensionari Lombare - Pauza.mp4            | pauza         | true  | 1 | 0  | 001",
        "001 Detensionari Lombare 5 Stanga.mp4           | rep-left      | true  | 1 | 5  | 001",
        "001 Detensionari Lombare 5 Dreapta.mp4          | rep-right     | true  | 1 | 5  | 001",
        "001 Detensionari Lombare 1-20 Stanga.mp3        | rep-left      | false | 1 | 20 | 001",
        "001 Detensionari Lombare 1-20 Dreapta.mp3       | rep-right     | false | 1 | 20 | 001",
        "001 Detensionări Lombare - Intro 2.mp4          | intro         | true  | 2 | 0  | 001",
        "001 Detensionări Lombare 5 Stângă v2.mp4        | rep-left      | true  | 2 | 5  | 001",
        "001_DETENSIONARI_LOMBARE_5_STANGA_V3.MP4        | rep-left      | true  | 3 | 5  | 001",
        "001-Detensionari-Lombare-1-20-Dreapta-2.mp3     | rep-right     | false | 2 | 20 | 001",
        "001 Detensionari Lombare 1–20 Dreaptă (3).mp3   | rep-right     | false | 3 | 20 | 001",
        "001 Detensionari Lombare 1_20_Stg.wav           | rep-left      | false | 1 | 20 | 001",
        "012 Flexii Dr 1 - 20 varianta 2.m4a             | rep-right     | false | 2 | 20 | 012",
        "001 1-20 Stanga.mp3                             | rep-left      | false | 1 | 20 | 001",
        "001 Stanga 1-20.mp3                             | rep-left      | false | 1 | 20 | 001",
        "001 Stanga 5 rep.mp4                            | rep-left      | true  | 1 | 5  | 001",
        "5 Stanga.mp4                                    | rep-left      | true  | 1 | 5  | ",
        "5 rep stg.mov                                   | rep-left      | true  | 1 | 5  | ",
        "Stanga 5 rep v2.mp4                             | rep-left      | true  | 2 | 5  | ",
        "Genuflexiuni 5x Bilateral.m4v                   | rep-bilateral | true  | 1 | 5  | ",
        "Genuflexiuni 1-20 ambele părți.mp3              | rep-bilateral | false | 1 | 20 | ",
        "Introducere.mp3                                 | intro         | false | 1 | 0  | ",
        "003 Pauză între serii_2.mp4                     | pauza         | true  | 2 | 0  | 003",
        "Încheiere varianta 3 final.mp4                  | outro         | true  | 3 | 0  | ",
        "Intro 2 1080p 50fps.mp4                         | intro         | true  | 2 | 0  | ",
        "Şedinţa 4 Lombară - Intro v1.mp4                | intro         | true  | 1 | 0  | ",
        "Ședința L5 - Outro #2.mp4                       | outro         | true  | 2 | 0  | ",
      })
  void namesAreRead(
      String name, String part, boolean video, int variant, int count, String exercise) {
    assertThat(NameReader.read(name))
        .isEqualTo(
            new Primitive(
                part,
                video,
                variant,
                count == 0 ? OptionalInt.empty() : OptionalInt.of(count),
                Optional.ofNullable(exercise)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "001 Detensionari Lombare.mp4            | names no part",
        "Poza.jpg                                | is neither a video",
        "001 X 5 Stanga.MXF                      | ends in .mxf; a video ends in .mp4, .mov or"
            + " .m4v: export it as MP4 (H.264)",
        "Intro.MTS                               | export it as MP4 (H.264)",
        "Intro.gif                               | export it as MP4 (H.264)",
        "Intro.ogg                               | export it as MP3 or WAV",
        "Intro                                   | is neither a video",
        "007 Aplecare Dreapta 5 Stanga.mp4       | could be right or left",
        "Pauza stanga.mp4                        | could be pauza or left",
        "Intro 1-20.mp3                          | names a part and counts",
        "001 X 1-20 Stanga.mp4                   | named like a voice-over",
        "001 X 5 Stanga.mp3                      | named like a video of 5",
        "Stanga 2.mp4                            | may be a variant or the repetitions",
        "Intro 2 7.mp4                           | more numbers",
        "Intro 0.mp4                             | 1 to 99",
        "Intro 2026.mp4                          | 1 to 99",
        "Intro v.mp4                             | no number of a variant",
        "001 Stanga.mp4                          | no number between",
        "001 Stanga v2.mp4                       | no number between",
        "001 Stanga.mp3                          | no number between",
        "Pauza 15 sec.mp4                        | names a length (15 sec)",
        "15 secunde Pauza.mp4                    | names a length (15 secunde)",
        "Intro 10 s.mp4                          | names a length (10 s)",
        "Lombare 5 min Stanga.mp4                | names a length (5 min)",
      })
  void whatCouldBeTwoThingsIsNotGuessed(String name, String reason) {
    assertThat(NameReader.read(name)).isInstanceOf(Unread.class);
    assertThat(((Unread) NameReader.read(name)).reason()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {".DS_Store", "._Intro.mp4", "Intro.mp4.tmp", "Thumbs.db"})
  void whatASystemLeavesBehindIsIgnored(String name) {
    assertThat(NameReader.read(name)).isInstanceOf(Ignored.class);
  }

  /** However a name is written, it is the same name. */
  @Property(tries = 300)
  void spellingMakesNoDifference(
      @ForAll("titles") String title,
      @ForAll("ends") String end,
      @ForAll("spaces") String space,
      @ForAll Normalizer.Form form,
      @ForAll boolean upper) {
    String plain = "014 " + NameReader.plain(title) + " " + NameReader.plain(end);
    String written = ("014 " + title + " " + end).replace(" ", space);
    String spelt = Normalizer.normalize(written, form);
    String cased = upper ? spelt.toUpperCase(Locale.ROOT) : spelt;
    assertThat(NameReader.read(cased + ".mp4")).isEqualTo(NameReader.read(plain + ".mp4"));
    assertThat(NameReader.read(cased + ".mp4")).isInstanceOf(Primitive.class);
  }

  @Provide
  Arbitrary<String> titles() {
    return Arbitraries.of(
        "Detensionări Lombare",
        "Mișcări și ședințe",
        "Mişcări şi şedinţe",
        "Întinderi",
        "Abducții");
  }

  @Provide
  Arbitrary<String> ends() {
    return Arbitraries.of(
        "Intro", "Pauză 2", "Outro v3", "5 Stângă", "5 Dreaptă v2", "5 Bilaterală 3", "5 rep Stg");
  }

  @Provide
  Arbitrary<String> spaces() {
    return Arbitraries.of(" ", "_", "-", " - ", "  ", ".", " – ");
  }
}
