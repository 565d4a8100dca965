-- The inventory's memory. All its tables live in the schema 'catalog'.
create schema catalog;

-- Everything inventoried: a platform table, a set of files, a table of another database, a model, an endpoint, a report.
create table catalog.assets (
    id bigint generated always as identity primary key,
    -- The name that all rooms use: raw.orders, file:/path/{yyyy-MM-dd}.csv, postgresql://host:port/db/schema.table, model:name, endpoint:name, report:name.
    key text not null unique check (key <> ''),
    kind text not null check (kind in ('table', 'file_set', 'database_table', 'model', 'endpoint', 'report', 'dashboard')),
    -- Short, for people.
    name text not null,
    -- Folder or address; null where the key says it.
    location text,
    -- What scan found it: the scanned folder, database or 'tables'. Null when only runs mention it. "Gone" is judged within a source.
    source text,
    -- csv, parquet, delta, postgresql ...; null when unknown.
    format text,

    -- What people say about it. A scan never touches these.
    owner text,
    description text,
    domain text,
    tier text,
    tags text[] not null default '{}',

    -- What was last seen of it.
    version bigint,
    row_count bigint,
    byte_count bigint,
    file_count bigint,
    newest_data_at timestamptz,
    -- Anything that changes exactly when the content does; compared between scans, with the one before this scan kept so that a repeated scan gives the same answer.
    fingerprint text,
    previous_fingerprint text,
    fingerprint_scan bigint,
    -- A finding about the asset itself, for example: unsupported (names the feature) or broken (names the file). Null is readable.
    problem text,

    first_seen_at timestamptz not null default now(),
    first_seen_scan bigint,
    last_seen_at timestamptz not null default now(),
    last_seen_scan bigint,
    gone_at timestamptz,
    gone_scan bigint,
    last_written_at timestamptz,
    last_written_run bigint,
    last_written_workflow text,
    last_written_task text,
    last_read_at timestamptz,

    -- Lower-case text that search looks through: key, name, description, owner, domain, tags, columns.
    search_text text not null default ''
);
create index assets_kind on catalog.assets (kind) where gone_at is null;
create index assets_source on catalog.assets (source) where source is not null;
create index assets_last_written on catalog.assets (last_written_at desc nulls last);

-- Columns as last seen; a column that vanished stays with gone_at.
create table catalog.columns (
    asset_id bigint not null references catalog.assets on delete cascade,
    name text not null,
    ordinal int not null,
    data_type text not null,
    nullable boolean not null default true,
    description text,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    gone_at timestamptz,
    primary key (asset_id, name)
);

-- How a schema came to be what it is.
create table catalog.schema_changes (
    id bigint generated always as identity primary key,
    asset_id bigint not null references catalog.assets on delete cascade,
    changed_at timestamptz not null,
    change text not null check (change in ('added', 'removed', 'type', 'nullable')),
    column_name text not null,
    before text,
    after text,
    -- The run or the scan that saw it.
    run_id bigint,
    scan_id bigint
);
create index schema_changes_asset on catalog.schema_changes (asset_id, changed_at desc);

-- Versions that runs wrote.
create table catalog.asset_versions (
    asset_id bigint not null references catalog.assets on delete cascade,
    version bigint not null,
    operation text,
    row_count bigint,
    rows_written bigint,
    byte_count bigint,
    file_count bigint,
    written_at timestamptz not null,
    run_id bigint not null,
    workflow text not null,
    task_id text not null,
    map_index int not null,
    generation int not null,
    primary key (asset_id, version)
);

-- Which task instance read or wrote what. The key makes a repeated event harmless.
create table catalog.accesses (
    asset_id bigint not null references catalog.assets on delete cascade,
    run_id bigint not null,
    task_id text not null,
    map_index int not null,
    generation int not null,
    mode text not null check (mode in ('read', 'write')),
    workflow text not null,
    version bigint,
    row_count bigint,
    location text,
    at timestamptz not null,
    primary key (asset_id, run_id, task_id, map_index, generation, mode)
);
create index accesses_run on catalog.accesses (run_id);
create index accesses_recent on catalog.accesses (asset_id, at desc);

-- Trigrams make search fast and tolerant of typing errors. Where the extension is missing or not allowed, search does without.
do $$
begin
    create extension if not exists pg_trgm;
    create index assets_search on catalog.assets using gin (search_text gin_trgm_ops);
exception
    when insufficient_privilege or undefined_file or feature_not_supported then
        raise notice 'pg_trgm is not available: %', sqlerrm;
end $$;
