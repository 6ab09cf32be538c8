-- The whole schema, generated from the migrations. Do not edit; renew it by
--   mvn -q test -pl schemas -am -Dtest=SchemaDumpTest -Dsurefire.failIfNoSpecifiedTests=false -Dkinebeam.renew=true

CREATE ROLE kinebeam_admin NOLOGIN;
CREATE ROLE kinebeam_core_api NOLOGIN;
CREATE ROLE kinebeam_development NOLOGIN;
CREATE ROLE kinebeam_gateway NOLOGIN;
CREATE ROLE kinebeam_maintenance NOLOGIN;
CREATE ROLE kinebeam_pipeline NOLOGIN;
CREATE ROLE kinebeam_registry NOLOGIN;
CREATE ROLE kinebeam_render NOLOGIN;
CREATE ROLE kinebeam_worker NOLOGIN;
GRANT kinebeam_gateway TO kinebeam_core_api WITH INHERIT FALSE, SET FALSE;
GRANT kinebeam_maintenance TO kinebeam_worker;

GRANT USAGE ON SCHEMA public TO PUBLIC;

CREATE TABLE alert_thresholds (
    org_id uuid NOT NULL,
    rule text NOT NULL,
    enabled boolean NOT NULL,
    threshold double precision NOT NULL,
    min_sessions integer NOT NULL,
    ttfb_limit_ms bigint,
    min_ratio double precision,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT alert_thresholds_pkey PRIMARY KEY (org_id, rule),
    CONSTRAINT alert_thresholds_check CHECK (((rule = 'network_degradation'::text) OR (threshold < (1)::double precision))),
    CONSTRAINT alert_thresholds_check1 CHECK (((rule = 'cdn_issue'::text) = (ttfb_limit_ms IS NOT NULL))),
    CONSTRAINT alert_thresholds_check2 CHECK (((rule = 'network_degradation'::text) = (min_ratio IS NOT NULL))),
    CONSTRAINT alert_thresholds_min_ratio_check CHECK (((min_ratio >= (0)::double precision) AND (min_ratio <= (1)::double precision))),
    CONSTRAINT alert_thresholds_min_sessions_check CHECK (((min_sessions >= 1) AND (min_sessions <= 1000000))),
    CONSTRAINT alert_thresholds_rule_check CHECK ((rule = ANY (ARRAY['cdn_issue'::text, 'content_quality'::text, 'network_degradation'::text]))),
    CONSTRAINT alert_thresholds_threshold_check CHECK ((threshold > (0)::double precision)),
    CONSTRAINT alert_thresholds_ttfb_limit_ms_check CHECK ((ttfb_limit_ms > 0))
);
ALTER TABLE alert_thresholds ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_thresholds FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON alert_thresholds AS PERMISSIVE FOR ALL TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
CREATE POLICY reader ON alert_thresholds AS PERMISSIVE FOR SELECT TO kinebeam_pipeline USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_thresholds TO kinebeam_core_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON alert_thresholds TO kinebeam_gateway;
GRANT SELECT ON alert_thresholds TO kinebeam_pipeline;

CREATE TABLE audit_log (
    audit_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    org_id uuid,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (audit_id)
);
CREATE INDEX audit_log_org_id_at_idx ON public.audit_log USING btree (org_id, at DESC);
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY add_any ON audit_log AS PERMISSIVE FOR INSERT TO kinebeam_pipeline WITH CHECK (true);
CREATE POLICY add_own ON audit_log AS PERMISSIVE FOR INSERT TO kinebeam_core_api, kinebeam_gateway WITH CHECK ((org_id = current_org()));
CREATE POLICY keeper ON audit_log AS PERMISSIVE FOR INSERT TO postgres WITH CHECK (true);
CREATE POLICY mask ON audit_log AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON audit_log AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
GRANT INSERT, SELECT ON audit_log TO kinebeam_core_api;
GRANT INSERT, SELECT ON audit_log TO kinebeam_gateway;
GRANT INSERT ON audit_log TO kinebeam_pipeline;

CREATE TABLE automation_changes (
    change_id bigint DEFAULT nextval('automation_changes_change_id_seq'::regclass) NOT NULL,
    automation_id uuid NOT NULL,
    version integer NOT NULL,
    org_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    payload jsonb NOT NULL,
    CONSTRAINT automation_changes_pkey PRIMARY KEY (change_id),
    CONSTRAINT automation_changes_automation_id_version_key UNIQUE (automation_id, version),
    CONSTRAINT automation_changes_automation_id_fkey FOREIGN KEY (automation_id) REFERENCES automations(automation_id) ON DELETE CASCADE
);
CREATE INDEX automation_changes_org_id_change_id_idx ON public.automation_changes USING btree (org_id, change_id);
CREATE TRIGGER enter_webhooks AFTER INSERT ON public.automation_changes FOR EACH ROW WHEN (((new.payload ->> 'change'::text) = ANY (ARRAY['opened'::text, 'resolved'::text]))) EXECUTE FUNCTION enter_automation_webhooks();
ALTER TABLE automation_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE automation_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY functions ON automation_changes AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON automation_changes AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
GRANT SELECT ON automation_changes TO kinebeam_core_api;
GRANT SELECT ON automation_changes TO kinebeam_gateway;

CREATE TABLE automation_feed (
    one boolean DEFAULT true NOT NULL,
    told_until bigint DEFAULT 0 NOT NULL,
    removed_until bigint DEFAULT 0 NOT NULL,
    CONSTRAINT automation_feed_pkey PRIMARY KEY (one),
    CONSTRAINT automation_feed_one_check CHECK (one)
);
ALTER TABLE automation_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE automation_feed FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON automation_feed AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);

CREATE TABLE automation_feedback (
    automation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    org_id uuid NOT NULL,
    useful boolean NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT automation_feedback_pkey PRIMARY KEY (automation_id, person_id),
    CONSTRAINT automation_feedback_automation_id_fkey FOREIGN KEY (automation_id) REFERENCES automations(automation_id) ON DELETE CASCADE
);
ALTER TABLE automation_feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE automation_feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON automation_feedback AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON automation_feedback AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
GRANT INSERT, SELECT, UPDATE ON automation_feedback TO kinebeam_core_api;

CREATE TABLE automations (
    automation_id uuid NOT NULL,
    org_id uuid NOT NULL,
    rule text NOT NULL,
    subject text NOT NULL,
    title text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    snoozed_until timestamp with time zone,
    resolved_at timestamp with time zone,
    resolved_by text,
    cleared_at timestamp with time zone,
    evidence jsonb NOT NULL,
    clearing_evidence jsonb,
    version integer DEFAULT 1 NOT NULL,
    acted_by uuid,
    CONSTRAINT automations_pkey PRIMARY KEY (automation_id),
    CONSTRAINT automations_check CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    CONSTRAINT automations_check1 CHECK (((state = 'resolved'::text) = (resolved_by IS NOT NULL))),
    CONSTRAINT automations_check2 CHECK (((state = 'snoozed'::text) = (snoozed_until IS NOT NULL))),
    CONSTRAINT automations_check3 CHECK (((cleared_at IS NULL) OR (state = 'resolved'::text))),
    CONSTRAINT automations_rule_check CHECK ((rule = ANY (ARRAY['cdn_issue'::text, 'content_quality'::text, 'network_degradation'::text]))),
    CONSTRAINT automations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'snoozed'::text, 'resolved'::text])))
);
CREATE INDEX automations_org_id_opened_at_automation_id_idx ON public.automations USING btree (org_id, opened_at DESC, automation_id DESC);
CREATE INDEX automations_snoozed_until_idx ON public.automations USING btree (snoozed_until) WHERE (state = 'snoozed'::text);
CREATE UNIQUE INDEX one_automation_at_a_time ON public.automations USING btree (org_id, rule, subject) WHERE (cleared_at IS NULL);
CREATE TRIGGER count_version BEFORE UPDATE ON public.automations FOR EACH ROW EXECUTE FUNCTION count_automation_version();
CREATE TRIGGER one_writer BEFORE INSERT OR UPDATE ON public.automations FOR EACH STATEMENT EXECUTE FUNCTION one_writer_of_automations();
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON public.automations FOR EACH ROW EXECUTE FUNCTION tell_automation_change();
ALTER TABLE automations ENABLE ROW LEVEL SECURITY;
ALTER TABLE automations FORCE ROW LEVEL SECURITY;
CREATE POLICY change_own ON automations AS PERMISSIVE FOR UPDATE TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
CREATE POLICY functions ON automations AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON automations AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
CREATE POLICY writer ON automations AS PERMISSIVE FOR ALL TO kinebeam_pipeline USING (true) WITH CHECK (true);
GRANT SELECT ON automations TO kinebeam_core_api;
GRANT SELECT ON automations TO kinebeam_gateway;
GRANT INSERT, SELECT, UPDATE ON automations TO kinebeam_pipeline;
GRANT UPDATE (acted_by, resolved_at, resolved_by, snoozed_until, state) ON automations TO kinebeam_core_api;
GRANT UPDATE (resolved_at, resolved_by, snoozed_until, state) ON automations TO kinebeam_gateway;

CREATE TABLE bundle_checks (
    exercise_id uuid NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    usable boolean NOT NULL,
    errors integer NOT NULL,
    warnings integer NOT NULL,
    report jsonb NOT NULL,
    CONSTRAINT bundle_checks_pkey PRIMARY KEY (exercise_id),
    CONSTRAINT bundle_checks_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id)
);
ALTER TABLE bundle_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE bundle_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON bundle_checks AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render USING (true) WITH CHECK (true);
CREATE POLICY keeper ON bundle_checks AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY of_seen ON bundle_checks AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE (e.exercise_id = bundle_checks.exercise_id))));
GRANT SELECT ON bundle_checks TO kinebeam_admin;
GRANT SELECT ON bundle_checks TO kinebeam_core_api;
GRANT INSERT, SELECT, UPDATE ON bundle_checks TO kinebeam_render;

CREATE TABLE care_links (
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    specialist_id uuid NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT care_links_pkey PRIMARY KEY (org_id, patient_id, specialist_id),
    CONSTRAINT care_links_check CHECK ((ended_at >= started_at)),
    CONSTRAINT care_links_org_id_patient_id_fkey FOREIGN KEY (org_id, patient_id) REFERENCES people(org_id, person_id),
    CONSTRAINT care_links_org_id_specialist_id_fkey FOREIGN KEY (org_id, specialist_id) REFERENCES people(org_id, person_id)
);
CREATE INDEX care_links_org_id_specialist_id_patient_id_idx ON public.care_links USING btree (org_id, specialist_id, patient_id) WHERE (ended_at IS NULL);
ALTER TABLE care_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE care_links FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON care_links AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON care_links AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((org_id = current_org()));
GRANT SELECT ON care_links TO kinebeam_core_api;

CREATE TABLE consent_changes (
    change_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    purpose text NOT NULL,
    text_version text,
    active boolean NOT NULL,
    by_whom text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT consent_changes_pkey PRIMARY KEY (change_id)
);
CREATE INDEX consent_changes_org_id_patient_id_purpose_change_id_idx ON public.consent_changes USING btree (org_id, patient_id, purpose, change_id DESC);
ALTER TABLE consent_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON consent_changes AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON consent_changes AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((org_id = current_org()));
GRANT SELECT ON consent_changes TO kinebeam_core_api;

CREATE TABLE consents (
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    purpose text NOT NULL,
    active boolean NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    text_version text,
    CONSTRAINT consents_pkey PRIMARY KEY (org_id, patient_id, purpose),
    CONSTRAINT consents_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(org_id)
);
CREATE TRIGGER note_answer AFTER INSERT ON public.consents FOR EACH ROW EXECUTE FUNCTION note_consent_change();
CREATE TRIGGER note_change AFTER UPDATE ON public.consents FOR EACH ROW WHEN (((old.active IS DISTINCT FROM new.active) OR (old.text_version IS DISTINCT FROM new.text_version))) EXECUTE FUNCTION note_consent_change();
ALTER TABLE consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE consents FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON consents AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON consents AS PERMISSIVE FOR ALL TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
GRANT SELECT ON consents TO kinebeam_core_api;
GRANT SELECT ON consents TO kinebeam_gateway;

CREATE TABLE created_videos (
    host text NOT NULL,
    collection text NOT NULL,
    title text NOT NULL,
    host_video_id text,
    render_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT created_videos_pkey PRIMARY KEY (host, collection, title)
);
CREATE INDEX created_videos_render_id_idx ON public.created_videos USING btree (render_id);
GRANT DELETE, SELECT ON created_videos TO kinebeam_admin;
GRANT DELETE, INSERT, SELECT, UPDATE ON created_videos TO kinebeam_render;
GRANT DELETE, INSERT, SELECT, UPDATE ON created_videos TO kinebeam_worker;

CREATE TABLE erased_patients (
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    refuse_before timestamp with time zone NOT NULL,
    CONSTRAINT erased_patients_pkey PRIMARY KEY (org_id, patient_id)
);
ALTER TABLE erased_patients ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased_patients FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON erased_patients AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY reader ON erased_patients AS PERMISSIVE FOR SELECT TO kinebeam_pipeline USING (true);
GRANT SELECT ON erased_patients TO kinebeam_pipeline;

CREATE TABLE exercise_body_regions (
    body_region_id uuid DEFAULT gen_random_uuid() NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    translations jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT exercise_body_regions_pkey PRIMARY KEY (body_region_id),
    CONSTRAINT exercise_body_regions_slug_key UNIQUE (slug),
    CONSTRAINT exercise_body_regions_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT exercise_body_regions_translations_check CHECK ((jsonb_typeof(translations) = 'object'::text))
);
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.exercise_body_regions FOR EACH ROW EXECUTE FUNCTION audit_taxonomy();
GRANT DELETE, INSERT, SELECT, UPDATE ON exercise_body_regions TO kinebeam_admin;
GRANT SELECT ON exercise_body_regions TO kinebeam_core_api;

CREATE TABLE exercise_categories (
    category_id uuid DEFAULT gen_random_uuid() NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    translations jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT exercise_categories_pkey PRIMARY KEY (category_id),
    CONSTRAINT exercise_categories_slug_key UNIQUE (slug),
    CONSTRAINT exercise_categories_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT exercise_categories_translations_check CHECK ((jsonb_typeof(translations) = 'object'::text))
);
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.exercise_categories FOR EACH ROW EXECUTE FUNCTION audit_taxonomy();
GRANT DELETE, INSERT, SELECT, UPDATE ON exercise_categories TO kinebeam_admin;
GRANT SELECT ON exercise_categories TO kinebeam_core_api;

CREATE TABLE exercise_contraindications (
    exercise_id uuid NOT NULL,
    "position" smallint NOT NULL,
    severity text NOT NULL,
    texts jsonb NOT NULL,
    CONSTRAINT exercise_contraindications_pkey PRIMARY KEY (exercise_id, "position"),
    CONSTRAINT exercise_contraindications_severity_check CHECK ((severity = ANY (ARRAY['warning'::text, 'contraindicated'::text]))),
    CONSTRAINT exercise_contraindications_texts_check CHECK (((jsonb_typeof(texts) = 'object'::text) AND (texts <> '{}'::jsonb))),
    CONSTRAINT exercise_contraindications_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id)
);
CREATE TRIGGER audit_added AFTER INSERT ON public.exercise_contraindications REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_removed AFTER DELETE ON public.exercise_contraindications REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
ALTER TABLE exercise_contraindications ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_contraindications FORCE ROW LEVEL SECURITY;
CREATE POLICY add_own ON exercise_contraindications AS PERMISSIVE FOR INSERT TO kinebeam_core_api WITH CHECK ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = exercise_contraindications.exercise_id) AND (e.org_id = current_org())))));
CREATE POLICY everything ON exercise_contraindications AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render USING (true) WITH CHECK (true);
CREATE POLICY keeper ON exercise_contraindications AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY of_seen ON exercise_contraindications AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE (e.exercise_id = exercise_contraindications.exercise_id))));
CREATE POLICY remove_own ON exercise_contraindications AS PERMISSIVE FOR DELETE TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = exercise_contraindications.exercise_id) AND (e.org_id = current_org())))));
GRANT DELETE, INSERT, SELECT ON exercise_contraindications TO kinebeam_admin;
GRANT DELETE, INSERT, SELECT ON exercise_contraindications TO kinebeam_core_api;

CREATE TABLE exercise_equipment (
    equipment_id uuid DEFAULT gen_random_uuid() NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    translations jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT exercise_equipment_pkey PRIMARY KEY (equipment_id),
    CONSTRAINT exercise_equipment_slug_key UNIQUE (slug),
    CONSTRAINT exercise_equipment_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT exercise_equipment_translations_check CHECK ((jsonb_typeof(translations) = 'object'::text))
);
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.exercise_equipment FOR EACH ROW EXECUTE FUNCTION audit_taxonomy();
GRANT DELETE, INSERT, SELECT, UPDATE ON exercise_equipment TO kinebeam_admin;
GRANT SELECT ON exercise_equipment TO kinebeam_core_api;

CREATE TABLE exercise_instructions (
    exercise_id uuid NOT NULL,
    "position" smallint NOT NULL,
    kind text NOT NULL,
    texts jsonb NOT NULL,
    image_key text,
    CONSTRAINT exercise_instructions_pkey PRIMARY KEY (exercise_id, "position"),
    CONSTRAINT exercise_instructions_kind_check CHECK ((kind = ANY (ARRAY['preparation'::text, 'step'::text, 'form_cue'::text, 'breathing'::text, 'safety'::text]))),
    CONSTRAINT exercise_instructions_texts_check CHECK (((jsonb_typeof(texts) = 'object'::text) AND (texts <> '{}'::jsonb))),
    CONSTRAINT exercise_instructions_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id)
);
CREATE TRIGGER audit_added AFTER INSERT ON public.exercise_instructions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_removed AFTER DELETE ON public.exercise_instructions REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
ALTER TABLE exercise_instructions ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_instructions FORCE ROW LEVEL SECURITY;
CREATE POLICY add_own ON exercise_instructions AS PERMISSIVE FOR INSERT TO kinebeam_core_api WITH CHECK ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = exercise_instructions.exercise_id) AND (e.org_id = current_org())))));
CREATE POLICY everything ON exercise_instructions AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render USING (true) WITH CHECK (true);
CREATE POLICY keeper ON exercise_instructions AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY of_seen ON exercise_instructions AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE (e.exercise_id = exercise_instructions.exercise_id))));
CREATE POLICY remove_own ON exercise_instructions AS PERMISSIVE FOR DELETE TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = exercise_instructions.exercise_id) AND (e.org_id = current_org())))));
GRANT DELETE, INSERT, SELECT ON exercise_instructions TO kinebeam_admin;
GRANT DELETE, INSERT, SELECT ON exercise_instructions TO kinebeam_core_api;

CREATE TABLE exercise_previews (
    exercise_id uuid NOT NULL,
    language text NOT NULL,
    render_id uuid NOT NULL,
    asset_version integer NOT NULL,
    CONSTRAINT exercise_previews_pkey PRIMARY KEY (exercise_id, language),
    CONSTRAINT exercise_previews_render_id_key UNIQUE (render_id),
    CONSTRAINT exercise_previews_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id),
    CONSTRAINT exercise_previews_render_id_fkey FOREIGN KEY (render_id) REFERENCES exercise_renders(render_id) ON UPDATE CASCADE
);
ALTER TABLE exercise_previews ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_previews FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON exercise_previews AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render, kinebeam_worker USING (true) WITH CHECK (true);
CREATE POLICY keeper ON exercise_previews AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY of_seen ON exercise_previews AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE (e.exercise_id = exercise_previews.exercise_id))));
GRANT SELECT ON exercise_previews TO kinebeam_admin;
GRANT SELECT ON exercise_previews TO kinebeam_core_api;
GRANT SELECT ON exercise_previews TO kinebeam_render;
GRANT SELECT ON exercise_previews TO kinebeam_worker;

CREATE TABLE exercise_renders (
    render_id uuid NOT NULL,
    exercise_id uuid NOT NULL,
    recipe_hash text NOT NULL,
    language text NOT NULL,
    asset_version integer NOT NULL,
    recipe jsonb,
    status text DEFAULT 'queued'::text NOT NULL,
    host text,
    host_video_id text,
    duration_seconds double precision,
    frames bigint,
    picks jsonb,
    segments jsonb,
    error text,
    queued_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    plan_id uuid,
    bakes integer DEFAULT 0 NOT NULL,
    bytes bigint,
    compose_seconds double precision,
    publish_seconds double precision,
    lane text DEFAULT 'interactive'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    sends smallint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    step text,
    percent smallint,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    retryable boolean DEFAULT false NOT NULL,
    cancelled boolean DEFAULT false NOT NULL,
    org_id uuid,
    removed_at timestamp with time zone,
    CONSTRAINT exercise_renders_pkey PRIMARY KEY (render_id),
    CONSTRAINT exercise_renders_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT exercise_renders_check CHECK (((status <> 'ready'::text) OR ((host IS NOT NULL) AND (host_video_id IS NOT NULL) AND (duration_seconds IS NOT NULL)))),
    CONSTRAINT exercise_renders_check1 CHECK (((status <> 'failed'::text) OR (error IS NOT NULL))),
    CONSTRAINT exercise_renders_check2 CHECK (((recipe IS NOT NULL) OR (recipe_hash = '_imported'::text))),
    CONSTRAINT exercise_renders_check3 CHECK (((removed_at IS NULL) OR (status = 'failed'::text))),
    CONSTRAINT exercise_renders_lane_check CHECK ((lane = ANY (ARRAY['interactive'::text, 'bulk'::text]))),
    CONSTRAINT exercise_renders_percent_check CHECK (((percent >= 0) AND (percent <= 100))),
    CONSTRAINT exercise_renders_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'rendering'::text, 'ready'::text, 'failed'::text]))),
    CONSTRAINT exercise_renders_step_check CHECK ((step = ANY (ARRAY['planning'::text, 'normalising'::text, 'composing'::text, 'publishing'::text]))),
    CONSTRAINT exercise_renders_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id),
    CONSTRAINT exercise_renders_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(org_id)
);
CREATE INDEX exercise_renders_exercise_id_recipe_hash_language_asset_ver_idx ON public.exercise_renders USING btree (exercise_id, recipe_hash, language, asset_version);
CREATE INDEX exercise_renders_finished ON public.exercise_renders USING btree (finished_at DESC) WHERE (status = 'ready'::text);
CREATE INDEX exercise_renders_host_video_id_idx ON public.exercise_renders USING btree (host_video_id) WHERE (host_video_id IS NOT NULL);
CREATE INDEX exercise_renders_unfinished ON public.exercise_renders USING btree (lane, changed_at) WHERE (status = ANY (ARRAY['queued'::text, 'rendering'::text]));
CREATE TRIGGER made_again BEFORE UPDATE ON public.exercise_renders FOR EACH ROW WHEN (((old.removed_at IS NOT NULL) AND (new.status <> 'failed'::text))) EXECUTE FUNCTION forget_removal();
CREATE CONSTRAINT TRIGGER note_change AFTER UPDATE ON public.exercise_renders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((((new.status IS DISTINCT FROM old.status) OR (new.step IS DISTINCT FROM old.step)) OR (new.percent IS DISTINCT FROM old.percent)) OR (new.host_video_id IS DISTINCT FROM old.host_video_id)) AND (new.removed_at IS NULL))) EXECUTE FUNCTION note_render_change();
CREATE CONSTRAINT TRIGGER note_new AFTER INSERT ON public.exercise_renders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_render_change();
CREATE TRIGGER own BEFORE INSERT ON public.exercise_renders FOR EACH ROW EXECUTE FUNCTION own_exercise_render();
CREATE TRIGGER settle_new_preview AFTER INSERT ON public.exercise_renders FOR EACH ROW WHEN (((new.status = ANY (ARRAY['ready'::text, 'failed'::text])) AND (NOT new.cancelled))) EXECUTE FUNCTION settle_preview_of_render();
CREATE TRIGGER settle_preview AFTER UPDATE ON public.exercise_renders FOR EACH ROW WHEN (((new.status = ANY (ARRAY['ready'::text, 'failed'::text])) AND (NOT new.cancelled) AND ((old.status <> new.status) OR (old.render_id <> new.render_id)))) EXECUTE FUNCTION settle_preview_of_render();
CREATE TRIGGER settle_workouts AFTER UPDATE ON public.exercise_renders FOR EACH ROW WHEN (((new.status = 'ready'::text) AND ((old.status <> new.status) OR (old.render_id <> new.render_id)))) EXECUTE FUNCTION settle_workouts_of_render();
CREATE TRIGGER tell_relay AFTER UPDATE ON public.exercise_renders FOR EACH ROW WHEN (((old.sent_at IS NOT NULL) AND (old.status = ANY (ARRAY['queued'::text, 'rendering'::text])) AND (new.status <> ALL (ARRAY['queued'::text, 'rendering'::text])))) EXECUTE FUNCTION tell_render_relay();
ALTER TABLE exercise_renders ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_renders FORCE ROW LEVEL SECURITY;
CREATE POLICY enter_common_and_own ON exercise_renders AS PERMISSIVE FOR INSERT TO kinebeam_gateway WITH CHECK (((org_id IS NULL) OR (org_id = current_org())));
CREATE POLICY everything ON exercise_renders AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render, kinebeam_worker USING (true) WITH CHECK (true);
CREATE POLICY keeper ON exercise_renders AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY queue_common_and_own ON exercise_renders AS PERMISSIVE FOR UPDATE TO kinebeam_gateway USING (((org_id IS NULL) OR (org_id = current_org()))) WITH CHECK (((org_id IS NULL) OR (org_id = current_org())));
CREATE POLICY read_all ON exercise_renders AS PERMISSIVE FOR SELECT TO kinebeam_pipeline USING (true);
CREATE POLICY read_common_and_own ON exercise_renders AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING (((org_id IS NULL) OR (org_id = current_org())));
GRANT INSERT, SELECT, UPDATE ON exercise_renders TO kinebeam_admin;
GRANT SELECT ON exercise_renders TO kinebeam_core_api;
GRANT INSERT, SELECT, UPDATE ON exercise_renders TO kinebeam_gateway;
GRANT SELECT ON exercise_renders TO kinebeam_pipeline;
GRANT INSERT, SELECT, UPDATE ON exercise_renders TO kinebeam_render;
GRANT SELECT, UPDATE ON exercise_renders TO kinebeam_worker;

CREATE TABLE exercise_tags (
    exercise_id uuid NOT NULL,
    category_id uuid,
    body_region_id uuid,
    equipment_id uuid,
    CONSTRAINT exercise_tags_exercise_id_category_id_body_region_id_equipm_key UNIQUE NULLS NOT DISTINCT (exercise_id, category_id, body_region_id, equipment_id),
    CONSTRAINT exercise_tags_check CHECK ((num_nonnulls(category_id, body_region_id, equipment_id) = 1)),
    CONSTRAINT exercise_tags_body_region_id_fkey FOREIGN KEY (body_region_id) REFERENCES exercise_body_regions(body_region_id),
    CONSTRAINT exercise_tags_category_id_fkey FOREIGN KEY (category_id) REFERENCES exercise_categories(category_id),
    CONSTRAINT exercise_tags_equipment_id_fkey FOREIGN KEY (equipment_id) REFERENCES exercise_equipment(equipment_id),
    CONSTRAINT exercise_tags_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id)
);
CREATE INDEX exercise_tags_body_region_id_idx ON public.exercise_tags USING btree (body_region_id) WHERE (body_region_id IS NOT NULL);
CREATE INDEX exercise_tags_category_id_idx ON public.exercise_tags USING btree (category_id) WHERE (category_id IS NOT NULL);
CREATE INDEX exercise_tags_equipment_id_idx ON public.exercise_tags USING btree (equipment_id) WHERE (equipment_id IS NOT NULL);
CREATE TRIGGER audit_added AFTER INSERT ON public.exercise_tags REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_removed AFTER DELETE ON public.exercise_tags REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
ALTER TABLE exercise_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_tags FORCE ROW LEVEL SECURITY;
CREATE POLICY add_own ON exercise_tags AS PERMISSIVE FOR INSERT TO kinebeam_core_api WITH CHECK ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = exercise_tags.exercise_id) AND (e.org_id = current_org())))));
CREATE POLICY everything ON exercise_tags AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render USING (true) WITH CHECK (true);
CREATE POLICY keeper ON exercise_tags AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY of_seen ON exercise_tags AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE (e.exercise_id = exercise_tags.exercise_id))));
CREATE POLICY remove_own ON exercise_tags AS PERMISSIVE FOR DELETE TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = exercise_tags.exercise_id) AND (e.org_id = current_org())))));
GRANT DELETE, INSERT, SELECT ON exercise_tags TO kinebeam_admin;
GRANT DELETE, INSERT, SELECT ON exercise_tags TO kinebeam_core_api;

CREATE TABLE exercises (
    exercise_id uuid DEFAULT gen_random_uuid() NOT NULL,
    slug text NOT NULL,
    kind text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    display_name text NOT NULL,
    asset_version integer DEFAULT 1 NOT NULL,
    media_id text NOT NULL,
    catalog_render_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    bundle_fingerprint text,
    org_id uuid,
    description text DEFAULT ''::text NOT NULL,
    translations jsonb DEFAULT '{}'::jsonb NOT NULL,
    difficulty smallint,
    tracking jsonb,
    publish_error text,
    replaced_by uuid,
    revision integer DEFAULT 1 NOT NULL,
    created_by text,
    updated_by text,
    search tsvector DEFAULT ''::tsvector NOT NULL,
    sort_keys jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT exercises_pkey PRIMARY KEY (exercise_id),
    CONSTRAINT exercises_media_id_key UNIQUE (media_id),
    CONSTRAINT exercises_slug_key UNIQUE (slug),
    CONSTRAINT exercises_asset_version_check CHECK ((asset_version > 0)),
    CONSTRAINT exercises_check CHECK ((replaced_by <> exercise_id)),
    CONSTRAINT exercises_description_check CHECK ((length(description) <= 5000)),
    CONSTRAINT exercises_difficulty_check CHECK (((difficulty >= 1) AND (difficulty <= 5))),
    CONSTRAINT exercises_kind_check CHECK ((kind = ANY (ARRAY['reps_based'::text, 'duration_based'::text]))),
    CONSTRAINT exercises_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT exercises_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'publishing'::text, 'published'::text, 'archived'::text]))),
    CONSTRAINT exercises_tracking_check CHECK ((jsonb_typeof(tracking) = 'object'::text)),
    CONSTRAINT exercises_translations_check CHECK ((jsonb_typeof(translations) = 'object'::text)),
    CONSTRAINT exercises_catalog_render_id_fkey FOREIGN KEY (catalog_render_id) REFERENCES exercise_renders(render_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT exercises_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(org_id),
    CONSTRAINT exercises_replaced_by_fkey FOREIGN KEY (replaced_by) REFERENCES exercises(exercise_id)
);
CREATE INDEX exercises_org_id_idx ON public.exercises USING btree (org_id);
CREATE INDEX exercises_replaced_by_idx ON public.exercises USING btree (replaced_by) WHERE (replaced_by IS NOT NULL);
CREATE INDEX exercises_search ON public.exercises USING gin (search);
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON public.exercises FOR EACH ROW EXECUTE FUNCTION audit_exercise();
CREATE TRIGGER move_personal_videos AFTER UPDATE OF replaced_by ON public.exercises FOR EACH ROW WHEN (((new.replaced_by IS NOT NULL) AND (new.replaced_by IS DISTINCT FROM old.replaced_by))) EXECUTE FUNCTION move_personal_videos();
CREATE TRIGGER prepare BEFORE INSERT OR UPDATE ON public.exercises FOR EACH ROW EXECUTE FUNCTION prepare_exercise();
CREATE TRIGGER take_back_personal_videos AFTER UPDATE OF replaced_by ON public.exercises FOR EACH ROW WHEN (((new.replaced_by IS NULL) AND (old.replaced_by IS NOT NULL))) EXECUTE FUNCTION take_back_personal_videos();
ALTER TABLE exercises ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercises FORCE ROW LEVEL SECURITY;
CREATE POLICY add_own ON exercises AS PERMISSIVE FOR INSERT TO kinebeam_core_api WITH CHECK ((org_id = current_org()));
CREATE POLICY change_own ON exercises AS PERMISSIVE FOR UPDATE TO kinebeam_core_api USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
CREATE POLICY everything ON exercises AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render USING (true) WITH CHECK (true);
CREATE POLICY keeper ON exercises AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY read_all ON exercises AS PERMISSIVE FOR SELECT TO kinebeam_pipeline, kinebeam_worker USING (true);
CREATE POLICY read_common_and_own ON exercises AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING (((org_id IS NULL) OR (org_id = current_org())));
GRANT SELECT ON exercises TO kinebeam_admin;
GRANT SELECT ON exercises TO kinebeam_core_api;
GRANT SELECT ON exercises TO kinebeam_gateway;
GRANT SELECT ON exercises TO kinebeam_pipeline;
GRANT SELECT ON exercises TO kinebeam_render;
GRANT SELECT ON exercises TO kinebeam_worker;
GRANT INSERT (description, difficulty, display_name, exercise_id, kind, media_id, org_id, slug, tracking, translations) ON exercises TO kinebeam_admin;
GRANT UPDATE (asset_version, catalog_render_id, description, difficulty, display_name, publish_error, replaced_by, revision, status, tracking, translations, updated_at) ON exercises TO kinebeam_admin;
GRANT INSERT (description, difficulty, display_name, exercise_id, kind, org_id, slug, tracking, translations) ON exercises TO kinebeam_core_api;
GRANT UPDATE (description, difficulty, display_name, publish_error, replaced_by, revision, status, tracking, translations) ON exercises TO kinebeam_core_api;
GRANT INSERT (bundle_fingerprint, display_name, kind, media_id, slug) ON exercises TO kinebeam_render;
GRANT UPDATE (asset_version, bundle_fingerprint, catalog_render_id, publish_error, status, updated_at) ON exercises TO kinebeam_render;

CREATE TABLE imported_videos (
    exercise_id uuid NOT NULL,
    language text NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    sha256 text,
    bytes bigint,
    imported_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT imported_videos_pkey PRIMARY KEY (exercise_id, language),
    CONSTRAINT imported_videos_check CHECK (((kind <> 'file'::text) OR (sha256 IS NOT NULL))),
    CONSTRAINT imported_videos_kind_check CHECK ((kind = ANY (ARRAY['file'::text, 'url'::text, 'hosted'::text]))),
    CONSTRAINT imported_videos_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT imported_videos_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id)
);
GRANT INSERT, SELECT, UPDATE ON imported_videos TO kinebeam_admin;
GRANT INSERT, SELECT, UPDATE ON imported_videos TO kinebeam_render;

CREATE TABLE job_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    task_name text NOT NULL,
    task_instance text NOT NULL,
    worker text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    succeeded boolean NOT NULL,
    message text,
    CONSTRAINT job_runs_pkey PRIMARY KEY (run_id)
);
CREATE INDEX job_runs_task_name_succeeded_run_id_idx ON public.job_runs USING btree (task_name, succeeded, run_id DESC);
GRANT SELECT ON job_runs TO kinebeam_admin;
GRANT SELECT ON job_runs TO kinebeam_core_api;
GRANT DELETE, INSERT, SELECT ON job_runs TO kinebeam_worker;

CREATE VIEW media_buffering_events WITH (security_invoker=true) AS
 SELECT stall_id,
    session_id,
    org_id,
    patient_id,
    media_id,
    render_id,
    position_seconds,
    started_at,
    ended_at,
    duration_ms,
    cause,
    ended_by,
    bitrate_before,
    bitrate_after,
    resolution_before,
    resolution_after,
    cdn_response_time_ms,
    connection_type,
    effective_bandwidth,
    recovered,
    events_seen,
    updated_at
   FROM media_waits
  WHERE cause = 'stall'::text;
GRANT SELECT ON media_buffering_events TO kinebeam_core_api;
GRANT SELECT ON media_buffering_events TO kinebeam_gateway;
GRANT SELECT ON media_buffering_events TO kinebeam_pipeline;

CREATE TABLE media_retention (
    only_row boolean DEFAULT true NOT NULL,
    counted_from timestamp with time zone NOT NULL,
    session_months integer DEFAULT 13 NOT NULL,
    CONSTRAINT media_retention_pkey PRIMARY KEY (only_row),
    CONSTRAINT media_retention_only_row_check CHECK (only_row),
    CONSTRAINT media_retention_session_months_check CHECK ((session_months > 0))
);
GRANT SELECT ON media_retention TO kinebeam_core_api;
GRANT SELECT ON media_retention TO kinebeam_gateway;

CREATE UNLOGGED TABLE media_session_changes (
    session_id uuid,
    org_id uuid,
    started_at timestamp with time zone,
    media_id text,
    status text,
    asked_to_play boolean,
    started_playing boolean,
    fatal_error boolean,
    error_count bigint,
    stall_count integer,
    stall_duration_ms bigint,
    watched_duration_seconds double precision,
    ttfb_ms bigint,
    video_load_time_ms bigint,
    metrics_version integer,
    n integer NOT NULL,
    zone text
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000, autovacuum_vacuum_insert_threshold=-1, autovacuum_vacuum_cost_delay=0);
ALTER TABLE media_session_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_session_changes AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);

CREATE TABLE media_session_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    sessions bigint NOT NULL,
    playing bigint NOT NULL,
    completed bigint NOT NULL,
    abandoned bigint NOT NULL,
    error bigint NOT NULL,
    asked_to_play bigint NOT NULL,
    started_playing bigint NOT NULL,
    played_to_the_end bigint NOT NULL,
    start_failures bigint NOT NULL,
    exits_before_start bigint NOT NULL,
    fatal bigint NOT NULL,
    stalls bigint NOT NULL,
    stall_ms bigint NOT NULL,
    watched_ms bigint NOT NULL,
    load_n bigint NOT NULL,
    load_sum_ms bigint NOT NULL,
    ttfb_n bigint NOT NULL,
    ttfb_sum_ms bigint NOT NULL,
    stalled bigint NOT NULL,
    impacted bigint NOT NULL,
    exits_after_stall bigint NOT NULL,
    events_missing bigint NOT NULL,
    counters_disagree bigint NOT NULL,
    score_sum bigint NOT NULL,
    metrics_version bigint NOT NULL,
    load_counts integer[] NOT NULL,
    ttfb_counts integer[] NOT NULL,
    CONSTRAINT media_session_days_pkey PRIMARY KEY (org_id, kind, day, value),
    CONSTRAINT media_session_days_kind_check CHECK ((kind = ANY (ARRAY['all'::text, 'exercise'::text, 'device'::text, 'browser'::text, 'connection'::text, 'resolution'::text])))
);
ALTER TABLE media_session_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_days FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_session_days AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON media_session_days AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((org_id = current_org()));
GRANT SELECT ON media_session_days TO kinebeam_core_api;

CREATE TABLE media_session_errors (
    error_id uuid NOT NULL,
    session_id uuid NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    position_seconds double precision,
    code text,
    message text,
    fatal boolean NOT NULL,
    events_seen integer NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT media_session_errors_pkey PRIMARY KEY (session_id, error_id, occurred_at),
    CONSTRAINT media_session_errors_message_check CHECK ((length(message) <= 500))
) PARTITION BY RANGE (occurred_at);
CREATE INDEX media_session_errors_org_id_patient_id_occurred_at_idx ON ONLY public.media_session_errors USING btree (org_id, patient_id, occurred_at DESC);
ALTER TABLE media_session_errors ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_errors FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_session_errors AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON media_session_errors AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
CREATE POLICY writer ON media_session_errors AS PERMISSIVE FOR ALL TO kinebeam_pipeline USING (true) WITH CHECK (true);
GRANT SELECT ON media_session_errors TO kinebeam_core_api;
GRANT SELECT ON media_session_errors TO kinebeam_gateway;
GRANT INSERT, SELECT, UPDATE ON media_session_errors TO kinebeam_pipeline;

CREATE TABLE media_session_metrics (
    session_id uuid NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    media_id text,
    media_type text,
    render_id uuid,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    last_event_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    ended_by text,
    ttfb_ms bigint,
    video_load_time_ms bigint,
    cdn_response_time_ms bigint,
    total_duration_seconds double precision,
    initial_bitrate bigint,
    initial_resolution text,
    started_playing boolean NOT NULL,
    watched_duration_seconds double precision NOT NULL,
    completion_percent double precision NOT NULL,
    max_position_seconds double precision NOT NULL,
    final_position_seconds double precision,
    plays integer NOT NULL,
    pauses integer NOT NULL,
    seeks integer NOT NULL,
    milestone_percent integer NOT NULL,
    heartbeats integer NOT NULL,
    buffering_count bigint NOT NULL,
    total_buffering_duration_ms bigint NOT NULL,
    stall_count integer NOT NULL,
    stall_duration_ms bigint NOT NULL,
    bitrate_switches bigint NOT NULL,
    resolution_switches bigint NOT NULL,
    avg_bitrate bigint,
    peak_bitrate bigint,
    peak_resolution text,
    dropped_frames bigint NOT NULL,
    total_frames bigint NOT NULL,
    connection_type text,
    effective_bandwidth double precision,
    min_bandwidth double precision,
    rtt_ms bigint,
    device text,
    os text,
    browser text,
    app_version text,
    error_count bigint NOT NULL,
    error_types text[] NOT NULL,
    fatal_error boolean NOT NULL,
    events_seen integer NOT NULL,
    events_missing integer NOT NULL,
    counters_disagree boolean NOT NULL,
    metrics_version integer NOT NULL,
    clock_skew_ms bigint,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    asked_to_play boolean DEFAULT false NOT NULL,
    first_said_ms bigint,
    last_said_ms bigint,
    end_said_ms bigint,
    first_heard_ms bigint,
    last_heard_ms bigint,
    last_received_ms bigint,
    least_delay_ms bigint,
    last_seq bigint,
    events_corrected integer DEFAULT 0 NOT NULL,
    end_seq bigint,
    start_said_ms bigint,
    start_seq bigint,
    media_said_ms bigint,
    media_seq bigint,
    watched_reported boolean DEFAULT true NOT NULL,
    reported_position_seconds double precision,
    played_to_milestone boolean DEFAULT false NOT NULL,
    CONSTRAINT media_session_metrics_pkey PRIMARY KEY (session_id, started_at),
    CONSTRAINT media_session_metrics_ended_by_check CHECK ((ended_by = ANY (ARRAY['client'::text, 'timeout'::text]))),
    CONSTRAINT media_session_metrics_status_check CHECK ((status = ANY (ARRAY['playing'::text, 'completed'::text, 'abandoned'::text, 'error'::text])))
) PARTITION BY RANGE (started_at);
CREATE INDEX media_session_metrics_failed ON ONLY public.media_session_metrics USING btree (org_id, started_at DESC) WHERE fatal_error;
CREATE INDEX media_session_metrics_faulty ON ONLY public.media_session_metrics USING btree (org_id, started_at DESC) INCLUDE (media_id) WHERE (error_count > 0);
CREATE INDEX media_session_metrics_figures ON ONLY public.media_session_metrics USING btree (org_id, started_at DESC) INCLUDE (status, asked_to_play, started_playing, fatal_error, video_load_time_ms, ttfb_ms, stall_count, stall_duration_ms, watched_duration_seconds, metrics_version, media_id, patient_id, device, browser, connection_type);
CREATE INDEX media_session_metrics_org_id_media_id_started_at_idx ON ONLY public.media_session_metrics USING btree (org_id, media_id, started_at DESC);
CREATE INDEX media_session_metrics_org_id_render_id_started_at_idx ON ONLY public.media_session_metrics USING btree (org_id, render_id, started_at DESC) WHERE (render_id IS NOT NULL);
CREATE INDEX media_session_metrics_patients ON ONLY public.media_session_metrics USING btree (org_id, patient_id, started_at DESC) INCLUDE (status, asked_to_play, started_playing, fatal_error, stall_count, stall_duration_ms, watched_duration_seconds, completion_percent, effective_bandwidth, events_missing, counters_disagree);
CREATE INDEX media_session_metrics_playing ON ONLY public.media_session_metrics USING btree (org_id, last_event_at DESC) WHERE (status = 'playing'::text);
CREATE INDEX media_session_metrics_render_id_started_at_idx ON ONLY public.media_session_metrics USING btree (render_id, started_at DESC) WHERE (render_id IS NOT NULL);
CREATE TRIGGER count_changes AFTER INSERT OR DELETE OR UPDATE ON public.media_session_metrics FOR EACH STATEMENT EXECUTE FUNCTION count_changed_sessions();
CREATE TRIGGER forget_all AFTER TRUNCATE ON public.media_session_metrics FOR EACH STATEMENT EXECUTE FUNCTION forget_weekly_counts();
CREATE TRIGGER forget_days AFTER TRUNCATE ON public.media_session_metrics FOR EACH STATEMENT EXECUTE FUNCTION forget_days();
CREATE TRIGGER note_arrival AFTER INSERT ON public.media_session_metrics FOR EACH ROW EXECUTE FUNCTION note_arrived_session();
CREATE TRIGGER note_change AFTER UPDATE ON public.media_session_metrics FOR EACH ROW WHEN ((((((((((((((((old.session_id IS DISTINCT FROM new.session_id) OR (old.org_id IS DISTINCT FROM new.org_id)) OR (old.started_at IS DISTINCT FROM new.started_at)) OR (old.media_id IS DISTINCT FROM new.media_id)) OR (old.status IS DISTINCT FROM new.status)) OR (old.asked_to_play IS DISTINCT FROM new.asked_to_play)) OR (old.started_playing IS DISTINCT FROM new.started_playing)) OR (old.fatal_error IS DISTINCT FROM new.fatal_error)) OR (old.error_count IS DISTINCT FROM new.error_count)) OR (old.stall_count IS DISTINCT FROM new.stall_count)) OR (old.stall_duration_ms IS DISTINCT FROM new.stall_duration_ms)) OR (old.watched_duration_seconds IS DISTINCT FROM new.watched_duration_seconds)) OR (old.ttfb_ms IS DISTINCT FROM new.ttfb_ms)) OR (old.video_load_time_ms IS DISTINCT FROM new.video_load_time_ms)) OR (old.metrics_version IS DISTINCT FROM new.metrics_version))) EXECUTE FUNCTION note_changed_session();
CREATE TRIGGER note_change_of_day AFTER UPDATE ON public.media_session_metrics FOR EACH ROW WHEN (((((((old.device IS DISTINCT FROM new.device) OR (old.browser IS DISTINCT FROM new.browser)) OR (old.connection_type IS DISTINCT FROM new.connection_type)) OR (old.peak_resolution IS DISTINCT FROM new.peak_resolution)) OR ((old.events_missing > 0) IS DISTINCT FROM (new.events_missing > 0))) OR (old.counters_disagree IS DISTINCT FROM new.counters_disagree))) EXECUTE FUNCTION note_changed_day();
CREATE TRIGGER note_departure AFTER DELETE ON public.media_session_metrics FOR EACH ROW EXECUTE FUNCTION note_departed_session();
CREATE TRIGGER one_writer BEFORE INSERT OR DELETE OR UPDATE ON public.media_session_metrics FOR EACH STATEMENT EXECUTE FUNCTION lock_media_sessions();
ALTER TABLE media_session_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_metrics FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_session_metrics AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON media_session_metrics AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
CREATE POLICY writer ON media_session_metrics AS PERMISSIVE FOR ALL TO kinebeam_pipeline USING (true) WITH CHECK (true);
GRANT SELECT ON media_session_metrics TO kinebeam_core_api;
GRANT SELECT ON media_session_metrics TO kinebeam_gateway;
GRANT INSERT, SELECT, UPDATE ON media_session_metrics TO kinebeam_pipeline;

CREATE TABLE media_session_weekly_agg (
    org_id uuid NOT NULL,
    week date NOT NULL,
    media_id text NOT NULL,
    sessions bigint NOT NULL,
    asked_to_play bigint NOT NULL,
    started_playing bigint NOT NULL,
    playing bigint NOT NULL,
    completed bigint NOT NULL,
    abandoned bigint NOT NULL,
    error bigint NOT NULL,
    played_to_the_end bigint NOT NULL,
    fatal bigint NOT NULL,
    start_failures bigint NOT NULL,
    exits_before_start bigint NOT NULL,
    sessions_with_error bigint NOT NULL,
    errors bigint NOT NULL,
    stalls bigint NOT NULL,
    stall_ms bigint NOT NULL,
    watched_ms bigint NOT NULL,
    ttfb_n bigint NOT NULL,
    ttfb_sum_ms bigint NOT NULL,
    load_n bigint NOT NULL,
    load_sum_ms bigint NOT NULL,
    ttfb_counts integer[] NOT NULL,
    load_counts integer[] NOT NULL,
    version_counts integer[] NOT NULL,
    metrics_version integer GENERATED ALWAYS AS (cardinality(version_counts)) STORED,
    zone text DEFAULT 'UTC'::text NOT NULL,
    CONSTRAINT media_session_weekly_agg_pkey PRIMARY KEY (org_id, week, media_id)
) WITH (fillfactor=70);
CREATE TRIGGER note_zone BEFORE INSERT ON public.media_session_weekly_agg FOR EACH ROW EXECUTE FUNCTION note_zone_of_week();
ALTER TABLE media_session_weekly_agg ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_weekly_agg FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_session_weekly_agg AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON media_session_weekly_agg AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
GRANT SELECT ON media_session_weekly_agg TO kinebeam_core_api;
GRANT SELECT ON media_session_weekly_agg TO kinebeam_gateway;

CREATE TABLE media_waits (
    stall_id uuid NOT NULL,
    session_id uuid NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    media_id text,
    render_id uuid,
    position_seconds double precision,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    duration_ms bigint,
    bitrate_before bigint,
    bitrate_after bigint,
    resolution_before text,
    resolution_after text,
    cdn_response_time_ms bigint,
    connection_type text,
    effective_bandwidth double precision,
    recovered boolean,
    events_seen integer NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    cause text DEFAULT 'stall'::text NOT NULL,
    ended_by text,
    CONSTRAINT media_buffering_events_pkey PRIMARY KEY (session_id, stall_id, started_at),
    CONSTRAINT media_waits_cause_check CHECK ((cause = ANY (ARRAY['stall'::text, 'startup'::text, 'seek'::text, 'continued'::text]))),
    CONSTRAINT media_waits_ended_by_check CHECK ((ended_by = ANY (ARRAY['buffering_end'::text, 'pause'::text, 'seek'::text, 'error'::text, 'session_start'::text, 'session_end'::text, 'buffering_start'::text, 'playhead'::text, 'silence'::text])))
) PARTITION BY RANGE (started_at);
CREATE INDEX media_buffering_events_org_id_patient_id_started_at_idx ON ONLY public.media_waits USING btree (org_id, patient_id, started_at DESC);
CREATE INDEX media_buffering_events_org_id_render_id_started_at_idx ON ONLY public.media_waits USING btree (org_id, render_id, started_at DESC) WHERE (render_id IS NOT NULL);
CREATE INDEX media_buffering_events_org_id_started_at_idx ON ONLY public.media_waits USING btree (org_id, started_at DESC);
CREATE INDEX media_waits_times ON ONLY public.media_waits USING btree (org_id, media_id, started_at DESC) INCLUDE (cause, duration_ms);
ALTER TABLE media_waits ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_waits FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_waits AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON media_waits AS PERMISSIVE FOR SELECT TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
CREATE POLICY writer ON media_waits AS PERMISSIVE FOR ALL TO kinebeam_pipeline USING (true) WITH CHECK (true);
GRANT SELECT ON media_waits TO kinebeam_core_api;
GRANT SELECT ON media_waits TO kinebeam_gateway;
GRANT INSERT, SELECT, UPDATE ON media_waits TO kinebeam_pipeline;

CREATE TABLE organization_features (
    org_id uuid NOT NULL,
    feature text NOT NULL,
    enabled boolean NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organization_features_pkey PRIMARY KEY (org_id, feature),
    CONSTRAINT organization_features_feature_check CHECK ((feature ~ '^[a-z][A-Za-z0-9]{0,63}$'::text)),
    CONSTRAINT organization_features_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(org_id)
);
ALTER TABLE organization_features ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_features FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON organization_features AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON organization_features AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((org_id = current_org()));
GRANT SELECT ON organization_features TO kinebeam_core_api;

CREATE TABLE organizations (
    org_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    retention_months integer,
    sessions_kept_from timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT organizations_pkey PRIMARY KEY (org_id),
    CONSTRAINT organizations_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text)),
    CONSTRAINT organizations_retention_months_check CHECK (((retention_months >= 1) AND (retention_months <= 1200)))
);
CREATE TRIGGER check_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.organizations FOR EACH ROW EXECUTE FUNCTION check_time_zone();
CREATE TRIGGER forget_days AFTER UPDATE OF time_zone ON public.organizations FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION forget_days();
CREATE TRIGGER move_counts AFTER INSERT OR UPDATE OF time_zone ON public.organizations FOR EACH ROW EXECUTE FUNCTION move_weekly_counts();
CREATE TRIGGER one_writer BEFORE UPDATE OF time_zone ON public.organizations FOR EACH STATEMENT EXECUTE FUNCTION lock_media_sessions();
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON organizations AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON organizations AS PERMISSIVE FOR ALL TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
CREATE POLICY reader ON organizations AS PERMISSIVE FOR SELECT TO kinebeam_pipeline USING (true);
GRANT SELECT ON organizations TO kinebeam_core_api;
GRANT SELECT ON organizations TO kinebeam_gateway;
GRANT SELECT (org_id, sessions_kept_from) ON organizations TO kinebeam_pipeline;

CREATE TABLE patient_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    patient_id uuid NOT NULL,
    assigned integer NOT NULL,
    opened integer NOT NULL,
    started integer NOT NULL,
    completed integer NOT NULL,
    step smallint,
    CONSTRAINT patient_days_pkey PRIMARY KEY (org_id, day, patient_id) INCLUDE (assigned, opened, started, completed, step),
    CONSTRAINT patient_days_step_check CHECK (((step >= 0) AND (step <= 2)))
);
ALTER TABLE patient_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient_days FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON patient_days AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON patient_days AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((org_id = current_org()));
GRANT SELECT ON patient_days TO kinebeam_core_api;

CREATE TABLE people (
    org_id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    display_name text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    locale text,
    CONSTRAINT people_pkey PRIMARY KEY (org_id, person_id),
    CONSTRAINT people_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text)),
    CONSTRAINT people_role_check CHECK ((role = ANY (ARRAY['patient'::text, 'specialist'::text, 'clinic_admin'::text]))),
    CONSTRAINT people_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(org_id)
);
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON people AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON people AS PERMISSIVE FOR ALL TO kinebeam_core_api, kinebeam_gateway USING ((org_id = current_org()));
GRANT SELECT ON people TO kinebeam_core_api;
GRANT SELECT ON people TO kinebeam_gateway;

CREATE TABLE personal_video_leftovers (
    leftover_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    video_id bigint NOT NULL,
    storage_key text,
    host text,
    hosted_id text,
    title text,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    settles_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    failure text,
    CONSTRAINT personal_video_leftovers_pkey PRIMARY KEY (leftover_id),
    CONSTRAINT personal_video_leftovers_check CHECK (((storage_key IS NOT NULL) OR (host IS NOT NULL))),
    CONSTRAINT personal_video_leftovers_check1 CHECK (((host IS NULL) = (title IS NULL))),
    CONSTRAINT personal_video_leftovers_check2 CHECK (((hosted_id IS NULL) OR (host IS NOT NULL)))
);
CREATE INDEX personal_video_leftovers_due_at_idx ON public.personal_video_leftovers USING btree (due_at);
CREATE INDEX personal_video_leftovers_video_id_idx ON public.personal_video_leftovers USING btree (video_id);
GRANT SELECT ON personal_video_leftovers TO kinebeam_core_api;
GRANT SELECT ON personal_video_leftovers TO kinebeam_worker;

CREATE TABLE personal_video_polls (
    second bigint NOT NULL,
    taken integer NOT NULL,
    CONSTRAINT personal_video_polls_pkey PRIMARY KEY (second)
);

CREATE TABLE personal_video_tasks (
    task_name text NOT NULL,
    task_instance text NOT NULL,
    task_data bytea,
    execution_time timestamp with time zone NOT NULL,
    picked boolean NOT NULL,
    picked_by text,
    last_success timestamp with time zone,
    last_failure timestamp with time zone,
    consecutive_failures integer,
    last_heartbeat timestamp with time zone,
    version bigint NOT NULL,
    priority smallint,
    CONSTRAINT personal_video_tasks_pkey PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX personal_video_tasks_execution_time_idx ON public.personal_video_tasks USING btree (execution_time);
CREATE INDEX personal_video_tasks_last_heartbeat_idx ON public.personal_video_tasks USING btree (last_heartbeat);
GRANT SELECT ON personal_video_tasks TO kinebeam_admin;
GRANT INSERT, SELECT ON personal_video_tasks TO kinebeam_core_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON personal_video_tasks TO kinebeam_worker;

CREATE TABLE personalized_exercise_videos (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    exercise_id uuid NOT NULL,
    doctor_id uuid NOT NULL,
    storage_key text,
    content_type text NOT NULL,
    etag text,
    size_bytes bigint,
    host text,
    hosted_id text,
    hosted_etag text,
    duration_seconds double precision,
    status text DEFAULT 'CREATED'::text NOT NULL,
    active boolean DEFAULT false NOT NULL,
    failure_code text,
    failure_text text,
    attempts integer DEFAULT 0 NOT NULL,
    polls integer DEFAULT 0 NOT NULL,
    woken_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    request_key text,
    next_poll_at timestamp with time zone,
    copy_number integer DEFAULT 0 NOT NULL,
    queued_at timestamp with time zone,
    removed_at timestamp with time zone,
    media_id text GENERATED ALWAYS AS (('personal:'::text || (id)::text)) STORED NOT NULL,
    recorded_for uuid NOT NULL,
    CONSTRAINT personalized_exercise_videos_pkey PRIMARY KEY (id),
    CONSTRAINT personalized_exercise_videos_media_id_key UNIQUE (media_id),
    CONSTRAINT personalized_exercise_videos_check CHECK ((active = (status = 'COMPLETED'::text))),
    CONSTRAINT personalized_exercise_videos_check1 CHECK (((status = 'FAILED'::text) = (failure_code IS NOT NULL))),
    CONSTRAINT personalized_exercise_videos_check2 CHECK (((status <> ALL (ARRAY['PROCESSING_QUEUED'::text, 'COMPLETED'::text])) OR (etag IS NOT NULL))),
    CONSTRAINT personalized_exercise_videos_check3 CHECK (((NOT active) OR (hosted_id IS NOT NULL))),
    CONSTRAINT personalized_exercise_videos_content_type_check CHECK ((content_type = ANY (ARRAY['video/mp4'::text, 'video/webm'::text]))),
    CONSTRAINT personalized_exercise_videos_duration_seconds_check CHECK ((duration_seconds >= (0)::double precision)),
    CONSTRAINT personalized_exercise_videos_request_key_check CHECK (((length(request_key) >= 1) AND (length(request_key) <= 200))),
    CONSTRAINT personalized_exercise_videos_size_bytes_check CHECK ((size_bytes > 0)),
    CONSTRAINT personalized_exercise_videos_status_check CHECK ((status = ANY (ARRAY['CREATED'::text, 'UPLOAD_URL_CREATED'::text, 'PROCESSING_QUEUED'::text, 'COMPLETED'::text, 'FAILED'::text, 'INACTIVE'::text]))),
    CONSTRAINT personalized_exercise_videos_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id),
    CONSTRAINT personalized_exercise_videos_org_id_doctor_id_fkey FOREIGN KEY (org_id, doctor_id) REFERENCES people(org_id, person_id),
    CONSTRAINT personalized_exercise_videos_org_id_patient_id_fkey FOREIGN KEY (org_id, patient_id) REFERENCES people(org_id, person_id),
    CONSTRAINT personalized_exercise_videos_recorded_for_fkey FOREIGN KEY (recorded_for) REFERENCES exercises(exercise_id)
);
CREATE INDEX personalized_exercise_videos_host_hosted_id_idx ON public.personalized_exercise_videos USING btree (host, hosted_id) WHERE (hosted_id IS NOT NULL);
CREATE UNIQUE INDEX personalized_exercise_videos_one_active ON public.personalized_exercise_videos USING btree (patient_id, exercise_id) WHERE active;
CREATE INDEX personalized_exercise_videos_org_id_status_idx ON public.personalized_exercise_videos USING btree (org_id, status);
CREATE INDEX personalized_exercise_videos_patient_id_exercise_id_active__idx ON public.personalized_exercise_videos USING btree (patient_id, exercise_id, active, created_at);
CREATE UNIQUE INDEX personalized_exercise_videos_request ON public.personalized_exercise_videos USING btree (org_id, doctor_id, request_key) WHERE (request_key IS NOT NULL);
CREATE INDEX personalized_exercise_videos_status_updated_at_idx ON public.personalized_exercise_videos USING btree (status, updated_at);
CREATE TRIGGER assign BEFORE INSERT ON public.personalized_exercise_videos FOR EACH ROW EXECUTE FUNCTION assign_personal_video();
CREATE TRIGGER audit_new AFTER INSERT ON public.personalized_exercise_videos FOR EACH ROW EXECUTE FUNCTION audit_personal_video();
CREATE TRIGGER audit_status AFTER UPDATE ON public.personalized_exercise_videos FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION audit_personal_video();
CREATE TRIGGER leave_files BEFORE DELETE OR UPDATE ON public.personalized_exercise_videos FOR EACH ROW EXECUTE FUNCTION leave_personal_video_files();
CREATE TRIGGER touch BEFORE UPDATE ON public.personalized_exercise_videos FOR EACH ROW EXECUTE FUNCTION touch_personal_video();
ALTER TABLE personalized_exercise_videos ENABLE ROW LEVEL SECURITY;
ALTER TABLE personalized_exercise_videos FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON personalized_exercise_videos AS PERMISSIVE FOR ALL TO kinebeam_worker USING (true) WITH CHECK (true);
CREATE POLICY keeper ON personalized_exercise_videos AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON personalized_exercise_videos AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
GRANT SELECT ON personalized_exercise_videos TO kinebeam_core_api;
GRANT DELETE, SELECT, UPDATE ON personalized_exercise_videos TO kinebeam_worker;
GRANT INSERT (content_type, doctor_id, exercise_id, org_id, patient_id, request_key) ON personalized_exercise_videos TO kinebeam_core_api;
GRANT UPDATE (attempts, content_type, etag, failure_code, failure_text, polls, size_bytes, status, storage_key) ON personalized_exercise_videos TO kinebeam_core_api;

CREATE TABLE platform_people (
    person_id uuid NOT NULL,
    display_name text DEFAULT 'Superadmin'::text NOT NULL,
    locale text,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT platform_people_pkey PRIMARY KEY (person_id),
    CONSTRAINT platform_people_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text))
);
GRANT SELECT ON platform_people TO kinebeam_core_api;
GRANT INSERT (display_name, person_id) ON platform_people TO kinebeam_core_api;
GRANT UPDATE (display_name, locale) ON platform_people TO kinebeam_core_api;

CREATE TABLE platform_service_providers (
    provider text NOT NULL,
    environment text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    secrets jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text DEFAULT audit_actor() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text DEFAULT audit_actor() NOT NULL,
    CONSTRAINT platform_service_providers_pkey PRIMARY KEY (provider, environment),
    CONSTRAINT platform_service_providers_environment_check CHECK ((environment ~ '^[a-z][a-z0-9-]{0,39}$'::text)),
    CONSTRAINT platform_service_providers_provider_check CHECK ((provider ~ '^[a-z][a-z_]{0,39}$'::text)),
    CONSTRAINT platform_service_providers_secrets_check CHECK ((jsonb_typeof(secrets) = 'object'::text)),
    CONSTRAINT platform_service_providers_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text))
);
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON public.platform_service_providers FOR EACH ROW EXECUTE FUNCTION audit_service_provider();
GRANT INSERT, SELECT, UPDATE ON platform_service_providers TO kinebeam_admin;
GRANT SELECT ON platform_service_providers TO kinebeam_core_api;
GRANT SELECT ON platform_service_providers TO kinebeam_worker;

CREATE TABLE preview_orders (
    exercise_id uuid NOT NULL,
    language text NOT NULL,
    render_id uuid NOT NULL,
    asset_version integer NOT NULL,
    "position" smallint NOT NULL,
    ordered_at timestamp with time zone DEFAULT now() NOT NULL,
    error text,
    CONSTRAINT preview_orders_pkey PRIMARY KEY (exercise_id, language),
    CONSTRAINT preview_orders_render_id_key UNIQUE (render_id),
    CONSTRAINT preview_orders_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id),
    CONSTRAINT preview_orders_render_id_fkey FOREIGN KEY (render_id) REFERENCES exercise_renders(render_id) ON UPDATE CASCADE ON DELETE CASCADE
);
ALTER TABLE preview_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE preview_orders FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON preview_orders AS PERMISSIVE FOR ALL TO kinebeam_admin, kinebeam_render, kinebeam_worker USING (true) WITH CHECK (true);
CREATE POLICY keeper ON preview_orders AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY of_own ON preview_orders AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = preview_orders.exercise_id) AND (e.org_id = current_org()))))) WITH CHECK ((EXISTS ( SELECT
   FROM exercises e
  WHERE ((e.exercise_id = preview_orders.exercise_id) AND (e.org_id = current_org())))));
CREATE POLICY of_seen ON preview_orders AS PERMISSIVE FOR SELECT TO kinebeam_core_api USING ((EXISTS ( SELECT
   FROM exercises e
  WHERE (e.exercise_id = preview_orders.exercise_id))));
GRANT DELETE, INSERT, SELECT, UPDATE ON preview_orders TO kinebeam_admin;
GRANT DELETE, INSERT, SELECT, UPDATE ON preview_orders TO kinebeam_core_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON preview_orders TO kinebeam_render;
GRANT SELECT ON preview_orders TO kinebeam_worker;

CREATE TABLE render_bulk_items (
    bulk_id uuid NOT NULL,
    render_id uuid NOT NULL,
    CONSTRAINT render_bulk_items_pkey PRIMARY KEY (bulk_id, render_id),
    CONSTRAINT render_bulk_items_bulk_id_fkey FOREIGN KEY (bulk_id) REFERENCES render_bulks(bulk_id) ON DELETE CASCADE,
    CONSTRAINT render_bulk_items_render_id_fkey FOREIGN KEY (render_id) REFERENCES exercise_renders(render_id) ON DELETE CASCADE
);
CREATE INDEX render_bulk_items_render_id_idx ON public.render_bulk_items USING btree (render_id);
GRANT INSERT, SELECT ON render_bulk_items TO kinebeam_admin;
GRANT INSERT, SELECT ON render_bulk_items TO kinebeam_core_api;
GRANT SELECT ON render_bulk_items TO kinebeam_worker;

CREATE TABLE render_bulks (
    bulk_id uuid NOT NULL,
    ordered_by text NOT NULL,
    ordered_at timestamp with time zone DEFAULT now() NOT NULL,
    cancelled_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT render_bulks_pkey PRIMARY KEY (bulk_id)
);
CREATE CONSTRAINT TRIGGER note_finished AFTER UPDATE ON public.render_bulks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.finished_at IS NULL) AND (new.finished_at IS NOT NULL))) EXECUTE FUNCTION note_bulk_change();
GRANT INSERT, SELECT, UPDATE ON render_bulks TO kinebeam_admin;
GRANT INSERT, SELECT, UPDATE ON render_bulks TO kinebeam_core_api;
GRANT SELECT, UPDATE ON render_bulks TO kinebeam_worker;

CREATE TABLE render_changes (
    change_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    render_id uuid,
    bulk_id uuid,
    payload jsonb NOT NULL,
    workout_id uuid,
    CONSTRAINT render_changes_pkey PRIMARY KEY (change_id)
);
CREATE INDEX render_changes_at_idx ON public.render_changes USING btree (at);
CREATE INDEX render_changes_render_id_change_id_idx ON public.render_changes USING btree (render_id, change_id);
CREATE INDEX render_changes_workout_id_change_id_idx ON public.render_changes USING btree (workout_id, change_id) WHERE (workout_id IS NOT NULL);
CREATE TRIGGER enter_webhooks AFTER INSERT ON public.render_changes FOR EACH ROW WHEN ((new.kind = ANY (ARRAY['ready'::text, 'failed'::text, 'bulk.finished'::text]))) EXECUTE FUNCTION enter_render_webhooks();
GRANT SELECT ON render_changes TO kinebeam_admin;
GRANT SELECT ON render_changes TO kinebeam_core_api;
GRANT DELETE, SELECT ON render_changes TO kinebeam_worker;

CREATE TABLE render_claims (
    render_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    worker text NOT NULL,
    title text NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT render_claims_pkey PRIMARY KEY (render_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON render_claims TO kinebeam_render;
GRANT DELETE, INSERT, SELECT, UPDATE ON render_claims TO kinebeam_worker;

CREATE TABLE render_outbox (
    render_id uuid NOT NULL,
    entry_id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    lane text NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    entered_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT render_outbox_pkey PRIMARY KEY (render_id),
    CONSTRAINT render_outbox_lane_check CHECK ((lane = ANY (ARRAY['interactive'::text, 'bulk'::text]))),
    CONSTRAINT render_outbox_render_id_fkey FOREIGN KEY (render_id) REFERENCES exercise_renders(render_id) ON DELETE CASCADE
);
CREATE INDEX render_outbox_due ON public.render_outbox USING btree (lane, entry_id);
CREATE TRIGGER tell_relay AFTER INSERT OR UPDATE ON public.render_outbox FOR EACH STATEMENT EXECUTE FUNCTION tell_render_relay();
GRANT INSERT, SELECT, UPDATE ON render_outbox TO kinebeam_render;
GRANT DELETE, INSERT, SELECT, UPDATE ON render_outbox TO kinebeam_worker;

CREATE TABLE render_requests (
    render_id uuid NOT NULL,
    org_id uuid NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT render_requests_pkey PRIMARY KEY (org_id, render_id),
    CONSTRAINT render_requests_render_id_fkey FOREIGN KEY (render_id) REFERENCES exercise_renders(render_id) ON DELETE CASCADE
);
CREATE INDEX render_requests_render_id_idx ON public.render_requests USING btree (render_id);
ALTER TABLE render_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE render_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON render_requests AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON render_requests AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((org_id = current_org()));
GRANT SELECT ON render_requests TO kinebeam_admin;
GRANT SELECT ON render_requests TO kinebeam_core_api;

CREATE TABLE replaced_videos (
    host text NOT NULL,
    host_video_id text NOT NULL,
    render_id uuid NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL,
    delete_after timestamp with time zone,
    CONSTRAINT replaced_videos_pkey PRIMARY KEY (host, host_video_id)
);
CREATE INDEX replaced_videos_delete_after_idx ON public.replaced_videos USING btree (delete_after);
GRANT INSERT, SELECT, UPDATE ON replaced_videos TO kinebeam_admin;
GRANT DELETE, INSERT, SELECT, UPDATE ON replaced_videos TO kinebeam_render;
GRANT DELETE, INSERT, SELECT, UPDATE ON replaced_videos TO kinebeam_worker;

CREATE TABLE scheduled_tasks (
    task_name text NOT NULL,
    task_instance text NOT NULL,
    task_data bytea,
    execution_time timestamp with time zone NOT NULL,
    picked boolean NOT NULL,
    picked_by text,
    last_success timestamp with time zone,
    last_failure timestamp with time zone,
    consecutive_failures integer,
    last_heartbeat timestamp with time zone,
    version bigint NOT NULL,
    priority smallint,
    CONSTRAINT scheduled_tasks_pkey PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time_idx ON public.scheduled_tasks USING btree (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat_idx ON public.scheduled_tasks USING btree (last_heartbeat);
GRANT SELECT ON scheduled_tasks TO kinebeam_admin;
GRANT SELECT ON scheduled_tasks TO kinebeam_core_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON scheduled_tasks TO kinebeam_worker;

CREATE TABLE web_sessions (
    token_hash bytea NOT NULL,
    person_id uuid NOT NULL,
    org_id uuid,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '24:00:00'::interval) NOT NULL,
    CONSTRAINT web_sessions_pkey PRIMARY KEY (token_hash),
    CONSTRAINT web_sessions_check CHECK (((org_id IS NULL) = (role = 'superadmin'::text))),
    CONSTRAINT web_sessions_role_check CHECK ((role = ANY (ARRAY['patient'::text, 'specialist'::text, 'clinic_admin'::text, 'superadmin'::text]))),
    CONSTRAINT web_sessions_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT web_sessions_org_id_person_id_fkey FOREIGN KEY (org_id, person_id) REFERENCES people(org_id, person_id) ON DELETE CASCADE
);
CREATE INDEX web_sessions_last_used_at_idx ON public.web_sessions USING btree (last_used_at);
CREATE INDEX web_sessions_org_id_person_id_idx ON public.web_sessions USING btree (org_id, person_id);
ALTER TABLE web_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE web_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON web_sessions AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);

CREATE TABLE webhook_deliveries (
    delivery_id uuid DEFAULT gen_random_uuid() NOT NULL,
    subscription_id uuid NOT NULL,
    org_id uuid,
    event text NOT NULL,
    payload text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_attempt_at timestamp with time zone,
    last_status integer,
    last_error text,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (delivery_id),
    CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
    CONSTRAINT webhook_deliveries_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES webhook_subscriptions(subscription_id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_next_attempt_at_idx ON public.webhook_deliveries USING btree (next_attempt_at) WHERE (state = 'pending'::text);
CREATE INDEX webhook_deliveries_subscription_id_created_at_idx ON public.webhook_deliveries USING btree (subscription_id, created_at DESC);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON webhook_deliveries AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own ON webhook_deliveries AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((NOT (org_id IS DISTINCT FROM current_org()))) WITH CHECK ((NOT (org_id IS DISTINCT FROM current_org())));
CREATE POLICY worker ON webhook_deliveries AS PERMISSIVE FOR ALL TO kinebeam_worker USING (true);
GRANT SELECT ON webhook_deliveries TO kinebeam_core_api;
GRANT DELETE, SELECT, UPDATE ON webhook_deliveries TO kinebeam_worker;
GRANT UPDATE (attempts, next_attempt_at, state) ON webhook_deliveries TO kinebeam_core_api;

CREATE TABLE webhook_subscriptions (
    subscription_id uuid NOT NULL,
    org_id uuid,
    url text NOT NULL,
    events text[] NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_subscriptions_pkey PRIMARY KEY (subscription_id),
    CONSTRAINT webhook_subscriptions_events_check CHECK ((cardinality(events) > 0)),
    CONSTRAINT webhook_subscriptions_url_check CHECK ((length(url) <= 2000)),
    CONSTRAINT webhook_subscriptions_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(org_id)
);
ALTER TABLE webhook_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON webhook_subscriptions AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own ON webhook_subscriptions AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((NOT (org_id IS DISTINCT FROM current_org()))) WITH CHECK ((NOT (org_id IS DISTINCT FROM current_org())));
CREATE POLICY worker ON webhook_subscriptions AS PERMISSIVE FOR SELECT TO kinebeam_worker USING (true);
GRANT DELETE, INSERT, SELECT ON webhook_subscriptions TO kinebeam_core_api;
GRANT SELECT ON webhook_subscriptions TO kinebeam_worker;

CREATE TABLE workout_exercises (
    workout_id uuid NOT NULL,
    "position" smallint NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    exercise_id uuid NOT NULL,
    language text NOT NULL,
    sets jsonb,
    render_id uuid,
    next_render_id uuid,
    left_out boolean DEFAULT false NOT NULL,
    CONSTRAINT workout_exercises_pkey PRIMARY KEY (workout_id, "position"),
    CONSTRAINT workout_exercises_sets_check CHECK ((jsonb_typeof(sets) = 'array'::text)),
    CONSTRAINT workout_exercises_exercise_id_fkey FOREIGN KEY (exercise_id) REFERENCES exercises(exercise_id),
    CONSTRAINT workout_exercises_next_render_id_fkey FOREIGN KEY (next_render_id) REFERENCES exercise_renders(render_id) ON UPDATE CASCADE ON DELETE SET NULL,
    CONSTRAINT workout_exercises_render_id_fkey FOREIGN KEY (render_id) REFERENCES exercise_renders(render_id) ON UPDATE CASCADE,
    CONSTRAINT workout_exercises_workout_id_fkey FOREIGN KEY (workout_id) REFERENCES workouts(workout_id) ON DELETE CASCADE
);
CREATE INDEX workout_exercises_next_render_id_idx ON public.workout_exercises USING btree (next_render_id) WHERE (next_render_id IS NOT NULL);
CREATE INDEX workout_exercises_org_id_patient_id_idx ON public.workout_exercises USING btree (org_id, patient_id);
CREATE INDEX workout_exercises_render_id_idx ON public.workout_exercises USING btree (render_id);
CREATE TRIGGER forget_day_changed AFTER UPDATE ON public.workout_exercises REFERENCING NEW TABLE AS changed_workouts FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
CREATE TRIGGER forget_day_new AFTER INSERT ON public.workout_exercises REFERENCING NEW TABLE AS changed_workouts FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
ALTER TABLE workout_exercises ENABLE ROW LEVEL SECURITY;
ALTER TABLE workout_exercises FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON workout_exercises AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON workout_exercises AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
GRANT INSERT, SELECT ON workout_exercises TO kinebeam_core_api;
GRANT UPDATE (left_out, next_render_id, render_id) ON workout_exercises TO kinebeam_core_api;

CREATE TABLE workout_progress (
    workout_id uuid NOT NULL,
    "position" smallint NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    position_ms integer NOT NULL,
    finished_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT workout_progress_pkey PRIMARY KEY (workout_id, "position"),
    CONSTRAINT workout_progress_position_ms_check CHECK ((position_ms >= 0)),
    CONSTRAINT workout_progress_workout_id_fkey FOREIGN KEY (workout_id) REFERENCES workouts(workout_id) ON DELETE CASCADE
);
CREATE INDEX workout_progress_org_id_patient_id_idx ON public.workout_progress USING btree (org_id, patient_id);
ALTER TABLE workout_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE workout_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON workout_progress AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON workout_progress AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
GRANT INSERT, SELECT ON workout_progress TO kinebeam_core_api;
GRANT UPDATE (finished_at, position_ms, updated_at) ON workout_progress TO kinebeam_core_api;

CREATE TABLE workouts (
    workout_id uuid NOT NULL,
    org_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    scheduled_for date NOT NULL,
    status text DEFAULT 'preparing'::text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    visible_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT workouts_pkey PRIMARY KEY (workout_id),
    CONSTRAINT workouts_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'visible'::text, 'completed'::text, 'cancelled'::text]))),
    CONSTRAINT workouts_org_id_patient_id_fkey FOREIGN KEY (org_id, patient_id) REFERENCES people(org_id, person_id)
);
CREATE INDEX workouts_completed ON public.workouts USING btree (org_id, patient_id, ended_at) WHERE (status = 'completed'::text);
CREATE INDEX workouts_days_of_patients ON public.workouts USING btree (org_id, patient_id, scheduled_for) INCLUDE (status);
CREATE INDEX workouts_org_id_patient_id_scheduled_for_workout_id_idx ON public.workouts USING btree (org_id, patient_id, scheduled_for, workout_id);
CREATE INDEX workouts_org_id_scheduled_for_workout_id_idx ON public.workouts USING btree (org_id, scheduled_for, workout_id);
CREATE INDEX workouts_workout_id_idx ON public.workouts USING btree (workout_id) WHERE (status = 'preparing'::text);
CREATE TRIGGER audit_new AFTER INSERT ON public.workouts FOR EACH ROW EXECUTE FUNCTION audit_workout();
CREATE TRIGGER audit_status AFTER UPDATE ON public.workouts FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION audit_workout();
CREATE TRIGGER forget_day_changed AFTER UPDATE ON public.workouts REFERENCING NEW TABLE AS changed_workouts FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
CREATE TRIGGER forget_day_new AFTER INSERT ON public.workouts REFERENCING NEW TABLE AS changed_workouts FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
CREATE CONSTRAINT TRIGGER note_change AFTER UPDATE ON public.workouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION note_workout_change();
ALTER TABLE workouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE workouts FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON workouts AS PERMISSIVE FOR ALL TO postgres USING (true) WITH CHECK (true);
CREATE POLICY own_org ON workouts AS PERMISSIVE FOR ALL TO kinebeam_core_api USING ((org_id = current_org())) WITH CHECK ((org_id = current_org()));
GRANT INSERT, SELECT ON workouts TO kinebeam_core_api;
GRANT UPDATE (ended_at, status) ON workouts TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.apply_session_changes()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ BEGIN WITH source AS (SELECT n, zone, session_id, org_id, started_at, media_id, status, asked_to_play,
    started_playing, fatal_error, error_count, stall_count, stall_duration_ms,
    watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version FROM media_session_changes), signed AS MATERIALIZED (
      SELECT n, org_id,
             date_trunc('week', started_at AT TIME ZONE coalesce(zone, time_zone, 'UTC'))::date AS week,
             coalesce(media_id, '') AS media_id,
             n AS sessions,
             n * asked_to_play::int AS asked_to_play,
             n * started_playing::int AS started_playing,
             n * (status = 'playing')::int AS playing,
             n * (status = 'completed')::int AS completed,
             n * (status = 'abandoned')::int AS abandoned,
             n * (status = 'error')::int AS error,
             n * (started_playing AND status = 'completed')::int AS played_to_the_end,
             n * fatal_error::int AS fatal,
             n * (asked_to_play AND NOT started_playing AND fatal_error)::int AS start_failures,
             n * (asked_to_play AND NOT started_playing AND NOT fatal_error
                  AND status <> 'playing')::int AS exits_before_start,
             n * (error_count > 0)::int AS sessions_with_error,
             n * least(error_count, 1000000) AS errors,
             n * stall_count::bigint AS stalls,
             n * least(stall_duration_ms, 1000000000000) AS stall_ms,
             n * round(least(watched_duration_seconds, 1e9) * 1000)::bigint AS watched_ms,
             n * (ttfb_ms IS NOT NULL)::int AS ttfb_n,
             n * least(coalesce(ttfb_ms, 0), 1000000000000) AS ttfb_sum_ms,
             n * (video_load_time_ms IS NOT NULL)::int AS load_n,
             n * least(coalesce(video_load_time_ms, 0), 1000000000000) AS load_sum_ms,
             width_bucket(ttfb_ms, latency_bounds()) + 1 AS ttfb_place,
             width_bucket(video_load_time_ms, latency_bounds()) + 1 AS load_place,
             least(greatest(metrics_version, 1), 64) AS version_place
        FROM source LEFT JOIN (SELECT org_id, time_zone, sessions_kept_from FROM organizations) AS clinic USING (org_id)
       WHERE started_at >= greatest((SELECT counted_from FROM media_retention), sessions_kept_from)
    ), sums AS (
      SELECT org_id, week, media_id, sum(sessions)::bigint AS sessions, sum(asked_to_play)::bigint AS asked_to_play, sum(started_playing)::bigint AS started_playing, sum(playing)::bigint AS playing, sum(completed)::bigint AS completed, sum(abandoned)::bigint AS abandoned, sum(error)::bigint AS error, sum(played_to_the_end)::bigint AS played_to_the_end, sum(fatal)::bigint AS fatal, sum(start_failures)::bigint AS start_failures, sum(exits_before_start)::bigint AS exits_before_start, sum(sessions_with_error)::bigint AS sessions_with_error, sum(errors)::bigint AS errors, sum(stalls)::bigint AS stalls, sum(stall_ms)::bigint AS stall_ms, sum(watched_ms)::bigint AS watched_ms, sum(ttfb_n)::bigint AS ttfb_n, sum(ttfb_sum_ms)::bigint AS ttfb_sum_ms, sum(load_n)::bigint AS load_n, sum(load_sum_ms)::bigint AS load_sum_ms FROM signed GROUP BY org_id, week, media_id
    ), ttfb AS (
      SELECT org_id, week, media_id, array_agg(place) AS ttfb_places, array_agg(n) AS ttfb_changes
        FROM (SELECT org_id, week, media_id, ttfb_place AS place, sum(n)::int AS n
                FROM signed WHERE ttfb_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    ), load AS (
      SELECT org_id, week, media_id, array_agg(place) AS load_places, array_agg(n) AS load_changes
        FROM (SELECT org_id, week, media_id, load_place AS place, sum(n)::int AS n
                FROM signed WHERE load_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    ), version AS (
      SELECT org_id, week, media_id, array_agg(place) AS version_places, array_agg(n) AS version_changes
        FROM (SELECT org_id, week, media_id, version_place AS place, sum(n)::int AS n
                FROM signed WHERE version_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    ), deltas AS (SELECT * FROM sums LEFT JOIN ttfb USING (org_id, week, media_id) LEFT JOIN load USING (org_id, week, media_id) LEFT JOIN version USING (org_id, week, media_id) WHERE 0 <> ANY (ARRAY[sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms]) OR ttfb_places IS NOT NULL OR load_places IS NOT NULL OR version_places IS NOT NULL) MERGE INTO media_session_weekly_agg AS a
        USING (SELECT * FROM deltas ORDER BY org_id, week, media_id) AS d
        ON a.org_id = d.org_id AND a.week = d.week AND a.media_id = d.media_id
        WHEN MATCHED AND a.sessions + d.sessions = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET sessions = a.sessions + d.sessions, asked_to_play = a.asked_to_play + d.asked_to_play, started_playing = a.started_playing + d.started_playing, playing = a.playing + d.playing, completed = a.completed + d.completed, abandoned = a.abandoned + d.abandoned, error = a.error + d.error, played_to_the_end = a.played_to_the_end + d.played_to_the_end, fatal = a.fatal + d.fatal, start_failures = a.start_failures + d.start_failures, exits_before_start = a.exits_before_start + d.exits_before_start, sessions_with_error = a.sessions_with_error + d.sessions_with_error, errors = a.errors + d.errors, stalls = a.stalls + d.stalls, stall_ms = a.stall_ms + d.stall_ms, watched_ms = a.watched_ms + d.watched_ms, ttfb_n = a.ttfb_n + d.ttfb_n, ttfb_sum_ms = a.ttfb_sum_ms + d.ttfb_sum_ms, load_n = a.load_n + d.load_n, load_sum_ms = a.load_sum_ms + d.load_sum_ms, ttfb_counts = CASE WHEN d.ttfb_places IS NULL THEN a.ttfb_counts
               ELSE counts_changed(a.ttfb_counts, d.ttfb_places, d.ttfb_changes) END, load_counts = CASE WHEN d.load_places IS NULL THEN a.load_counts
               ELSE counts_changed(a.load_counts, d.load_places, d.load_changes) END, version_counts = CASE WHEN d.version_places IS NULL THEN a.version_counts
               ELSE counts_changed(a.version_counts, d.version_places, d.version_changes) END WHEN NOT MATCHED THEN INSERT (org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts) VALUES (d.org_id, d.week, d.media_id, d.sessions, d.asked_to_play, d.started_playing, d.playing, d.completed, d.abandoned, d.error, d.played_to_the_end, d.fatal, d.start_failures, d.exits_before_start, d.sessions_with_error, d.errors, d.stalls, d.stall_ms, d.watched_ms, d.ttfb_n, d.ttfb_sum_ms, d.load_n, d.load_sum_ms, counts_changed('{}', ttfb_places, ttfb_changes), counts_changed('{}', load_places, load_changes), counts_changed('{}', version_places, version_changes)); DELETE FROM media_session_changes; RETURN; END $function$
;

CREATE OR REPLACE FUNCTION public.assign_personal_video()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  NEW.recorded_for := NEW.exercise_id;
  SELECT coalesce(replaced_by, exercise_id) INTO NEW.exercise_id
    FROM exercises WHERE exercise_id = NEW.recorded_for FOR SHARE;
  -- One that is not there is left to the foreign key.
  NEW.exercise_id := coalesce(NEW.exercise_id, NEW.recorded_for);
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.audit_actor()
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN COALESCE(NULLIF(current_setting('kinebeam.actor'::text, true), ''::text), (SESSION_USER)::text)
;
GRANT EXECUTE ON FUNCTION audit_actor() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.audit_exercise()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  changes jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    changes := jsonb_build_object('slug', NEW.slug, 'kind', NEW.kind, 'status', NEW.status);
  ELSE
    SELECT jsonb_object_agg(key, jsonb_build_object('from', o.value, 'to', n.value)) INTO changes
      FROM jsonb_each(to_jsonb(NEW)) AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
     WHERE n.value IS DISTINCT FROM o.value
       AND key NOT IN ('revision', 'updated_at', 'updated_by', 'search', 'sort_keys',
                       'bundle_fingerprint');
    IF changes IS NULL THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NEW.org_id, audit_actor(),
            'exercise.' || CASE WHEN TG_OP = 'INSERT' THEN 'added'
                                WHEN NEW.replaced_by IS NOT NULL AND OLD.replaced_by IS NULL THEN 'merged'
                                WHEN NEW.status <> OLD.status THEN NEW.status
                                ELSE 'changed' END,
            NEW.exercise_id::text, changes);
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.audit_exercise_parts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
  SELECT gen_random_uuid(), e.org_id, audit_actor(),
         CASE TG_OP WHEN 'INSERT' THEN 'exercise.parts_added' ELSE 'exercise.parts_removed' END,
         e.exercise_id::text,
         jsonb_build_object('table', TG_TABLE_NAME,
                            'rows', jsonb_agg(jsonb_strip_nulls(to_jsonb(c)) - 'exercise_id'))
    FROM changed AS c JOIN exercises AS e USING (exercise_id)
   GROUP BY e.exercise_id, e.org_id;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.audit_personal_video()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NEW.org_id, audit_actor(), 'personal_video.' || lower(NEW.status),
            NEW.id::text,
            jsonb_strip_nulls(jsonb_build_object(
              'patient_id', NEW.patient_id, 'exercise_id', NEW.exercise_id,
              'doctor_id', NEW.doctor_id, 'failure_code', NEW.failure_code)));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.audit_service_provider()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  old_settings jsonb := '{}';
  old_secrets  jsonb := '{}';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_settings := OLD.settings;
    old_secrets := OLD.secrets;
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NULL, audit_actor(),
            CASE TG_OP WHEN 'INSERT' THEN 'provider.added' ELSE 'provider.changed' END,
            NEW.provider,
            jsonb_build_object(
              'environment', NEW.environment,
              'settings', changed_names(old_settings, NEW.settings),
              'secrets', changed_names(old_secrets, NEW.secrets)));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.audit_taxonomy()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO audit_log (audit_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), audit_actor(),
            'taxonomy.' || CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'UPDATE' THEN 'changed'
                                      ELSE 'removed' END,
            TG_TABLE_NAME || '/' || CASE TG_OP WHEN 'DELETE' THEN OLD.slug ELSE NEW.slug END,
            jsonb_strip_nulls(jsonb_build_object(
              'from', CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
              'to', CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END)));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.audit_workout()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NEW.org_id, audit_actor(),
            'workout.' || CASE TG_OP WHEN 'INSERT' THEN 'prescribed' ELSE NEW.status END,
            NEW.workout_id::text,
            jsonb_build_object('patient_id', NEW.patient_id));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.automation_changes_after(after bigint, most integer)
 RETURNS TABLE(change_id bigint, automation_id uuid, payload text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT c.change_id, c.automation_id, c.payload::text
    FROM automation_changes c
   WHERE c.change_id > after
   ORDER BY c.change_id
   LIMIT most
$function$
;
GRANT EXECUTE ON FUNCTION automation_changes_after(bigint,integer) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION automation_changes_after(bigint,integer) TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION automation_changes_after(bigint,integer) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.automation_feed_state()
 RETURNS TABLE(last_published_at timestamp with time zone, pending bigint, oldest_pending_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT (SELECT c.at FROM automation_changes AS c
           WHERE c.change_id <= f.told_until ORDER BY c.change_id DESC LIMIT 1),
         count(p.change_id),
         min(p.at)
    FROM automation_feed AS f
    LEFT JOIN automation_changes AS p ON p.change_id > f.told_until
   GROUP BY f.told_until
$function$
;
GRANT EXECUTE ON FUNCTION automation_feed_state() TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION automation_feed_state() TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION automation_feed_state() TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.begin_web_session(hash bytea, person uuid, org uuid, as_role text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM web_sessions WHERE token_hash IN (
    SELECT token_hash FROM web_sessions WHERE last_used_at <= now() - interval '8 hours'
     ORDER BY last_used_at LIMIT 100 FOR UPDATE SKIP LOCKED);
  IF NOT may_have_web_session(person, org, as_role) THEN
    RETURN false;
  END IF;
  INSERT INTO web_sessions (token_hash, person_id, org_id, role) VALUES (hash, person, org, as_role);
  RETURN true;
END
$function$
;
GRANT EXECUTE ON FUNCTION begin_web_session(bytea,uuid,uuid,text) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.cancel_render_bulk(bulk uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  stopped bigint;
BEGIN
  UPDATE render_bulks SET cancelled_at = now()
   WHERE bulk_id = bulk AND cancelled_at IS NULL AND finished_at IS NULL;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH own AS (
    SELECT r.render_id FROM exercise_renders AS r JOIN render_bulk_items AS i USING (render_id)
     WHERE i.bulk_id = bulk AND r.status IN ('queued', 'rendering') AND r.lane = 'bulk'
       AND NOT EXISTS (SELECT FROM render_bulk_items AS o JOIN render_bulks AS b USING (bulk_id)
                        WHERE o.render_id = r.render_id AND o.bulk_id <> bulk
                          AND b.cancelled_at IS NULL AND b.finished_at IS NULL)
     ORDER BY r.render_id FOR UPDATE OF r
  ), begun AS (
    UPDATE exercise_renders AS r SET cancelled = true
      FROM own WHERE r.render_id = own.render_id AND r.status = 'rendering'
  ), cancelled AS (
    UPDATE exercise_renders AS r
       SET status = 'failed', error = 'its bulk was cancelled; ask again to have it made',
           finished_at = now(), changed_at = now(), retryable = true, cancelled = true
      FROM own WHERE r.render_id = own.render_id AND r.status = 'queued'
    RETURNING r.render_id
  ), gone AS (
    DELETE FROM render_outbox AS o USING cancelled AS c WHERE o.render_id = c.render_id
  )
  SELECT count(*) INTO stopped FROM cancelled;
  RETURN stopped;
END
$function$
;
GRANT EXECUTE ON FUNCTION cancel_render_bulk(uuid) TO kinebeam_admin;
GRANT EXECUTE ON FUNCTION cancel_render_bulk(uuid) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.changed_names(before jsonb, after jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT COALESCE(jsonb_agg(name.name ORDER BY name.name), '[]'::jsonb) AS "coalesce" FROM jsonb_object_keys((changed_names.before || changed_names.after)) name(name) WHERE ((changed_names.before -> name.name) IS DISTINCT FROM (changed_names.after -> name.name)))
;

CREATE OR REPLACE FUNCTION public.check_time_zone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.time_zone = OLD.time_zone THEN
    RETURN NEW;
  END IF;
  IF NOT is_time_zone(NEW.time_zone) THEN
    RAISE EXCEPTION 'time_zone is %; it must be UTC or a name of the IANA database such as Europe/Bucharest',
      NEW.time_zone USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$function$
;
GRANT EXECUTE ON FUNCTION check_time_zone() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.count_automation_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF (NEW.state, NEW.snoozed_until) IS DISTINCT FROM (OLD.state, OLD.snoozed_until) THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
  ELSE
    NEW.version := OLD.version;
  END IF;
  RETURN NEW;
END
$function$
;
GRANT EXECUTE ON FUNCTION count_automation_version() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.count_changed_sessions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM forget_changed_days();
  PERFORM apply_session_changes();
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.count_media_day(org uuid, wanted date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  counted  boolean;
  sessions boolean;
  patients boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  counted := EXISTS (SELECT FROM media_session_days
                      WHERE org_id = org AND kind = 'all' AND day = wanted);
  sessions := count_sessions_of_day(org, wanted);
  patients := count_patients_of_day(org, wanted);
  RETURN counted AND (sessions OR patients);
END
$function$
;
GRANT EXECUTE ON FUNCTION count_media_day(uuid,date) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.count_patients_of_day(org uuid, wanted date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  zone   text := coalesce((SELECT time_zone FROM organizations WHERE org_id = org), 'UTC');
  others boolean;
BEGIN
  WITH now AS MATERIALIZED (
    SELECT patient_id, sum(assigned)::integer AS assigned, sum(opened)::integer AS opened,
           sum(started)::integer AS started, sum(completed)::integer AS completed,
           max(step)::smallint AS step
      FROM (SELECT p.patient_id, count(*) AS assigned,
                   count(*) FILTER (WHERE p.step >= 0) AS opened,
                   count(*) FILTER (WHERE p.step >= 1) AS started,
                   count(*) FILTER (WHERE p.step >= 2) AS completed, NULL::integer AS step
              FROM prescribed_steps(org, wanted, zone) AS p
             GROUP BY p.patient_id
             UNION ALL
            SELECT m.patient_id, 0, 0, 0, 0,
                   max(CASE WHEN NOT m.started_playing THEN 0
                            WHEN m.status = 'completed' THEN 2 ELSE 1 END)
              FROM media_session_metrics AS m
             WHERE m.org_id = org AND m.started_at >= wanted::timestamp AT TIME ZONE zone
               AND m.started_at < (wanted + 1)::timestamp AT TIME ZONE zone
             GROUP BY m.patient_id) AS parts
     GROUP BY patient_id
  ), gone AS (
    DELETE FROM patient_days AS d
     WHERE d.org_id = org AND d.day = wanted
       AND NOT EXISTS (SELECT FROM now WHERE now.patient_id = d.patient_id)
    RETURNING 1
  ), put AS (
    INSERT INTO patient_days AS d
    SELECT org, wanted, n.patient_id, n.assigned, n.opened, n.started, n.completed, n.step
      FROM now AS n
        ON CONFLICT ON CONSTRAINT patient_days_pkey DO UPDATE
       SET assigned = excluded.assigned, opened = excluded.opened, started = excluded.started,
           completed = excluded.completed, step = excluded.step
     WHERE (d.assigned, d.opened, d.started, d.completed, d.step)
           IS DISTINCT FROM (excluded.assigned, excluded.opened, excluded.started,
                             excluded.completed, excluded.step)
    RETURNING 1
  ) SELECT EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM put) INTO others;
  RETURN others;
END
$function$
;

CREATE OR REPLACE FUNCTION public.count_sessions_of_day(org uuid, wanted date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  zone   text;
  begins timestamptz;
  ends   timestamptz;
  before media_session_days;
  after  media_session_days;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  -- Read when the wait is over: the zone may have been changed meanwhile.
  zone := coalesce((SELECT time_zone FROM organizations WHERE org_id = org), 'UTC');
  begins := wanted::timestamp AT TIME ZONE zone;
  ends := (wanted + 1)::timestamp AT TIME ZONE zone;
  SELECT * INTO before FROM media_session_days WHERE org_id = org AND kind = 'all' AND day = wanted;
  DELETE FROM media_session_days
   WHERE org_id = org AND day = wanted
     AND kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution');
  WITH source AS MATERIALIZED (
    SELECT m.*,
           m.stall_count > 0 AND m.status = 'abandoned'
             AND EXISTS (SELECT FROM media_waits AS w
                          WHERE w.session_id = m.session_id AND w.cause = 'stall'
                            AND w.started_at >= m.started_at - interval '10 minutes'
                            AND w.started_at < m.started_at + interval '1 day'
                            AND coalesce(w.ended_at, m.last_event_at)
                                >= m.last_event_at - interval '10 seconds') AS left_after_stall,
           width_bucket(video_load_time_ms, latency_bounds()) + 1 AS load_place,
           width_bucket(ttfb_ms, latency_bounds()) + 1 AS ttfb_place
      FROM media_session_metrics AS m
     WHERE m.org_id = org AND m.started_at >= begins AND m.started_at < ends
  ), sums AS (
    SELECT k.kind, k.value,
           count(session_id) AS sessions,
           count(*) FILTER (WHERE status = 'playing') AS playing,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'abandoned') AS abandoned,
           count(*) FILTER (WHERE status = 'error') AS error,
           count(*) FILTER (WHERE asked_to_play) AS asked_to_play,
           count(*) FILTER (WHERE started_playing) AS started_playing,
           count(*) FILTER (WHERE started_playing AND status = 'completed') AS played_to_the_end,
           count(*) FILTER (WHERE asked_to_play AND fatal_error AND NOT started_playing)
             AS start_failures,
           count(*) FILTER (WHERE asked_to_play AND NOT fatal_error AND NOT started_playing
                              AND status <> 'playing') AS exits_before_start,
           count(*) FILTER (WHERE fatal_error) AS fatal,
           coalesce(sum(stall_count), 0) AS stalls,
           coalesce(sum(least(stall_duration_ms, 1000000000000)), 0)::bigint AS stall_ms,
           coalesce(sum(round(least(watched_duration_seconds, 1e9) * 1000)::bigint), 0)::bigint
             AS watched_ms,
           count(video_load_time_ms) AS load_n,
           coalesce(sum(least(video_load_time_ms, 1000000000000)), 0)::bigint AS load_sum_ms,
           count(ttfb_ms) AS ttfb_n,
           coalesce(sum(least(ttfb_ms, 1000000000000)), 0)::bigint AS ttfb_sum_ms,
           count(*) FILTER (WHERE stall_count > 0) AS stalled,
           count(*) FILTER (WHERE stall_duration_ms >= 1000 OR fatal_error
                               OR coalesce(video_load_time_ms, 0) >= 8000) AS impacted,
           count(*) FILTER (WHERE left_after_stall) AS exits_after_stall,
           count(*) FILTER (WHERE events_missing > 0) AS events_missing,
           count(*) FILTER (WHERE counters_disagree) AS counters_disagree,
           coalesce(sum(round(800000000.0 / (8000 + video_load_time_ms))::bigint), 0)::bigint
             AS score_sum,
           coalesce(max(least(greatest(metrics_version, 1), 64)), 0) AS metrics_version
      FROM source
     CROSS JOIN LATERAL (VALUES ('exercise', coalesce(media_id, '')), ('device', coalesce(device, '')),
                                ('browser', coalesce(browser, '')),
                                ('connection', coalesce(connection_type, '')),
                                ('resolution', coalesce(peak_resolution, '')), ('all', ''))
             AS k (kind, value)
     GROUP BY k.kind, k.value
  ), loads AS (
    SELECT kind, value, array_agg(place) AS places, array_agg(n) AS changes
      FROM (SELECT k.kind, k.value, load_place AS place, count(*)::int AS n
              FROM source
             CROSS JOIN LATERAL (VALUES ('exercise', coalesce(media_id, '')),
                                        ('device', coalesce(device, '')),
                                        ('browser', coalesce(browser, '')),
                                        ('connection', coalesce(connection_type, '')),
                                        ('resolution', coalesce(peak_resolution, '')), ('all', ''))
                     AS k (kind, value)
             WHERE load_place IS NOT NULL
             GROUP BY k.kind, k.value, load_place) AS steps
     GROUP BY kind, value
  ), answers AS (
    SELECT kind, value, array_agg(place) AS places, array_agg(n) AS changes
      FROM (SELECT k.kind, k.value, ttfb_place AS place, count(*)::int AS n
              FROM source
             CROSS JOIN LATERAL (VALUES ('exercise', coalesce(media_id, '')),
                                        ('device', coalesce(device, '')),
                                        ('browser', coalesce(browser, '')),
                                        ('connection', coalesce(connection_type, '')),
                                        ('resolution', coalesce(peak_resolution, '')), ('all', ''))
                     AS k (kind, value)
             WHERE ttfb_place IS NOT NULL
             GROUP BY k.kind, k.value, ttfb_place) AS steps
     GROUP BY kind, value
  )
  INSERT INTO media_session_days
  SELECT org, wanted, sums.*, counts_changed('{}', loads.places, loads.changes),
         counts_changed('{}', answers.places, answers.changes)
    FROM sums
    LEFT JOIN loads USING (kind, value)
    LEFT JOIN answers USING (kind, value);
  -- A day without a session is counted, too.
  INSERT INTO media_session_days
  SELECT org, wanted, 'all', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         '{}', '{}'
   WHERE NOT EXISTS (SELECT FROM media_session_days WHERE org_id = org AND kind = 'all' AND day = wanted);
  SELECT * INTO after FROM media_session_days WHERE org_id = org AND kind = 'all' AND day = wanted;
  RETURN before IS NOT NULL AND before IS DISTINCT FROM after;
END
$function$
;

CREATE OR REPLACE FUNCTION public.counted_media_days(since date)
 RETURNS TABLE(org uuid, counted date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT org_id, day FROM media_session_days WHERE kind = 'all' AND day >= since ORDER BY 1, 2
$function$
;
GRANT EXECUTE ON FUNCTION counted_media_days(date) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.counts_changed(counts integer[], places integer[], changes integer[])
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
  longest integer;
  filled  integer;
BEGIN
  IF places IS NULL THEN
    RETURN counts;
  END IF;
  longest := (SELECT max(place) FROM unnest(places) AS place);
  IF longest > cardinality(counts) THEN
    counts := counts || array_fill(0, ARRAY[longest - cardinality(counts)]);
  END IF;
  FOR i IN 1 .. cardinality(places) LOOP
    counts[places[i]] := counts[places[i]] + changes[i];
  END LOOP;
  filled := cardinality(counts);
  WHILE filled > 0 AND counts[filled] = 0 LOOP
    filled := filled - 1;
  END LOOP;
  RETURN counts[1:filled];
END
$function$
;
GRANT EXECUTE ON FUNCTION counts_changed(integer[],integer[],integer[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.counts_sum(counts integer[], more integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place), '{}')
    FROM unnest(counts, more) WITH ORDINALITY AS step(a, b, place)
$function$
;
GRANT EXECUTE ON FUNCTION counts_sum(integer[],integer[]) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.current_org()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('kinebeam.org_id'::text, true), ''::text))::uuid
;
GRANT EXECUTE ON FUNCTION current_org() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.drop_expired_rows(moment timestamp with time zone, by_whom text)
 RETURNS TABLE(org uuid, kept_from timestamp with time zone, removed bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  clinic record;
  oldest timestamptz;
  until  timestamptz;
  n      bigint;
BEGIN
  IF moment > now() + interval '1 day' THEN
    RAISE EXCEPTION 'rows of the future cannot have expired; % is later than now', moment;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));
  FOR clinic IN
    SELECT org_id,
           (date_trunc('month', moment AT TIME ZONE time_zone) - make_interval(months => retention_months))
             AT TIME ZONE time_zone AS boundary
      FROM organizations WHERE retention_months IS NOT NULL ORDER BY org_id
  LOOP
    UPDATE organizations SET sessions_kept_from = clinic.boundary
     WHERE org_id = clinic.org_id AND sessions_kept_from < clinic.boundary;
    oldest := least(
      (SELECT min(started_at) FROM media_session_metrics
        WHERE org_id = clinic.org_id AND started_at < clinic.boundary),
      (SELECT min(started_at) FROM media_waits
        WHERE org_id = clinic.org_id AND started_at < clinic.boundary),
      (SELECT min(occurred_at) FROM media_session_errors
        WHERE org_id = clinic.org_id AND occurred_at < clinic.boundary));
    CONTINUE WHEN oldest IS NULL;
    until := least(clinic.boundary, oldest + interval '31 days');
    org := clinic.org_id;
    kept_from := clinic.boundary;
    removed := 0;
    DELETE FROM media_session_metrics WHERE org_id = org AND started_at >= oldest AND started_at < until;
    GET DIAGNOSTICS n = ROW_COUNT;
    removed := removed + n;
    DELETE FROM media_waits WHERE org_id = org AND started_at >= oldest AND started_at < until;
    GET DIAGNOSTICS n = ROW_COUNT;
    removed := removed + n;
    DELETE FROM media_session_errors WHERE org_id = org AND occurred_at >= oldest AND occurred_at < until;
    GET DIAGNOSTICS n = ROW_COUNT;
    removed := removed + n;
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
      VALUES (gen_random_uuid(), org, by_whom, 'retention.expired', utc_text(kept_from),
              jsonb_build_object('rows', removed));
    RETURN NEXT;
    RETURN;
  END LOOP;
END
$function$
;
GRANT EXECUTE ON FUNCTION drop_expired_rows(timestamp with time zone,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.drop_media_partitions(boundary timestamp with time zone, by_whom text)
 RETURNS TABLE(dropped text, held bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET lock_timeout TO '10s'
AS $function$
DECLARE
  part record;
BEGIN
  IF boundary AT TIME ZONE 'UTC' <> date_trunc('month', boundary AT TIME ZONE 'UTC') THEN
    RAISE EXCEPTION 'partitions are whole months in UTC; % does not begin one', boundary;
  END IF;
  IF boundary > (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '3 months')
                AT TIME ZONE 'UTC' THEN
    RAISE EXCEPTION 'at least three whole months are kept; % is later', boundary;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_media_partitions'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));
  UPDATE media_retention SET counted_from = greatest(counted_from, boundary);
  FOR part IN
    SELECT name, relation FROM media_months()
     WHERE month < (boundary AT TIME ZONE 'UTC')::date
     ORDER BY name
  LOOP
    dropped := part.name;
    EXECUTE format(
      'WITH counted AS (SELECT org_id, count(*) AS n FROM %s GROUP BY org_id),
            noted AS (INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
                      SELECT gen_random_uuid(), org_id, $1, ''retention.dropped'', $2,
                             jsonb_build_object(''rows'', n) FROM counted)
       SELECT coalesce(sum(n), 0)::bigint FROM counted', part.relation)
      INTO held USING by_whom, part.name;
    EXECUTE format('DROP TABLE %s', part.relation);
    RETURN NEXT;
  END LOOP;
END
$function$
;
GRANT EXECUTE ON FUNCTION drop_media_partitions(timestamp with time zone,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.drop_told_automation_changes(boundary timestamp with time zone, by_whom text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  until bigint;
  total bigint;
BEGIN
  IF boundary > now() - interval '1 day' THEN
    RAISE EXCEPTION 'changes of automations are kept for a day at least; % is later', boundary;
  END IF;
  SELECT told_until INTO until FROM automation_feed FOR UPDATE;
  until := least(until,
                 (SELECT min(change_id) - 1 FROM automation_changes WHERE at >= boundary),
                 (SELECT max(change_id) - 1 FROM automation_changes));
  WITH gone AS (
    DELETE FROM automation_changes WHERE change_id <= until RETURNING org_id, change_id
  ), counted AS (
    SELECT org_id, count(*) AS n FROM gone GROUP BY org_id
  ), noted AS (
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    SELECT gen_random_uuid(), org_id, by_whom, 'retention.changes_dropped', utc_text(boundary),
           jsonb_build_object('rows', n)
      FROM counted
  ), moved AS (
    UPDATE automation_feed SET removed_until = greatest(removed_until, g.newest)
      FROM (SELECT max(change_id) AS newest FROM gone) AS g
  )
  SELECT coalesce(sum(n), 0) INTO total FROM counted;
  RETURN total;
END
$function$
;
GRANT EXECUTE ON FUNCTION drop_told_automation_changes(timestamp with time zone,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.drop_weekly_rows(boundary date, by_whom text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  total bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  WITH gone AS (
    DELETE FROM media_session_weekly_agg
     WHERE week < boundary
       AND week + 7 <= (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC'
    RETURNING org_id
  ), counted AS (
    SELECT org_id, count(*) AS n FROM gone GROUP BY org_id
  ), noted AS (
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    SELECT gen_random_uuid(), org_id, by_whom, 'retention.weeks_dropped', boundary::text,
           jsonb_build_object('rows', n)
      FROM counted
  )
  SELECT coalesce(sum(n), 0) INTO total FROM counted;
  RETURN total;
END
$function$
;
GRANT EXECUTE ON FUNCTION drop_weekly_rows(date,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.end_web_session(hash bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  DELETE FROM web_sessions WHERE token_hash = hash
$function$
;
GRANT EXECUTE ON FUNCTION end_web_session(bytea) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.ensure_media_partitions(around timestamp with time zone, months_back integer, months_ahead integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  parent text;
  part   text;
  month  timestamp; -- in UTC, so that the session's time zone moves no boundary
BEGIN
  -- Two writers may ask at once; the second waits and finds the work done.
  PERFORM pg_advisory_xact_lock(hashtext('ensure_media_partitions'));
  FOREACH parent IN ARRAY ARRAY['media_session_metrics', 'media_waits', 'media_session_errors'] LOOP
    FOR step IN -months_back .. months_ahead LOOP
      month := date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => step);
      part := parent || to_char(month, '_YYYY_MM');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format(
          'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          part, parent, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', part);
        PERFORM vacuum_media_partition_often(part::regclass);
      ELSIF step = 0 AND NOT EXISTS (SELECT FROM pg_inherits
                                      WHERE inhparent = parent::regclass
                                        AND inhrelid = part::regclass) THEN
        RAISE EXCEPTION '% is there but is not a partition of %: attach it again, or rename it', part, parent
          USING ERRCODE = 'check_violation';
      END IF;
    END LOOP;
  END LOOP;
END
$function$
;
GRANT EXECUTE ON FUNCTION ensure_media_partitions(timestamp with time zone,integer,integer) TO kinebeam_maintenance;
GRANT EXECUTE ON FUNCTION ensure_media_partitions(timestamp with time zone,integer,integer) TO kinebeam_pipeline;

CREATE OR REPLACE FUNCTION public.enter_automation_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM enter_webhooks('automation.' || (NEW.payload->>'change'), NEW.org_id, true, NEW.at, NEW.payload);
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.enter_organization(org uuid, new_name text, by_whom text, new_zone text DEFAULT NULL::text, new_locale text DEFAULT NULL::text, new_months integer DEFAULT NULL::integer)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  done   text := 'added';
  was    organizations;
  is_now organizations;
  most   integer := (SELECT session_months FROM media_retention);
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  -- Every writer of sessions waits for the lock, and looking a zone up reads hundreds of files.
  IF NOT is_time_zone(new_zone) THEN
    RETURN 'no_time_zone';
  END IF;
  IF new_months > most THEN
    RETURN 'retention ' || most;
  END IF;
  -- Before the row's own lock, as whoever moves weekly counts takes it.
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  INSERT INTO organizations (org_id, name, time_zone, locale, retention_months)
    VALUES (org, new_name, coalesce(new_zone, 'UTC'), coalesce(new_locale, 'en'), nullif(new_months, 0))
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO was FROM organizations WHERE org_id = org FOR UPDATE;
    UPDATE organizations
       SET name = new_name, time_zone = coalesce(new_zone, time_zone),
           locale = coalesce(new_locale, locale),
           retention_months = CASE WHEN new_months IS NULL THEN retention_months
                                   ELSE nullif(new_months, 0) END
     WHERE org_id = org
     RETURNING * INTO is_now;
    IF (was.name, was.time_zone, was.locale, was.retention_months)
       IS NOT DISTINCT FROM (is_now.name, is_now.time_zone, is_now.locale, is_now.retention_months) THEN
      RETURN 'unchanged';
    END IF;
    done := 'changed';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'organization.' || done, org::text,
            jsonb_strip_nulls(jsonb_build_object(
              'session_user', session_user,
              'old_name', nullif(was.name, is_now.name),
              'old_time_zone', nullif(was.time_zone, is_now.time_zone),
              'old_locale', nullif(was.locale, is_now.locale),
              'old_retention_months', CASE WHEN was.retention_months IS DISTINCT FROM is_now.retention_months
                                           THEN coalesce(was.retention_months, 0) END)));
  RETURN done;
END
$function$
;
GRANT EXECUTE ON FUNCTION enter_organization(uuid,text,text,text,text,integer) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION enter_organization(uuid,text,text,text,text,integer) TO kinebeam_registry;

CREATE OR REPLACE FUNCTION public.enter_person(org uuid, person uuid, new_role text, new_name text, by_whom text, is_active boolean DEFAULT NULL::boolean, new_locale text DEFAULT NULL::text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  done   text := 'added';
  was    people;
  is_now people;
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM organizations WHERE org_id = org) THEN
    RETURN 'no_organization';
  END IF;
  INSERT INTO people (org_id, person_id, role, display_name, active, locale)
    VALUES (org, person, new_role, new_name, coalesce(is_active, true), new_locale)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO was FROM people WHERE org_id = org AND person_id = person FOR UPDATE;
    IF was.role <> new_role THEN
      RETURN 'role ' || was.role;
    END IF;
    UPDATE people
       SET display_name = new_name, active = coalesce(is_active, active),
           locale = coalesce(new_locale, locale)
     WHERE org_id = org AND person_id = person
     RETURNING * INTO is_now;
    IF (was.display_name, was.active, was.locale)
       IS NOT DISTINCT FROM (is_now.display_name, is_now.active, is_now.locale) THEN
      RETURN 'unchanged';
    END IF;
    done := 'changed';
  END IF;
  -- Without the name: the audit log outlives the person's data.
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'person.' || done, person::text,
            jsonb_strip_nulls(jsonb_build_object(
              'role', new_role, 'session_user', session_user,
              'active', CASE WHEN was.active <> is_now.active THEN is_now.active END)));
  RETURN done;
END
$function$
;
GRANT EXECUTE ON FUNCTION enter_person(uuid,uuid,text,text,text,boolean,text) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION enter_person(uuid,uuid,text,text,text,boolean,text) TO kinebeam_registry;

CREATE OR REPLACE FUNCTION public.enter_render_order(render uuid, new_lane text, delay interval)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
  INSERT INTO render_outbox AS o (render_id, lane, due_at)
    VALUES (render, new_lane, now() + delay)
    ON CONFLICT (render_id) DO UPDATE
       SET entry_id = DEFAULT, due_at = least(o.due_at, excluded.due_at),
           lane = CASE WHEN o.lane = 'interactive' THEN o.lane ELSE excluded.lane END
$function$
;
GRANT EXECUTE ON FUNCTION enter_render_order(uuid,text,interval) TO kinebeam_render;
GRANT EXECUTE ON FUNCTION enter_render_order(uuid,text,interval) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.enter_render_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  name text := CASE NEW.kind WHEN 'bulk.finished' THEN NEW.kind ELSE 'render.' || NEW.kind END;
BEGIN
  PERFORM enter_webhooks(name, NULL, true, NEW.at, NEW.payload);
  PERFORM enter_webhooks(name, r.org_id, false, NEW.at, NEW.payload)
     FROM render_requests AS r WHERE r.render_id = NEW.render_id;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.enter_webhooks(new_event text, org uuid, for_all boolean, at timestamp with time zone, data jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  INSERT INTO webhook_deliveries (subscription_id, org_id, event, payload)
  SELECT s.subscription_id, s.org_id, new_event,
         jsonb_build_object('type', new_event, 'timestamp', utc_text(at), 'data', data)::text
    FROM webhook_subscriptions AS s
   WHERE new_event = ANY (s.events) AND (for_all AND s.org_id IS NULL OR s.org_id = org)
     -- one that is being deleted would hold up its delivery, or refuse it, and with it the event's
     -- transaction
     FOR KEY SHARE OF s SKIP LOCKED
$function$
;

CREATE OR REPLACE FUNCTION public.erase_patient(org uuid, patient uuid, by_whom text, dry_run boolean)
 RETURNS TABLE(relation text, removed bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  holder regclass;
  rows   bigint;
  known  boolean;
  total  bigint := 0;
  told   jsonb := '{}';
BEGIN
  IF NOT dry_run THEN
    PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
    PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));
  END IF;
  FOR holder IN
    SELECT t FROM patient_tables() AS t
  LOOP
    IF dry_run THEN
      EXECUTE format('SELECT count(*) FROM %s WHERE org_id = $1 AND patient_id = $2', holder)
        INTO rows USING org, patient;
    ELSE
      EXECUTE format('DELETE FROM %s WHERE org_id = $1 AND patient_id = $2', holder)
        USING org, patient;
      GET DIAGNOSTICS rows = ROW_COUNT;
    END IF;
    relation := holder::text;
    removed := rows;
    total := total + rows;
    told := told || jsonb_build_object(relation, rows);
    RETURN NEXT;
  END LOOP;

  IF dry_run THEN
    SELECT count(*) INTO rows FROM people
     WHERE org_id = org AND person_id = patient AND role = 'patient';
  ELSE
    DELETE FROM people WHERE org_id = org AND person_id = patient AND role = 'patient';
    GET DIAGNOSTICS rows = ROW_COUNT;
  END IF;
  relation := 'people';
  removed := rows;
  total := total + rows;
  told := told || jsonb_build_object(relation, rows);
  RETURN NEXT;

  IF dry_run THEN
    SELECT count(*) INTO rows FROM audit_log
     WHERE org_id = org AND details::text LIKE '%' || patient || '%';
  ELSE
    rows := mask_patient_in_audit_log(org, patient);
  END IF;
  relation := 'audit_log';
  removed := rows;
  total := total + rows;
  told := told || jsonb_build_object(relation, rows);
  RETURN NEXT;

  IF dry_run THEN
    RETURN;
  END IF;
  known := EXISTS (SELECT FROM erased_patients AS e WHERE e.org_id = org AND e.patient_id = patient);
  -- Asked again with nothing left to erase: the first time stands.
  IF total > 0 OR NOT known THEN
    INSERT INTO erased_patients VALUES (org, patient, now(), now() + interval '10 minutes')
      ON CONFLICT (org_id, patient_id) DO UPDATE
      SET erased_at = excluded.erased_at, refuse_before = excluded.refuse_before;
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
      VALUES (gen_random_uuid(), org, by_whom, 'patient.erased', patient::text, told);
  END IF;
END
$function$
;
GRANT EXECUTE ON FUNCTION erase_patient(uuid,uuid,text,boolean) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.erase_returned_sessions(by_whom text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  total bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));
  WITH sessions AS (
    DELETE FROM media_session_metrics AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.started_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), waits AS (
    DELETE FROM media_waits AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.started_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), errors AS (
    DELETE FROM media_session_errors AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.occurred_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), counted AS (
    SELECT org_id, patient_id, count(*) AS n
      FROM (SELECT * FROM sessions UNION ALL SELECT * FROM waits UNION ALL SELECT * FROM errors) AS gone
     GROUP BY org_id, patient_id
  ), noted AS (
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    SELECT gen_random_uuid(), org_id, by_whom, 'patient.erased_again', patient_id::text,
           jsonb_build_object('rows', n)
      FROM counted
  )
  SELECT coalesce(sum(n), 0) INTO total FROM counted;
  RETURN total;
END
$function$
;
GRANT EXECUTE ON FUNCTION erase_returned_sessions(text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.erased_personal_videos_left(most integer)
 RETURNS TABLE(video_id bigint, failure text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT l.video_id, max(l.failure)
    FROM personal_video_leftovers AS l
   WHERE (l.failure IS NOT NULL OR l.attempts > 0 OR l.due_at <= now())
     AND NOT EXISTS (SELECT FROM personalized_exercise_videos AS v WHERE v.id = l.video_id)
   GROUP BY l.video_id ORDER BY l.video_id LIMIT most
$function$
;
GRANT EXECUTE ON FUNCTION erased_personal_videos_left(integer) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.erasures_since(since timestamp with time zone)
 RETURNS TABLE(org uuid, patient uuid, erased_at timestamp with time zone, refuse_before timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT e.org_id, e.patient_id, e.erased_at, e.refuse_before FROM erased_patients AS e
   WHERE e.erased_at >= since ORDER BY e.erased_at, e.org_id, e.patient_id
$function$
;
GRANT EXECUTE ON FUNCTION erasures_since(timestamp with time zone) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.exercise_media_id(exercise uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN encode(SUBSTRING(sha256(convert_to(('exercise:'::text || exercise), 'UTF8'::name)) FROM 1 FOR 16), 'hex'::text)
;
GRANT EXECUTE ON FUNCTION exercise_media_id(uuid) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.export_patient(org uuid, patient uuid, by_whom text)
 RETURNS TABLE(relation text, content text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  holder regclass;
BEGIN
  PERFORM require_org(org, 'kinebeam_maintenance');
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'patient.exported', patient::text,
            jsonb_build_object('session_user', session_user));
  RETURN QUERY SELECT 'audit_log'::text, to_jsonb(a)::text FROM audit_log AS a
                WHERE a.org_id = org AND (a.subject = patient::text
                                          OR a.details::text LIKE '%' || patient || '%')
                ORDER BY a.at, a.audit_id;
  FOR holder IN SELECT t FROM patient_tables() AS t LOOP
    RETURN QUERY EXECUTE format(
      'SELECT %L::text, to_jsonb(r)::text FROM %s AS r WHERE org_id = $1 AND patient_id = $2', holder::text, holder)
      USING org, patient;
  END LOOP;
  RETURN QUERY SELECT 'people'::text, to_jsonb(p)::text FROM people AS p
                WHERE p.org_id = org AND p.person_id = patient AND p.role = 'patient';
END
$function$
;
GRANT EXECUTE ON FUNCTION export_patient(uuid,uuid,text) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION export_patient(uuid,uuid,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.finish_render_bulk(bulk uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  UPDATE render_bulks AS b SET finished_at = now()
   WHERE b.bulk_id = bulk AND b.finished_at IS NULL
     AND NOT EXISTS (SELECT FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
                      WHERE i.bulk_id = b.bulk_id AND r.status IN ('queued', 'rendering'))
$function$
;
GRANT EXECUTE ON FUNCTION finish_render_bulk(uuid) TO kinebeam_admin;
GRANT EXECUTE ON FUNCTION finish_render_bulk(uuid) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.follow_in_workout(workout uuid, place smallint, present uuid, newer uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM FROM workouts AS w
    WHERE w.workout_id = workout AND w.status = 'preparing' FOR NO KEY UPDATE;
  IF FOUND THEN
    UPDATE workout_exercises AS x SET next_render_id = newer
     WHERE x.workout_id = workout AND x.position = place AND x.render_id = present;
    PERFORM settle_workout(workout);
  END IF;
END
$function$
;
GRANT EXECUTE ON FUNCTION follow_in_workout(uuid,smallint,uuid,uuid) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.forget_changed_days()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM media_session_days AS d
   USING (SELECT DISTINCT c.org_id,
                 (c.started_at AT TIME ZONE coalesce(o.time_zone, 'UTC'))::date AS day
            FROM media_session_changes AS c
            LEFT JOIN organizations AS o ON o.org_id = c.org_id) AS changed
   WHERE d.org_id = changed.org_id AND d.day = changed.day
     AND d.kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution');
END
$function$
;

CREATE OR REPLACE FUNCTION public.forget_day_of_workout()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  changed record;
BEGIN
  FOR changed IN
    SELECT DISTINCT w.org_id, w.scheduled_for AS day
      FROM changed_workouts AS c
      JOIN workouts AS w ON w.workout_id = c.workout_id
      LEFT JOIN organizations AS o ON o.org_id = w.org_id
     WHERE w.scheduled_for
           < ((now() - interval '2 hours') AT TIME ZONE coalesce(o.time_zone, 'UTC'))::date
  LOOP
    PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
    DELETE FROM media_session_days
     WHERE org_id = changed.org_id AND day = changed.day
       AND kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution');
  END LOOP;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.forget_days()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_TABLE_NAME = 'organizations' THEN
    DELETE FROM media_session_days WHERE org_id = NEW.org_id;
  ELSE
    DELETE FROM media_session_days;
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.forget_removal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.removed_at := NULL;
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.forget_weekly_counts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM media_session_weekly_agg AS a
   WHERE week::timestamp AT TIME ZONE zone
         >= greatest((SELECT counted_from FROM media_retention),
                     (SELECT sessions_kept_from FROM organizations AS o WHERE o.org_id = a.org_id));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.is_time_zone(wanted text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  -- The names of the IANA database: abbreviations and rules of one's own are accepted by PostgreSQL and by
  -- nothing else.
  SELECT wanted = 'UTC'
      OR wanted LIKE '%/%' AND wanted NOT LIKE 'posix/%' AND wanted NOT LIKE 'right/%'
         AND EXISTS (SELECT FROM pg_timezone_names WHERE name = wanted)
$function$
;
GRANT EXECUTE ON FUNCTION is_time_zone(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.known_sessions(wanted uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT DISTINCT session_id FROM media_session_metrics WHERE session_id = ANY (wanted)
$function$
;
GRANT EXECUTE ON FUNCTION known_sessions(uuid[]) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.latency_bounds()
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ARRAY[(1)::bigint, (2)::bigint, (3)::bigint, (4)::bigint, (5)::bigint, (6)::bigint, (7)::bigint, (8)::bigint, (9)::bigint, (10)::bigint, (11)::bigint, (12)::bigint, (13)::bigint, (14)::bigint, (15)::bigint, (16)::bigint, (17)::bigint, (19)::bigint, (21)::bigint, (23)::bigint, (25)::bigint, (28)::bigint, (31)::bigint, (34)::bigint, (38)::bigint, (42)::bigint, (47)::bigint, (52)::bigint, (58)::bigint, (64)::bigint, (71)::bigint, (79)::bigint, (88)::bigint, (98)::bigint, (109)::bigint, (122)::bigint, (136)::bigint, (152)::bigint, (170)::bigint, (190)::bigint, (212)::bigint, (237)::bigint, (265)::bigint, (296)::bigint, (331)::bigint, (370)::bigint, (414)::bigint, (463)::bigint, (518)::bigint, (580)::bigint, (649)::bigint, (726)::bigint, (813)::bigint, (910)::bigint, (1019)::bigint, (1141)::bigint, (1277)::bigint, (1430)::bigint, (1601)::bigint, (1793)::bigint, (2008)::bigint, (2248)::bigint, (2517)::bigint, (2819)::bigint, (3157)::bigint, (3535)::bigint, (3959)::bigint, (4434)::bigint, (4966)::bigint, (5561)::bigint, (6228)::bigint, (6975)::bigint, (7812)::bigint, (8749)::bigint, (9798)::bigint, (10973)::bigint, (12289)::bigint, (13763)::bigint, (15414)::bigint, (17263)::bigint, (19334)::bigint, (21654)::bigint, (24252)::bigint, (27162)::bigint, (30421)::bigint, (34071)::bigint, (38159)::bigint, (42738)::bigint, (47866)::bigint, (53609)::bigint, (60042)::bigint, (67247)::bigint, (75316)::bigint, (84353)::bigint, (94475)::bigint, (105812)::bigint, (118509)::bigint, (132730)::bigint, (148657)::bigint, (166495)::bigint, (186474)::bigint, (208850)::bigint, (233912)::bigint, (261981)::bigint, (293418)::bigint, (300000)::bigint]
;
GRANT EXECUTE ON FUNCTION latency_bounds() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.latency_percentile(counts integer[], share double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT CASE
           WHEN place = 1 THEN 0
           WHEN place > cardinality(latency_bounds()) THEN (latency_bounds())[place - 1]
           ELSE ((latency_bounds())[place - 1] + (latency_bounds())[place] - 1) / 2.0
         END
    FROM (SELECT place, sum(n) OVER (ORDER BY place) AS up_to, sum(n) OVER () AS total
            FROM unnest(counts) WITH ORDINALITY AS step(n, place)) AS steps
   WHERE total > 0 AND up_to >= greatest(1, ceil(share * total))
   ORDER BY place
   LIMIT 1
$function$
;
GRANT EXECUTE ON FUNCTION latency_percentile(integer[],double precision) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.leave_personal_video_files()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  -- A copy call that no row knows of ends within it.
  copying   constant interval := interval '15 minutes';
  -- An address to upload to is good for an hour.
  uploading constant interval := interval '65 minutes';
  un_hosted boolean;
  removed   boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.host IS NOT NULL OR OLD.storage_key IS NOT NULL AND OLD.removed_at IS NULL THEN
      INSERT INTO personal_video_leftovers (video_id, storage_key, host, hosted_id, title, settles_at)
        VALUES (OLD.id, OLD.storage_key, OLD.host, OLD.hosted_id,
                CASE WHEN OLD.host IS NOT NULL
                     THEN personal_video_title(OLD.storage_key, OLD.copy_number) END,
                now() + uploading);
    END IF;
    RETURN OLD;
  END IF;
  IF NEW.status = 'PROCESSING_QUEUED' AND OLD.status <> NEW.status THEN
    NEW.copy_number := OLD.copy_number + 1;
    NEW.queued_at := now();
    NEW.next_poll_at := NULL;
    NEW.removed_at := NULL;
    RETURN NEW;
  END IF;
  removed := NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL;
  un_hosted := OLD.host IS NOT NULL
               AND (removed OR OLD.status = 'PROCESSING_QUEUED' AND NEW.status = 'FAILED'
                    OR NEW.hosted_id IS NULL AND OLD.hosted_id IS NOT NULL);
  IF un_hosted THEN
    NEW.host := NULL;
    NEW.hosted_id := NULL;
    NEW.hosted_etag := NULL;
    NEW.next_poll_at := NULL;
    NEW.copy_number := OLD.copy_number + 1;
  END IF;
  IF un_hosted OR removed AND OLD.storage_key IS NOT NULL THEN
    INSERT INTO personal_video_leftovers (video_id, storage_key, host, hosted_id, title, settles_at)
      VALUES (OLD.id, CASE WHEN removed THEN OLD.storage_key END, OLD.host, OLD.hosted_id,
              CASE WHEN un_hosted
                   THEN personal_video_title(OLD.storage_key, OLD.copy_number) END,
              now() + CASE WHEN un_hosted AND OLD.hosted_id IS NULL THEN copying
                           ELSE interval '0' END);
  END IF;
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.lock_media_sessions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  RETURN NULL;
END
$function$
;
GRANT EXECUTE ON FUNCTION lock_media_sessions() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.mask_erased_in_audit_log(since timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT coalesce(sum(mask_patient_in_audit_log(e.org_id, e.patient_id)), 0)::bigint
    FROM erased_patients AS e WHERE e.erased_at >= since
$function$
;
GRANT EXECUTE ON FUNCTION mask_erased_in_audit_log(timestamp with time zone) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.mask_patient_in_audit_log(org uuid, patient uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  masked bigint;
BEGIN
  UPDATE audit_log SET details = replace(details::text, patient::text, 'erased')::jsonb
   WHERE org_id = org AND details::text LIKE '%' || patient || '%';
  GET DIAGNOSTICS masked = ROW_COUNT;
  RETURN masked;
END
$function$
;

CREATE OR REPLACE FUNCTION public.may_have_web_session(person uuid, org uuid, as_role text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT CASE WHEN as_role = 'superadmin'
              THEN org IS NULL
                   AND NOT EXISTS (SELECT FROM platform_people WHERE person_id = person AND NOT active)
              ELSE EXISTS (SELECT FROM people
                            WHERE org_id = org AND person_id = person AND role = as_role AND active)
         END
$function$
;

CREATE OR REPLACE FUNCTION public.media_months()
 RETURNS TABLE(relation regclass, name text, parent regclass, month date)
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT c.oid::regclass, c.relname::text, i.inhparent::regclass,
         CASE WHEN c.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$'
              THEN to_date(right(c.relname, 7), 'YYYY_MM') END
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
   WHERE i.inhparent IN ('media_session_metrics'::regclass, 'media_waits'::regclass,
                         'media_session_errors'::regclass)
$function$
;

CREATE OR REPLACE FUNCTION public.media_weeks()
 RETURNS SETOF date
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  WITH weeks AS (
    SELECT generate_series(date_trunc('week', month::timestamp),
                           month + interval '1 month' - interval '1 day',
                           interval '1 week')::date AS week
      FROM media_months()
     WHERE parent = 'media_session_metrics'::regclass AND month IS NOT NULL
    UNION
    SELECT week FROM media_session_weekly_agg
  )
  SELECT week FROM weeks
   WHERE week >= (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC'
   ORDER BY week
$function$
;
GRANT EXECUTE ON FUNCTION media_weeks() TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.move_personal_videos()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM FROM personalized_exercise_videos
    WHERE exercise_id IN (NEW.exercise_id, NEW.replaced_by) ORDER BY active, id FOR UPDATE;
  UPDATE personalized_exercise_videos AS v SET active = false, status = 'INACTIVE'
   WHERE v.active AND v.exercise_id IN (NEW.exercise_id, NEW.replaced_by)
     AND EXISTS (SELECT FROM personalized_exercise_videos AS newer
                  WHERE newer.patient_id = v.patient_id AND newer.active AND newer.id > v.id
                    AND newer.exercise_id IN (NEW.exercise_id, NEW.replaced_by));
  UPDATE personalized_exercise_videos SET exercise_id = NEW.replaced_by
   WHERE exercise_id = NEW.exercise_id;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.move_weekly_counts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  old_zone text := 'UTC';
  kept     timestamptz := greatest((SELECT counted_from FROM media_retention), NEW.sessions_kept_from);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_zone := OLD.time_zone;
  END IF;
  IF NEW.time_zone = old_zone THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  INSERT INTO media_session_changes
         (n, zone, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing,
          fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms,
          video_load_time_ms, metrics_version)
  SELECT side.n, side.zone, session_id, org_id, started_at, media_id, status, asked_to_play,
         started_playing, fatal_error, error_count, stall_count, stall_duration_ms,
         watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version
    FROM media_session_metrics
    CROSS JOIN (VALUES (-1, old_zone), (1, NEW.time_zone)) AS side (n, zone)
   WHERE org_id = NEW.org_id AND started_at >= kept
     AND date_trunc('week', started_at AT TIME ZONE old_zone)
         <> date_trunc('week', started_at AT TIME ZONE NEW.time_zone);
  PERFORM apply_session_changes();
  UPDATE media_session_weekly_agg SET zone = NEW.time_zone
   WHERE org_id = NEW.org_id AND zone <> NEW.time_zone
     AND week::timestamp AT TIME ZONE NEW.time_zone >= kept;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.newest_automation_change()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT coalesce(max(change_id), 0) FROM automation_changes
$function$
;
GRANT EXECUTE ON FUNCTION newest_automation_change() TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION newest_automation_change() TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION newest_automation_change() TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.newest_removed_automation_change()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT removed_until FROM automation_feed
$function$
;
GRANT EXECUTE ON FUNCTION newest_removed_automation_change() TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION newest_removed_automation_change() TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION newest_removed_automation_change() TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.note_arrived_session()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ BEGIN
      INSERT INTO media_session_changes (n, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing, fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version) VALUES (1, NEW.session_id, NEW.org_id, NEW.started_at, NEW.media_id, NEW.status, NEW.asked_to_play, NEW.started_playing, NEW.fatal_error, NEW.error_count, NEW.stall_count, NEW.stall_duration_ms, NEW.watched_duration_seconds, NEW.ttfb_ms, NEW.video_load_time_ms, NEW.metrics_version);
      RETURN NULL;
    END $function$
;

CREATE OR REPLACE FUNCTION public.note_bulk_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('render_changes'));
  INSERT INTO render_changes (kind, bulk_id, payload)
  SELECT 'bulk.finished', NEW.bulk_id, jsonb_build_object(
           'bulk_id', NEW.bulk_id, 'total', count(*),
           'ready', count(*) FILTER (WHERE r.status = 'ready'),
           'failed', count(*) FILTER (WHERE r.status = 'failed'),
           'cancelled', NEW.cancelled_at IS NOT NULL,
           'at', utc_text(NEW.finished_at))
    FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
   WHERE i.bulk_id = NEW.bulk_id;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.note_changed_day()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO media_session_changes
         (n, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing,
          fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms,
          video_load_time_ms, metrics_version)
  VALUES (0, NEW.session_id, NEW.org_id, NEW.started_at, NEW.media_id, NEW.status, NEW.asked_to_play,
          NEW.started_playing, NEW.fatal_error, NEW.error_count, NEW.stall_count,
          NEW.stall_duration_ms, NEW.watched_duration_seconds, NEW.ttfb_ms, NEW.video_load_time_ms,
          NEW.metrics_version);
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.note_changed_session()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ BEGIN
      INSERT INTO media_session_changes (n, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing, fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version) VALUES (-1, OLD.session_id, OLD.org_id, OLD.started_at, OLD.media_id, OLD.status, OLD.asked_to_play, OLD.started_playing, OLD.fatal_error, OLD.error_count, OLD.stall_count, OLD.stall_duration_ms, OLD.watched_duration_seconds, OLD.ttfb_ms, OLD.video_load_time_ms, OLD.metrics_version), (1, NEW.session_id, NEW.org_id, NEW.started_at, NEW.media_id, NEW.status, NEW.asked_to_play, NEW.started_playing, NEW.fatal_error, NEW.error_count, NEW.stall_count, NEW.stall_duration_ms, NEW.watched_duration_seconds, NEW.ttfb_ms, NEW.video_load_time_ms, NEW.metrics_version);
      RETURN NULL;
    END $function$
;

CREATE OR REPLACE FUNCTION public.note_consent_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO consent_changes (org_id, patient_id, purpose, text_version, active, by_whom)
    VALUES (NEW.org_id, NEW.patient_id, NEW.purpose, NEW.text_version, NEW.active,
            coalesce(nullif(current_setting('kinebeam.actor', true), ''), session_user));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.note_departed_session()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ BEGIN
      INSERT INTO media_session_changes (n, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing, fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version) VALUES (-1, OLD.session_id, OLD.org_id, OLD.started_at, OLD.media_id, OLD.status, OLD.asked_to_play, OLD.started_playing, OLD.fatal_error, OLD.error_count, OLD.stall_count, OLD.stall_duration_ms, OLD.watched_duration_seconds, OLD.ttfb_ms, OLD.video_load_time_ms, OLD.metrics_version);
      RETURN NULL;
    END $function$
;

CREATE OR REPLACE FUNCTION public.note_erased_files(org uuid, patient uuid, by_whom text, files jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'patient.files_erased', patient::text, files)
$function$
;
GRANT EXECUTE ON FUNCTION note_erased_files(uuid,uuid,text,jsonb) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.note_personal_video_leftover(leftover bigint, reason text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  UPDATE personal_video_leftovers SET failure = left(reason, 500) WHERE leftover_id = leftover
$function$
;
GRANT EXECUTE ON FUNCTION note_personal_video_leftover(bigint,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.note_render_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('render_changes'));
  INSERT INTO render_changes (kind, render_id, payload)
  SELECT NEW.status, NEW.render_id, jsonb_strip_nulls(jsonb_build_object(
           'render_id', NEW.render_id, 'status', NEW.status, 'exercise', e.slug,
           'language', NEW.language, 'asset_version', NEW.asset_version,
           'step', CASE WHEN NEW.status = 'rendering' THEN NEW.step END,
           'percent', CASE WHEN NEW.status = 'rendering' THEN NEW.percent END,
           'host_video_id', CASE WHEN NEW.status = 'ready' THEN NEW.host_video_id END,
           'duration_seconds', CASE WHEN NEW.status = 'ready' THEN NEW.duration_seconds END,
           'error', CASE WHEN NEW.status = 'failed' THEN NEW.error END,
           'retryable', CASE WHEN NEW.status = 'failed' THEN NEW.retryable END,
           'at', utc_text(NEW.changed_at)))
    FROM exercises AS e WHERE e.exercise_id = NEW.exercise_id;
  IF NEW.status IN ('ready', 'failed') THEN
    -- The bulks of which this was the last one.
    UPDATE render_bulks AS b SET finished_at = now()
     WHERE b.finished_at IS NULL
       AND b.bulk_id IN (SELECT i.bulk_id FROM render_bulk_items AS i WHERE i.render_id = NEW.render_id)
       AND NOT EXISTS (SELECT FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
                        WHERE i.bulk_id = b.bulk_id AND r.status IN ('queued', 'rendering'));
  END IF;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.note_told_automation_changes(published bigint)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  UPDATE automation_feed SET told_until = published RETURNING told_until
$function$
;
GRANT EXECUTE ON FUNCTION note_told_automation_changes(bigint) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION note_told_automation_changes(bigint) TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION note_told_automation_changes(bigint) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.note_workout_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('render_changes'));
  INSERT INTO render_changes (kind, workout_id, payload)
    VALUES ('workout.' || NEW.status, NEW.workout_id,
            jsonb_build_object('workout_id', NEW.workout_id, 'status', NEW.status, 'at', utc_text(now())));
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.note_zone_of_week()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  NEW.zone := coalesce((SELECT time_zone FROM organizations WHERE org_id = NEW.org_id), 'UTC');
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.one_writer_of_automations()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('automation_changes'));
  RETURN NULL;
END
$function$
;
GRANT EXECUTE ON FUNCTION one_writer_of_automations() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.overtaken_workouts()
 RETURNS TABLE(workout uuid, org uuid, place smallint, present uuid, recipe text, version integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT w.workout_id, w.org_id, x.position, x.render_id, r.recipe::text, e.asset_version
    FROM workouts AS w
    JOIN workout_exercises AS x USING (workout_id)
    JOIN exercise_renders AS r ON r.render_id = x.render_id
    JOIN exercises AS e ON e.exercise_id = x.exercise_id
   WHERE w.status = 'preparing' AND NOT x.left_out AND r.status <> 'ready' AND r.recipe IS NOT NULL
     AND r.asset_version < e.asset_version AND e.status <> 'archived'
   ORDER BY w.workout_id, x.position
$function$
;
GRANT EXECUTE ON FUNCTION overtaken_workouts() TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.own_exercise_render()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  NEW.org_id := (SELECT e.org_id FROM exercises AS e WHERE e.exercise_id = NEW.exercise_id);
  RETURN NEW;
END
$function$
;

CREATE OR REPLACE FUNCTION public.patient_erased_at(org uuid, patient uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT erased_at FROM erased_patients WHERE org_id = org AND patient_id = patient
$function$
;
GRANT EXECUTE ON FUNCTION patient_erased_at(uuid,uuid) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.patient_personal_videos(org uuid, patient uuid)
 RETURNS TABLE(video_id bigint, storage_key text, etag text, content_type text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT v.id, v.storage_key, v.etag, v.content_type FROM personalized_exercise_videos AS v
   WHERE v.org_id = org AND v.patient_id = patient ORDER BY v.id
$function$
;
GRANT EXECUTE ON FUNCTION patient_personal_videos(uuid,uuid) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.patient_sessions(org uuid, patient uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT DISTINCT session_id FROM media_session_metrics WHERE org_id = org AND patient_id = patient
$function$
;
GRANT EXECUTE ON FUNCTION patient_sessions(uuid,uuid) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.patient_tables()
 RETURNS SETOF regclass
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  holder regclass;
BEGIN
  FOR holder IN
    SELECT c.oid::regclass FROM pg_class AS c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.oid <> 'erased_patients'::regclass
       AND 2 = (SELECT count(*) FROM pg_attribute AS a
                 WHERE a.attrelid = c.oid AND a.attname IN ('org_id', 'patient_id')
                   AND NOT a.attisdropped)
     ORDER BY c.relname
  LOOP
    -- An owner who is no superuser is bound by FORCE: rows that it cannot see would stay unnoticed.
    IF row_security_active(holder)
       AND NOT EXISTS (SELECT FROM pg_policy AS p
                        WHERE p.polrelid = holder AND p.polcmd = '*'
                          AND pg_get_expr(p.polqual, p.polrelid) = 'true'
                          AND (SELECT oid FROM pg_roles WHERE rolname = current_user)
                              = ANY (p.polroles)) THEN
      RAISE EXCEPTION 'the rows of % cannot be erased: it has no policy that lets its owner (%) '
        'see them all; add one to its migration', holder, current_user;
    END IF;
    RETURN NEXT holder;
  END LOOP;
END
$function$
;

CREATE OR REPLACE FUNCTION public.people_to_sign_in_as()
 RETURNS TABLE(org_id uuid, organization text, person_id uuid, role text, display_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT NULL::uuid, NULL::text, s.person_id, 'superadmin', s.display_name
    FROM superadmin_to_sign_in_as() AS s
  UNION ALL
  (SELECT o.org_id, o.name, p.person_id, r.role, p.display_name
    FROM (SELECT * FROM organizations ORDER BY name, org_id LIMIT 50) AS o
   CROSS JOIN (VALUES (1, 'clinic_admin'), (2, 'specialist'), (3, 'patient')) AS r (place, role)
   CROSS JOIN LATERAL (
     SELECT * FROM people AS p WHERE p.org_id = o.org_id AND p.role = r.role AND p.active
      ORDER BY p.created_at, p.person_id LIMIT 5) AS p
   ORDER BY o.name, o.org_id, r.place, p.created_at, p.person_id)
$function$
;
GRANT EXECUTE ON FUNCTION people_to_sign_in_as() TO kinebeam_development;

CREATE OR REPLACE FUNCTION public.person_to_sign_in_as(person uuid)
 RETURNS TABLE(org_id uuid, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT NULL::uuid, 'superadmin' FROM superadmin_to_sign_in_as() AS s WHERE s.person_id = person
  UNION ALL
  (SELECT p.org_id, p.role FROM people AS p WHERE p.person_id = person AND p.active ORDER BY p.org_id LIMIT 1)
  LIMIT 1
$function$
;
GRANT EXECUTE ON FUNCTION person_to_sign_in_as(uuid) TO kinebeam_development;

CREATE OR REPLACE FUNCTION public.personal_video_keeps_original(video bigint, key text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT EXISTS (SELECT FROM personalized_exercise_videos
                  WHERE id = video AND storage_key = key AND removed_at IS NULL)
$function$
;
GRANT EXECUTE ON FUNCTION personal_video_keeps_original(bigint,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.personal_video_refusal(org uuid, doctor uuid, patient uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT CASE
    WHEN NOT EXISTS (SELECT FROM organization_features AS f
                      WHERE f.org_id = org AND f.feature = 'therapistPersonalizedExerciseVideo'
                        AND f.enabled)
      THEN 'feature_ended'
    WHEN NOT EXISTS (SELECT FROM people AS p
                      WHERE p.org_id = org AND p.person_id = doctor AND p.role = 'specialist'
                        AND p.active)
      THEN 'access_ended'
    WHEN EXISTS (SELECT FROM care_links AS l
                  WHERE l.org_id = org AND l.patient_id = patient AND l.specialist_id = doctor
                    AND l.ended_at IS NULL)
      THEN NULL
    WHEN EXISTS (SELECT FROM organization_features AS f
                  WHERE f.org_id = org AND f.feature = 'allActivePatientsDashboard' AND f.enabled)
     AND EXISTS (SELECT FROM people AS p
                  WHERE p.org_id = org AND p.person_id = patient AND p.role = 'patient' AND p.active)
      THEN NULL
    ELSE 'access_ended'
  END
$function$
;
GRANT EXECUTE ON FUNCTION personal_video_refusal(uuid,uuid,uuid) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.personal_video_title(storage_key text, copy_number integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  SELECT storage_key || '#' || copy_number
$function$
;
GRANT EXECUTE ON FUNCTION personal_video_title(text,integer) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.prepare_exercise()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.media_id := coalesce(NEW.media_id, exercise_media_id(NEW.exercise_id));
    NEW.created_by := coalesce(NEW.created_by, audit_actor());
  ELSE
    NEW.updated_at := OLD.updated_at;
    IF NEW IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
    NEW.revision := OLD.revision + 1;
    NEW.updated_at := now();
  END IF;
  NEW.updated_by := audit_actor();
  NEW.search := array_to_tsvector(search_words(concat_ws(
    ' ', NEW.slug, NEW.display_name, NEW.description,
    (SELECT string_agg(named #>> '{}', ' ')
       FROM jsonb_path_query(NEW.translations, '$.*.*') AS named
      WHERE jsonb_typeof(named) = 'string'))));
  NEW.sort_keys :=
    jsonb_build_object('', array_to_string(search_words(NEW.display_name), ' '))
    || coalesce((SELECT jsonb_object_agg(
                          key, array_to_string(search_words(value->>'display_name'), ' '))
                   FROM jsonb_each(NEW.translations)
                  WHERE value->>'display_name' IS NOT NULL), '{}');
  RETURN NEW;
END
$function$
;
GRANT EXECUTE ON FUNCTION prepare_exercise() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.prescribed_steps(org uuid, wanted date, zone text)
 RETURNS TABLE(patient_id uuid, step integer)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT w.patient_id, max(played.step)
    FROM workouts AS w
    JOIN workout_exercises AS x ON x.workout_id = w.workout_id
    LEFT JOIN exercise_renders AS r ON r.render_id = x.render_id
    JOIN exercises AS e ON e.exercise_id = x.exercise_id
    LEFT JOIN (SELECT s.patient_id, s.media_id, p.render_id, p.exercise_id, p.recipe_hash,
                      v.exercise_id AS personal_for,
                      CASE WHEN NOT s.started_playing THEN 0
                           WHEN s.status = 'completed' THEN 2 ELSE 1 END AS step
                 FROM media_session_metrics AS s
                 LEFT JOIN exercise_renders AS p ON p.render_id = s.render_id
                 LEFT JOIN personalized_exercise_videos AS v
                   ON v.media_id = s.media_id AND v.patient_id = s.patient_id
                WHERE s.org_id = org AND s.started_at >= wanted::timestamp AT TIME ZONE zone
                  AND s.started_at < (wanted + 1)::timestamp AT TIME ZONE zone) AS played
      ON played.patient_id = w.patient_id
         AND (played.exercise_id = r.exercise_id AND played.recipe_hash = r.recipe_hash
              OR played.render_id IS NULL
                 AND (played.media_id = e.media_id
                      -- a personal video follows an exercise that is merged into another
                      OR played.personal_for = coalesce(e.replaced_by, e.exercise_id)))
   WHERE w.org_id = org AND w.scheduled_for = wanted AND w.status IN ('visible', 'completed')
     AND NOT x.left_out
   GROUP BY w.patient_id, x.workout_id, x.position
$function$
;
GRANT EXECUTE ON FUNCTION prescribed_steps(uuid,date,text) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.reconcile_media_week(wanted date, by_whom text)
 RETURNS TABLE(org_id uuid, media_id text, kept bigint, counted bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    #variable_conflict use_column
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
      IF wanted < (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC' THEN
        RETURN;
      END IF;
      RETURN QUERY
      WITH source AS (SELECT 1 AS n, session_id, org_id, started_at, media_id, status, asked_to_play,
    started_playing, fatal_error, error_count, stall_count, stall_duration_ms,
    watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version FROM media_session_metrics
      WHERE started_at >= (wanted - 1)::timestamp AT TIME ZONE 'UTC'
        AND started_at < (wanted + 8)::timestamp AT TIME ZONE 'UTC'), signed AS MATERIALIZED (
      SELECT n, org_id,
             date_trunc('week', started_at AT TIME ZONE coalesce(time_zone, 'UTC'))::date AS week,
             coalesce(media_id, '') AS media_id,
             n AS sessions,
             n * asked_to_play::int AS asked_to_play,
             n * started_playing::int AS started_playing,
             n * (status = 'playing')::int AS playing,
             n * (status = 'completed')::int AS completed,
             n * (status = 'abandoned')::int AS abandoned,
             n * (status = 'error')::int AS error,
             n * (started_playing AND status = 'completed')::int AS played_to_the_end,
             n * fatal_error::int AS fatal,
             n * (asked_to_play AND NOT started_playing AND fatal_error)::int AS start_failures,
             n * (asked_to_play AND NOT started_playing AND NOT fatal_error
                  AND status <> 'playing')::int AS exits_before_start,
             n * (error_count > 0)::int AS sessions_with_error,
             n * least(error_count, 1000000) AS errors,
             n * stall_count::bigint AS stalls,
             n * least(stall_duration_ms, 1000000000000) AS stall_ms,
             n * round(least(watched_duration_seconds, 1e9) * 1000)::bigint AS watched_ms,
             n * (ttfb_ms IS NOT NULL)::int AS ttfb_n,
             n * least(coalesce(ttfb_ms, 0), 1000000000000) AS ttfb_sum_ms,
             n * (video_load_time_ms IS NOT NULL)::int AS load_n,
             n * least(coalesce(video_load_time_ms, 0), 1000000000000) AS load_sum_ms,
             width_bucket(ttfb_ms, latency_bounds()) + 1 AS ttfb_place,
             width_bucket(video_load_time_ms, latency_bounds()) + 1 AS load_place,
             least(greatest(metrics_version, 1), 64) AS version_place
        FROM source LEFT JOIN (SELECT org_id, time_zone, sessions_kept_from FROM organizations) AS clinic USING (org_id)
       WHERE wanted::timestamp AT TIME ZONE coalesce(time_zone, 'UTC') >= greatest((SELECT counted_from FROM media_retention), sessions_kept_from)
         AND date_trunc('week', started_at AT TIME ZONE coalesce(time_zone, 'UTC'))::date = wanted
    ), sums AS (
      SELECT org_id, week, media_id, sum(sessions)::bigint AS sessions, sum(asked_to_play)::bigint AS asked_to_play, sum(started_playing)::bigint AS started_playing, sum(playing)::bigint AS playing, sum(completed)::bigint AS completed, sum(abandoned)::bigint AS abandoned, sum(error)::bigint AS error, sum(played_to_the_end)::bigint AS played_to_the_end, sum(fatal)::bigint AS fatal, sum(start_failures)::bigint AS start_failures, sum(exits_before_start)::bigint AS exits_before_start, sum(sessions_with_error)::bigint AS sessions_with_error, sum(errors)::bigint AS errors, sum(stalls)::bigint AS stalls, sum(stall_ms)::bigint AS stall_ms, sum(watched_ms)::bigint AS watched_ms, sum(ttfb_n)::bigint AS ttfb_n, sum(ttfb_sum_ms)::bigint AS ttfb_sum_ms, sum(load_n)::bigint AS load_n, sum(load_sum_ms)::bigint AS load_sum_ms FROM signed GROUP BY org_id, week, media_id
    ), ttfb AS (
      SELECT org_id, week, media_id, array_agg(place) AS ttfb_places, array_agg(n) AS ttfb_changes
        FROM (SELECT org_id, week, media_id, ttfb_place AS place, sum(n)::int AS n
                FROM signed WHERE ttfb_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    ), load AS (
      SELECT org_id, week, media_id, array_agg(place) AS load_places, array_agg(n) AS load_changes
        FROM (SELECT org_id, week, media_id, load_place AS place, sum(n)::int AS n
                FROM signed WHERE load_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    ), version AS (
      SELECT org_id, week, media_id, array_agg(place) AS version_places, array_agg(n) AS version_changes
        FROM (SELECT org_id, week, media_id, version_place AS place, sum(n)::int AS n
                FROM signed WHERE version_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    ), deltas AS (SELECT * FROM sums LEFT JOIN ttfb USING (org_id, week, media_id) LEFT JOIN load USING (org_id, week, media_id) LEFT JOIN version USING (org_id, week, media_id) WHERE 0 <> ANY (ARRAY[sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms]) OR ttfb_places IS NOT NULL OR load_places IS NOT NULL OR version_places IS NOT NULL), counted AS (SELECT org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, counts_changed('{}', ttfb_places, ttfb_changes), counts_changed('{}', load_places, load_changes), counts_changed('{}', version_places, version_changes) FROM deltas),
      wrong AS (
        SELECT org_id, week, media_id, k.sessions AS kept, c.sessions AS counted
          FROM (SELECT org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts FROM media_session_weekly_agg LEFT JOIN (SELECT org_id, time_zone, sessions_kept_from FROM organizations) AS clinic USING (org_id)
                 WHERE week = wanted AND wanted::timestamp AT TIME ZONE coalesce(time_zone, 'UTC') >= greatest((SELECT counted_from FROM media_retention), sessions_kept_from)) AS k (org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts)
          FULL JOIN counted AS c (org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts) USING (org_id, week, media_id)
         WHERE (k.sessions, k.asked_to_play, k.started_playing, k.playing, k.completed, k.abandoned, k.error, k.played_to_the_end, k.fatal, k.start_failures, k.exits_before_start, k.sessions_with_error, k.errors, k.stalls, k.stall_ms, k.watched_ms, k.ttfb_n, k.ttfb_sum_ms, k.load_n, k.load_sum_ms, k.ttfb_counts, k.load_counts, k.version_counts) IS DISTINCT FROM (c.sessions, c.asked_to_play, c.started_playing, c.playing, c.completed, c.abandoned, c.error, c.played_to_the_end, c.fatal, c.start_failures, c.exits_before_start, c.sessions_with_error, c.errors, c.stalls, c.stall_ms, c.watched_ms, c.ttfb_n, c.ttfb_sum_ms, c.load_n, c.load_sum_ms, c.ttfb_counts, c.load_counts, c.version_counts)
      ), removed AS (
        DELETE FROM media_session_weekly_agg AS a USING wrong AS w
         WHERE w.counted IS NULL AND a.org_id = w.org_id AND a.week = w.week
           AND a.media_id = w.media_id
      ), mended AS (
        INSERT INTO media_session_weekly_agg (org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts)
        SELECT c.* FROM counted AS c (org_id, week, media_id, sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts)
          JOIN (SELECT org_id, week, media_id FROM wrong) AS w USING (org_id, week, media_id)
        ON CONFLICT ON CONSTRAINT media_session_weekly_agg_pkey DO UPDATE SET (sessions, asked_to_play, started_playing, playing, completed, abandoned, error, played_to_the_end, fatal, start_failures, exits_before_start, sessions_with_error, errors, stalls, stall_ms, watched_ms, ttfb_n, ttfb_sum_ms, load_n, load_sum_ms, ttfb_counts, load_counts, version_counts) = ROW (excluded.sessions, excluded.asked_to_play, excluded.started_playing, excluded.playing, excluded.completed, excluded.abandoned, excluded.error, excluded.played_to_the_end, excluded.fatal, excluded.start_failures, excluded.exits_before_start, excluded.sessions_with_error, excluded.errors, excluded.stalls, excluded.stall_ms, excluded.watched_ms, excluded.ttfb_n, excluded.ttfb_sum_ms, excluded.load_n, excluded.load_sum_ms, excluded.ttfb_counts, excluded.load_counts, excluded.version_counts)
      ), noted AS (
        INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
        SELECT gen_random_uuid(), org_id, by_whom, 'weekly.mended', wanted::text,
               jsonb_build_object('rows', count(*))
          FROM wrong GROUP BY org_id
      )
      SELECT org_id, media_id, coalesce(kept, 0), coalesce(counted, 0) FROM wrong;
    END
    $function$
;
GRANT EXECUTE ON FUNCTION reconcile_media_week(date,text) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.render_in_use(render uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT EXISTS (SELECT FROM exercise_previews AS p WHERE p.render_id = render)
      OR EXISTS (SELECT FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
                  WHERE r.render_id = render AND e.catalog_render_id = render)
      OR EXISTS (SELECT FROM preview_orders AS o WHERE o.render_id = render)
      OR EXISTS (SELECT FROM workout_exercises AS x JOIN workouts AS w USING (workout_id)
                  WHERE x.render_id = render AND w.status IN ('preparing', 'visible')
                    AND w.scheduled_for > current_date - 30)
      OR EXISTS (SELECT FROM workout_exercises AS x JOIN workouts AS w USING (workout_id)
                  WHERE x.next_render_id = render AND w.status IN ('preparing', 'visible')
                    AND w.scheduled_for > current_date - 30)
      -- No session lasts for a week; the bound leaves out the partitions of other months.
      OR EXISTS (SELECT FROM media_session_metrics AS m
                  WHERE m.render_id = render AND m.started_at > now() - interval '7 days'
                    AND m.last_event_at > now() - interval '1 hour')
$function$
;
GRANT EXECUTE ON FUNCTION render_in_use(uuid) TO kinebeam_render;
GRANT EXECUTE ON FUNCTION render_in_use(uuid) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.render_place(render uuid, latest integer)
 RETURNS TABLE(ahead integer, rendering integer, mean double precision)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT (SELECT count(*)::int FROM exercise_renders AS o
           WHERE me.status = 'queued' AND o.status = 'queued'
             AND o.render_id <> me.render_id
             AND (o.lane, me.lane) <> ('bulk', 'interactive')
             AND (o.lane <> me.lane OR o.queued_at < me.queued_at)),
         (SELECT count(*)::int FROM exercise_renders WHERE status = 'rendering'),
         (SELECT avg(extract(epoch FROM finished_at - started_at))::float8
            FROM (SELECT finished_at, started_at FROM exercise_renders
                   WHERE status = 'ready' AND started_at IS NOT NULL
                   ORDER BY finished_at DESC LIMIT latest) AS measured)
    FROM exercise_renders AS me WHERE me.render_id = render
$function$
;
GRANT EXECUTE ON FUNCTION render_place(uuid,integer) TO kinebeam_admin;
GRANT EXECUTE ON FUNCTION render_place(uuid,integer) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION render_place(uuid,integer) TO kinebeam_gateway;

CREATE OR REPLACE FUNCTION public.request_render(id uuid, of_slug text, hash text, lang text, version integer, with_recipe jsonb, in_lane text, for_org uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  done text := 'joined';
  waits boolean := false;
BEGIN
  IF NOT EXISTS (SELECT FROM exercises AS e
                  WHERE e.slug = of_slug
                    AND (e.org_id IS NULL OR e.org_id = current_org()
                         OR pg_has_role(session_user, 'kinebeam_admin', 'MEMBER')
                         OR pg_has_role(session_user, 'kinebeam_render', 'MEMBER'))) THEN
    RETURN 'unknown_exercise';
  END IF;
  INSERT INTO exercise_renders AS r
         (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, lane)
  SELECT id, e.exercise_id, hash, lang, version, with_recipe, 'queued', in_lane
    FROM exercises AS e WHERE e.slug = of_slug
  ON CONFLICT (render_id) DO UPDATE
     SET status = 'queued', error = NULL, finished_at = NULL, queued_at = now(), changed_at = now(),
         lane = in_lane, attempts = 0, sent_at = NULL, sends = 0, started_at = NULL, step = NULL, percent = NULL,
         retryable = false, cancelled = false, recipe = excluded.recipe
   WHERE r.status = 'failed';
  IF FOUND THEN
    PERFORM enter_render_order(id, in_lane, interval '0');
    done := 'queued';
  ELSIF in_lane = 'interactive' THEN
    -- One that is on its way keeps its place, but the end of its bulk is not its end any more.
    UPDATE exercise_renders SET lane = in_lane, cancelled = false
     WHERE render_id = id AND lane = 'bulk' AND status IN ('queued', 'rendering')
    RETURNING status = 'queued' AND sent_at IS NULL INTO waits;
    IF waits THEN
      PERFORM enter_render_order(id, in_lane, interval '0');
      done := 'moved';
    END IF;
  END IF;
  IF for_org IS NOT NULL THEN
    INSERT INTO render_requests (render_id, org_id) VALUES (id, for_org) ON CONFLICT DO NOTHING;
  END IF;
  RETURN done;
END
$function$
;
GRANT EXECUTE ON FUNCTION request_render(uuid,text,text,text,integer,jsonb,text,uuid) TO kinebeam_admin;
GRANT EXECUTE ON FUNCTION request_render(uuid,text,text,text,integer,jsonb,text,uuid) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION request_render(uuid,text,text,text,integer,jsonb,text,uuid) TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION request_render(uuid,text,text,text,integer,jsonb,text,uuid) TO kinebeam_render;
GRANT EXECUTE ON FUNCTION request_render(uuid,text,text,text,integer,jsonb,text,uuid) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.require_org(org uuid, any_org_group text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  IF org IS DISTINCT FROM current_org() AND NOT pg_has_role(session_user, any_org_group, 'USAGE') THEN
    RAISE EXCEPTION 'the transaction does not speak for the organization %', org
      USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$function$
;
GRANT EXECUTE ON FUNCTION require_org(uuid,text) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.search_query(typed text)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (SELECT (string_agg((quote_literal(word.word) || ':*'::text), ' & '::text))::tsquery AS string_agg FROM unnest(search_words(search_query.typed)) word(word))
;
GRANT EXECUTE ON FUNCTION search_query(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.search_words(given text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT "left"(split.word, 100) AS "left" FROM unnest(regexp_split_to_array(lower(regexp_replace(NORMALIZE(search_words.given, NFD), '[\u0300-\u036f]'::text, ''::text, 'g'::text)), '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+'::text)) WITH ORDINALITY split(word, place) WHERE (split.word <> ''::text) ORDER BY split.place)
;
GRANT EXECUTE ON FUNCTION search_words(text) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.set_care_link(org uuid, patient uuid, specialist uuid, linked boolean, by_whom text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM people WHERE org_id = org AND person_id = patient AND role = 'patient') THEN
    RETURN 'no_patient';
  END IF;
  IF NOT EXISTS (SELECT FROM people
                  WHERE org_id = org AND person_id = specialist AND role = 'specialist') THEN
    RETURN 'no_specialist';
  END IF;
  IF linked THEN
    INSERT INTO care_links AS l (org_id, patient_id, specialist_id) VALUES (org, patient, specialist)
      ON CONFLICT (org_id, patient_id, specialist_id)
      DO UPDATE SET started_at = now(), ended_at = NULL WHERE l.ended_at IS NOT NULL;
  ELSE
    -- now() is when the transaction began, which may be before the link did.
    UPDATE care_links SET ended_at = greatest(now(), started_at)
     WHERE org_id = org AND patient_id = patient AND specialist_id = specialist AND ended_at IS NULL;
  END IF;
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN linked THEN 'care_link.begun' ELSE 'care_link.ended' END, patient::text,
            jsonb_build_object('specialist', specialist, 'session_user', session_user));
  RETURN 'changed';
END
$function$
;
GRANT EXECUTE ON FUNCTION set_care_link(uuid,uuid,uuid,boolean,text) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION set_care_link(uuid,uuid,uuid,boolean,text) TO kinebeam_registry;

CREATE OR REPLACE FUNCTION public.set_consent(org uuid, patient uuid, for_purpose text, agrees boolean, by_whom text, version text DEFAULT NULL::text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM people
                  WHERE org_id = org AND person_id = patient AND role = 'patient') THEN
    RETURN 'no_patient';
  END IF;
  PERFORM set_config('kinebeam.actor', by_whom, true);
  INSERT INTO consents AS c (org_id, patient_id, purpose, active, text_version)
    VALUES (org, patient, for_purpose, agrees, version)
    ON CONFLICT (org_id, patient_id, purpose)
    DO UPDATE SET active = agrees, text_version = coalesce(version, c.text_version), changed_at = now()
     WHERE (c.active, c.text_version) IS DISTINCT FROM (agrees, coalesce(version, c.text_version));
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN agrees THEN 'consent.granted' ELSE 'consent.withdrawn' END, patient::text,
            jsonb_strip_nulls(jsonb_build_object(
              'purpose', for_purpose, 'text_version', version, 'session_user', session_user)));
  RETURN 'changed';
END
$function$
;
GRANT EXECUTE ON FUNCTION set_consent(uuid,uuid,text,boolean,text,text) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION set_consent(uuid,uuid,text,boolean,text,text) TO kinebeam_registry;

CREATE OR REPLACE FUNCTION public.set_feature(org uuid, wanted text, is_enabled boolean, by_whom text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM organizations WHERE org_id = org) THEN
    RETURN 'no_organization';
  END IF;
  INSERT INTO organization_features AS f (org_id, feature, enabled) VALUES (org, wanted, is_enabled)
    ON CONFLICT (org_id, feature)
    DO UPDATE SET enabled = is_enabled, changed_at = now() WHERE f.enabled <> is_enabled;
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN is_enabled THEN 'feature.enabled' ELSE 'feature.disabled' END, wanted,
            jsonb_build_object('session_user', session_user));
  RETURN 'changed';
END
$function$
;
GRANT EXECUTE ON FUNCTION set_feature(uuid,text,boolean,text) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION set_feature(uuid,text,boolean,text) TO kinebeam_registry;

CREATE OR REPLACE FUNCTION public.set_session_months(months integer)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  UPDATE media_retention SET session_months = months WHERE session_months <> months
$function$
;
GRANT EXECUTE ON FUNCTION set_session_months(integer) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.settle_personal_video_leftover(leftover bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM personal_video_leftovers WHERE leftover_id = leftover AND settles_at <= now();
  IF NOT FOUND THEN
    UPDATE personal_video_leftovers SET due_at = settles_at, failure = NULL, attempts = 0
     WHERE leftover_id = leftover;
  END IF;
END
$function$
;
GRANT EXECUTE ON FUNCTION settle_personal_video_leftover(bigint) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.settle_preview(render uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  made    exercise_renders;
  ordered preview_orders;
BEGIN
  PERFORM FROM exercises AS e JOIN exercise_renders AS r USING (exercise_id)
    WHERE r.render_id = render FOR NO KEY UPDATE OF e;
  SELECT * INTO made FROM exercise_renders WHERE render_id = render;
  IF made.status = 'ready' AND made.recipe_hash = '_imported' THEN
    PERFORM show_preview(render, false);
  END IF;
  SELECT * INTO ordered FROM preview_orders WHERE render_id = render;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF made.status = 'ready' THEN
    PERFORM show_preview(render, ordered.position = 0);
    DELETE FROM preview_orders WHERE render_id = render;
    IF ordered.position = 0 THEN
      UPDATE exercises SET status = 'published', publish_error = NULL
       WHERE exercise_id = made.exercise_id AND status = 'publishing';
    END IF;
  ELSIF made.status = 'failed' THEN
    UPDATE preview_orders SET error = made.error WHERE render_id = render;
    IF ordered.position = 0 THEN
      UPDATE exercises
         SET status = 'draft',
             publish_error = 'the preview in ' || made.language || ' failed: ' || made.error
       WHERE exercise_id = made.exercise_id AND status = 'publishing';
    END IF;
  END IF;
END
$function$
;
GRANT EXECUTE ON FUNCTION settle_preview(uuid) TO kinebeam_admin;
GRANT EXECUTE ON FUNCTION settle_preview(uuid) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION settle_preview(uuid) TO kinebeam_render;

CREATE OR REPLACE FUNCTION public.settle_preview_of_render()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM settle_preview(NEW.render_id);
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.settle_workout(workout uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM FROM workouts AS w
    WHERE w.workout_id = workout AND w.status IN ('preparing', 'visible') FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE workout_exercises AS x SET render_id = x.next_render_id, next_render_id = NULL
    FROM exercise_renders AS present, exercise_renders AS newer
   WHERE x.workout_id = workout AND present.render_id = x.render_id AND newer.render_id = x.next_render_id
     AND (newer.status = 'ready' OR present.status <> 'ready');
  UPDATE workouts AS w SET status = 'visible', visible_at = now()
   WHERE w.workout_id = workout AND w.status = 'preparing'
     AND EXISTS (SELECT FROM workout_exercises AS x WHERE x.workout_id = workout AND NOT x.left_out)
     AND NOT EXISTS (SELECT FROM workout_exercises AS x JOIN exercise_renders AS r USING (render_id)
                      WHERE x.workout_id = workout AND NOT x.left_out AND r.status <> 'ready');
END
$function$
;
GRANT EXECUTE ON FUNCTION settle_workout(uuid) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.settle_workouts_of_render()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM settle_workout(named.workout_id)
     FROM (SELECT workout_id FROM workout_exercises WHERE render_id = NEW.render_id
            UNION
           SELECT workout_id FROM workout_exercises WHERE next_render_id = NEW.render_id
            ORDER BY workout_id) AS named;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.show_preview(render uuid, is_first boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  -- As settle_preview: the exercise before its previews.
  PERFORM FROM exercises AS e JOIN exercise_renders AS r USING (exercise_id)
    WHERE r.render_id = render FOR NO KEY UPDATE OF e;
  INSERT INTO exercise_previews AS p (exercise_id, language, render_id, asset_version)
  SELECT r.exercise_id, r.language, r.render_id, r.asset_version FROM exercise_renders AS r
   WHERE r.render_id = render AND r.status = 'ready'
      ON CONFLICT (exercise_id, language) DO UPDATE
     SET render_id = excluded.render_id, asset_version = excluded.asset_version
   WHERE (p.render_id, p.asset_version) <> (excluded.render_id, excluded.asset_version)
     AND p.asset_version <= excluded.asset_version;
  UPDATE exercises AS e SET catalog_render_id = render
    FROM exercise_renders AS r
   WHERE r.render_id = render AND r.status = 'ready' AND e.exercise_id = r.exercise_id
     AND e.catalog_render_id IS DISTINCT FROM render
     AND NOT EXISTS (SELECT FROM exercise_renders AS shown
                      WHERE shown.render_id = e.catalog_render_id
                        AND shown.asset_version > r.asset_version)
     AND (is_first OR e.catalog_render_id IS NULL
          OR EXISTS (SELECT FROM exercise_renders AS shown
                      WHERE shown.render_id = e.catalog_render_id AND shown.language = r.language));
END
$function$
;
GRANT EXECUTE ON FUNCTION show_preview(uuid,boolean) TO kinebeam_render;

CREATE OR REPLACE FUNCTION public.superadmin_to_sign_in_as()
 RETURNS TABLE(person_id uuid, display_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT s.id, coalesce(p.display_name, 'Superadmin')
    FROM (VALUES ('00000000-0000-4000-8000-000000000001'::uuid)) AS s (id)
    LEFT JOIN platform_people AS p ON p.person_id = s.id
   WHERE coalesce(p.active, true)
$function$
;

CREATE OR REPLACE FUNCTION public.take_back_personal_videos()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM FROM personalized_exercise_videos
    WHERE exercise_id = OLD.replaced_by ORDER BY active, id FOR UPDATE;
  UPDATE personalized_exercise_videos SET exercise_id = NEW.exercise_id
   WHERE exercise_id = OLD.replaced_by AND recorded_for = NEW.exercise_id;
  UPDATE personalized_exercise_videos AS v SET active = true, status = 'COMPLETED'
   WHERE v.exercise_id IN (NEW.exercise_id, OLD.replaced_by)
     AND v.status = 'INACTIVE' AND v.removed_at IS NULL
     AND NOT EXISTS (SELECT FROM personalized_exercise_videos AS other
                      WHERE other.patient_id = v.patient_id AND other.exercise_id = v.exercise_id
                        AND (other.active OR other.status = 'INACTIVE' AND other.removed_at IS NULL
                                             AND other.id > v.id));
  -- What was prescribed as the successor meanwhile, and has no other video to play, follows the video.
  UPDATE workout_exercises AS x SET exercise_id = NEW.exercise_id
   WHERE x.exercise_id = OLD.replaced_by AND x.render_id IS NULL
     AND EXISTS (SELECT FROM personalized_exercise_videos AS v
                  WHERE v.patient_id = x.patient_id AND v.exercise_id = NEW.exercise_id AND v.active)
     AND NOT EXISTS (SELECT FROM personalized_exercise_videos AS v
                      WHERE v.patient_id = x.patient_id AND v.exercise_id = OLD.replaced_by AND v.active);
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.take_personal_video_leftovers(most integer, of_videos bigint[] DEFAULT NULL::bigint[])
 RETURNS SETOF personal_video_leftovers
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  UPDATE personal_video_leftovers AS l
     SET attempts = l.attempts + 1,
         due_at = now() + least(interval '1 hour', interval '10 seconds' * 2 ^ least(l.attempts, 10))
   WHERE l.leftover_id IN (SELECT w.leftover_id FROM personal_video_leftovers AS w
                            WHERE CASE WHEN of_videos IS NULL THEN w.due_at <= now()
                                       ELSE w.video_id = ANY (of_videos) END
                            ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED)
  RETURNING l.*
$function$
;
GRANT EXECUTE ON FUNCTION take_personal_video_leftovers(integer,bigint[]) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.take_personal_video_poll(wanted timestamp with time zone, most integer)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  place bigint := floor(extract(epoch FROM wanted));
  other integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('personal_video_polls'));
  LOOP
    SELECT taken INTO other FROM personal_video_polls WHERE second = place;
    EXIT WHEN other IS NULL OR other < most;
    place := place + 1;
  END LOOP;
  IF other IS NULL THEN
    DELETE FROM personal_video_polls WHERE second < extract(epoch FROM now()) - 60;
    INSERT INTO personal_video_polls VALUES (place, 1);
  ELSE
    UPDATE personal_video_polls SET taken = other + 1 WHERE second = place;
  END IF;
  RETURN greatest(wanted, to_timestamp(place) + coalesce(other, 0) * interval '1 second' / most);
END
$function$
;
GRANT EXECUTE ON FUNCTION take_personal_video_poll(timestamp with time zone,integer) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.tell_automation_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION public.tell_render_relay()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NOTIFY render_outbox;
  RETURN NULL;
END
$function$
;

CREATE OR REPLACE FUNCTION public.touch_personal_video()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$function$
;
GRANT EXECUTE ON FUNCTION touch_personal_video() TO PUBLIC;

CREATE OR REPLACE FUNCTION public.uncounted_media_days(most integer)
 RETURNS TABLE(org uuid, wanted date)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM patient_days AS d USING organizations AS o
   WHERE o.org_id = d.org_id
     AND d.day < (greatest((SELECT counted_from FROM media_retention), o.sessions_kept_from,
                           '2000-01-01Z'::timestamptz) AT TIME ZONE o.time_zone)::date;
  RETURN QUERY SELECT * FROM uncounted_session_days(most);
END
$function$
;
GRANT EXECUTE ON FUNCTION uncounted_media_days(integer) TO kinebeam_maintenance;

CREATE OR REPLACE FUNCTION public.uncounted_session_days(most integer)
 RETURNS TABLE(org uuid, wanted date)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM media_session_days AS d USING organizations AS o
   WHERE o.org_id = d.org_id
     AND d.day < (greatest((SELECT counted_from FROM media_retention), o.sessions_kept_from,
                           '2000-01-01Z'::timestamptz) AT TIME ZONE o.time_zone)::date;
  RETURN QUERY
  SELECT o.org_id, days.day::date
    FROM organizations AS o
   CROSS JOIN LATERAL (
         SELECT started_at FROM media_session_metrics AS m
          WHERE m.org_id = o.org_id
            AND m.started_at >= greatest((SELECT counted_from FROM media_retention),
                                         o.sessions_kept_from, now() - interval '400 days')
          ORDER BY started_at LIMIT 1) AS first
   CROSS JOIN LATERAL generate_series(
         date_trunc('day', first.started_at AT TIME ZONE o.time_zone),
         date_trunc('day', (now() - interval '2 hours') AT TIME ZONE o.time_zone)
           - interval '1 day', interval '1 day') AS days (day)
   WHERE days.day AT TIME ZONE o.time_zone
         >= greatest((SELECT counted_from FROM media_retention), o.sessions_kept_from)
     AND NOT EXISTS (SELECT FROM media_session_days AS d
                      WHERE d.org_id = o.org_id AND d.kind = 'all' AND d.day = days.day::date)
   ORDER BY days.day DESC, o.org_id
   LIMIT most;
END
$function$
;

CREATE OR REPLACE FUNCTION public.use_web_session(hash bytea)
 RETURNS TABLE(person_id uuid, org_id uuid, role text, expires_at timestamp with time zone)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  found web_sessions;
BEGIN
  SELECT * INTO found FROM web_sessions AS s
   WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_used_at > now() - interval '8 hours';
  IF found.token_hash IS NULL THEN
    RETURN;
  END IF;
  IF NOT may_have_web_session(found.person_id, found.org_id, found.role) THEN
    DELETE FROM web_sessions AS s WHERE s.token_hash = hash;
    RETURN;
  END IF;
  -- A page asks for much at once: one of its requests writes, and none waits for it.
  IF found.last_used_at < now() - interval '1 minute' THEN
    UPDATE web_sessions AS s SET last_used_at = now() WHERE s.token_hash = (
      SELECT u.token_hash FROM web_sessions AS u WHERE u.token_hash = hash FOR UPDATE SKIP LOCKED);
  END IF;
  RETURN QUERY SELECT found.person_id, found.org_id, found.role, found.expires_at;
END
$function$
;
GRANT EXECUTE ON FUNCTION use_web_session(bytea) TO kinebeam_core_api;

CREATE OR REPLACE FUNCTION public.utc_text(at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN to_char((at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text)
;
GRANT EXECUTE ON FUNCTION utc_text(timestamp with time zone) TO PUBLIC;

CREATE OR REPLACE FUNCTION public.vacuum_media_partition_often(part regclass)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  EXECUTE format(
    'ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 0.02,
                         autovacuum_vacuum_scale_factor = 0.05)', part);
END
$function$
;

CREATE OR REPLACE FUNCTION public.wake_personal_video(at_host text, of_hosted text)
 RETURNS TABLE(id bigint, org_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH woken AS (
      UPDATE personalized_exercise_videos AS v SET woken_at = clock_timestamp()
       WHERE v.host = at_host AND v.hosted_id = of_hosted AND v.status = 'PROCESSING_QUEUED'
      RETURNING v.id, v.org_id
    ), due AS (
      UPDATE personal_video_tasks AS t SET execution_time = now(), version = t.version + 1
        FROM woken
       WHERE t.task_name = 'personalized-exercise-video'
         AND t.task_instance = 'personalized-video-' || woken.id
         AND NOT t.picked AND t.execution_time > now()
    )
    SELECT woken.id, woken.org_id FROM woken;
END
$function$
;
GRANT EXECUTE ON FUNCTION wake_personal_video(text,text) TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION wake_personal_video(text,text) TO kinebeam_worker;

CREATE OR REPLACE FUNCTION public.wake_snoozed_automations()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
$function$
;
GRANT EXECUTE ON FUNCTION wake_snoozed_automations() TO kinebeam_core_api;
GRANT EXECUTE ON FUNCTION wake_snoozed_automations() TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION wake_snoozed_automations() TO kinebeam_worker;
