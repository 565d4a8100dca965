-- compatible: indexes only.
-- What a task's way through the tables costs: every index whose columns or condition an update touches makes that update write to all of the table's indexes.

-- The condition named the state, which every step changes; now it names only what changes rarely.
drop index task_instance_ready;
create index task_instance_ready on task_instance (run_id, task_id, map_index) where pred_state is not null;

-- The leased rows are few, and task_queue_node finds them all: counting them by workflow and looking for leases that ran out is one walk over it.
-- Without these a lease writes two indexes less, and a renewal writes none.
drop index task_queue_leased;
drop index task_queue_leased_until;
