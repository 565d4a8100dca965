-- compatible: adds tables and columns that programs before it do not know.

-- Checks that people declared, or accepted from a suggestion: the nightly inventory makes them, and a gate makes those that guard a table when it is written.
-- Their results lie in catalog.checks beside those of checks that activities make by themselves, under the same asset, column and name.
create table catalog.check_definitions (
    id bigint generated always as identity primary key,
    asset_id bigint not null references catalog.assets on delete cascade,
    -- '' is the asset as a whole.
    column_name text not null default '',
    name text not null check (name <> ''),
    -- not_null, unique, range, set, pattern, reference, freshness, volume, growth, schema, drift, sql.
    kind text not null,
    -- What holds, an object in the form of its kind.
    definition jsonb not null,
    severity text not null default 'warning' check (severity in ('warning', 'critical')),
    -- Whether a write that breaks it fails its task, so that nobody reads on.
    gate boolean not null default false,
    enabled boolean not null default true,
    -- Declared by a person or a contract, or accepted from the suggestion.
    origin text not null default 'declared' check (origin in ('declared', 'suggested')),
    suggestion_id bigint,
    note text,
    created_by text not null,
    created_at timestamptz not null default now(),
    updated_by text,
    updated_at timestamptz,
    unique (asset_id, column_name, name)
);
create unique index check_definitions_suggestion on catalog.check_definitions (suggestion_id) where suggestion_id is not null;
-- A gate asks at each write of a table.
create index check_definitions_gate on catalog.check_definitions (asset_id) where gate and enabled;

-- The life of an incident: open, acknowledged, assigned, resolved, reopened. Its state follows from these; closed_at says that it is resolved.
-- A person may resolve it without a run.
alter table catalog.incidents
    drop constraint incidents_check,
    add column acknowledged_at timestamptz,
    add column acknowledged_by text,
    add column assignee text,
    add column closed_by text,
    -- What was the matter, in the words of whoever found out.
    add column cause text,
    -- How often it came back after it was resolved.
    add column reopened int not null default 0,
    -- Since then the gate lets the table pass although the check fails.
    add column waived_at timestamptz,
    add column waived_by text;

create table catalog.incident_events (
    id bigint generated always as identity primary key,
    incident_id bigint not null references catalog.incidents on delete cascade,
    at timestamptz not null default now(),
    -- A person, or 'platform'.
    by text not null,
    what text not null check (what in ('opened', 'acknowledged', 'assigned', 'commented', 'resolved', 'reopened', 'waived')),
    note text,
    run_id bigint
);
create index incident_events_incident on catalog.incident_events (incident_id, id);

create function catalog.incident_state(i catalog.incidents) returns text immutable language sql
return case when i.closed_at is not null then 'resolved' when i.assignee is not null then 'assigned' when i.acknowledged_at is not null then 'acknowledged' when i.reopened > 0 then 'reopened' else 'open' end;

-- Points of a metric's history that are not like those before.
create table catalog.anomalies (
    id bigint generated always as identity primary key,
    asset_id bigint not null references catalog.assets on delete cascade,
    column_name text not null default '',
    metric text not null,
    at timestamptz not null,
    run_id bigint not null,
    -- spike, dip, level_shift, unrest, flat_line, missing.
    kind text not null,
    value double precision,
    expected double precision,
    low double precision,
    high double precision,
    p_value double precision not null,
    score double precision not null,
    unique (asset_id, column_name, metric, run_id)
);
create index anomalies_recent on catalog.anomalies (at desc);

-- The newest scores of an asset (column_name '') and its columns, 0 to 1; null where nothing speaks to that dimension. Their history is in catalog.metrics as score_….
create table catalog.quality_scores (
    asset_id bigint not null references catalog.assets on delete cascade,
    column_name text not null default '',
    completeness double precision,
    uniqueness double precision,
    validity double precision,
    consistency double precision,
    timeliness double precision,
    overall double precision,
    -- What each score is made of: [{"dimension": …, "what": …, "value": …, "score": …}].
    parts jsonb not null default '[]',
    at timestamptz not null,
    primary key (asset_id, column_name)
);
