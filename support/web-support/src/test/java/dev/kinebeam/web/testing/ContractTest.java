package dev.kinebeam.web.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison of answers with the document finds what it is for. */
class ContractTest {
  private static final Contract CONTRACT = Contract.of("core-api");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true  | {'at':'2026-11-29T10:00:00.000Z','offset_ms':0,'kind':'play','details':{'position_seconds':1.5}}",
        "false | {'at':'2026-11-29T10:00:00.000Z','offset_ms':0,'kind':'play','details':'{}'}",
        "false | {'at':'2026-11-29T10:00:00Z','offset_ms':0,'kind':'play','details':{}}",
        "false | {'at':'2026-11-29T10:00:00.000Z','offset_ms':0,'kind':'play','details':{},'more':1}",
        "false | {'at':'2026-11-29T10:00:00.000Z','offset_ms':0,'kind':'play','details':{'ttfb_ms':1}}",
        "false | {'at':'2026-11-29T10:00:00.000Z','offset_ms':0,'kind':'heartbeat','details':{}}",
      })
  void findsWhatTheDocumentDoesNotSay(boolean fits, String moment) {
    assertThat(CONTRACT.problems("Moment", moment.strip().replace('\'', '"')).isEmpty())
        .isEqualTo(fits);
  }
}
