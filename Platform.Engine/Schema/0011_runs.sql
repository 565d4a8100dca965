-- Runs, task instances and attempts: the history. Keys begin with the run's id, which grows with time,
-- so that each of these tables can become partitioned by ranges of run ids without touching a query.

-- A range of intervals asked for at once, with its own limit so that it never starves the schedule.
create table backfill (
    id bigint generated always as identity primary key,
    workflow text not null references workflow (name),
    version integer not null,
    range_start timestamptz not null,
    range_end timestamptz not null,
    active_runs integer not null check (active_runs > 0),
    newest_first boolean not null default false,
    created_at timestamptz not null default now(),
    created_by text not null,
    check (range_start < range_end)
);

create table run (
    id bigint generated always as identity primary key,
    workflow text not null,
    version integer not null,
    kind text not null check (kind in ('manual', 'scheduled', 'backfill', 'file', 'asset', 'workflow')),
    state text not null check (state in ('queued', 'running', 'success', 'failed', 'canceled')),
    -- The data interval [start, end); null for a manual run without a date.
    interval_start timestamptz,
    interval_end timestamptz,
    -- Parameters after defaults, checked.
    params jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    idempotency_key text,
    backfill_id bigint references backfill (id),
    -- The run and task that started it, for sub-workflows.
    parent_run_id bigint,
    parent_task_id text,
    priority smallint not null default 0,
    -- Most time from its start, and when it will be over; copied from the definition.
    timeout interval,
    times_out_at timestamptz,
    created_by text not null,
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    -- Set when somebody, or its time-out, asked for its end: the state it takes when its tasks have stopped.
    stop_state text check (stop_state in ('canceled', 'failed')),
    cancel_requested_at timestamptz,
    canceled_by text,
    -- Counts of task instances by state, written when the run ends: {"success": 6, "skipped": 2}.
    task_counts jsonb,
    -- One sentence for people: why it failed, or that there was nothing to do.
    note text,
    foreign key (workflow, version) references workflow_version (workflow, version),
    check ((interval_start is null) = (interval_end is null)),
    check (interval_start < interval_end),
    check (kind not in ('scheduled', 'backfill') or interval_start is not null),
    check (kind <> 'backfill' or backfill_id is not null),
    check (state <> 'queued' or (started_at is null and ended_at is null)),
    check (state <> 'running' or (started_at is not null and ended_at is null)),
    check (state not in ('success', 'failed', 'canceled') or ended_at is not null),
    check ((stop_state is null) = (cancel_requested_at is null)),
    check (state <> 'canceled' or stop_state = 'canceled')
) with (fillfactor = 80);

-- Lists are newest first, by workflow and by state.
create index run_workflow on run (workflow, id desc);
create index run_state on run (state, id desc) where state in ('queued', 'running', 'failed');
-- Promotion counts what is active and takes what is queued.
create index run_active on run (workflow, backfill_id) where state = 'running';
create index run_queued on run (workflow, backfill_id, priority desc, interval_start, id) where state = 'queued';
create index backfill_workflow on backfill (workflow);
create index run_backfill on run (backfill_id) where backfill_id is not null;
create index run_times_out on run (times_out_at) where state = 'running' and times_out_at is not null;
create unique index run_idempotency_key on run (workflow, idempotency_key) where idempotency_key is not null;

-- The run of an interval: one for each, whatever nodes race. A backfill that repeats an interval points it to the new run.
create table run_interval (
    workflow text not null references workflow (name),
    interval_start timestamptz not null,
    run_id bigint not null,
    primary key (workflow, interval_start)
);

create table task_instance (
    run_id bigint not null references run (id) on delete cascade,
    task_id text not null,
    -- Index of the element it maps over; -1 is not mapped, or mapped and not yet expanded.
    map_index integer not null default -1 check (map_index >= -1),
    -- Raised by clear, never by a retry.
    generation integer not null default 1 check (generation > 0),
    activity text not null,
    state text not null check (state in ('none', 'queued', 'running', 'deferred', 'up_for_retry',
        'success', 'failed', 'skipped', 'upstream_failed', 'canceled', 'removed')),
    -- Attempts started in this generation.
    attempts integer not null default 0 check (attempts >= 0),
    -- The element that it maps over.
    element jsonb,
    queued_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    outputs jsonb check (jsonb_typeof(outputs) = 'object'),
    -- Ids of the tasks directly downstream that its activity chose; null follows all.
    follow text[],
    error_kind text,
    -- Why it failed, or why it was skipped.
    error text,
    -- How far the running attempt is; written a few times a second at most.
    progress_done bigint,
    progress_total bigint,
    progress_unit text,
    primary key (run_id, task_id, map_index),
    check ((ended_at is not null) = (state in ('success', 'failed', 'skipped', 'upstream_failed', 'canceled', 'removed'))),
    check (state <> 'none' or (queued_at is null and started_at is null)),
    check (state not in ('queued', 'up_for_retry') or queued_at is not null),
    check (state not in ('running', 'deferred') or (queued_at is not null and started_at is not null)),
    check (state not in ('success', 'failed') or started_at is not null),
    check (outputs is null or state in ('success', 'skipped')),
    check (follow is null or state = 'success'),
    check (error_kind is null or state in ('failed', 'up_for_retry', 'canceled', 'queued'))
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05);

-- Numbers that only grow: the fencing number of a lease is the id of its attempt.
create sequence attempt_id as bigint;

create table attempt (
    id bigint primary key default nextval('attempt_id'),
    run_id bigint not null,
    task_id text not null,
    map_index integer not null,
    generation integer not null,
    -- 1 for the first try of a generation.
    number integer not null check (number > 0),
    node text not null,
    state text not null check (state in ('running', 'success', 'failed', 'skipped', 'canceled', 'lost', 'deferred', 'expanded')),
    started_at timestamptz not null,
    ended_at timestamptz,
    error_kind text,
    error text,
    -- Stack trace, for people who write activities.
    error_detail text,
    foreign key (run_id, task_id, map_index) references task_instance (run_id, task_id, map_index) on delete cascade,
    check ((state = 'running') = (ended_at is null)),
    check (error is null or state <> 'success')
) with (fillfactor = 75);

create unique index attempt_instance on attempt (run_id, task_id, map_index, generation, number);
