-- Lines of attempts, partitioned by day so that old ones are dropped whole. A node makes the partitions ahead of time;
-- the default one takes lines while none is there, so that a line is never refused.

create sequence log_line_id as bigint;

create table log_line (
    id bigint not null default nextval('log_line_id'),
    run_id bigint not null,
    task_id text not null,
    map_index integer not null,
    attempt_id bigint not null,
    at timestamptz not null,
    -- 0 debug, 1 info, 2 warning, 3 error.
    level smallint not null check (level between 0 and 3),
    message text not null
) partition by range (at);

create table log_line_default partition of log_line default;

-- Followed by cursor: the lines of an instance or an attempt after an id.
create index log_line_run on log_line (run_id, task_id, map_index, id);
