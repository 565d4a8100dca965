-- compatible: a new table that the version before does not know.
-- Runs that were moved to another version of their workflow while they ran. What an attempt ran is the version before the first move after its start.
create table run_move (
    run_id bigint not null references run (id) on delete cascade,
    moved_at timestamptz not null default now(),
    from_version integer not null,
    to_version integer not null,
    moved_by text not null,
    primary key (run_id, moved_at)
);
