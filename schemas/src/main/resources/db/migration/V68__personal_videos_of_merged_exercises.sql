-- A personal video follows its exercise when that is merged into another, so none belongs to a merged one, and
-- whoever looks for it asks for the successor's. Of two that play for one patient the newer goes on. A merge waits
-- first for activations of these videos that are under way, so that it sees which one plays; an activation locks
-- the video that is processed before the one that plays, and so does this.
CREATE FUNCTION move_personal_videos() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

REVOKE ALL ON FUNCTION move_personal_videos FROM PUBLIC;

CREATE TRIGGER move_personal_videos AFTER UPDATE OF replaced_by ON exercises
  FOR EACH ROW WHEN (NEW.replaced_by IS NOT NULL AND NEW.replaced_by IS DISTINCT FROM OLD.replaced_by)
  EXECUTE FUNCTION move_personal_videos();
