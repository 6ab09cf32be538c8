-- Exercise videos that a therapist records for one patient. The states and their moves are those of
-- PersonalVideoStatus; every move is in the audit log.
CREATE TABLE personalized_exercise_videos (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id           uuid NOT NULL,
  patient_id       uuid NOT NULL,
  exercise_id      uuid NOT NULL REFERENCES exercises,
  -- who recorded it
  doctor_id        uuid NOT NULL,
  -- of the original in the bucket; null until an address for it was given out
  storage_key      text,
  content_type     text NOT NULL CHECK (content_type IN ('video/mp4', 'video/webm')),
  -- of the version that is processed: pinned when its upload was completed
  etag             text,
  size_bytes       bigint CHECK (size_bytes > 0),
  host             text,
  hosted_id        text,
  -- of the version that the hosted video is a copy of
  hosted_etag      text,
  duration_seconds double precision CHECK (duration_seconds >= 0),
  status           text NOT NULL DEFAULT 'CREATED'
                   CHECK (status IN ('CREATED', 'UPLOAD_URL_CREATED', 'PROCESSING_QUEUED', 'COMPLETED',
                                     'FAILED', 'INACTIVE')),
  active           boolean NOT NULL DEFAULT false,
  failure_code     text,
  failure_text     text,
  -- of the present upload: runs that began, and requests for the hosted video's state in this run
  attempts         integer NOT NULL DEFAULT 0,
  polls            integer NOT NULL DEFAULT 0,
  -- when the host last reported a change; later than a run's beginning: that run may have missed it
  woken_at         timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (org_id, patient_id) REFERENCES people,
  FOREIGN KEY (org_id, doctor_id) REFERENCES people,
  CHECK (active = (status = 'COMPLETED')),
  CHECK ((status = 'FAILED') = (failure_code IS NOT NULL)),
  CHECK (status NOT IN ('PROCESSING_QUEUED', 'COMPLETED') OR etag IS NOT NULL),
  CHECK (NOT active OR hosted_id IS NOT NULL)
);

CREATE INDEX ON personalized_exercise_videos (patient_id, exercise_id, active, created_at);
CREATE INDEX ON personalized_exercise_videos (org_id, status);
CREATE INDEX ON personalized_exercise_videos (status, updated_at);
CREATE INDEX ON personalized_exercise_videos (host, hosted_id) WHERE hosted_id IS NOT NULL;
CREATE UNIQUE INDEX personalized_exercise_videos_one_active
  ON personalized_exercise_videos (patient_id, exercise_id) WHERE active;

ALTER TABLE personalized_exercise_videos ENABLE ROW LEVEL SECURITY;
ALTER TABLE personalized_exercise_videos FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON personalized_exercise_videos TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY own_org ON personalized_exercise_videos TO kinebeam_core_api
  USING (org_id = current_org()) WITH CHECK (org_id = current_org());
CREATE POLICY everything ON personalized_exercise_videos TO kinebeam_worker
  USING (true) WITH CHECK (true);

-- Core API: until processing is queued. Worker: from then on.
GRANT SELECT,
      INSERT (org_id, patient_id, exercise_id, doctor_id, content_type),
      UPDATE (storage_key, content_type, etag, size_bytes, status, failure_code, failure_text,
              attempts, polls)
  ON personalized_exercise_videos TO kinebeam_core_api;
GRANT SELECT, UPDATE, DELETE ON personalized_exercise_videos TO kinebeam_worker;

CREATE FUNCTION touch_personal_video() RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER touch BEFORE UPDATE ON personalized_exercise_videos
  FOR EACH ROW EXECUTE FUNCTION touch_personal_video();

CREATE FUNCTION audit_personal_video() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NEW.org_id, audit_actor(), 'personal_video.' || lower(NEW.status),
            NEW.id::text,
            jsonb_strip_nulls(jsonb_build_object(
              'patient_id', NEW.patient_id, 'exercise_id', NEW.exercise_id,
              'doctor_id', NEW.doctor_id, 'failure_code', NEW.failure_code)));
  RETURN NULL;
END
$$;

CREATE TRIGGER audit_new AFTER INSERT ON personalized_exercise_videos
  FOR EACH ROW EXECUTE FUNCTION audit_personal_video();
CREATE TRIGGER audit_status AFTER UPDATE ON personalized_exercise_videos
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION audit_personal_video();

-- Why a therapist's video may not (or no longer) be given to the patient; null when it may. The rule is
-- that of the Core API's PatientAccess for specialists, asked again when a video is activated.
CREATE FUNCTION personal_video_refusal(org uuid, doctor uuid, patient uuid) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

-- The tasks of videos that are processed, for a scheduler of their own: each of db-scheduler's processes warns
-- of tasks in its table that it does not know. The Core API enters one in the transaction that queues the
-- video, so it may write here, and not among the worker's own tasks.
CREATE TABLE personal_video_tasks (LIKE scheduled_tasks INCLUDING ALL);

GRANT SELECT, INSERT, UPDATE, DELETE ON personal_video_tasks TO kinebeam_worker;
GRANT SELECT, INSERT ON personal_video_tasks TO kinebeam_core_api;
GRANT SELECT ON personal_video_tasks TO kinebeam_admin;

-- The host reports that a video of its own has changed. Its task becomes due now; one that is running is
-- left alone and sees by woken_at that it has to ask the host once more. Returns the video's id, or nothing
-- when no video is processed under this id.
CREATE FUNCTION wake_personal_video(at_host text, of_hosted text)
  RETURNS TABLE (id bigint, org_id uuid)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

REVOKE ALL ON FUNCTION audit_personal_video, personal_video_refusal, wake_personal_video FROM PUBLIC;
GRANT EXECUTE ON FUNCTION personal_video_refusal TO kinebeam_worker;
GRANT EXECUTE ON FUNCTION wake_personal_video TO kinebeam_core_api, kinebeam_worker;
