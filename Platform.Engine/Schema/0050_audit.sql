-- compatible: only adds tables of its own; a node of the version before neither reads nor writes them.
-- What the audit needs to tell a broken promise from a night on which nobody worked, and what it found.

-- Which processes lived when. The rows of node are taken away when a node leaves; these stay until they are pruned.
create table node_session (
    name text primary key,
    host text not null,
    process_id integer not null,
    version text not null,
    plans boolean not null,
    works boolean not null,
    started_at timestamptz not null default now(),
    -- Moved by the heartbeat.
    seen_at timestamptz not null default now(),
    -- When it left in good order; null while it lives, and for ever when it was killed.
    ended_at timestamptz
) with (fillfactor = 50);

-- When a workflow was paused: an interval that ended meanwhile was not wanted.
create table workflow_pause (
    workflow text not null references workflow (name) on delete cascade,
    paused_at timestamptz not null,
    -- Null while it is paused.
    resumed_at timestamptz,
    primary key (workflow, paused_at)
);

insert into workflow_pause (workflow, paused_at) select name, updated_at from workflow where paused;

-- A trigger, so that it holds whichever statement pauses.
create function note_workflow_pause() returns trigger language plpgsql as $$
begin
    if new.paused and (tg_op = 'INSERT' or not old.paused) then
        insert into workflow_pause (workflow, paused_at) values (new.name, now()) on conflict do nothing;
    elsif tg_op = 'UPDATE' and old.paused and not new.paused then
        update workflow_pause set resumed_at = now() where workflow = new.name and resumed_at is null;
    end if;
    return null;
end $$;

create trigger workflow_pause_insert after insert on workflow for each row when (new.paused) execute function note_workflow_pause();
create trigger workflow_pause_update after update of paused on workflow for each row when (old.paused is distinct from new.paused) execute function note_workflow_pause();

-- What was pruned, so that nobody takes it for lost.
create table pruned (
    -- runs, logs, events, catalog.
    what text primary key,
    -- Nothing older than this is kept.
    before timestamptz not null,
    -- Rows (or days of the log) deleted so far.
    row_count bigint not null default 0,
    at timestamptz not null default now()
);

-- Audits that were kept.
create table audit (
    id bigint generated always as identity primary key,
    -- nightly, command.
    origin text not null,
    at timestamptz not null,
    since timestamptz not null,
    took interval not null,
    finding_count integer not null,
    -- The whole report.
    report jsonb not null
);

create index audit_newest on audit (origin, at desc);
