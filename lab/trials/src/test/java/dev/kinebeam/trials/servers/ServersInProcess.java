package dev.kinebeam.trials.servers;

import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.gateway.Gateway;
import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.worker.Worker;
import dev.kinebeam.worker.WorkerMain;
import java.util.Map;
import java.util.stream.Stream;

/** The two servers inside this JVM, on free ports, with the logins of a local stack. */
public final class ServersInProcess {
  private ServersInProcess() {}

  /** With these flags beside the usual ones. */
  public static Gateway gateway(Endpoints endpoints, String... more) throws StartException {
    Map<String, String> env = endpoints.toEnvironment(ProgramRole.GATEWAY);
    String[] flags = Stream.concat(Stream.of(flags(env)), Stream.of(more)).toArray(String[]::new);
    return Gateway.start(GatewayMain.configure(env, flags));
  }

  public static CoreApi coreApi(Endpoints endpoints) throws StartException {
    Map<String, String> env = endpoints.toEnvironment(ProgramRole.CORE_API);
    String[] flags =
        Stream.concat(Stream.of(flags(env)), Stream.of("--development")).toArray(String[]::new);
    return CoreApi.start(CoreApiMain.configure(env, flags));
  }

  /** Runs beside the two. */
  public static Worker worker(Endpoints endpoints) throws StartException {
    Map<String, String> env = endpoints.toEnvironment(ProgramRole.WORKER);
    String[] flags =
        Stream.concat(
                Stream.of(flags(env)).filter(f -> !f.equals("--port=0")),
                Stream.of("--development"))
            .toArray(String[]::new);
    return Worker.start(WorkerMain.configure(env, flags));
  }

  /** What the programs read from the environment of their process, which a test cannot change. */
  private static String[] flags(Map<String, String> env) {
    return new String[] {
      "--port=0",
      "--admin-port=0",
      "--kafka-bootstrap-servers=" + env.get("KAFKA_BOOTSTRAP_SERVERS"),
      "--database-url=" + env.get("DATABASE_URL"),
      "--database-user=" + env.get("DATABASE_USER")
    };
  }
}
