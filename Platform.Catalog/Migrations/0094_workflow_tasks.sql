-- compatible: adds a table that programs before it do not know.

-- The tasks that the published version of a workflow holds: an edge of a task that it no longer holds is past, however the task went away (removed, renamed, replaced).
create table catalog.workflow_tasks (
    workflow text primary key,
    version int not null,
    tasks text[] not null,
    published_at timestamptz not null
);
