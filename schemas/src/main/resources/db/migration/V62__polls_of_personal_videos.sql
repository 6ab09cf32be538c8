-- When a hosted video is asked for next, and which copy of its original is meant.
ALTER TABLE personalized_exercise_videos
  -- null: not yet copied, or the copy is not recorded
  ADD COLUMN next_poll_at timestamptz,
  -- Counts the copies that were begun for: each has a title of its own at the host, so that the deletion of an
  -- earlier one never finds a later one.
  ADD COLUMN copy_number  integer NOT NULL DEFAULT 0,
  -- when its processing was queued last
  ADD COLUMN queued_at    timestamptz,
  -- when original and hosted video were given to be deleted
  ADD COLUMN removed_at   timestamptz;

-- How many polls are promised to each second, over all workers.
CREATE TABLE personal_video_polls (
  second bigint PRIMARY KEY,
  taken  integer NOT NULL
);

-- The first moment from `wanted` on at which fewer than `most` polls are made in its second; takes the place.
CREATE FUNCTION take_personal_video_poll(wanted timestamptz, most integer) RETURNS timestamptz
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;

REVOKE ALL ON FUNCTION take_personal_video_poll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_personal_video_poll TO kinebeam_worker;
