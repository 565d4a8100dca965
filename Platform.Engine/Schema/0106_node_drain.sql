-- compatible: two columns without a default and a table; an older worker does not know that it is drained and goes on taking tasks.
-- An operator may let a node run empty: it finishes what it has and takes nothing more until somebody lets it, or its process starts anew under another name.
alter table node
    add column drained_at timestamptz,
    add column drained_by text;

-- Who did what to nodes: kept when the node's own row has gone.
create table node_action (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    node text not null,
    action text not null check (action in ('drain', 'resume', 'remove')),
    by text not null
);
create index node_action_at on node_action (at);
