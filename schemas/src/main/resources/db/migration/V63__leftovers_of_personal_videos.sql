-- Originals and hosted videos that no row names any more, until they are deleted. They are entered by triggers,
-- in the transaction that un-names them, whoever it is: a failed run, a newer video's grace that has ended, an
-- erasure. There is nothing about the patient in them.
CREATE TABLE personal_video_leftovers (
  leftover_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  video_id    bigint NOT NULL,
  -- of the original; null where that stays
  storage_key text,
  -- null where it was never given to a host
  host        text,
  -- null where the copy was not recorded: it may be there under its title
  hosted_id   text,
  title       text,
  due_at      timestamptz NOT NULL DEFAULT now(),
  -- Until then a copy or an upload that had begun may still arrive: it is looked for once more.
  settles_at  timestamptz NOT NULL DEFAULT now(),
  attempts    integer NOT NULL DEFAULT 0,
  failure     text,
  CHECK (storage_key IS NOT NULL OR host IS NOT NULL),
  CHECK ((host IS NULL) = (title IS NULL)),
  CHECK (hosted_id IS NULL OR host IS NOT NULL)
);

CREATE INDEX ON personal_video_leftovers (due_at);
CREATE INDEX ON personal_video_leftovers (video_id);

-- What a copy is called at its host.
CREATE FUNCTION personal_video_title(storage_key text, copy_number integer) RETURNS text
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT storage_key || '#' || copy_number
$$;

CREATE FUNCTION leave_personal_video_files() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

CREATE TRIGGER leave_files BEFORE UPDATE OR DELETE ON personalized_exercise_videos
  FOR EACH ROW EXECUTE FUNCTION leave_personal_video_files();

-- Gives out leftovers to be deleted, at most this many: of these videos, due or not, or of all that are due.
-- One that is given out is not due again for a while, which grows.
CREATE FUNCTION take_personal_video_leftovers(most integer, of_videos bigint[] DEFAULT NULL)
  RETURNS SETOF personal_video_leftovers
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE personal_video_leftovers AS l
     SET attempts = l.attempts + 1,
         due_at = now() + least(interval '1 hour', interval '10 seconds' * 2 ^ least(l.attempts, 10))
   WHERE l.leftover_id IN (SELECT w.leftover_id FROM personal_video_leftovers AS w
                            WHERE CASE WHEN of_videos IS NULL THEN w.due_at <= now()
                                       ELSE w.video_id = ANY (of_videos) END
                            ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED)
  RETURNING l.*
$$;

-- Whether a row names the original, which then stays: it was completed again meanwhile.
CREATE FUNCTION personal_video_keeps_original(video bigint, key text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM personalized_exercise_videos
                  WHERE id = video AND storage_key = key AND removed_at IS NULL)
$$;

-- What it stands for was deleted: it is looked for once more if something may still arrive, and is removed if not.
CREATE FUNCTION settle_personal_video_leftover(leftover bigint) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM personal_video_leftovers WHERE leftover_id = leftover AND settles_at <= now();
  IF NOT FOUND THEN
    UPDATE personal_video_leftovers SET due_at = settles_at, failure = NULL, attempts = 0
     WHERE leftover_id = leftover;
  END IF;
END
$$;

CREATE FUNCTION note_personal_video_leftover(leftover bigint, reason text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE personal_video_leftovers SET failure = left(reason, 500) WHERE leftover_id = leftover
$$;

-- The personal videos that a patient has rows of.
CREATE FUNCTION patient_personal_videos(org uuid, patient uuid)
  RETURNS TABLE (video_id bigint, storage_key text, content_type text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT v.id, v.storage_key, v.content_type FROM personalized_exercise_videos AS v
   WHERE v.org_id = org AND v.patient_id = patient ORDER BY v.id
$$;

REVOKE ALL ON FUNCTION leave_personal_video_files, take_personal_video_leftovers,
  personal_video_keeps_original, settle_personal_video_leftover, note_personal_video_leftover,
  patient_personal_videos FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_personal_video_leftovers, personal_video_keeps_original,
  settle_personal_video_leftover, note_personal_video_leftover, patient_personal_videos
  TO kinebeam_maintenance;
-- The console and the accounting count what waits.
GRANT SELECT ON personal_video_leftovers TO kinebeam_worker, kinebeam_core_api;
