package dev.kinebeam.render.job;

import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a batch.
 *
 * @param place for messages: {@code FILE:LINE}, or what the order was made of
 * @param text JSON
 */
public record OrderLine(String place, String text) {
  /**
   * The lines of a file that are not blank.
   *
   * @throws IOException when there is no such file, or it cannot be read as UTF-8
   */
  public static List<OrderLine> of(FileAddress file) throws IOException {
    List<String> all = file.text().lines().toList();
    List<OrderLine> lines = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).isBlank()) {
        lines.add(new OrderLine(file + ":" + (i + 1), all.get(i)));
      }
    }
    return lines;
  }

  /** The order, or everything that is wrong with it. */
  public ComposeOrder.Parsed parse() {
    return ComposeOrder.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What is wrong, in one line. */
  public static String reason(ComposeOrder.Invalid invalid) {
    return invalid.errors().stream().map(FieldError::message).collect(Collectors.joining("; "));
  }
}
