package dev.kinebeam.localstack.demo;

import dev.kinebeam.gateway.Gateway;
import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.gateway.GatewayStartException;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.FreePorts;
import dev.kinebeam.localstack.services.ProgramRole;

/** The real gateway, configured as a deployment would be: by flags and environment. */
final class DemoGateway {
  private DemoGateway() {}

  /** Starts it on {@code port}, or on a free one when that is taken. */
  static Gateway start(Endpoints endpoints, int port) throws GatewayStartException {
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.GATEWAY);
    return Gateway.start(
        GatewayMain.configure(
            endpoints.toEnvironment(ProgramRole.GATEWAY),
            "--port=" + (FreePorts.isFree(port) ? port : 0),
            "--admin-port=0",
            "--kafka-bootstrap-servers=" + endpoints.kafkaBootstrapServers(),
            "--database-url=" + endpoints.database().url(),
            "--database-user=" + login.user()));
  }
}
