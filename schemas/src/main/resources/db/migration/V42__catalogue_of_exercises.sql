-- What people know of an exercise, beside how its video is made. Exercises without an organisation are the
-- platform's and are for all; others are an organisation's own.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kinebeam_admin') THEN
    CREATE ROLE kinebeam_admin NOLOGIN NOBYPASSRLS;
  END IF;
END
$$;

-- Changes of what belongs to no organisation are audited too.
ALTER TABLE audit_log ALTER COLUMN org_id DROP NOT NULL;

-- Text as it is searched: without case and accents, so that ș, ş and s are one letter. Of a word its first
-- 100 characters: a tsvector has no room for more than 2 KB, and a text in a script without spaces is one word.
CREATE FUNCTION search_words(given text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(
    SELECT left(word, 100)
      FROM unnest(regexp_split_to_array(
             lower(regexp_replace(normalize(given, NFD), '[\u0300-\u036f]', '', 'g')),
             '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+'))
        WITH ORDINALITY AS split (word, place)
     WHERE word <> ''
     ORDER BY place);

-- Every word of what a person typed, each as the beginning of a word; null when there is none.
CREATE FUNCTION search_query(typed text) RETURNS tsquery
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery
            FROM unnest(search_words(typed)) AS word);

-- What a player sends as media_id where nobody gave the exercise another.
CREATE FUNCTION exercise_media_id(exercise uuid) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN encode(substring(sha256(convert_to('exercise:' || exercise, 'UTF8')) FROM 1 FOR 16), 'hex');

-- Whom the audit log names: the actor that the transaction names, else the login.
CREATE FUNCTION audit_actor() RETURNS text
  LANGUAGE sql STABLE
  RETURN coalesce(nullif(current_setting('kinebeam.actor', true), ''), session_user);

ALTER TABLE exercises
  ADD COLUMN org_id        uuid REFERENCES organizations,
  ADD COLUMN description   text NOT NULL DEFAULT '' CHECK (length(description) <= 5000),
  -- {"en": {"display_name": …, "description": …}}
  ADD COLUMN translations  jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(translations) = 'object'),
  ADD COLUMN difficulty    smallint CHECK (difficulty BETWEEN 1 AND 5),
  -- what a camera follows: exercise-tracking.schema.json
  ADD COLUMN tracking      jsonb CHECK (jsonb_typeof(tracking) = 'object'),
  -- why the last publish ended as a draft again
  ADD COLUMN publish_error text,
  -- the exercise that it was merged into
  ADD COLUMN replaced_by   uuid REFERENCES exercises CHECK (replaced_by <> exercise_id),
  -- counts the changes: the entity tag
  ADD COLUMN revision      integer NOT NULL DEFAULT 1,
  ADD COLUMN created_by    text,
  ADD COLUMN updated_by    text,
  ADD COLUMN search        tsvector NOT NULL DEFAULT '',
  -- by which lists are ordered: of the name under '', of each translated name under its language
  ADD COLUMN sort_keys     jsonb NOT NULL DEFAULT '{}';

ALTER TABLE exercises DROP CONSTRAINT exercises_status_check;
ALTER TABLE exercises ADD CONSTRAINT exercises_status_check
  CHECK (status IN ('draft', 'publishing', 'published', 'archived'));
CREATE INDEX ON exercises (replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX ON exercises (org_id);
CREATE INDEX exercises_search ON exercises USING gin (search);

CREATE FUNCTION prepare_exercise() RETURNS trigger
  LANGUAGE plpgsql
AS $$
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
$$;

CREATE TRIGGER prepare BEFORE INSERT OR UPDATE ON exercises
  FOR EACH ROW EXECUTE FUNCTION prepare_exercise();

UPDATE exercises SET media_id = coalesce(media_id, exercise_media_id(exercise_id)),
                     created_by = 'migration';
ALTER TABLE exercises ALTER COLUMN media_id SET NOT NULL;

INSERT INTO exercises (slug, kind, display_name, translations, created_by)
VALUES ('lumbar-detensioning', 'reps_based', 'Lumbar detensioning',
        '{"ro": {"display_name": "Detensionări lombare"}}', 'migration')
ON CONFLICT (slug) DO NOTHING;

-- The platform's vocabulary: [{"en": {"name": …}}] in translations.
CREATE TABLE exercise_categories (
  category_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug         text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name         text NOT NULL,
  translations jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(translations) = 'object'),
  revision     integer NOT NULL DEFAULT 1
);
CREATE TABLE exercise_body_regions (
  body_region_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug           text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name           text NOT NULL,
  translations   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(translations) = 'object'),
  revision       integer NOT NULL DEFAULT 1
);
CREATE TABLE exercise_equipment (
  equipment_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug         text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name         text NOT NULL,
  translations jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(translations) = 'object'),
  revision     integer NOT NULL DEFAULT 1
);

-- Which words of the vocabulary an exercise has; each row names one word of one of the three tables.
CREATE TABLE exercise_tags (
  exercise_id    uuid NOT NULL REFERENCES exercises,
  category_id    uuid REFERENCES exercise_categories,
  body_region_id uuid REFERENCES exercise_body_regions,
  equipment_id   uuid REFERENCES exercise_equipment,
  CHECK (num_nonnulls(category_id, body_region_id, equipment_id) = 1),
  UNIQUE NULLS NOT DISTINCT (exercise_id, category_id, body_region_id, equipment_id)
);
CREATE INDEX ON exercise_tags (category_id) WHERE category_id IS NOT NULL;
CREATE INDEX ON exercise_tags (body_region_id) WHERE body_region_id IS NOT NULL;
CREATE INDEX ON exercise_tags (equipment_id) WHERE equipment_id IS NOT NULL;

CREATE TABLE exercise_instructions (
  exercise_id uuid NOT NULL REFERENCES exercises,
  position    smallint NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('preparation', 'step', 'form_cue', 'breathing', 'safety')),
  -- by language
  texts       jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object' AND texts <> '{}'),
  -- of the picture in the object store
  image_key   text,
  PRIMARY KEY (exercise_id, position)
);

CREATE TABLE exercise_contraindications (
  exercise_id uuid NOT NULL REFERENCES exercises,
  position    smallint NOT NULL,
  severity    text NOT NULL CHECK (severity IN ('warning', 'contraindicated')),
  -- by language
  texts       jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object' AND texts <> '{}'),
  PRIMARY KEY (exercise_id, position)
);

-- What 'bundle check' found last.
CREATE TABLE bundle_checks (
  exercise_id uuid PRIMARY KEY REFERENCES exercises,
  checked_at  timestamptz NOT NULL DEFAULT now(),
  usable      boolean NOT NULL,
  errors      integer NOT NULL,
  warnings    integer NOT NULL,
  -- as 'bundle check --json' prints it
  report      jsonb NOT NULL
);

-- Who changed what of the catalogue.
CREATE FUNCTION audit_exercise() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

CREATE TRIGGER audit AFTER INSERT OR UPDATE ON exercises
  FOR EACH ROW EXECUTE FUNCTION audit_exercise();

CREATE FUNCTION audit_exercise_parts() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

CREATE TRIGGER audit_added AFTER INSERT ON exercise_tags REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_removed AFTER DELETE ON exercise_tags REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_added AFTER INSERT ON exercise_instructions REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_removed AFTER DELETE ON exercise_instructions REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_added AFTER INSERT ON exercise_contraindications REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();
CREATE TRIGGER audit_removed AFTER DELETE ON exercise_contraindications REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_exercise_parts();

CREATE FUNCTION audit_taxonomy() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON exercise_categories
  FOR EACH ROW EXECUTE FUNCTION audit_taxonomy();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON exercise_body_regions
  FOR EACH ROW EXECUTE FUNCTION audit_taxonomy();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON exercise_equipment
  FOR EACH ROW EXECUTE FUNCTION audit_taxonomy();

REVOKE ALL ON FUNCTION audit_exercise, audit_exercise_parts, audit_taxonomy FROM PUBLIC;
