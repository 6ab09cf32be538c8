package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_descriptor_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.junit.jupiter.api.Test;

/** The tables of docs/rendering.md say what the program takes. */
class ContainersAndCodecsTest {
  private static final Pattern NAME = Pattern.compile("`([a-z0-9_]+)`");

  @Test
  void theTableOfContainersIsTheListThatTheProgramOpens() throws IOException {
    assertThat(namesBelow("| container |")).isEqualTo(MediaInput.CONTAINERS);
  }

  @Test
  void everyCodecOfTheTableHasADecoder() throws IOException {
    assertThat(Libav.version()).isNotEmpty();
    assertThat(namesBelow("| codec |"))
        .hasSizeGreaterThan(20)
        .allSatisfy(
            name -> {
              AVCodecDescriptor codec = avcodec_descriptor_get_by_name(name);
              assertThat(codec).as(name).isNotNull();
              assertThat(avcodec_find_decoder(codec.id())).as(name).isNotNull();
            });
  }

  private static List<String> namesBelow(String head) throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "rendering.md")).stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .flatMap(line -> NAME.matcher(line).results().map(match -> match.group(1)))
        .toList();
  }
}
