-- Videos that are being brought to a host: a row before the host is asked to create one, its id before the
-- upload begins. The transaction that records the video in exercise_renders deletes the row. A row whose
-- claim has ended otherwise names what is to be removed from the host.
CREATE TABLE created_videos (
  host          text NOT NULL,
  -- the exercise's slug
  collection    text NOT NULL,
  title         text NOT NULL,
  -- null until the host has answered; then the host is asked by the title
  host_video_id text,
  -- the claim under which it is made
  render_id     uuid NOT NULL,
  plan_id       uuid NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (host, collection, title)
);

CREATE INDEX ON created_videos (render_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON created_videos TO kinebeam_render;

-- What workers of the version before may have left: they noted titles in their claims only.
INSERT INTO created_videos (host, collection, title, render_id, plan_id)
SELECT 'bunny-stream', e.slug, c.title, c.render_id, c.plan_id
  FROM render_claims AS c
  JOIN exercise_renders AS r USING (render_id)
  JOIN exercises AS e USING (exercise_id)
 WHERE c.worker <> 'removal'
ON CONFLICT DO NOTHING;
