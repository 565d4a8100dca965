-- compatible: adds a table that programs before it do not know.

-- What rules, models and language models suggest that people should say: a description, a tag, a term of the glossary, an owner, a check.
-- A suggestion changes nothing until a person accepts or corrects it.
create table catalog.suggestions (
    id bigint generated always as identity primary key,
    -- description, semantic_type, tag, domain, glossary_term, owner, tier, retention, check ...
    kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
    -- Null for what belongs to no asset, for example a new term of the glossary.
    asset_id bigint references catalog.assets on delete cascade,
    -- '' is the asset as a whole.
    column_name text not null default '',
    -- What is suggested, in the form of its kind: a text, or an object.
    value jsonb not null,
    confidence double precision not null default 0 check (confidence between 0 and 1),
    -- Why: an object of what the source looked at.
    evidence jsonb not null default '{}',
    source text not null check (source in ('rule', 'model', 'llm')),
    -- Which rules, which model at which version.
    source_version text not null default '',
    -- Of kind and value: the same suggestion is the same row, so that what was rejected is not suggested again.
    content_hash text not null,
    status text not null default 'proposed' check (status in ('proposed', 'accepted', 'corrected', 'rejected')),
    -- With 'corrected': what holds instead.
    corrected_value jsonb,
    decided_by text,
    decided_at timestamptz,
    note text,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    -- Since when its source suggests it no more; null while it does. Such a one asks for no decision.
    withdrawn_at timestamptz,
    check ((status = 'proposed') = (decided_at is null)),
    check ((status = 'corrected') = (corrected_value is not null))
);
create unique index suggestions_identity on catalog.suggestions (coalesce(asset_id, 0), kind, column_name, content_hash);
-- What waits for a decision.
create index suggestions_open on catalog.suggestions (kind, confidence) where status = 'proposed' and withdrawn_at is null;
