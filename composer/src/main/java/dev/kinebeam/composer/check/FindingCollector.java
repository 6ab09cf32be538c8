package dev.kinebeam.composer.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Findings on their way to the files they are about. */
final class FindingCollector {
  private final Map<String, List<Finding>> findings = new TreeMap<>();

  void add(String file, Finding finding) {
    findings.computeIfAbsent(file, f -> new ArrayList<>()).add(finding);
  }

  List<Finding> of(String file) {
    return findings.getOrDefault(file, List.of());
  }

  Iterable<String> files() {
    return findings.keySet();
  }
}
