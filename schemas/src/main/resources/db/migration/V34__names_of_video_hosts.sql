-- Video hosts are called by the names that settings give them.
UPDATE exercise_renders SET host = 'bunny' WHERE host = 'bunny-stream';
UPDATE replaced_videos SET host = 'bunny' WHERE host = 'bunny-stream';
UPDATE created_videos SET host = 'bunny' WHERE host = 'bunny-stream';
