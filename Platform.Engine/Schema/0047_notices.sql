-- Notices to people that a run or task failed, or that a run is late: written in the transaction of what they tell about, sent afterwards, and tried again until they are taken or too old.

create table notice (
    id bigint generated always as identity primary key,
    run_id bigint not null references run (id) on delete cascade,
    -- Null tells about the run.
    task_id text,
    map_index integer,
    event text not null check (event in ('run.failed', 'run.late', 'task.failed')),
    -- What is sent: {"event", "workflow", "run_id", …}.
    payload jsonb not null,
    -- To whom, as the workflow says it; addresses with keys and passwords stay in connections and secrets.
    kind text not null check (kind in ('webhook', 'email', 'log')),
    target text not null,
    connection text,
    secret text,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
    tries integer not null default 0,
    created_at timestamptz not null default now(),
    -- Not before; while a node sends it, when another may take it over.
    next_at timestamptz not null default now(),
    ended_at timestamptz,
    -- Why the last try failed.
    error text,
    check ((ended_at is null) = (state = 'waiting'))
);

create index notice_next on notice (next_at) where state = 'waiting';
create index notice_run on notice (run_id);
create index notice_failed on notice (id desc) where state = 'failed';

-- When a run should be done, and when it was found to be late.
alter table run
    add column deadline_at timestamptz,
    add column late_at timestamptz;

create index run_deadline on run (deadline_at) where state = 'running' and deadline_at is not null and late_at is null;
