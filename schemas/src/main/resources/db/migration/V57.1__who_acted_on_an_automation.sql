-- The person who last acknowledged, snoozed, resolved or reopened it; null until a person does.
ALTER TABLE automations ADD COLUMN acted_by uuid;
GRANT UPDATE (acted_by) ON automations TO kinebeam_core_api;
