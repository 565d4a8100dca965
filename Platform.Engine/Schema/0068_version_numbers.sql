-- compatible: a new table only; an older program numbers as it did, and the next number here is above its too.
-- The last number of a version under each name, also after all versions of the name are deleted, as those of previews are: whoever has read a version keeps it by name and number,
-- so that a number must never come to mean another text. Rows stay when the workflow goes.
create table version_number (
    workflow text primary key,
    last integer not null check (last > 0)
);

-- Texts of previews that were deleted before: their numbers are not known any more, and far above all that can have been given.
insert into version_number (workflow, last)
select workflow, max(version) + case when starts_with(workflow, 'preview:') then 10000 else 0 end from workflow_version group by workflow;
