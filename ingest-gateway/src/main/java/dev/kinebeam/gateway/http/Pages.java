package dev.kinebeam.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;

/**
 * The pages of the class path: {@code kinebeam-pages/} at the root ({@code /} is {@code
 * index.html}), {@code /docs} and WebJars under {@code /webjars/NAME/VERSION/…}, or {@code
 * /webjars/NAME/…} for the version at hand. Paths are made of plain names only, so that none can
 * lead out of the two folders. The folder has a name of its own since Flink's page lies in {@code
 * web/}, and the two may share a class path.
 */
public final class Pages {
  private static final String OPENAPI = "/openapi.json";

  /** What stands for a folder's index. */
  private static final Map<String, String> FOLDERS =
      Map.of("/", "/index.html", "/docs", "/docs/index.html");

  /** Those who make WebJars. */
  private static final List<String> WEBJAR_GROUPS = List.of("org.webjars.npm", "org.webjars");

  private static final Pattern PLAIN_PATH =
      Pattern.compile("(/[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,99}){1,12}");
  private static final Pattern WEBJAR = Pattern.compile("/webjars/([^/]+)/(.+)");
  private static final Pattern VERSION_FIRST = Pattern.compile("\\d[^/]*/.+");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  /** Of the types above, those that are not packed already. */
  private static final Pattern PACKABLE = Pattern.compile("text/.*|application/json|image/svg.*");

  private final String contentSecurityPolicy;
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final Map<String, String> versions = new ConcurrentHashMap<>();

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

  /**
   * Pages that may play videos from one other origin.
   *
   * @param mediaOrigin where videos are fetched from, such as {@code https://vz-1.b-cdn.net}
   */
  public Pages(Optional<String> mediaOrigin) {
    String media = mediaOrigin.map(origin -> " " + origin).orElse("");
    contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src 'self' blob:;"
            + (" img-src 'self' data:" + media + ";")
            + (" connect-src 'self'" + media + ";")
            + (" media-src 'self' blob:" + media + ";")
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  /** The page at {@code path}, or 304 when the caller has it, or nothing when there is none. */
  Optional<Reply> find(String path, Gate.Head head) {
    String wanted = FOLDERS.getOrDefault(path, path);
    if (!PLAIN_PATH.matcher(wanted).matches() || wanted.contains("..")) {
      return Optional.empty();
    }
    Matcher webjar = WEBJAR.matcher(wanted);
    boolean versioned = webjar.matches() && VERSION_FIRST.matcher(webjar.group(2)).matches();
    return load(resource(wanted, webjar, versioned)).map(page -> reply(page, head, versioned));
  }

  private String resource(String wanted, Matcher webjar, boolean versioned) {
    if (wanted.equals(OPENAPI)) {
      return "openapi" + OPENAPI;
    }
    return webjar.matches() ? inWebjar(webjar, versioned) : "kinebeam-pages" + wanted;
  }

  private String inWebjar(Matcher webjar, boolean versioned) {
    String name = webjar.group(1);
    String rest = versioned ? webjar.group(2) : version(name) + "/" + webjar.group(2);
    return "META-INF/resources/webjars/" + name + "/" + rest;
  }

  /** Only of what exists is it remembered: other names are the caller's, without end. */
  private String version(String webjar) {
    String known = versions.get(webjar);
    if (known != null) {
      return known;
    }
    Optional<String> found =
        WEBJAR_GROUPS.stream()
            .map(group -> version(group, webjar))
            .flatMap(Optional::stream)
            .findFirst();
    found.ifPresent(version -> versions.put(webjar, version));
    return found.orElse("none");
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

  private Reply reply(Page page, Gate.Head head, boolean versioned) {
    boolean packed = page.hasGzip() && AcceptEncoding.takesGzip(head.header("Accept-Encoding"));
    String etag = '"' + page.hash + (packed ? "-gzip\"" : "\"");
    Map<String, String> headers =
        Map.of(
            "ETag",
            etag,
            "Cache-Control",
            versioned ? "public, max-age=31536000, immutable" : "no-cache",
            "Content-Security-Policy",
            contentSecurityPolicy);
    if (EntityTag.isNamed(head.header("If-None-Match"), etag)) {
      return Reply.empty(304, headers);
    }
    Reply whole = Reply.bytes(page.type, page.bytes, headers);
    return packed ? whole.packed(page.gzip) : whole;
  }

  /** Only what exists is kept, so that the class path's files bound the memory. */
  private Optional<Page> load(String resource) {
    Page known = pages.get(resource);
    if (known != null) {
      return Optional.of(known);
    }
    String extension = resource.substring(resource.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = TYPES.get(extension);
    if (type == null) {
      return Optional.empty();
    }
    try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      Page page = Page.of(bytes, type);
      pages.put(resource, page);
      return Optional.of(page);
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
