-- compatible: adds tables that programs before it do not know.

-- The latest search for wrong cells in an asset.
create table catalog.cell_searches (
    asset_id bigint primary key references catalog.assets on delete cascade,
    -- The columns that were looked at, in order; a row's key is made of their values.
    columns text[] not null,
    row_count bigint not null,
    -- Rows looked at; fewer than row_count in a sample.
    searched_rows bigint not null,
    suspect_cells bigint not null,
    -- Labels that were used, and those whose row the table does not hold any more.
    used_labels bigint not null,
    gone_labels bigint not null,
    found_at timestamptz not null default now()
);

-- Rows that a search asks people to label, and rows that have been labelled.
create table catalog.cell_rows (
    asset_id bigint not null references catalog.assets on delete cascade,
    -- Of the row's values in the searched columns: a changed row is another row.
    row_key text not null,
    -- The values as they were, an object by column.
    row_values jsonb not null,
    -- What the search believes, by column: {"score": 0.7, "suggestion": "Hamburg", "reasons": ["spelling"]}; only cells that look wrong.
    suspects jsonb not null default '{}',
    -- Place in the order of asking; null when the latest search does not ask for the row.
    place integer,
    primary key (asset_id, row_key)
);

-- What people said about single cells. Kept when the row is gone, so that it can come back.
create table catalog.cell_labels (
    asset_id bigint not null references catalog.assets on delete cascade,
    row_key text not null,
    column_name text not null,
    wrong boolean not null,
    -- What the cell should hold; null where nobody said.
    correct_value text,
    labelled_by text not null,
    labelled_at timestamptz not null default now(),
    primary key (asset_id, row_key, column_name)
);

-- Wrong cells that look alike, which a person can confirm or reject together.
create table catalog.cell_groups (
    id bigint generated always as identity primary key,
    asset_id bigint not null references catalog.assets on delete cascade,
    -- column:reason:pattern; the same in every search.
    group_key text not null,
    column_name text not null,
    reason text not null,
    pattern text not null,
    cells bigint not null,
    mean_score double precision not null,
    -- Up to five: value, score, suggestion.
    examples jsonb not null default '[]',
    -- confirmed: they are wrong; rejected: they are right, and later searches do not report them.
    decision text check (decision in ('confirmed', 'rejected')),
    decided_by text,
    decided_at timestamptz,
    note text,
    last_seen_at timestamptz not null default now(),
    -- Since when a search finds no such cells; null while it does.
    gone_at timestamptz,
    unique (asset_id, group_key),
    check ((decision is null) = (decided_at is null))
);
