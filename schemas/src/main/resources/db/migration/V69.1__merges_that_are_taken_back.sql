-- When a merge is taken back, the videos that were recorded for the exercise go back to it, so that what was prescribed
-- with them plays on. A patient and exercise that have no playing one then get the newest one back that is still there:
-- only a merge leaves a replaced one without the one that replaced it.
CREATE FUNCTION take_back_personal_videos() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

REVOKE ALL ON FUNCTION take_back_personal_videos FROM PUBLIC;

CREATE TRIGGER take_back_personal_videos AFTER UPDATE OF replaced_by ON exercises
  FOR EACH ROW WHEN (NEW.replaced_by IS NULL AND OLD.replaced_by IS NOT NULL)
  EXECUTE FUNCTION take_back_personal_videos();
