package dev.kinebeam.trials.bench.order;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The reference of serving: Jetty's own handler of files over one folder, as it comes. */
public final class FileServerMain {
  private FileServerMain() {}

  /**
   * Serves until the process is ended.
   *
   * @param arguments the folder, and the file that takes the port when it listens
   */
  public static void main(String[] arguments) throws Exception {
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(ResourceFactory.of(server).newResource(Path.of(arguments[0])));
    server.setHandler(files);
    server.start();
    Path written = Path.of(arguments[1] + ".new");
    Files.writeString(written, Integer.toString(server.getURI().getPort()));
    Files.move(written, Path.of(arguments[1]));
    server.join();
  }
}
