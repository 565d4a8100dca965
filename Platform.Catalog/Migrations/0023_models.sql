-- Models, their versions and the endpoints that serve them.
create table catalog.models (
    name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
    description text,
    owner text,
    created_at timestamptz not null default now()
);

create table catalog.model_versions (
    model text not null references catalog.models on delete cascade,
    version int not null check (version > 0),
    -- One champion serves; a candidate waits; the rest is archived.
    stage text not null default 'candidate' check (stage in ('candidate', 'champion', 'archived')),
    learner text not null,
    -- Folder with the model's files.
    location text not null,
    metrics jsonb not null default '{}',
    parameters jsonb not null default '{}',
    -- The exact table versions it learned from: [{"asset": …, "version": …}].
    trained_on jsonb not null default '[]',
    -- Card, signature and whatever the learner tells.
    card jsonb not null default '{}',
    code_version text,
    created_at timestamptz not null default now(),
    -- Who trained it. The key is what makes a repeated attempt find its version instead of making another.
    run_id bigint,
    workflow text,
    task_id text,
    map_index int,
    generation int,
    primary key (model, version)
);
create unique index model_versions_task on catalog.model_versions (model, run_id, task_id, map_index, generation) where run_id is not null;
create unique index model_versions_champion on catalog.model_versions (model) where stage = 'champion';

-- Every change of the champion, for going back and for the record.
create table catalog.model_promotions (
    id bigint generated always as identity primary key,
    model text not null,
    from_version int,
    to_version int not null,
    reason text not null,
    promoted_by text not null,
    promoted_at timestamptz not null default now(),
    -- A promotion by a task happens once.
    run_id bigint,
    task_id text,
    map_index int,
    generation int,
    foreign key (model, to_version) references catalog.model_versions on delete cascade
);
create unique index model_promotions_task on catalog.model_promotions (model, run_id, task_id, map_index, generation) where run_id is not null;
create index model_promotions_model on catalog.model_promotions (model, id desc);

create table catalog.endpoints (
    name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
    -- It serves this model's champion.
    model text not null references catalog.models on delete cascade,
    created_at timestamptz not null default now(),
    deployed_at timestamptz not null default now()
);
