-- The exercise that the therapist chose, which a merge does not change: a merge that is taken back moves the video
-- back to it.
ALTER TABLE personalized_exercise_videos ADD COLUMN recorded_for uuid REFERENCES exercises;
ALTER TABLE personalized_exercise_videos DISABLE TRIGGER USER;
UPDATE personalized_exercise_videos SET recorded_for = exercise_id;
ALTER TABLE personalized_exercise_videos ENABLE TRIGGER USER;
ALTER TABLE personalized_exercise_videos ALTER COLUMN recorded_for SET NOT NULL;

-- A video of an exercise that was merged into another is entered as the successor's. The lock waits for a merge that is
-- under way, and a merge that begins waits for it and then finds the row: what the foreign key takes does neither.
CREATE FUNCTION assign_personal_video() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.recorded_for := NEW.exercise_id;
  SELECT coalesce(replaced_by, exercise_id) INTO NEW.exercise_id
    FROM exercises WHERE exercise_id = NEW.recorded_for FOR SHARE;
  -- One that is not there is left to the foreign key.
  NEW.exercise_id := coalesce(NEW.exercise_id, NEW.recorded_for);
  RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION assign_personal_video FROM PUBLIC;

CREATE TRIGGER assign BEFORE INSERT ON personalized_exercise_videos
  FOR EACH ROW EXECUTE FUNCTION assign_personal_video();
