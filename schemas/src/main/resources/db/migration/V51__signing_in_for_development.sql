-- For machines of developers and demonstrations: whom the Core API may offer to sign in as. A login that is
-- not a member of this group, as in every deployment, can list nobody.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kinebeam_development') THEN
    CREATE ROLE kinebeam_development NOLOGIN NOBYPASSRLS;
  END IF;
END
$$;

-- The superadmin of development, who is entered nowhere at first; nobody, when switched off.
CREATE FUNCTION superadmin_to_sign_in_as() RETURNS TABLE (person_id uuid, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT s.id, coalesce(p.display_name, 'Superadmin')
    FROM (VALUES ('00000000-0000-4000-8000-000000000001'::uuid)) AS s (id)
    LEFT JOIN platform_people AS p ON p.person_id = s.id
   WHERE coalesce(p.active, true)
$$;

-- The superadmin, and of up to 50 organizations up to 5 active people of each role.
CREATE FUNCTION people_to_sign_in_as()
  RETURNS TABLE (org_id uuid, organization text, person_id uuid, role text, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT NULL::uuid, NULL::text, s.person_id, 'superadmin', s.display_name
    FROM superadmin_to_sign_in_as() AS s
  UNION ALL
  (SELECT o.org_id, o.name, p.person_id, r.role, p.display_name
    FROM (SELECT * FROM organizations ORDER BY name, org_id LIMIT 50) AS o
   CROSS JOIN (VALUES (1, 'clinic_admin'), (2, 'specialist'), (3, 'patient')) AS r (place, role)
   CROSS JOIN LATERAL (
     SELECT * FROM people AS p WHERE p.org_id = o.org_id AND p.role = r.role AND p.active
      ORDER BY p.created_at, p.person_id LIMIT 5) AS p
   ORDER BY o.name, o.org_id, r.place, p.created_at, p.person_id)
$$;

-- The person's organization (null: the superadmin) and role, if active.
CREATE FUNCTION person_to_sign_in_as(person uuid) RETURNS TABLE (org_id uuid, role text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT NULL::uuid, 'superadmin' FROM superadmin_to_sign_in_as() AS s WHERE s.person_id = person
  UNION ALL
  (SELECT p.org_id, p.role FROM people AS p WHERE p.person_id = person AND p.active ORDER BY p.org_id LIMIT 1)
  LIMIT 1
$$;

REVOKE ALL ON FUNCTION superadmin_to_sign_in_as, people_to_sign_in_as, person_to_sign_in_as FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_to_sign_in_as, person_to_sign_in_as TO kinebeam_development;
