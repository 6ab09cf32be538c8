package dev.kinebeam.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What one module's POM says about the others.
 *
 * @param folder relative to the project's
 * @param shipped the modules of this project that it depends on in any scope but {@code test}
 */
record Pom(String name, Path folder, Set<String> shipped) {
  private static final String FILE = "pom.xml";

  boolean isInLaboratory() {
    return folder.startsWith("lab");
  }

  /** By artifact id; the parent is not one of them. */
  static Map<String, Pom> ofEveryModule(Path project)
      throws IOException, SAXException, ParserConfigurationException {
    Map<String, Pom> poms = new TreeMap<>();
    for (Path file : files(project)) {
      Element root =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getDocumentElement();
      Pom pom = new Pom(text(root, "artifactId"), project.relativize(file.getParent()), used(root));
      poms.put(pom.name(), pom);
    }
    return poms;
  }

  /** Those of the modules, which have sources beside them. */
  private static List<Path> files(Path project) throws IOException {
    try (Stream<Path> depth = Files.find(project, 4, (path, file) -> path.endsWith(FILE))) {
      return depth.filter(file -> Files.isDirectory(file.resolveSibling("src"))).toList();
    }
  }

  private static Set<String> used(Element root) {
    Set<String> names = new LinkedHashSet<>();
    for (Element list : children(root, "dependencies")) {
      for (Element dependency : children(list, "dependency")) {
        boolean ours = text(dependency, "groupId").matches("dev\\.kinebeam|\\$\\{project.groupId}");
        if (ours && !text(dependency, "scope").equals("test")) {
          names.add(text(dependency, "artifactId"));
        }
      }
    }
    return names;
  }

  private static List<Element> children(Element parent, String name) {
    return Stream.iterate(parent.getFirstChild(), child -> child != null, Node::getNextSibling)
        .filter(child -> child.getNodeName().equals(name))
        .map(Element.class::cast)
        .toList();
  }

  /** Of the child with that name; empty where there is none. */
  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .findFirst()
        .map(child -> child.getTextContent().strip())
        .orElse("");
  }
}
