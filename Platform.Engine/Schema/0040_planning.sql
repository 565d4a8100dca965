-- compatible: an older program does not read what is added here.
-- What planning needs besides the clock: the run before a run, the assets that schedules follow, and the end of a backfill.

alter table run
    -- Tasks that wait for the same task of the run before (depends_on_past); null where none does.
    add column past_waits text[] check (cardinality(past_waits) > 0),
    -- Whether only scheduled and backfill runs count as the run before: so with catchup.
    add column past_planned boolean not null default false,
    -- The run before, as it was seen last; null where nothing waits for it.
    add column past_run_id bigint,
    -- Of a run that assets started: {"clean.orders": {"version": 12, "from_version": 11, "updates": 2, "run": 55, "task": "clean", "at": "…"}}.
    add column assets jsonb check (jsonb_typeof(assets) = 'object');

-- The run before: the newest of the intervals that start earlier.
create index run_interval_order on run (workflow, interval_start desc, id desc) where interval_start is not null;
create index run_past_waits on run (id) where past_waits is not null and state = 'running';

-- The assets that the published schedules follow.
create table asset_subscription (
    workflow text not null references workflow (name),
    asset text not null check (asset <> ''),
    -- Whether one of the workflow's assets is enough; the same in all its rows.
    any_asset boolean not null,
    -- The newest version that a run of the workflow was told; null where none was, or where the asset has no versions.
    version bigint,
    primary key (workflow, asset)
);

create index asset_subscription_asset on asset_subscription (asset);

-- Writes of assets that a schedule follows, which no run of that workflow was told yet. Written in the transaction that ends the producing attempt,
-- deleted in the one that makes the run: whoever dies in between, each write is told once. Producers only insert, so that they never wait for a planner.
create table asset_update (
    id bigint generated always as identity primary key,
    workflow text not null,
    asset text not null,
    -- Null where the asset has no versions.
    version bigint,
    run_id bigint not null,
    task_id text not null,
    -- The producing run's data interval.
    interval_start timestamptz,
    interval_end timestamptz,
    at timestamptz not null default now()
);

create index asset_update_workflow on asset_update (workflow, asset, id);

alter table backfill
    add column canceled_at timestamptz,
    add column canceled_by text,
    -- Which intervals that had a run it repeats.
    add column repeat text not null default 'missing' check (repeat in ('missing', 'failed', 'all'));
