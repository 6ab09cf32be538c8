package dev.kinebeam.programs.cluster;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.ProjectHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * What the cluster's processes are started with: {@code flink-conf/config.yaml}, and beside it only
 * what differs from one folder or process to the next. Memory flags of the JVMs are worked out from
 * that file by Flink itself, as its distribution's scripts do.
 */
final class ClusterPrograms {
  /** Starts one of them. */
  interface Program {
    JavaProgram make() throws IOException;
  }

  private final Path folder;
  private final ClusterPorts ports;
  private final Path conf;
  private final Configuration flink;

  ClusterPrograms(Path folder, ClusterPorts ports) throws IOException {
    this.folder = folder;
    this.ports = ports;
    this.conf = ProjectHome.folder().resolve("flink-conf");
    this.flink = GlobalConfiguration.loadConfiguration(conf.toString());
    Folders.createPrivate(folder);
    Folders.createPrivate(folder.resolve("tmp"));
    Folders.createPrivate(folder.resolve("plugins"));
    Folders.createPrivate(folder.resolve("logs"));
  }

  JavaProgram jobManager() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf.toString()));
    arguments.addAll(shared());
    arguments.addAll(set("metrics.reporter.kinebeam.program", FlinkCluster.JOB_MANAGER));
    return program(
        FlinkCluster.JOB_MANAGER,
        StandaloneSessionClusterEntrypoint.class,
        JobManagerProcessUtils.generateJvmParametersStr(
            JobManagerProcessUtils.processSpecFromConfigWithNewOptionToInterpretLegacyHeap(
                flink, JobManagerOptions.JVM_HEAP_MEMORY),
            flink),
        arguments);
  }

  JavaProgram taskManager(String name) throws IOException {
    var memory = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf.toString()));
    arguments.addAll(shared());
    arguments.addAll(set("taskmanager.resource-id", name));
    arguments.addAll(set("metrics.reporter.kinebeam.program", name));
    for (String word :
        TaskExecutorProcessUtils.generateDynamicConfigsStr(memory).strip().split(" +", -1)) {
      arguments.add(word);
    }
    return program(
        name,
        TaskManagerRunner.class,
        ProcessMemoryUtils.generateJvmParametersStr(memory),
        arguments);
  }

  private List<String> shared() {
    List<String> settings = new ArrayList<>();
    settings.addAll(set("rest.port", Integer.toString(ports.rest())));
    settings.addAll(set("jobmanager.rpc.port", Integer.toString(ports.rpc())));
    settings.addAll(set("state.checkpoints.dir", url("checkpoints")));
    settings.addAll(set("state.savepoints.dir", url("savepoints")));
    settings.addAll(set("io.tmp.dirs", folder.resolve("tmp").toString()));
    settings.addAll(set("web.tmpdir", folder.resolve("tmp").toString()));
    return settings;
  }

  private String url(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static List<String> set(String key, String value) {
    return List.of("-D", key + "=" + value);
  }

  private JavaProgram program(String name, Class<?> main, String memory, List<String> arguments)
      throws IOException {
    List<String> jvm = new ArrayList<>();
    jvm.add("@" + conf.resolve("jvm.options"));
    // After the file, whose heap is for the programs outside of a cluster.
    jvm.addAll(List.of(memory.strip().split(" +", -1)));
    // The JDK's caches of reflection hold a job's classes softly: for seconds after it, not for
    // minutes.
    jvm.add("-XX:SoftRefLRUPolicyMSPerMB=10");
    jvm.add("-Dlog4j2.configurationFile=" + conf.resolve("log4j2-cluster.xml"));
    // Where Flink's page looks for the log.
    jvm.add("-Dlog.file=" + folder.resolve("logs").resolve(name + ".log"));
    return new JavaProgram(
        name,
        ClassPaths.ofCluster(),
        main.getName(),
        jvm,
        arguments,
        // Empty: without a folder Flink warns at every start.
        Map.of("FLINK_PLUGINS_DIR", folder.resolve("plugins").toString()));
  }
}
