package dev.kinebeam.localstack.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.sample.libav.MediaReader;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our own host takes what browsers record. The files are three seconds of Chromium's fake camera by
 * its MediaRecorder: the WebM ones have no duration and no index, and their pictures come when they
 * come.
 */
class BrowserRecordingsIT {
  private static final int SAMPLES_A_SECOND = 48_000;

  @TempDir private static Path folder;
  private static HostStage stage;

  @BeforeAll
  static void open() throws Exception {
    stage = HostStage.open(folder);
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"chromium-vp8-opus.webm", "chromium-vp9-opus.webm", "chromium-vp9-opus.mp4"})
  void aRecordingPlaysFromAnyPointWithItsSoundAndItsLength(String name) throws Exception {
    Path file = folder.resolve(name);
    try (InputStream recorded = getClass().getResourceAsStream("/recordings/" + name)) {
      Files.copy(recorded, file);
    }
    VideoHost host = stage.client();
    String id =
        host.publish(
            new VideoHost.Content.OfFile(file), name, "recordings", VideoHost.Journal.NONE);
    HostedStatus status = host.status(id);
    while (!status.isFinal()) {
      TimeUnit.MILLISECONDS.sleep(20);
      status = host.status(id);
    }
    assertThat(status).isInstanceOf(HostedStatus.Playable.class);
    HostedStatus.Playable playable = (HostedStatus.Playable) status;
    assertThat(playable.length().toMillis()).isBetween(2_300L, 3_600L);
    URI master = host.playback(id).hls();
    assertThat(stage.segments(master, "480p")).as("of two seconds each").hasSizeGreaterThan(2);
    double pictures = MediaReader.pictures(stage.played(master, "480p")).size() / 30.0;
    double sound =
        MediaReader.sound(stage.played(master, "audio")).length() / (double) SAMPLES_A_SECOND;
    assertThat(pictures).isBetween(2.3, 3.6);
    assertThat(sound).isBetween(pictures - 0.2, pictures + 0.2);
  }
}
