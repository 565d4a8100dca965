-- One look over everything: scan, profile, relate, classify, report.
create table catalog.inventory_runs (
    id bigint generated always as identity primary key,
    -- The platform run that made it; its tasks share the row.
    run_id bigint unique,
    workflow text,
    state text not null default 'running' check (state in ('running', 'success', 'failed')),
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    -- What was looked at.
    sources text[] not null default '{}',
    -- The report as JSON, and where its page lies.
    report jsonb,
    report_location text,
    check ((state = 'running') = (ended_at is null))
);

-- What an inventory run found different from before.
create table catalog.inventory_changes (
    inventory_run_id bigint not null references catalog.inventory_runs on delete cascade,
    asset_id bigint not null references catalog.assets on delete cascade,
    change text not null check (change in ('new', 'changed', 'gone', 'returned')),
    -- Figures before and after, for people.
    details jsonb not null default '{}',
    primary key (inventory_run_id, asset_id)
);

-- Files of an asset as last read, with the mergeable state that reading them gave: an unchanged file is not read again.
create table catalog.asset_files (
    asset_id bigint not null references catalog.assets on delete cascade,
    path text not null,
    byte_count bigint not null,
    modified_at timestamptz not null,
    -- Form of the state; a reader that does not know it reads the file again.
    state_format text,
    state bytea,
    primary key (asset_id, path)
);

-- A profile belongs to an asset at a moment; unchanged assets keep their last one.
create table catalog.profiles (
    id bigint generated always as identity primary key,
    asset_id bigint not null references catalog.assets on delete cascade,
    inventory_run_id bigint references catalog.inventory_runs on delete set null,
    -- Table version, null where the asset has none.
    asset_version bigint,
    profiled_at timestamptz not null default now(),
    row_count bigint,
    profile jsonb not null default '{}'
);
create unique index profiles_run on catalog.profiles (asset_id, inventory_run_id) where inventory_run_id is not null;
create index profiles_latest on catalog.profiles (asset_id, id desc);

create table catalog.column_profiles (
    profile_id bigint not null references catalog.profiles on delete cascade,
    column_name text not null,
    profile jsonb not null,
    primary key (profile_id, column_name)
);

-- What a column means. The rules' judgement and the human verdict lie side by side: rules overwrite the first and never the second.
create table catalog.classifications (
    asset_id bigint not null references catalog.assets on delete cascade,
    column_name text not null,
    semantic_type text,
    -- Class of personal data; null is none.
    personal_class text,
    domain text,
    -- key, measure, dimension ...
    role text,
    confidence double precision not null default 0 check (confidence between 0 and 1),
    evidence jsonb not null default '{}',
    rule_version text not null default '',
    judged_at timestamptz not null default now(),

    verdict text check (verdict in ('confirmed', 'corrected', 'rejected')),
    verdict_semantic_type text,
    verdict_personal_class text,
    verdict_by text,
    verdict_at timestamptz,
    verdict_note text,
    check ((verdict is null) = (verdict_at is null)),
    primary key (asset_id, column_name)
);
create index classifications_review on catalog.classifications (confidence) where verdict is null;

-- Keys, foreign keys, joinable columns and near-duplicate tables that the values propose; people confirm or reject.
create table catalog.relations (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('key', 'foreign_key', 'joinable', 'near_duplicate')),
    from_asset bigint not null references catalog.assets on delete cascade,
    from_columns text[] not null default '{}',
    to_asset bigint references catalog.assets on delete cascade,
    to_columns text[] not null default '{}',
    confidence double precision not null default 0,
    -- Share of the distinct values on the left that are found on the right; null where it means nothing.
    inclusion double precision,
    -- Rows on the left whose value is missing on the right, and some of those values.
    broken_rows bigint,
    missing_values jsonb not null default '[]',
    evidence jsonb not null default '{}',
    status text not null default 'proposed' check (status in ('proposed', 'confirmed', 'rejected')),
    decided_by text,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    gone_at timestamptz
);
create unique index relations_identity on catalog.relations (kind, from_asset, from_columns, coalesce(to_asset, 0), to_columns);
create index relations_to on catalog.relations (to_asset);

-- What a column is in the end: the human verdict before the rules.
create function catalog.semantic_type(k catalog.classifications) returns text immutable language sql
return case k.verdict when 'corrected' then k.verdict_semantic_type when 'rejected' then null else k.semantic_type end;

create function catalog.personal_class(k catalog.classifications) returns text immutable language sql
return case k.verdict when 'corrected' then k.verdict_personal_class when 'rejected' then null else k.personal_class end;
