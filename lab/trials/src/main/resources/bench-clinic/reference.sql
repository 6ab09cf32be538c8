-- Organisations of differing size, their people, a catalogue: what sessions refer to. ${rows} is the
-- number of sessions to come. An organisation's share falls off as 1 / (rank + 3): the biggest of 50
-- has a ninth of all sessions.
CREATE TABLE bench_clinic_orgs AS
  SELECT k AS rank,
         md5('bench org ' || k)::uuid AS org_id,
         greatest(20, (${rows} * w / sum(w) OVER () / 250)::int) AS patients,
         sum(w) OVER (ORDER BY k) / sum(w) OVER () AS cumulative
    FROM (SELECT k, 1.0 / (k + 3) AS w FROM generate_series(0, ${orgs} - 1) AS k) AS weighted;

INSERT INTO organizations (org_id, name) SELECT org_id, 'Bench clinic ' || rank FROM bench_clinic_orgs;

INSERT INTO people (org_id, person_id, role, display_name)
  SELECT org_id, md5(org_id || ' patient ' || p)::uuid, 'patient', 'Patient ' || p
    FROM bench_clinic_orgs, generate_series(0, patients - 1) AS p;

INSERT INTO exercises (slug, kind, status, display_name, media_id)
  SELECT 'bench-exercise-' || e, 'reps_based', 'published', 'Bench exercise ' || e,
         to_hex(4096 + e * 7919) || '-' || e
    FROM generate_series(0, 59) AS e;

-- A thousand places, each an organisation by its weight: one draw finds one.
CREATE TABLE bench_clinic_places AS
  SELECT place, found.*
    FROM generate_series(0, 999) AS place
    CROSS JOIN LATERAL (SELECT org_id, patients FROM bench_clinic_orgs
                         WHERE cumulative >= (place + 0.5) / 1000 ORDER BY rank LIMIT 1) AS found;

ANALYZE bench_clinic_places;
