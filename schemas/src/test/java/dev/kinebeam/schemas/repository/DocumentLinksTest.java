package dev.kinebeam.schemas.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Links between documents lead to a file and a section that exist. */
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]*)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : Repository.files(name -> name.endsWith(".md"))) {
      Matcher links = LINK.matcher(Repository.text(document));
      while (links.find()) {
        if (!leadsSomewhere(document, links.group(1))) {
          broken.add(Repository.name(document) + ": " + links.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void sectionsAreFoundAsHeadingsAreLinked() {
    assertThat(sections("# One\ntext\n## When something fails\n### `a_b`, c/d: e\n"))
        .containsExactlyInAnyOrder("one", "when-something-fails", "a_b-cd-e");
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    if (link.matches("[a-z]+:.*")) {
      return true;
    }
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    return Files.exists(target)
        && (parts.length == 1 || sections(Repository.text(target)).contains(parts[1]));
  }

  private static Set<String> sections(String document) {
    return HEADING
        .matcher(document)
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
