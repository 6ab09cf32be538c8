package dev.kinebeam.trials.personal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Statements of the tables' owner, past every policy. */
public record OwnerStatements(DataSource owner) {
  /** Runs one, or several between semicolons. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of every row. */
  public List<String> texts(String query) throws SQLException {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  /**
   * How many rows there are.
   *
   * @param from a table, or more that may follow FROM
   */
  public int count(String from) throws SQLException {
    return Integer.parseInt(texts("SELECT count(*)::text FROM " + from).get(0));
  }
}
