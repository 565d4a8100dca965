-- Which instance of its parent's task a child run belongs to, and in which generation: a later generation has a child of its own, and the earlier one is canceled.
alter table run
    add column parent_map_index integer,
    add column parent_generation integer;

-- Children that have not ended are looked at while they live, and the children of a run by its page.
create index run_parent on run (parent_run_id) where parent_run_id is not null;
create index run_child_active on run (parent_run_id) where parent_run_id is not null and state in ('queued', 'running');
