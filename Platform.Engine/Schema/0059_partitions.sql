-- compatible: new tables and columns with defaults. An older program writes updates without their interval; publish schedules with 'partitions' when every node is of this version.
-- Schedules that follow assets by partition.

-- Which intervals of which assets were written. What is whole is told from here, also for a schedule that is published later. Producers only insert, in the transaction that ends the attempt;
-- rows that a newer write of the same interval has replaced are pruned.
create table asset_write (
    id bigint generated always as identity primary key,
    asset text not null check (asset <> ''),
    interval_start timestamptz not null,
    interval_end timestamptz not null,
    -- Null where the asset has no versions.
    version bigint,
    -- Who wrote it.
    run_id bigint not null,
    task_id text not null,
    at timestamptz not null default now(),
    check (interval_start < interval_end)
);

-- By the end first: what is asked about is nearly always new, and older intervals end before it.
create index asset_write_interval on asset_write (asset, interval_end, interval_start);

-- What the last days wrote, as far as it is known.
insert into asset_write (asset, interval_start, interval_end, version, run_id, task_id, at)
select f.fact->>'asset', (o.payload->>'interval_start')::timestamptz, (o.payload->>'interval_end')::timestamptz, (f.fact->>'version')::bigint,
    (o.payload->>'run_id')::bigint, o.payload->>'task_id', (o.payload->>'ended')::timestamptz
from outbox o
cross join lateral jsonb_array_elements(case when jsonb_typeof(o.payload->'facts') = 'array' then o.payload->'facts' else '[]' end) f(fact)
where o.type = 'task.ended' and o.payload->>'state' = 'success' and f.fact->>'type' = 'asset_written' and f.fact->>'operation' in ('replace-interval', 'append')
  and f.fact->>'asset' <> '' and o.payload->>'interval_start' is not null and (o.payload->>'interval_start')::timestamptz < (o.payload->>'interval_end')::timestamptz;

alter table asset_subscription
    -- The partitions of the published schedule, as a text that differs where they do; null where it follows whatever is written. The same in all its rows.
    add column partitions text,
    -- Whether a part of a partition is enough.
    add column partial boolean not null default false;

-- With partitions, an update waits here until a run of its partition takes it up.
alter table asset_update
    add column partitioned boolean not null default false,
    -- The interval that was written; null where the write is of the asset as a whole.
    add column written_start timestamptz,
    add column written_end timestamptz,
    -- The partition in which it waits; null until a planner has found it. An update that touches several is divided into one for each.
    add column partition_start timestamptz,
    add column partition_end timestamptz,
    -- How far an update that touches very many was divided.
    add column divided_until timestamptz,
    -- Whether a planner has looked at its partition since it came.
    add column seen boolean not null default false;

create index asset_update_plain on asset_update (workflow, asset, id) where not partitioned;
create index asset_update_partition on asset_update (workflow, partition_start) where partitioned;
create index asset_update_unseen on asset_update (workflow, partition_start, id) where partitioned and not seen;

alter table run
    -- Whether it is the run of a partition, which is its interval. Two of one partition never run at once.
    add column partitioned boolean not null default false;
