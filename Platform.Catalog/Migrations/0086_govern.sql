-- compatible: adds tables and columns that programs before it do not know.

alter table catalog.assets add column retention_days int check (retention_days > 0);
-- What the owner promises: {"columns": [{"name", "type", "nullable"}], "freshness_hours", "checks": [names], "owner"}; null for none.
alter table catalog.assets add column contract jsonb;
alter table catalog.columns add column tags text[] not null default '{}';
-- How long the attempt took that wrote or read, in seconds: what an asset costs to make.
alter table catalog.accesses add column seconds double precision;

-- The words of the business. A term may lie below another.
create table catalog.glossary_terms (
    id bigint generated always as identity primary key,
    name text not null check (name = btrim(name) and name <> ''),
    definition text,
    synonyms text[] not null default '{}',
    parent_id bigint references catalog.glossary_terms on delete set null,
    owner text,
    made_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    check (parent_id <> id)
);
create unique index glossary_terms_name on catalog.glossary_terms (lower(name));
create index glossary_terms_parent on catalog.glossary_terms (parent_id);

create table catalog.term_links (
    term_id bigint not null references catalog.glossary_terms on delete cascade,
    asset_id bigint not null references catalog.assets on delete cascade,
    -- '' is the asset as a whole.
    column_name text not null default '',
    linked_by text,
    linked_at timestamptz not null default now(),
    primary key (term_id, asset_id, column_name)
);
create index term_links_asset on catalog.term_links (asset_id);

-- How people use assets, a row a day and person: pages looked at, queries asked. What runs read is in catalog.accesses.
create table catalog.asset_usage (
    asset_id bigint not null references catalog.assets on delete cascade,
    day date not null,
    kind text not null check (kind in ('view', 'query')),
    used_by text not null,
    uses int not null check (uses > 0),
    primary key (asset_id, day, kind, used_by)
);
create index asset_usage_day on catalog.asset_usage (day);
