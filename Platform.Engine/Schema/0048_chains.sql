-- A mapped task that follows another goes on index by index. pred_state is the state in which the followed instance of the same index ended, kept where the instance could not be
-- decided in that very transaction: a limit of instances at once, or another task upstream, holds it back.
alter table task_instance add column pred_state text;

create index task_instance_ready on task_instance (run_id, task_id, map_index) where state = 'none' and pred_state is not null;
