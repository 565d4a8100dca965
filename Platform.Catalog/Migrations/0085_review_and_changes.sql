-- compatible: adds tables; what a confirmed column is does not move any more when the rules do.

-- Who changed what, when: every edit by people, every decision, and what runs and scans saw change. Read per asset.
create table catalog.changes (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    -- Null for what belongs to no asset: a term of the glossary.
    asset_id bigint references catalog.assets on delete cascade,
    -- '' is the asset as a whole.
    column_name text not null default '',
    -- owner, description, domain, tier, tags, retention_days, contract, term, verdict, relation, suggestion;
    -- schema.added, schema.removed, schema.type, schema.nullable; scan.new, scan.changed, scan.gone, scan.returned; rule.semantic_type.
    field text not null,
    before jsonb,
    after jsonb,
    -- The person; null for a run or a scan.
    made_by text,
    run_id bigint,
    inventory_run_id bigint,
    note text
);
create index changes_asset on catalog.changes (asset_id, id desc);
create index changes_at on catalog.changes (at);

insert into catalog.changes (at, asset_id, column_name, field, before, after, run_id, inventory_run_id)
select changed_at, asset_id, column_name, 'schema.' || change, to_jsonb(before), to_jsonb(after), run_id, scan_id from catalog.schema_changes order by changed_at, id;

insert into catalog.changes (at, asset_id, field, after, inventory_run_id)
select r.started_at, c.asset_id, 'scan.' || c.change, c.details, c.inventory_run_id from catalog.inventory_changes c join catalog.inventory_runs r on r.id = c.inventory_run_id order by r.started_at, c.asset_id;

create function catalog.note_schema_changes() returns trigger language plpgsql as $$
begin
    insert into catalog.changes (at, asset_id, column_name, field, before, after, run_id, inventory_run_id)
    select changed_at, asset_id, column_name, 'schema.' || change, to_jsonb(before), to_jsonb(after), run_id, scan_id from made order by id;
    return null;
end $$;
create trigger note_changes after insert on catalog.schema_changes referencing new table as made for each statement execute function catalog.note_schema_changes();

create function catalog.note_inventory_changes() returns trigger language plpgsql as $$
begin
    insert into catalog.changes (asset_id, field, after, inventory_run_id)
    select asset_id, 'scan.' || change, details, inventory_run_id from made order by asset_id;
    return null;
end $$;
create trigger note_changes after insert on catalog.inventory_changes referencing new table as made for each statement execute function catalog.note_inventory_changes();

-- What the rules judge otherwise than before: the flips of a new version of them, too.
create function catalog.note_judgements() returns trigger language plpgsql as $$
begin
    insert into catalog.changes (asset_id, column_name, field, before, after)
    select n.asset_id, n.column_name, 'rule.semantic_type',
           jsonb_strip_nulls(jsonb_build_object('semantic_type', o.semantic_type, 'personal_class', o.personal_class, 'confidence', o.confidence, 'rule_version', o.rule_version)),
           jsonb_strip_nulls(jsonb_build_object('semantic_type', n.semantic_type, 'personal_class', n.personal_class, 'confidence', n.confidence, 'rule_version', n.rule_version))
    from judged n join judged_before o on o.asset_id = n.asset_id and o.column_name = n.column_name
    where (o.semantic_type, o.personal_class) is distinct from (n.semantic_type, n.personal_class) and o.rule_version <> '';
    return null;
end $$;
create trigger note_changes after update on catalog.classifications referencing old table as judged_before new table as judged for each statement execute function catalog.note_judgements();

-- What people decided in the review queue, with what it was before, so that it can be undone.
create table catalog.review_decisions (
    id bigint generated always as identity primary key,
    -- column:ASSET:NAME, relation:ID, suggestion:ID
    item text not null,
    -- column, relation, suggestion
    source text not null,
    -- semantic_type; foreign_key, key, joinable, near_duplicate ...; the kind of the suggestion
    kind text not null,
    asset_id bigint references catalog.assets on delete cascade,
    column_name text not null default '',
    decision text not null check (decision in ('confirm', 'correct', 'reject')),
    -- What stood for decision, and what holds after it; null where nothing does.
    proposed jsonb,
    value jsonb,
    -- The state before, and what the decision changed elsewhere: a list of {field, column, before, after}.
    before jsonb not null default '{}',
    applied jsonb not null default '[]',
    decided_by text not null,
    decided_at timestamptz not null default now(),
    note text,
    undone_by text,
    undone_at timestamptz,
    check ((undone_by is null) = (undone_at is null))
);
create index review_decisions_item on catalog.review_decisions (item, id desc) where undone_at is null;
create index review_decisions_asset on catalog.review_decisions (asset_id, id desc);

-- A confirmed column is what it was when a person confirmed it, whatever later rules say.
update catalog.classifications set verdict_semantic_type = semantic_type, verdict_personal_class = personal_class where verdict = 'confirmed' and verdict_semantic_type is null;

create or replace function catalog.semantic_type(k catalog.classifications) returns text immutable language sql
return case k.verdict when 'corrected' then k.verdict_semantic_type when 'confirmed' then coalesce(k.verdict_semantic_type, k.semantic_type) when 'rejected' then null else k.semantic_type end;

create or replace function catalog.personal_class(k catalog.classifications) returns text immutable language sql
return case k.verdict when 'corrected' then k.verdict_personal_class when 'confirmed' then case when k.verdict_semantic_type is null then k.personal_class else k.verdict_personal_class end when 'rejected' then null else k.personal_class end;
