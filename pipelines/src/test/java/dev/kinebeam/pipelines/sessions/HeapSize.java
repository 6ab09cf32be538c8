package dev.kinebeam.pipelines.sessions;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What objects take on the heap of a 64-bit JVM with compressed references, counted field by field:
 * the same on every machine, and at every run. An object that is reached twice counts once.
 */
final class HeapSize {
  private static final int HEADER = 12;
  private static final int REFERENCE = 4;
  private static final int ARRAY_HEADER = 16;

  private final Set<Object> counted = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The bytes of whatever can be reached from here and has not been counted yet. */
  long of(Object root) {
    if (root == null || root instanceof Enum<?> || !counted.add(root)) {
      return 0;
    }
    Class<?> type = root.getClass();
    if (type.isArray()) {
      return ofArray(root, type.getComponentType());
    } else if (root instanceof String text) {
      boolean latin = text.chars().allMatch(c -> c < 256);
      return 24 + aligned(ARRAY_HEADER + (latin ? 1L : 2L) * text.length());
    } else if (root instanceof UUID) {
      return 32;
    } else if (root instanceof Long || root instanceof Double) {
      return 24;
    } else if (root instanceof Boolean || root instanceof Integer) {
      return 16;
    } else if (root instanceof List<?> list) {
      // The immutable lists of the JDK: two elements in fields, or an array.
      long size = list.size() <= 2 ? 24 : 24 + aligned(ARRAY_HEADER + 4L * list.size());
      return (list.isEmpty() ? 0 : size) + list.stream().mapToLong(this::of).sum();
    } else if (type.getName().startsWith("java.")) {
      throw new IllegalArgumentException("a session in state holds a " + type.getName());
    }
    return ofFields(root, type);
  }

  private long ofArray(Object array, Class<?> component) {
    int length = Array.getLength(array);
    long size = aligned(ARRAY_HEADER + (long) width(component) * length);
    if (!component.isPrimitive()) {
      for (int i = 0; i < length; i++) {
        size += of(Array.get(array, i));
      }
    }
    return size;
  }

  private long ofFields(Object object, Class<?> type) {
    long size = HEADER;
    long reached = 0;
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        size += width(field.getType());
        if (!field.getType().isPrimitive()) {
          field.setAccessible(true);
          try {
            reached += of(field.get(object));
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " cannot be read", e);
          }
        }
      }
    }
    return aligned(size) + reached;
  }

  private static int width(Class<?> type) {
    if (type == long.class || type == double.class) {
      return 8;
    } else if (type == int.class || type == float.class) {
      return 4;
    } else if (type == short.class || type == char.class) {
      return 2;
    }
    return type.isPrimitive() ? 1 : REFERENCE;
  }

  private static long aligned(long bytes) {
    return (bytes + 7) & ~7L;
  }
}
