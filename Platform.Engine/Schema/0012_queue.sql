-- What can run now and what is leased: small, hot, and separate from the history. A row is deleted when its attempt ends.

create table node (
    -- Machine, process and a random part: unique for each start.
    name text primary key,
    host text not null,
    process_id integer not null,
    version text not null,
    -- What it does: web, scheduler, worker.
    roles text[] not null,
    queues text[] not null default '{}',
    -- Tasks that it runs at once.
    concurrency integer not null default 0,
    -- What it declares: {"cpu": 8, "memory": 17179869184, "gpu": 1}.
    resources jsonb not null default '{}',
    started_at timestamptz not null default now(),
    heartbeat_at timestamptz not null default now(),
    stopping boolean not null default false
) with (fillfactor = 50);

create table pool (
    name text primary key,
    slots integer not null check (slots >= 0),
    description text not null default ''
);

create table task_queue (
    id bigint generated always as identity primary key,
    run_id bigint not null,
    task_id text not null,
    map_index integer not null,
    generation integer not null,
    -- What a claim and a worker need, so that neither touches the history to find it.
    workflow text not null,
    version integer not null,
    queue text not null,
    priority smallint not null default 0,
    -- Not before; later than now for a retry.
    ready_at timestamptz not null default now(),
    -- Number of the next attempt, or of the one that runs, and how many before it do not count against the retries:
    -- those that died with their worker or were handed back by a stopping one.
    number integer not null default 1 check (number > 0),
    excused integer not null default 0 check (excused >= 0 and excused < number),
    -- Of the excused ones, those that died with their worker: a task that kills its workers is stopped by a limit.
    lost integer not null default 0 check (lost >= 0 and lost <= excused),
    pool text,
    pool_slots integer not null default 1 check (pool_slots > 0),
    cpu double precision not null default 0,
    memory double precision not null default 0,
    gpu double precision not null default 0,
    -- The lease. attempt_id is its fencing number: every write of an attempt compares it.
    node text,
    attempt_id bigint,
    leased_until timestamptz,
    -- Set by cancel: the worker stops the attempt.
    cancel_requested boolean not null default false,
    check ((node is null) = (attempt_id is null) and (node is null) = (leased_until is null))
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_threshold = 2000);

-- One row for a task instance: it cannot be queued twice.
create unique index task_queue_instance on task_queue (run_id, task_id, map_index);
-- Claims walk from workflow to workflow within a queue, so that ten thousand ready tasks of one do not hide another.
create index task_queue_ready on task_queue (queue, workflow, priority desc, ready_at, id) where node is null;
-- Free amounts are counted from live leases.
create index task_queue_leased on task_queue (workflow) where node is not null;
create index task_queue_pool on task_queue (pool) where pool is not null;
create index task_queue_node on task_queue (node) where node is not null;
create index task_queue_leased_until on task_queue (leased_until) where node is not null;
