INSERT INTO automations (automation_id, org_id, rule, subject, title, state, opened_at, snoozed_until, resolved_at,
                         resolved_by, cleared_at, evidence)
SELECT md5('automation ' || rule || :org)::uuid, :org, rule, CASE rule WHEN 'content_quality' THEN md5('exercise knee-extension') ELSE '' END,
       title, state, :now - age, CASE state WHEN 'snoozed' THEN :now + interval '1 day' END,
       CASE state WHEN 'resolved' THEN :now - age / 2 END, CASE state WHEN 'resolved' THEN 'condition' END,
       CASE state WHEN 'resolved' THEN :now - age / 2 END,
       evidence || jsonb_build_object('window_from', utc_text(:now - age - interval '1 hour'), 'window_to', utc_text(:now - age))
  FROM (VALUES
    ('network_degradation', 'open', interval '40 minutes', 'Videos stall far more than usual',
     '{"n":22,"affected":9,"share":0.409,"lower_bound":0.233,"threshold":3,"rebuffer_ratio":0.061,"baseline":0.011,"baseline_sessions":240}'::jsonb),
    ('content_quality', 'acknowledged', interval '5 hours', 'An exercise fails for many patients',
     '{"n":18,"affected":5,"share":0.278,"lower_bound":0.125,"threshold":0.1}'),
    ('cdn_issue', 'resolved', interval '3 days', 'The first byte comes late',
     '{"n":31,"affected":8,"share":0.258,"lower_bound":0.137,"threshold":0.2,"ttfb_limit_ms":800}')
  ) AS known (rule, state, age, title, evidence);
