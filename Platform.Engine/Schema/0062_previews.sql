-- Runs of a part of a workflow, and previews: runs that show what a task would do, on a sample, and leave nothing behind.
-- Not compatible with older programs: their workers would run the tasks of a preview as those of any run.

alter table workflow_version
    -- A text that was run up to one task: that task. Only it and what is upstream of it is in the runs of this version; null is the whole text.
    add column until_task text,
    add constraint workflow_version_until check (until_task is null or origin = 'run');

-- The texts of previews are versions of a workflow that nobody can name: 'preview:' and the name of the workflow that is previewed. So whatever counts, limits, plans or draws
-- by workflow never meets a preview, versions that people publish are numbered without gaps, and all of it can be deleted.
alter table workflow drop constraint workflow_name_check;
alter table workflow add constraint workflow_name_check check (name ~ '^(preview:)?[a-z0-9][a-z0-9-]*$');

alter table run drop constraint run_kind_check;
alter table run add constraint run_kind_check check (kind in ('manual', 'scheduled', 'backfill', 'file', 'asset', 'workflow', 'preview')),
    add constraint run_preview_workflow check ((kind = 'preview') = starts_with(workflow, 'preview:'));

create table preview (
    run_id bigint primary key references run (id) on delete cascade,
    -- The workflow that is previewed, by the name in its text; it need not exist.
    workflow text not null,
    -- The task that is looked at.
    task_id text not null,
    -- Rows of a large source that are read.
    sample_rows integer not null check (sample_rows > 0),
    created_by text not null,
    created_at timestamptz not null default now(),
    -- From then on it is stopped where it still runs, and deleted with everything that it wrote. Letting go brings it forward to now.
    expires_at timestamptz not null
);

create index preview_expires_at on preview (expires_at);

-- What each instance of a preview read, wrote and would do, written with the end of its attempt.
create table preview_task (
    run_id bigint not null references preview (run_id) on delete cascade,
    task_id text not null,
    map_index integer not null,
    report jsonb not null,
    primary key (run_id, task_id, map_index)
);
