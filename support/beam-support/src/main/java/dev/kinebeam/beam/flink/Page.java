package dev.kinebeam.beam.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.blob.TransientBlobService;
import org.apache.flink.runtime.dispatcher.DispatcherGateway;
import org.apache.flink.runtime.dispatcher.DispatcherRestEndpoint;
import org.apache.flink.runtime.leaderelection.LeaderElection;
import org.apache.flink.runtime.resourcemanager.ResourceManagerGateway;
import org.apache.flink.runtime.rest.HttpMethodWrapper;
import org.apache.flink.runtime.rest.handler.RestHandlerConfiguration;
import org.apache.flink.runtime.rest.handler.RestHandlerSpecification;
import org.apache.flink.runtime.rest.handler.legacy.ExecutionGraphCache;
import org.apache.flink.runtime.rest.handler.legacy.metrics.MetricFetcher;
import org.apache.flink.runtime.rpc.FatalErrorHandler;
import org.apache.flink.runtime.webmonitor.retriever.GatewayRetriever;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandler;
import org.apache.flink.util.ConfigurationException;

/**
 * Flink's page for looking only: whatever starts, stops or changes something is not served. A page
 * that is not wanted has no handler at all.
 */
@SuppressWarnings("try") // Flink's close() may throw InterruptedException
final class Page extends DispatcherRestEndpoint {
  /** A job is cancelled or stopped there although the method is GET. */
  private static final String NO_READING = "/yarn-";

  private final boolean served;

  Page(
      boolean served,
      GatewayRetriever<DispatcherGateway> dispatcher,
      Configuration configuration,
      RestHandlerConfiguration rest,
      GatewayRetriever<ResourceManagerGateway> resources,
      TransientBlobService blobs,
      ScheduledExecutorService executor,
      MetricFetcher metrics,
      LeaderElection election,
      ExecutionGraphCache graphs,
      FatalErrorHandler fatal)
      throws IOException, ConfigurationException {
    super(
        dispatcher,
        configuration,
        rest,
        resources,
        blobs,
        executor,
        metrics,
        election,
        graphs,
        fatal);
    this.served = served;
  }

  @Override
  protected List<Tuple2<RestHandlerSpecification, ChannelInboundHandler>> initializeHandlers(
      CompletableFuture<String> address) {
    if (!served) {
      return new ArrayList<>();
    }
    List<Tuple2<RestHandlerSpecification, ChannelInboundHandler>> handlers =
        new ArrayList<>(super.initializeHandlers(address));
    handlers.removeIf(handler -> !onlyReads(handler.f0));
    return handlers;
  }

  private static boolean onlyReads(RestHandlerSpecification handler) {
    return handler.getHttpMethod() == HttpMethodWrapper.GET
        && !handler.getTargetRestEndpointURL().contains(NO_READING);
  }
}
