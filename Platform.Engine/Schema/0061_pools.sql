-- compatible: indexes only.
-- What is ready in a pool, in the order of the claim. Only tasks of pools pay for it.
drop index task_queue_pool;
create index task_queue_pooled on task_queue (pool, queue, workflow, priority desc, ready_at, id) where node is null and pool is not null;
