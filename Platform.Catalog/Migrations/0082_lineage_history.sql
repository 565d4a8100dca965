-- Lineage at a past time. catalog.asset_edges and catalog.column_edges hold what is true now, from first_seen_at on; an edge that a newer version of its task no longer makes moves here.
-- An edge whose source or workflow is told by another system carries workflow 'openlineage:NAMESPACE' and the job's name as task; run numbers below 0 are those of catalog.external_runs.
alter table catalog.asset_edges add column workflow_version int not null default 0;
comment on column catalog.asset_edges.workflow_version is 'The newest version of the workflow that made it; 0 where the event did not tell.';

-- What a task reads and writes, by the task.
create index asset_edges_task on catalog.asset_edges (workflow, task_id);

create table catalog.ended_asset_edges (
    from_asset bigint not null references catalog.assets on delete cascade,
    to_asset bigint not null references catalog.assets on delete cascade,
    workflow text not null,
    task_id text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_run bigint not null,
    -- When the task was seen to write without it. Valid: first_seen_at <= t < ended_at.
    ended_at timestamptz not null,
    primary key (to_asset, from_asset, workflow, task_id, ended_at)
);
create index ended_asset_edges_from on catalog.ended_asset_edges (from_asset, to_asset);
create index ended_asset_edges_old on catalog.ended_asset_edges (ended_at);

create table catalog.ended_column_edges (
    from_asset bigint not null references catalog.assets on delete cascade,
    from_column text not null,
    to_asset bigint not null references catalog.assets on delete cascade,
    to_column text not null,
    kind text not null,
    masking boolean not null,
    workflow text not null,
    task_id text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_run bigint not null,
    ended_at timestamptz not null,
    primary key (to_asset, to_column, from_asset, from_column, kind, workflow, task_id, ended_at)
);
create index ended_column_edges_from on catalog.ended_column_edges (from_asset, from_column, to_asset, to_column);
create index ended_column_edges_old on catalog.ended_column_edges (ended_at);

-- The graphs as they were at a time. One SELECT each, so that the planner looks through them.
create function catalog.asset_edges_at(t timestamptz)
    returns table (from_asset bigint, to_asset bigint, workflow text, task_id text, first_seen_at timestamptz, last_seen_at timestamptz, last_run bigint, ended_at timestamptz) stable language sql as $$
    select from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, null::timestamptz from catalog.asset_edges where first_seen_at <= t
    union all
    select from_asset, to_asset, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at from catalog.ended_asset_edges where first_seen_at <= t and ended_at > t
$$;

create function catalog.column_edges_at(t timestamptz)
    returns table (from_asset bigint, from_column text, to_asset bigint, to_column text, kind text, masking boolean, workflow text, task_id text, first_seen_at timestamptz, last_seen_at timestamptz, last_run bigint, ended_at timestamptz) stable language sql as $$
    select from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, null::timestamptz from catalog.column_edges where first_seen_at <= t
    union all
    select from_asset, from_column, to_asset, to_column, kind, masking, workflow, task_id, first_seen_at, last_seen_at, last_run, ended_at from catalog.ended_column_edges where first_seen_at <= t and ended_at > t
$$;

-- Tasks that failed for good, for the question what went wrong upstream. A task that is cleared and succeeds takes its row away.
create table catalog.task_failures (
    run_id bigint not null,
    task_id text not null,
    map_index int not null,
    workflow text not null,
    at timestamptz not null,
    error text,
    primary key (run_id, task_id, map_index)
);
create index task_failures_task on catalog.task_failures (workflow, task_id, at desc);
create index task_failures_old on catalog.task_failures (at);
