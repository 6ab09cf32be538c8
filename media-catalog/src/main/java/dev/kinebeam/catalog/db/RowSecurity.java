package dev.kinebeam.catalog.db;

import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.program.process.StartException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/**
 * Finds out whether row-level security applies to the role that the program runs as. It would not
 * bind a superuser, a role with BYPASSRLS, or an owner, who can switch it off; nor a role that may
 * become one of those by SET ROLE; nor a member of a role, such as the pipeline's, whose policy
 * lets it see every row, or of the one for upkeep, whose functions reach them.
 */
public final class RowSecurity {
  private RowSecurity() {}

  /**
   * Refuses a login that row-level security does not bind.
   *
   * @param group the role that the login should be a plain member of
   * @throws StartException when the database does not answer, or the login could see rows of every
   *     organization
   */
  public static void require(Database database, String group) throws StartException {
    Optional<String> bypass;
    try {
      bypass = bypass(database);
    } catch (DatabaseUnavailableException | JdbiException e) {
      throw new StartException(
          "the database does not answer (" + rootMessage(e) + "); check DATABASE_URL and the user",
          e);
    }
    if (bypass.isPresent()) {
      throw new StartException(
          "the database role "
              + bypass.get()
              + ", so row-level security would not keep organizations apart; use a login that is a"
              + " plain member of "
              + group,
          null);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** Why the present role could see other organisations' rows, or nothing when it could not. */
  public static Optional<String> bypass(Database database) {
    List<String> reasons =
        database.inTransaction(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT CASE WHEN rolsuper THEN 'is or may become the superuser '
                                    ELSE 'has or may take BYPASSRLS by the role ' END || rolname
                          FROM pg_roles
                         WHERE (rolsuper OR rolbypassrls)
                           AND (rolname = session_user OR pg_has_role(session_user, oid, 'MEMBER'))
                        UNION ALL
                        SELECT 'owns or may own the table ' || c.relname
                          FROM pg_class c
                         WHERE c.relrowsecurity AND pg_has_role(session_user, c.relowner, 'MEMBER')
                        UNION ALL
                        SELECT 'can read the partition ' || c.relname || ' around its parent''s policy'
                          FROM pg_inherits i
                          JOIN pg_class c ON c.oid = i.inhrelid
                          JOIN pg_class parent ON parent.oid = i.inhparent
                         WHERE parent.relrowsecurity
                           AND has_table_privilege(session_user, c.oid, 'SELECT')
                        UNION ALL
                        SELECT 'may read every row of ' || c.relname || ' by the policy ' || p.polname
                          FROM pg_policy p
                          JOIN pg_class c ON c.oid = p.polrelid
                         CROSS JOIN unnest(p.polroles) AS holder
                         WHERE p.polpermissive AND p.polcmd IN ('r', '*')
                           AND pg_get_expr(p.polqual, p.polrelid) = 'true'
                           AND (holder = 0 OR pg_has_role(session_user, holder, 'MEMBER'))
                        UNION ALL
                        SELECT 'may count, drop, erase or enter for every organisation by the role ' || rolname
                          FROM pg_roles
                         WHERE rolname IN ('kinebeam_maintenance', 'kinebeam_registry')
                           AND pg_has_role(session_user, oid, 'MEMBER')
                        """)
                    .mapTo(String.class)
                    .list());
    return reasons.stream().findFirst();
  }
}
