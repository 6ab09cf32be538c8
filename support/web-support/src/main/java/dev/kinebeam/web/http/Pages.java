package dev.kinebeam.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * What a program serves beside its routes: the description of its interface at {@code
 * /openapi.json} with Swagger UI at {@code /docs}, the named files of WebJars under {@code
 * /webjars/NAME/VERSION/…}, or {@code /webjars/NAME/…} for the version at hand, and, where the
 * program has pages, a folder of the class path at the root with {@code /settings.json}. Addresses
 * of pages have no extension: {@code /} is {@code index.html}, {@code /clinic/inbox} is {@code
 * clinic/inbox.html} or {@code clinic/inbox/index.html}; browsers that ask for another one get
 * {@code missing.html}. A page's dictionary also comes together with the kit's, as {@code
 * /i18n/en/kit+inbox.js}: every first view needs both, and is a request shorter. Paths are made of
 * plain names only, so that none can lead out of the folders. Of a WebJar nothing else is served:
 * it also holds source maps of many megabytes.
 */
public final class Pages {
  private static final String OPENAPI = "/openapi.json";
  private static final String SETTINGS = "/settings.json";
  private static final String DOCS = "/docs/";
  private static final String MISSING = "/missing.html";
  private static final String WEBJARS = "/webjars/";

  /** What stands for a folder's index. */
  private static final Map<String, String> FOLDERS =
      Map.of("/", "/index.html", "/docs", "/docs/index.html");

  /** Those who make WebJars. */
  private static final List<String> WEBJAR_GROUPS = List.of("org.webjars.npm", "org.webjars");

  private static final Pattern PLAIN_PATH =
      Pattern.compile("(/[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,99}){1,12}");

  /**
   * The kit's dictionary and that of one page, so that the class path bounds how many there are.
   */
  private static final Pattern DICTIONARIES =
      Pattern.compile("(/i18n/[a-z]{2}/)kit\\+([a-z][a-z-]{0,39}\\.js)");

  private static final String DICTIONARY_BEGINS = "export default {";
  private static final String DICTIONARY_ENDS = "};";

  /** What {@code /docs} uses. */
  private static final Set<String> DOCS_WEBJARS =
      Set.of("swagger-ui/swagger-ui.css", "swagger-ui/swagger-ui-bundle.js");

  private static final String JSON = "application/json";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("json", JSON),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  /** Of the types above, those that are not packed already. */
  private static final Pattern PACKABLE = Pattern.compile("text/.*|application/json|image/svg.*");

  /** By the name of the resource; only what exists, so that the class path bounds the memory. */
  private static final Map<String, Page> LOADED = new ConcurrentHashMap<>();

  private final String openApi;
  private final Optional<String> folder;
  private final Page settings;
  private final String contentSecurityPolicy;
  private final Map<String, Resource> webjars = new HashMap<>();

  /**
   * A file of the class path.
   *
   * @param lasting whether its path names its version
   */
  private record Resource(String name, boolean lasting) {}

  @SuppressWarnings("ArrayRecordComponent") // pages are never compared
  private record Page(byte[] bytes, byte[] gzip, String hash, String type) {
    static Page of(byte[] bytes, String type) {
      byte[] gzip =
          PACKABLE.matcher(type).matches()
              ? Gzip.pack(bytes, Deflater.BEST_COMPRESSION)
              : new byte[0];
      return new Page(bytes, gzip, digest(bytes), type);
    }

    boolean hasGzip() {
      return gzip.length > 0;
    }
  }

  private Pages(
      String openApi,
      Optional<String> folder,
      List<String> mediaOrigins,
      Map<String, String> settings,
      Set<String> webjarFiles) {
    this.openApi = openApi;
    this.folder = folder;
    this.settings = Page.of(Json.bytes(settings), JSON);
    DOCS_WEBJARS.forEach(this::serve);
    webjarFiles.forEach(this::serve);
    String media = mediaOrigins.stream().map(origin -> " " + origin).collect(Collectors.joining());
    String programs =
        settings.values().stream().map(origin -> " " + origin).collect(Collectors.joining());
    contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src"
            + " 'self' blob:;"
            + (" img-src 'self' data: blob:" + media + ";")
            + (" connect-src 'self'" + media + programs + ";")
            + (" media-src 'self' blob:" + media + ";")
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  /**
   * The description of an interface alone.
   *
   * @param openApi the document's name in {@code openapi/}
   */
  public static Pages ofInterface(String openApi) {
    return new Pages(openApi, Optional.empty(), List.of(), Map.of(), Set.of());
  }

  /**
   * The description of an interface, and pages.
   *
   * @param openApi the document's name in {@code openapi/}
   * @param folder of the class path
   * @param mediaOrigins where videos are fetched from, such as {@code https://vz-1.b-cdn.net}
   * @param programs other programs that the pages call, by name: they read it as {@code
   *     /settings.json}, and may connect to these origins
   * @param webjarFiles that the pages use, each as {@code NAME/PATH} without the version
   * @throws IllegalArgumentException when such a file is not on the class path
   */
  public static Pages of(
      String openApi,
      String folder,
      List<String> mediaOrigins,
      Map<String, String> programs,
      Set<String> webjarFiles) {
    return new Pages(openApi, Optional.of(folder), mediaOrigins, programs, webjarFiles);
  }

  /** Loads the file too: it is large, and no request shall wait while it is packed. */
  private void serve(String file) {
    int slash = file.indexOf('/');
    String name = file.substring(0, slash);
    String version = version(name);
    String resource = "META-INF/resources/webjars/" + name + "/" + version + file.substring(slash);
    if (load(resource).isEmpty()) {
      throw new IllegalArgumentException(
          "the WebJar file "
              + file
              + " is not on the class path: add its WebJar, or do not name it");
    }
    webjars.put("/webjars/" + file, new Resource(resource, false));
    webjars.put(
        "/webjars/" + name + "/" + version + file.substring(slash), new Resource(resource, true));
  }

  /** The page at {@code path}, or 304 when the caller has it, or nothing when there is none. */
  Optional<Reply> find(String path, Gate.Head head) {
    String wanted = FOLDERS.getOrDefault(path, path);
    Matcher dictionaries = DICTIONARIES.matcher(wanted);
    if (dictionaries.matches()) {
      return folder
          .flatMap(name -> together(name + dictionaries.group(1), dictionaries.group(2)))
          .map(page -> reply(page, head, false));
    }
    if (!PLAIN_PATH.matcher(wanted).matches() || wanted.contains("..")) {
      return Optional.empty();
    }
    if (wanted.equals(SETTINGS) && folder.isPresent()) {
      return Optional.of(reply(settings, head, false));
    }
    return resources(wanted)
        .flatMap(
            resource ->
                load(resource.name).map(page -> reply(page, head, resource.lasting)).stream())
        .findFirst();
  }

  /**
   * What a browser is shown where there is nothing: the page {@code missing.html} with status 404,
   * if there is one and the caller asks for HTML. Always whole and without an entity tag: a browser
   * has nothing of an address where there is nothing.
   */
  Optional<Reply> missing(Gate.Head head) {
    boolean forPeople =
        head.header("Accept").filter(types -> types.contains("text/html")).isPresent();
    return folder
        .filter(name -> forPeople)
        .flatMap(name -> load(name + MISSING))
        .map(page -> whole(page, isPacked(page, head), headers(false)).withStatus(404));
  }

  /** What may answer a path, the first that exists. */
  private Stream<Resource> resources(String wanted) {
    if (wanted.startsWith(WEBJARS)) {
      return Stream.ofNullable(webjars.get(wanted));
    }
    return files(wanted)
        .flatMap(file -> name(file).stream())
        .map(name -> new Resource(name, false));
  }

  private Stream<String> files(String wanted) {
    boolean named = wanted.indexOf('.', wanted.lastIndexOf('/')) >= 0;
    return named || folder.isEmpty()
        ? Stream.of(wanted)
        : Stream.of(wanted + ".html", wanted + "/index.html");
  }

  private Optional<String> name(String wanted) {
    if (wanted.equals(OPENAPI)) {
      return Optional.of("openapi/" + openApi + ".json");
    }
    return wanted.startsWith(DOCS)
        ? Optional.of("kinebeam-docs/" + wanted.substring(DOCS.length()))
        : folder.map(name -> name + wanted);
  }

  private static String version(String webjar) {
    return WEBJAR_GROUPS.stream()
        .map(group -> version(group, webjar))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("none");
  }

  private static Optional<String> version(String group, String webjar) {
    String file = "META-INF/maven/" + group + "/" + webjar + "/pom.properties";
    try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(in);
      return Optional.ofNullable(properties.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Reply reply(Page page, Gate.Head head, boolean lasting) {
    boolean packed = isPacked(page, head);
    String etag = '"' + page.hash + (packed ? "-gzip\"" : "\"");
    Map<String, String> headers = headers(lasting);
    headers.put("ETag", etag);
    return EntityTag.isNamed(head.header("If-None-Match"), etag)
        ? Reply.empty(304, headers)
        : whole(page, packed, headers);
  }

  private Map<String, String> headers(boolean lasting) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    headers.put("Content-Security-Policy", contentSecurityPolicy);
    return headers;
  }

  private static boolean isPacked(Page page, Gate.Head head) {
    return page.hasGzip() && AcceptEncoding.takesGzip(head.header("Accept-Encoding"));
  }

  private static Reply whole(Page page, boolean packed, Map<String, String> headers) {
    Reply whole = Reply.bytes(page.type, page.bytes, headers);
    return packed ? whole.packed(page.gzip) : whole;
  }

  /** The kit's dictionary and another one of a folder as one module. */
  private static Optional<Page> together(String dictionaries, String file) {
    Optional<Page> kit = load(dictionaries + "kit.js");
    Optional<Page> other = load(dictionaries + file);
    if (kit.isEmpty() || other.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        LOADED.computeIfAbsent(
            dictionaries + "kit+" + file,
            name ->
                Page.of(
                    (DICTIONARY_BEGINS + entries(kit.get()) + entries(other.get()) + "\n};\n")
                        .getBytes(UTF_8),
                    kit.get().type)));
  }

  private static String entries(Page dictionary) {
    String module = new String(dictionary.bytes, UTF_8).strip();
    if (!module.startsWith(DICTIONARY_BEGINS) || !module.endsWith(",\n" + DICTIONARY_ENDS)) {
      throw new IllegalStateException(
          "a dictionary must be \"" + DICTIONARY_BEGINS + "\", its entries and \"};\": " + module);
    }
    return module.substring(
        DICTIONARY_BEGINS.length(), module.length() - DICTIONARY_ENDS.length() - 1);
  }

  /** Reads and packs a file once, however many ask for it at the same time. */
  private static Optional<Page> load(String resource) {
    String extension = resource.substring(resource.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = TYPES.get(extension);
    return type == null
        ? Optional.empty()
        : Optional.ofNullable(LOADED.computeIfAbsent(resource, name -> read(name, type)));
  }

  private static @Nullable Page read(String resource, String type) {
    try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(resource)) {
      return in == null ? null : Page.of(in.readAllBytes(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
