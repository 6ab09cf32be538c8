package dev.kinebeam.localstack.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process takes the ports between the moment in which they were free and their use. */
class PortRaceIT {
  @TempDir private Path folder;

  private final List<ServerSocket> rivals = new ArrayList<>();
  private final RunningServices running = new RunningServices();

  @AfterEach
  void stop() throws IOException {
    running.stop();
    for (ServerSocket rival : rivals) {
      rival.close();
    }
  }

  @Test
  void everyServiceStartsOnAnotherPort() throws Exception {
    ServicePorts ports =
        new ServicePorts(
            new FreePorts(PortChoice.FREE),
            Map.of(
                ServicePorts.KAFKA, taken(),
                ServicePorts.CONTROLLER, taken(),
                ServicePorts.POSTGRES, taken(),
                ServicePorts.S3, taken(),
                ServicePorts.VIDEO_HOST, taken()));
    Launcher launcher = new Launcher(StackSettings.forTests(folder), running, ports);
    launcher.kafka();
    launcher.database();
    launcher.objectStore();
    launcher.videoHost();
    List<Integer> lost = rivals.stream().map(ServerSocket::getLocalPort).toList();
    assertThat(running.reports()).hasSize(4).noneMatch(report -> lost.contains(report.port()));

    // Programs know them now.
    assertThat(ports.replaceTaken(List.of(ServicePorts.KAFKA, ServicePorts.POSTGRES))).isFalse();
  }

  @Test
  void aDatabaseWithoutItsPortFailsAtOnce() throws Exception {
    int port = taken();
    long begun = System.nanoTime();
    assertThatThrownBy(() -> PostgresService.start(port, StackSettings.forTests(folder)))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessageContaining("PostgreSQL did not start")
        .hasMessageContaining("could not bind");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
  }

  private int taken() throws IOException {
    ServerSocket rival = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    rivals.add(rival);
    return rival.getLocalPort();
  }
}
