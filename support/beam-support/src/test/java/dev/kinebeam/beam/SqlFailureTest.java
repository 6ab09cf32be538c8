package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SqlFailureTest {

  @Test
  void transientFailuresAreTriedAgain() {
    for (String state : new String[] {"40001", "40P01", "08006", "57P01", "53300", "23505", null}) {
      assertThat(of(state)).as(state).isEqualTo(SqlFailure.TRANSIENT);
    }
  }

  @Test
  void aRowAtFaultIsSetAside() {
    for (String state : new String[] {"22021", "22003", "23514", "23502"}) {
      assertThat(of(state)).as(state).isEqualTo(SqlFailure.BAD_ROW);
    }
  }

  @Test
  void aWrongSchemaOrMissingRightStopsTheJob() {
    for (String state : new String[] {"42501", "42P01", "42703"}) {
      assertThat(of(state)).as(state).isEqualTo(SqlFailure.PERMANENT);
    }
  }

  private static SqlFailure of(String state) {
    return SqlFailure.of(new SQLException("no", state));
  }
}
