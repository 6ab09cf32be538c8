-- The Core API has the rights that its own statements need, and none of the gateway's: so it may write no
-- render, and read neither consents nor people. The gateway keeps the rights that it had before the Core
-- API existed, for one version: the last version's gateway runs on this schema.
-- The membership of V32 confers nothing from here on, and is not taken back: roles belong to the server,
-- and where another database is still to be migrated, its V32 may not be able to grant it again.
DO $$
DECLARE granted_by text;
BEGIN
  FOR granted_by IN
    SELECT grantor::regrole::text FROM pg_auth_members
     WHERE roleid = 'kinebeam_gateway'::regrole AND member = 'kinebeam_core_api'::regrole
       AND (inherit_option OR set_option)
  LOOP
    EXECUTE format('GRANT kinebeam_gateway TO kinebeam_core_api WITH INHERIT FALSE, SET FALSE'
      ' GRANTED BY %s', granted_by);
  END LOOP;
END
$$;

ALTER POLICY own_org ON media_session_metrics TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON media_session_errors TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON media_session_weekly_agg TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON media_waits TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON alert_thresholds TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON automations TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY change_own ON automations TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON automation_changes TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY add_own ON audit_log TO kinebeam_gateway, kinebeam_core_api;

GRANT SELECT ON media_session_metrics, media_session_errors, media_session_weekly_agg, media_waits,
  media_buffering_events, media_retention, exercises, exercise_renders, automations, automation_changes
  TO kinebeam_core_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_thresholds TO kinebeam_core_api;
GRANT UPDATE (state, snoozed_until, resolved_at, resolved_by) ON automations TO kinebeam_core_api;
GRANT INSERT ON audit_log TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION automation_changes_after, automation_feed_state, newest_automation_change,
  newest_removed_automation_change, note_told_automation_changes, wake_snoozed_automations
  TO kinebeam_core_api;
