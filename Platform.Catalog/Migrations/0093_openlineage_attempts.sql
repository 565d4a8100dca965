-- compatible: adds tables that programs before it do not know.

-- Attempts that were told of over OpenLineage, so that a START is sent once, before the end, and whatever ends is told. Rows of ended attempts go after ten minutes.
create table catalog.openlineage_attempts (
    run_id bigint not null,
    task_id text not null,
    map_index int not null,
    generation int not null,
    number int not null,
    -- Id of the attempt, by which its end is looked up; null where its end was told first.
    attempt_id bigint,
    ended boolean not null,
    told_at timestamptz not null default now(),
    primary key (run_id, task_id, map_index, generation, number)
);
create index openlineage_attempts_open on catalog.openlineage_attempts (attempt_id) where not ended;
create index openlineage_attempts_ended on catalog.openlineage_attempts (told_at) where ended;

-- How far attempts that ended without an event have been looked at. One row, which also keeps two nodes from looking at once.
create table catalog.openlineage_follow (
    one boolean primary key default true check (one),
    -- Attempts up to this one are done with; those up to high_attempt are at marked_at, and become so a minute later.
    low_attempt bigint not null,
    high_attempt bigint not null,
    marked_at timestamptz not null
);
