-- compatible: new tables only.
-- What somebody works on in the designer, before it is published. One a workflow: two people who edit the same workflow meet at its revision.
create table workflow_draft (
    -- The workflow's name when the draft was begun; a workflow of that name need not exist yet.
    name text primary key check (name ~ '^[a-z0-9][a-z0-9-]*$'),
    yaml text not null,
    -- Places of tasks and notes on the canvas.
    layout jsonb not null default '{}',
    -- The published version that it began from; null where there was none.
    base_version integer,
    -- Raised by each save: a save that started from another one is refused.
    revision bigint not null check (revision > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    updated_by text not null
);

-- The canvas of the published workflow. Versions share it: a place is found by the task's id.
create table workflow_layout (
    workflow text primary key references workflow (name),
    layout jsonb not null,
    updated_at timestamptz not null default now()
);
