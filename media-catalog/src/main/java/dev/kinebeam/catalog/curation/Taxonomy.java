package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.curation.ExerciseContent.Tags;
import java.util.List;

/** The three parts of the vocabulary. */
public enum Taxonomy {
  CATEGORIES("categories", "exercise_categories", "category_id"),
  BODY_REGIONS("body_regions", "exercise_body_regions", "body_region_id"),
  EQUIPMENT("equipment", "exercise_equipment", "equipment_id");

  private final String field;
  private final String table;
  private final String column;

  Taxonomy(String field, String table, String column) {
    this.field = field;
    this.table = table;
    this.column = column;
  }

  /** Its name in requests and answers. */
  public String field() {
    return field;
  }

  String table() {
    return table;
  }

  /** Its key, also in {@code exercise_tags}. */
  String column() {
    return column;
  }

  List<String> of(Tags tags) {
    return switch (this) {
      case CATEGORIES -> tags.categories();
      case BODY_REGIONS -> tags.bodyRegions();
      case EQUIPMENT -> tags.equipment();
    };
  }
}
