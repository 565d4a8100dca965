-- Workflows and their versions. The database's versions are the truth; files are applied to it and exported from it.

create table workflow (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9-]*$'),
    title text not null,
    description text not null default '',
    owner text,
    tags text[] not null default '{}',
    -- The published version that schedules and triggers use; null while only unpublished files were run.
    version integer,
    -- sha of the shipped file that was applied last: a shipped file updates the workflow only while the published text is still that one.
    shipped_sha text,
    paused boolean not null default false,
    -- For people: '0 0 * * * in Asia/Shanghai', 'every 15m'; null is no schedule.
    schedule text,
    -- Limits of the published version, copied here so that claims and promotions lock and read one row.
    active_runs integer not null default 1 check (active_runs > 0),
    active_tasks integer not null default 16 check (active_tasks > 0),
    -- When the schedule was first published: intervals count from here where the schedule has no start.
    scheduled_since timestamptz,
    -- End of the newest interval that was planned; null when none was.
    planned_until timestamptz,
    -- When a planner must look again; null is never (no schedule, paused, or past its end).
    next_due timestamptz,
    -- Why the planner could not plan, for people; null when it could.
    plan_error text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
) with (fillfactor = 70);

create index workflow_next_due on workflow (next_due) where next_due is not null and not paused;

create table workflow_version (
    workflow text not null references workflow (name),
    version integer not null check (version > 0),
    yaml text not null,
    -- Lower-case hexadecimal SHA-256 of yaml.
    sha text not null,
    -- shipped: came with the program. applied: from a file or the API. edited: from the designer. run: never published, kept with its run.
    origin text not null check (origin in ('shipped', 'applied', 'edited', 'run')),
    created_at timestamptz not null default now(),
    created_by text not null,
    published_at timestamptz,
    primary key (workflow, version),
    check (origin <> 'run' or published_at is null)
);

create index workflow_version_sha on workflow_version (workflow, sha);

alter table workflow add constraint workflow_published_version
    foreign key (name, version) references workflow_version (workflow, version);
