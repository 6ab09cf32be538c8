package dev.kinebeam.trials.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.process.ReadyLine;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProcessStopper;
import dev.kinebeam.programs.process.ProjectHome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The local stack's S3 server alone, with the bucket that browsers upload recordings to. */
public final class RecordingsBucket implements AutoCloseable {
  private static final String NAME = "kinebeam-personal-videos";
  private static final String KEY = "recorder";
  private static final String SECRET = "a secret of the recorder's test";

  private final Process process;
  private final ObjectStore store;
  private final String endpoint;

  private RecordingsBucket(Process process, String endpoint) throws ObjectStoreException {
    this.process = process;
    this.endpoint = endpoint;
    this.store = ObjectStore.open(ObjectStoreSettings.forBucket(settings(), NAME));
    store.createBucket();
  }

  /** Starts the server over a folder, and makes the bucket. */
  public static RecordingsBucket start(Path folder) throws IOException {
    int port = new FreePorts(PortChoice.FREE).free();
    Process process =
        new JavaProgram(
                "s3",
                ProjectHome.classPathOf("s3-server"),
                "dev.kinebeam.localstack.s3.S3Main",
                List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("--port=" + port, "--data-dir=" + folder),
                Map.of("S3_ACCESS_KEY_ID", KEY, "S3_SECRET_ACCESS_KEY", SECRET))
            .process(folder)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader output = process.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (ReadyLine.parse(line).isPresent()) {
        return new RecordingsBucket(process, "http://127.0.0.1:" + port);
      }
    }
    throw new IOException("the S3 server ended before it was ready");
  }

  /** What programs need to know of it. */
  public Map<String, String> settings() {
    return Map.of(
        "S3_ENDPOINT", endpoint,
        "S3_ACCESS_KEY_ID", KEY,
        "S3_SECRET_ACCESS_KEY", SECRET,
        "PERSONAL_VIDEOS_BUCKET", NAME);
  }

  /** Where pages upload to. */
  String address() {
    return endpoint + "/" + NAME;
  }

  /** A recording; empty when it is not there. */
  Optional<byte[]> read(String key) throws ObjectStoreException {
    return store.exists(key) ? Optional.of(store.read(key)) : Optional.empty();
  }

  /** As a bucket that loses a recording. */
  void lose(String key) throws ObjectStoreException {
    store.delete(key);
  }

  @Override
  public void close() throws IOException {
    store.close();
    ProcessStopper.terminate("s3", process.toHandle());
  }
}
