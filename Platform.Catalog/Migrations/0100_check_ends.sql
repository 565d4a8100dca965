-- compatible: adds columns that programs before it do not know.

alter table catalog.checks
    -- Since then nobody makes the check: it was deleted, and its last result says nothing of now. A new result takes it back.
    add column retired_at timestamptz,
    -- The content that the last result is of, where whoever made it knows: a failure on the same content is the same failure. Null where that is not known.
    add column last_content text;

-- Checks that were declared by a person and are not any more.
update catalog.checks c set retired_at = now()
where not c.last_passed and exists (
    select from catalog.incidents i join catalog.incident_events e on e.incident_id = i.id
    where i.check_id = c.id and e.what = 'resolved' and e.note = 'The check was deleted.')
and not exists (select from catalog.check_definitions d where d.asset_id = c.asset_id and d.column_name = c.column_name and d.name = c.name)
and not exists (select from catalog.incidents i where i.check_id = c.id and i.closed_at is null);
