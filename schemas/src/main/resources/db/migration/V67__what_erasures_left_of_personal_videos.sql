-- What is still to be deleted of personal videos whose rows are gone, at most this many: an erasure that is repeated
-- continues it, and does not report before that nothing is left. Those that were deleted and are looked for once more
-- later are not among them.
CREATE FUNCTION erased_personal_videos_left(most integer)
  RETURNS TABLE (video_id bigint, failure text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT l.video_id, max(l.failure)
    FROM personal_video_leftovers AS l
   WHERE (l.failure IS NOT NULL OR l.attempts > 0 OR l.due_at <= now())
     AND NOT EXISTS (SELECT FROM personalized_exercise_videos AS v WHERE v.id = l.video_id)
   GROUP BY l.video_id ORDER BY l.video_id LIMIT most
$$;

REVOKE ALL ON FUNCTION erased_personal_videos_left FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erased_personal_videos_left TO kinebeam_maintenance;
