package dev.kinebeam.eventarchive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/**
 * Whether a record speaks of a patient. A readable one says so itself; one that cannot be read does
 * if the patient's id stands anywhere in its bytes.
 */
final class PatientMatch {
  private static final JsonFactory JSON = new JsonFactory();

  private final String org;
  private final String patient;

  PatientMatch(UUID org, UUID patient) {
    this.org = org.toString();
    this.patient = patient.toString();
  }

  boolean matches(ArchivedRecord record) {
    return record.value() != null && matches(record.value());
  }

  private boolean matches(byte[] value) {
    String text = new String(value, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (!text.contains(patient)) {
      return false;
    }
    String foundOrg = null;
    String foundPatient = null;
    try (JsonParser p = JSON.createParser(value)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        return true;
      }
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        String name = p.currentName();
        p.nextToken();
        if (name.equals("org_id")) {
          foundOrg = p.getText();
        } else if (name.equals("patient_id")) {
          foundPatient = p.getText();
        }
        p.skipChildren();
      }
    } catch (IOException unreadable) {
      return true;
    }
    if (foundOrg == null || foundPatient == null) {
      return true;
    }
    return patient.equalsIgnoreCase(foundPatient) && org.equalsIgnoreCase(foundOrg);
  }
}
