-- What a clinic has set for itself; where a rule has no row, the defaults of the pipeline's
-- Thresholds and the gateway's AlertThresholds hold.
CREATE TABLE alert_thresholds (
  org_id        uuid NOT NULL,
  rule          text NOT NULL CHECK (rule IN ('cdn_issue', 'content_quality', 'network_degradation')),
  enabled       boolean NOT NULL,
  -- a share (cdn_issue, content_quality) or how many times the baseline (network_degradation)
  threshold     double precision NOT NULL CHECK (threshold > 0),
  min_sessions  integer NOT NULL CHECK (min_sessions BETWEEN 1 AND 1000000),
  -- cdn_issue: a first byte later than this counts
  ttfb_limit_ms bigint CHECK (ttfb_limit_ms > 0),
  -- network_degradation: no smaller rebuffer ratio counts
  min_ratio     double precision CHECK (min_ratio >= 0 AND min_ratio <= 1),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, rule),
  CHECK (rule = 'network_degradation' OR threshold < 1),
  CHECK ((rule = 'cdn_issue') = (ttfb_limit_ms IS NOT NULL)),
  CHECK ((rule = 'network_degradation') = (min_ratio IS NOT NULL))
);

-- An automation lives in two ways at once. `state` is what people see and do. `cleared_at` is when
-- its condition ended: until then nothing else of its kind is opened, also after a person has
-- resolved it.
CREATE TABLE automations (
  automation_id     uuid PRIMARY KEY,
  org_id            uuid NOT NULL,
  rule              text NOT NULL CHECK (rule IN ('cdn_issue', 'content_quality', 'network_degradation')),
  -- the media id for content_quality; empty otherwise
  subject           text NOT NULL,
  title             text NOT NULL,
  state             text NOT NULL DEFAULT 'open'
                    CHECK (state IN ('open', 'acknowledged', 'snoozed', 'resolved')),
  opened_at         timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL DEFAULT now(),
  snoozed_until     timestamptz,
  resolved_at       timestamptz,
  -- a person's id, or 'condition' when it ended by itself
  resolved_by       text,
  cleared_at        timestamptz,
  -- as it was when the automation was opened, and when the condition ended
  evidence          jsonb NOT NULL,
  clearing_evidence jsonb,
  version           integer NOT NULL DEFAULT 1,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK ((state = 'resolved') = (resolved_by IS NOT NULL)),
  CHECK ((state = 'snoozed') = (snoozed_until IS NOT NULL)),
  CHECK (cleared_at IS NULL OR state = 'resolved')
);

-- One at a time, whatever the writers do.
CREATE UNIQUE INDEX one_automation_at_a_time ON automations (org_id, rule, subject)
  WHERE cleared_at IS NULL;
CREATE INDEX ON automations (org_id, opened_at DESC, automation_id DESC);
CREATE INDEX ON automations (snoozed_until) WHERE state = 'snoozed';

-- The outbox: every change that people can see, in the order in which it was committed.
CREATE TABLE automation_changes (
  change_id     bigserial PRIMARY KEY,
  automation_id uuid NOT NULL REFERENCES automations ON DELETE CASCADE,
  version       integer NOT NULL,
  org_id        uuid NOT NULL,
  at            timestamptz NOT NULL DEFAULT now(),
  payload       jsonb NOT NULL,
  UNIQUE (automation_id, version)
);

CREATE INDEX ON automation_changes (org_id, change_id);

ALTER TABLE alert_thresholds ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_thresholds FORCE ROW LEVEL SECURITY;
ALTER TABLE automations ENABLE ROW LEVEL SECURITY;
ALTER TABLE automations FORCE ROW LEVEL SECURITY;
ALTER TABLE automation_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE automation_changes FORCE ROW LEVEL SECURITY;

CREATE POLICY own_org ON alert_thresholds TO kinebeam_gateway
  USING (org_id = current_org()) WITH CHECK (org_id = current_org());
CREATE POLICY reader ON alert_thresholds FOR SELECT TO kinebeam_pipeline USING (true);
CREATE POLICY own_org ON automations FOR SELECT TO kinebeam_gateway USING (org_id = current_org());
CREATE POLICY change_own ON automations FOR UPDATE TO kinebeam_gateway
  USING (org_id = current_org()) WITH CHECK (org_id = current_org());
CREATE POLICY writer ON automations TO kinebeam_pipeline USING (true) WITH CHECK (true);
CREATE POLICY own_org ON automation_changes FOR SELECT TO kinebeam_gateway
  USING (org_id = current_org());

-- The functions below run as the tables' owner, whom FORCE binds too unless it is a superuser.
CREATE POLICY functions ON automations TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY functions ON automation_changes TO CURRENT_USER USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON alert_thresholds TO kinebeam_gateway;
GRANT SELECT ON alert_thresholds TO kinebeam_pipeline;
GRANT SELECT ON automations, automation_changes TO kinebeam_gateway;
GRANT UPDATE (state, snoozed_until, resolved_at, resolved_by) ON automations TO kinebeam_gateway;
GRANT SELECT, INSERT, UPDATE ON automations TO kinebeam_pipeline;

CREATE FUNCTION utc_text(at timestamptz) RETURNS text
  LANGUAGE sql STABLE
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Writers of automations go one after another, so that changes are numbered in the order in which
-- they are committed: whoever has read up to a number has missed none below it. The lock is taken
-- before any row's, so that two writers never wait for each other in a circle.
CREATE FUNCTION one_writer_of_automations() RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('automation_changes'));
  RETURN NULL;
END
$$;

CREATE TRIGGER one_writer BEFORE INSERT OR UPDATE ON automations
  FOR EACH STATEMENT EXECUTE FUNCTION one_writer_of_automations();

CREATE FUNCTION count_automation_version() RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  IF (NEW.state, NEW.snoozed_until) IS DISTINCT FROM (OLD.state, OLD.snoozed_until) THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
  ELSE
    NEW.version := OLD.version;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER count_version BEFORE UPDATE ON automations
  FOR EACH ROW EXECUTE FUNCTION count_automation_version();

CREATE FUNCTION tell_automation_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  id bigint;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.version = OLD.version THEN
    RETURN NULL;
  END IF;
  id := nextval('automation_changes_change_id_seq');
  INSERT INTO automation_changes (change_id, automation_id, version, org_id, payload)
  VALUES (id, NEW.automation_id, NEW.version, NEW.org_id, jsonb_strip_nulls(jsonb_build_object(
    'v', 1,
    'change_id', id,
    'change', CASE WHEN TG_OP = 'INSERT' THEN 'opened'
                   WHEN NEW.state = 'open' THEN 'woken'
                   ELSE NEW.state END,
    'automation_id', NEW.automation_id,
    'version', NEW.version,
    'org_id', NEW.org_id,
    'rule', NEW.rule,
    'subject', NEW.subject,
    'title', NEW.title,
    'state', NEW.state,
    'opened_at', utc_text(NEW.opened_at),
    'updated_at', utc_text(NEW.updated_at),
    'snoozed_until', utc_text(NEW.snoozed_until),
    'resolved_at', utc_text(NEW.resolved_at),
    'resolved_by', NEW.resolved_by,
    'evidence', NEW.evidence,
    'clearing_evidence', NEW.clearing_evidence)));
  RETURN NULL;
END
$$;

CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON automations
  FOR EACH ROW EXECUTE FUNCTION tell_automation_change();

-- What the feed publishes, of all organisations: no more than that, and in order.
CREATE FUNCTION automation_changes_after(after bigint, most int)
  RETURNS TABLE (change_id bigint, automation_id uuid, payload text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.change_id, c.automation_id, c.payload::text
    FROM automation_changes c
   WHERE c.change_id > after
   ORDER BY c.change_id
   LIMIT most
$$;

-- The number of the newest change, 0 when there is none.
CREATE FUNCTION newest_automation_change() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(max(change_id), 0) FROM automation_changes
$$;

-- Opens again what was snoozed until a time that has come.
CREATE FUNCTION wake_snoozed_automations() RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  woken integer;
BEGIN
  -- Looking first spares the writers' lock almost always.
  IF NOT EXISTS (SELECT FROM automations WHERE state = 'snoozed' AND snoozed_until <= now()) THEN
    RETURN 0;
  END IF;
  UPDATE automations SET state = 'open', snoozed_until = NULL
   WHERE state = 'snoozed' AND snoozed_until <= now();
  GET DIAGNOSTICS woken = ROW_COUNT;
  RETURN woken;
END
$$;

REVOKE ALL ON FUNCTION automation_changes_after, newest_automation_change, wake_snoozed_automations
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION automation_changes_after, newest_automation_change,
  wake_snoozed_automations TO kinebeam_gateway;
