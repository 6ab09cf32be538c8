package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.PatientExport;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.http.StreamedBody;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;

/**
 * {@code POST /v1/me/export}: everything that is kept of the patient, as one ZIP of JSON. It is
 * made in a file that is deleted when the answer is over, and never held in memory.
 */
public record MyExport(Database database, Clock clock) implements Route.Handler {
  private record Spooled(FileChannel file, long bytes) implements StreamedBody {
    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      return file.read(target, position);
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Reply handle(Call call, Principal caller) throws IOException {
    return Reply.streamed("application/zip", spooled(caller))
        .with("Content-Disposition", "attachment; filename=\"my-data.zip\"")
        .with("Cache-Control", "no-store");
  }

  private StreamedBody spooled(Principal caller) throws IOException {
    PatientExport export =
        new PatientExport(
            caller.orgId(), caller.subject(), caller.subject().toString(), clock.instant());
    Path path = Files.createTempFile("export", ".zip");
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    boolean made = false;
    try {
      OutputStream out = Channels.newOutputStream(file);
      database.inOrgAtOneMoment(caller.orgId(), handle -> export.write(handle, out));
      Spooled body = new Spooled(file, file.size());
      made = true;
      return body;
    } finally {
      if (!made) {
        file.close();
      }
    }
  }
}
