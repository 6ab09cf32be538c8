-- A trigger's function runs with its owner's rights: whoever may make a trigger of it on a table of
-- his own could write changes of any organisation. Triggers that exist need no right to it.
REVOKE ALL ON FUNCTION tell_automation_change() FROM PUBLIC;
