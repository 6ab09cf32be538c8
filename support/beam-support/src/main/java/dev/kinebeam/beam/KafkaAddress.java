package dev.kinebeam.beam;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Where Kafka is. An option of the submission and not a field of the source, since the source is
 * part of the saved state: a job that resumes elsewhere reads from the brokers of that place.
 */
public interface KafkaAddress extends PipelineOptions {
  @Description("Kafka's bootstrap servers: host:port,…")
  String getKafkaBootstrapServers();

  void setKafkaBootstrapServers(String servers);
}
