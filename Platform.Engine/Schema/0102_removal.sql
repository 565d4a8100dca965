-- compatible: columns and a table that an older program does not know; what is retired is paused as well, so that it plans none of it.
-- Workflows that are put away: retired ones can be brought back, deleted ones leave only a line here.

alter table workflow
    -- Since when it is retired: in no list, and no run of it begins. Null is not.
    add column retired_at timestamptz,
    add column retired_by text,
    -- Whether it was paused when it was retired: brought back, it is as it was.
    add column retired_paused boolean not null default false,
    add constraint workflow_retired check ((retired_at is null) = (retired_by is null) and (retired_at is null or paused));

-- Who put away and brought back what, when. It outlives the workflow.
create table workflow_removal (
    id bigint generated always as identity primary key,
    workflow text not null,
    title text not null,
    action text not null check (action in ('retired', 'restored', 'deleted')),
    at timestamptz not null default now(),
    by_user text not null,
    -- Of a deleted one: how much went with it, and its newest version.
    version_count integer,
    run_count bigint,
    last_version integer,
    check ((action = 'deleted') = (last_version is not null))
);

create index workflow_removal_workflow on workflow_removal (workflow, id desc);
