-- Where other systems want to be told of events. Their secrets are derived from a key that is not in the
-- database. Without an organisation a subscription is the platform's and gets the events of all.
CREATE TABLE webhook_subscriptions (
  subscription_id uuid PRIMARY KEY,
  org_id          uuid REFERENCES organizations,
  url             text NOT NULL CHECK (length(url) <= 2000),
  events          text[] NOT NULL CHECK (cardinality(events) > 0),
  created_by      text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now()
);

-- The log of deliveries, and the queue of those that are to be made.
CREATE TABLE webhook_deliveries (
  -- the same for all attempts at a delivery: the receiver's mark for repetitions
  delivery_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  subscription_id uuid NOT NULL REFERENCES webhook_subscriptions ON DELETE CASCADE,
  org_id          uuid,
  event           text NOT NULL,
  payload         text NOT NULL,
  state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  created_at      timestamptz NOT NULL DEFAULT now(),
  last_attempt_at timestamptz,
  -- the receiver's answer, or why there was none
  last_status     integer,
  last_error      text
);

CREATE INDEX ON webhook_deliveries (next_attempt_at) WHERE state = 'pending';
CREATE INDEX ON webhook_deliveries (subscription_id, created_at DESC);

ALTER TABLE webhook_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_subscriptions FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;

-- Whoever speaks for no organisation sees the platform's, and an organisation its own.
CREATE POLICY own ON webhook_subscriptions TO kinebeam_core_api
  USING (org_id IS NOT DISTINCT FROM current_org()) WITH CHECK (org_id IS NOT DISTINCT FROM current_org());
CREATE POLICY own ON webhook_deliveries TO kinebeam_core_api
  USING (org_id IS NOT DISTINCT FROM current_org()) WITH CHECK (org_id IS NOT DISTINCT FROM current_org());
CREATE POLICY keeper ON webhook_subscriptions TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY keeper ON webhook_deliveries TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY worker ON webhook_subscriptions FOR SELECT TO kinebeam_worker USING (true);
CREATE POLICY worker ON webhook_deliveries TO kinebeam_worker USING (true);

GRANT SELECT, INSERT, DELETE ON webhook_subscriptions TO kinebeam_core_api;
GRANT SELECT, UPDATE (state, attempts, next_attempt_at) ON webhook_deliveries TO kinebeam_core_api;
GRANT SELECT ON webhook_subscriptions TO kinebeam_worker;
GRANT SELECT, UPDATE, DELETE ON webhook_deliveries TO kinebeam_worker;

-- Deliveries are entered in the transaction that makes the event.
CREATE FUNCTION enter_webhooks(new_event text, org uuid, for_all boolean, at timestamptz, data jsonb)
  RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  INSERT INTO webhook_deliveries (subscription_id, org_id, event, payload)
  SELECT s.subscription_id, s.org_id, new_event,
         jsonb_build_object('type', new_event, 'timestamp', utc_text(at), 'data', data)::text
    FROM webhook_subscriptions AS s
   WHERE new_event = ANY (s.events) AND (for_all AND s.org_id IS NULL OR s.org_id = org)
     -- one that is being deleted would hold up its delivery, or refuse it, and with it the event's
     -- transaction
     FOR KEY SHARE OF s SKIP LOCKED
$$;

CREATE FUNCTION enter_render_webhooks() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  name text := CASE NEW.kind WHEN 'bulk.finished' THEN NEW.kind ELSE 'render.' || NEW.kind END;
BEGIN
  PERFORM enter_webhooks(name, NULL, true, NEW.at, NEW.payload);
  PERFORM enter_webhooks(name, r.org_id, false, NEW.at, NEW.payload)
     FROM render_requests AS r WHERE r.render_id = NEW.render_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER enter_webhooks AFTER INSERT ON render_changes
  FOR EACH ROW WHEN (NEW.kind IN ('ready', 'failed', 'bulk.finished'))
  EXECUTE FUNCTION enter_render_webhooks();

CREATE FUNCTION enter_automation_webhooks() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM enter_webhooks('automation.' || (NEW.payload->>'change'), NEW.org_id, true, NEW.at, NEW.payload);
  RETURN NULL;
END
$$;

CREATE TRIGGER enter_webhooks AFTER INSERT ON automation_changes
  FOR EACH ROW WHEN (NEW.payload->>'change' IN ('opened', 'resolved'))
  EXECUTE FUNCTION enter_automation_webhooks();

REVOKE ALL ON FUNCTION enter_webhooks, enter_render_webhooks, enter_automation_webhooks FROM PUBLIC;
