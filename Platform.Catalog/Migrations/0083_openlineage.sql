-- What other systems tell over OpenLineage, and what of ours is to be told to them.

-- Names under which others know an asset (a dataset's namespace and name; symlinks are further ones).
create table catalog.dataset_names (
    namespace text not null,
    name text not null,
    asset_id bigint not null references catalog.assets on delete cascade,
    primary key (namespace, name)
);
create index dataset_names_asset on catalog.dataset_names (asset_id);

create table catalog.external_jobs (
    id bigint generated always as identity primary key,
    namespace text not null,
    name text not null,
    description text,
    owner text,
    -- The query that it runs, where it told one.
    sql text,
    -- What it is, for example SPARK or AIRFLOW.
    integration text,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    unique (namespace, name)
);

-- Runs of such jobs. Elsewhere in the catalog they are the number -id, their job's namespace after 'openlineage:' is the workflow and its name the task.
create table catalog.external_runs (
    id bigint generated always as identity primary key,
    run_id uuid not null unique,
    job_id bigint not null references catalog.external_jobs on delete cascade,
    -- START and RUNNING give way to COMPLETE, ABORT and FAIL in whatever order they come; of two ends the later counts.
    state text not null check (state in ('OTHER', 'START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL')),
    -- Of the event that told the state.
    state_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    nominal_start timestamptz,
    nominal_end timestamptz,
    parent_run uuid,
    -- namespace/name of the parent's job.
    parent_job text,
    error text,
    producer text not null,
    last_event_at timestamptz not null
);
create index external_runs_job on catalog.external_runs (job_id, state_at desc);
create index external_runs_old on catalog.external_runs (last_event_at);

-- Facets as they came, those that nobody here knows among them; the newest of each name.
create table catalog.openlineage_facets (
    subject text not null check (subject in ('run', 'job', 'dataset')),
    -- Of external_runs, external_jobs or assets.
    subject_id bigint not null,
    -- dataset: '' of itself, input or output of its use.
    scope text not null default '' check (scope in ('', 'input', 'output')),
    name text not null,
    at timestamptz not null,
    -- Null where the facet was taken away.
    facet jsonb,
    primary key (subject, subject_id, scope, name)
);

-- Events to send, in order, a row for each connection that gets them.
create table catalog.openlineage_queue (
    id bigint generated always as identity primary key,
    connection text not null,
    event text not null,
    queued_at timestamptz not null default now()
);
create index openlineage_queue_order on catalog.openlineage_queue (connection, id);

-- How sending to a connection goes.
create table catalog.openlineage_targets (
    connection text primary key,
    -- Failed tries in a row for the event at the head of the queue.
    tries int not null default 0,
    next_at timestamptz not null default now(),
    sent bigint not null default 0,
    -- Events that the other side refused for good, or that were left out because the queue was full.
    refused bigint not null default 0,
    dropped bigint not null default 0,
    last_sent_at timestamptz,
    last_error text,
    last_error_at timestamptz
);

-- Whether a run's state as another event tells it takes the place of the one that is known.
create function catalog.run_state_wins(known text, known_at timestamptz, told text, told_at timestamptz) returns boolean immutable language sql
return (case when told in ('COMPLETE', 'ABORT', 'FAIL') then 2 when told = 'OTHER' then 0 else 1 end, told_at) >= (case when known in ('COMPLETE', 'ABORT', 'FAIL') then 2 when known = 'OTHER' then 0 else 1 end, known_at);

-- A kind of connection of its own: where events are sent to.
alter table connections drop constraint connections_kind_check;
alter table connections add constraint connections_kind_check check (kind in ('postgresql', 's3', 'smtp', 'http', 'language-model', 'openlineage'));
