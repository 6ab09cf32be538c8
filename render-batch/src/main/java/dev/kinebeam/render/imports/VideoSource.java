package dev.kinebeam.render.imports;

import java.net.URI;
import java.nio.file.Path;

/** Where a video comes from. */
sealed interface VideoSource {
  /** The column that names it. */
  String field();

  /** As the row has it. */
  String value();

  /** A file of this machine. */
  record LocalFile(String value, Path file) implements VideoSource {
    @Override
    public String field() {
      return "file";
    }
  }

  /** To be fetched, when its host is allowed. */
  record Address(URI uri) implements VideoSource {
    @Override
    public String field() {
      return "url";
    }

    @Override
    public String value() {
      return uri.toString();
    }
  }

  /** At the video host already, under this id. */
  record Hosted(String value) implements VideoSource {
    @Override
    public String field() {
      return "video_id";
    }
  }
}
