-- compatible: a program of the version before does not look at it.
-- Backups that were made, so that people see how old the newest is. The files lie wherever they were written to; nothing here says that they are still there.
create table platform_backup (
    id     bigint generated always as identity primary key,
    -- The moment whose state it holds.
    at     timestamptz not null,
    -- Path as it was written.
    file   text not null,
    -- Machine that wrote it.
    host   text not null,
    bytes  bigint not null
);
create index platform_backup_at on platform_backup (at desc);
