package dev.kinebeam.beam.flink;

import java.net.InetSocketAddress;
import org.apache.flink.runtime.dispatcher.DispatcherGateway;
import org.apache.flink.runtime.dispatcher.SessionDispatcherFactory;
import org.apache.flink.runtime.dispatcher.runner.DefaultDispatcherRunnerFactory;
import org.apache.flink.runtime.entrypoint.component.DefaultDispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;
import org.apache.flink.runtime.rest.RestEndpointFactory;
import org.apache.flink.runtime.rest.handler.RestHandlerConfiguration;

/**
 * Flink's cluster in one process, with our {@link Page} in place of its REST interface. Flink's
 * components cannot be built without a server: one that is not wanted answers nothing and is closed
 * before {@link #start} returns.
 */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException
final class LoopbackMiniCluster extends MiniCluster {
  private final boolean hasPage;
  private volatile Page page;

  LoopbackMiniCluster(MiniClusterConfiguration configuration, boolean hasPage) {
    super(configuration);
    this.hasPage = hasPage;
  }

  @Override
  public void start() throws Exception {
    super.start();
    if (!hasPage) {
      page.closeAsync().get();
    }
  }

  /** Where the page is served; null when it is not. */
  InetSocketAddress served() {
    return page.getServerAddress();
  }

  @Override
  protected DispatcherResourceManagerComponentFactory
      createDispatcherResourceManagerComponentFactory() {
    RestEndpointFactory<DispatcherGateway> pages =
        (configuration, dispatcher, resources, blobs, executor, metrics, election, fatal) -> {
          RestHandlerConfiguration rest = RestHandlerConfiguration.fromConfiguration(configuration);
          page =
              new Page(
                  hasPage,
                  dispatcher,
                  configuration,
                  rest,
                  resources,
                  blobs,
                  executor,
                  metrics,
                  election,
                  RestEndpointFactory.createExecutionGraphCache(rest),
                  fatal);
          return page;
        };
    return new DefaultDispatcherResourceManagerComponentFactory(
        DefaultDispatcherRunnerFactory.createSessionRunner(SessionDispatcherFactory.INSTANCE),
        StandaloneResourceManagerFactory.getInstance(),
        pages);
  }
}
