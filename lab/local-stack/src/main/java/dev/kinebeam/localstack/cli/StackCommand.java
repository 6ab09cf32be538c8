package dev.kinebeam.localstack.cli;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam stack}: the services alone, until Ctrl-C. */
@Command(
    name = "stack",
    mixinStandardHelpOptions = true,
    description = {
      "Starts Kafka, PostgreSQL, S3 and a video host on 127.0.0.1 and stays up until Ctrl-C.",
      "Usual ports: 9092, 5432, 9000, 9100; free ones where these are taken. Data is kept."
    })
public final class StackCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Option(
      names = "--data-dir",
      description = "Where data, logs and env files are kept (default: ${DEFAULT-VALUE}).",
      defaultValue = "${sys:kinebeam.data:-.local}")
  private Path dataDir;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (LocalStack stack =
        LocalStack.start(StackSettings.keeping(dataDir).withProgress(line -> print(out, line)))) {
      Path folder = EnvFiles.write(stack.endpoints()::toEnvironment, dataDir.resolve("env"));
      describe(stack, folder, out);
      stack.awaitEnd();
      return 0;
    } catch (IOException e) {
      spec.commandLine().getErr().println("The stack failed: " + e.getMessage());
      spec.commandLine().getErr().flush();
      return FAILED;
    }
  }

  private static void print(PrintWriter out, String line) {
    out.println("  " + line);
    out.flush();
  }

  private static void describe(LocalStack stack, Path envFolder, PrintWriter out) {
    Endpoints endpoints = stack.endpoints();
    out.printf(
        Locale.ROOT,
        """
        Ready in %.1f s.
          Kafka       %s
          PostgreSQL  %s
          S3          %s  (bucket %s)
          Video host  %s
        Log-ins, made anew at each start, are in %s. To run a program by itself:
          set -a; . %s; set +a; ./kinebeam gateway
        Orders of renders and alerts also need ./kinebeam worker, with worker.env.
        Ctrl-C stops everything; the data stays.
        """,
        stack.startedIn().toMillis() / 1000.0,
        endpoints.kafkaBootstrapServers(),
        endpoints.database().url(),
        endpoints.objectStore().endpoint(),
        endpoints.objectStore().bucket(),
        endpoints.videoHost().baseUrl(),
        envFolder,
        EnvFiles.file(envFolder, ProgramRole.GATEWAY));
    out.flush();
  }
}
