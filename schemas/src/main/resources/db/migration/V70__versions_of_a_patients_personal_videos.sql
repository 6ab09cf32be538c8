-- The personal videos that a patient has rows of, each with the version of its original that was completed: an address
-- to upload to works on for the rest of its hour, so that another object may be under the key by now.
DROP FUNCTION patient_personal_videos;
CREATE FUNCTION patient_personal_videos(org uuid, patient uuid)
  RETURNS TABLE (video_id bigint, storage_key text, etag text, content_type text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT v.id, v.storage_key, v.etag, v.content_type FROM personalized_exercise_videos AS v
   WHERE v.org_id = org AND v.patient_id = patient ORDER BY v.id
$$;

REVOKE ALL ON FUNCTION patient_personal_videos FROM PUBLIC;
GRANT EXECUTE ON FUNCTION patient_personal_videos TO kinebeam_maintenance;
