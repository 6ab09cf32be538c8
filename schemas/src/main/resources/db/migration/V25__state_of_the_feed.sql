-- What operators watch of the relay of automations: when the newest published change was made, how many
-- changes wait to be published, and since when the oldest of them does. It shows no change's content.
CREATE FUNCTION automation_feed_state()
  RETURNS TABLE (last_published_at timestamptz, pending bigint, oldest_pending_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT (SELECT c.at FROM automation_changes AS c
           WHERE c.change_id <= f.told_until ORDER BY c.change_id DESC LIMIT 1),
         count(p.change_id),
         min(p.at)
    FROM automation_feed AS f
    LEFT JOIN automation_changes AS p ON p.change_id > f.told_until
   GROUP BY f.told_until
$$;

REVOKE ALL ON FUNCTION automation_feed_state FROM PUBLIC;
GRANT EXECUTE ON FUNCTION automation_feed_state TO kinebeam_gateway;
