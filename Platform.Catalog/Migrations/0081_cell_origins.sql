-- compatible: a column with a default, and an index; programs before it write groups of tasks only.

-- Who found the group: search is a task with inventory.errors, night the nightly look at what changed. Each marks only its own groups as gone.
alter table catalog.cell_groups add column origin text not null default 'search' check (origin in ('search', 'night'));

-- The review queue reads what is open.
create index cell_groups_open on catalog.cell_groups (asset_id) where decision is null and gone_at is null;
