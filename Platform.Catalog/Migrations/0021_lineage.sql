-- The graph of assets: one row for each pair and the task that connects them.
create table catalog.asset_edges (
    from_asset bigint not null references catalog.assets on delete cascade,
    to_asset bigint not null references catalog.assets on delete cascade,
    workflow text not null,
    task_id text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_run bigint not null,
    primary key (to_asset, from_asset, workflow, task_id)
);
-- Downstream: all that the walk needs is in the index.
create index asset_edges_from on catalog.asset_edges (from_asset, to_asset);

-- The graph of columns. An empty to_column means the asset as a whole (a filter, a join; or a model, which has no columns).
create table catalog.column_edges (
    from_asset bigint not null references catalog.assets on delete cascade,
    from_column text not null,
    to_asset bigint not null references catalog.assets on delete cascade,
    to_column text not null default '',
    -- identity, transformation, aggregation are direct; the others indirect (OpenLineage's subtypes).
    kind text not null check (kind in ('identity', 'transformation', 'aggregation', 'filter', 'join', 'group_by', 'sort', 'conditional', 'window')),
    workflow text not null,
    task_id text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_run bigint not null,
    primary key (to_asset, to_column, from_asset, from_column, kind, workflow, task_id)
);
create index column_edges_from on catalog.column_edges (from_asset, from_column, to_asset, to_column);

-- The statement that made an asset, for each task that writes it, and what the analysis could not follow.
create table catalog.statements (
    asset_id bigint not null references catalog.assets on delete cascade,
    workflow text not null,
    task_id text not null,
    sql text,
    not_understood text,
    last_run bigint not null,
    last_seen_at timestamptz not null,
    primary key (asset_id, workflow, task_id)
);

-- A number about an asset (column_name '') or a column, over time.
create table catalog.metrics (
    asset_id bigint not null references catalog.assets on delete cascade,
    column_name text not null default '',
    name text not null,
    at timestamptz not null,
    value double precision not null,
    run_id bigint not null,
    task_id text not null,
    map_index int not null,
    primary key (asset_id, column_name, name, run_id, task_id, map_index)
);
create index metrics_history on catalog.metrics (asset_id, column_name, name, at desc);

-- Checks by what they look at, with their last result.
create table catalog.checks (
    id bigint generated always as identity primary key,
    asset_id bigint not null references catalog.assets on delete cascade,
    column_name text not null default '',
    name text not null,
    severity text not null check (severity in ('warning', 'critical')),
    expected text not null,
    last_passed boolean not null,
    last_observed text not null,
    last_at timestamptz not null,
    last_run bigint not null,
    unique (asset_id, column_name, name)
);

create table catalog.check_results (
    check_id bigint not null references catalog.checks on delete cascade,
    run_id bigint not null,
    task_id text not null,
    map_index int not null,
    generation int not null,
    attempt int not null,
    at timestamptz not null,
    passed boolean not null,
    observed text not null,
    primary key (check_id, run_id, task_id, map_index, generation, attempt)
);

-- An incident opens with the first failed result and closes by itself with the next good one.
create table catalog.incidents (
    id bigint generated always as identity primary key,
    check_id bigint not null references catalog.checks on delete cascade,
    severity text not null,
    message text not null,
    opened_at timestamptz not null,
    opened_run bigint not null,
    -- Failed results so far, the first included.
    failures int not null default 1,
    closed_at timestamptz,
    closed_run bigint,
    check ((closed_at is null) = (closed_run is null))
);
create unique index incidents_open on catalog.incidents (check_id) where closed_at is null;
