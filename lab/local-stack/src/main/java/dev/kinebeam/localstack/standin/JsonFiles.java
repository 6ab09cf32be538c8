package dev.kinebeam.localstack.standin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** State as JSON files that are always whole: a crash leaves the old one or the new one. */
public final class JsonFiles {
  public static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JsonFiles() {}

  /** Replaces the file. */
  public static void write(Path file, Object state) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, MAPPER.writeValueAsBytes(state));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
