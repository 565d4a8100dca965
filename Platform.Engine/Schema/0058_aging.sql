-- compatible: a column with a default and an index over the few rows that have risen; an older program neither raises a row nor minds one that was.
-- Aging: a task that waits long behind others of higher priority rises step by step, so that nothing starves. Its priority is written anew, so that the claim's order and its index stay as they are.
alter table task_queue
    -- Steps of priority that it has risen while it waited; without them its priority is the one that its workflow gives it.
    add column raised smallint not null default 0 check (raised >= 0);

-- Those that wait anew after they had run: they begin where their workflow put them.
create index task_queue_raised on task_queue (ready_at) where raised > 0;
