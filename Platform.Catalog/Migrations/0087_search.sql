-- compatible: adds a table and triggers that programs before it do not notice.

-- Search answers from an index in the memory of the node that asks. Here stands which assets changed, so that the index follows without reading everything anew.
-- Rows are only added, so writers do not wait for each other; old ones are pruned, and an index that slept longer is built anew.
create table catalog.search_changes (
    id bigint generated always as identity primary key,
    -- The transaction: an index asks for all from the oldest that was open when it asked last, so that none is passed over.
    xid xid8 not null default pg_current_xact_id(),
    asset_id bigint,
    term_id bigint,
    at timestamptz not null default now()
);
create index search_changes_xid on catalog.search_changes (xid);
create index search_changes_at on catalog.search_changes (at);

create function catalog.note_search_made() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id) select id from made;
    return null;
end $$;
create trigger note_search_made after insert on catalog.assets referencing new table as made for each statement execute function catalog.note_search_made();

-- That something was read or written again is nothing that search looks at.
create function catalog.note_search_edited() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id)
    select n.id from made n join unmade o on o.id = n.id
    where (n.key, n.kind, n.name, n.owner, n.description, n.domain, n.tier, n.tags, n.source, n.problem is null, n.gone_at is null)
          is distinct from (o.key, o.kind, o.name, o.owner, o.description, o.domain, o.tier, o.tags, o.source, o.problem is null, o.gone_at is null);
    return null;
end $$;
create trigger note_search_edited after update on catalog.assets referencing old table as unmade new table as made for each statement execute function catalog.note_search_edited();

create function catalog.note_search_unmade() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id) select id from unmade;
    return null;
end $$;
create trigger note_search_unmade after delete on catalog.assets referencing old table as unmade for each statement execute function catalog.note_search_unmade();

-- Columns, judgements and links say the asset that they belong to.
create function catalog.note_search_part_made() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id) select distinct asset_id from made;
    return null;
end $$;
create function catalog.note_search_part_unmade() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id) select distinct asset_id from unmade;
    return null;
end $$;
create function catalog.note_search_judged() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id)
    select distinct n.asset_id from made n join unmade o on o.asset_id = n.asset_id and o.column_name = n.column_name
    where (n.semantic_type, n.personal_class, n.verdict, n.verdict_semantic_type, n.verdict_personal_class) is distinct from (o.semantic_type, o.personal_class, o.verdict, o.verdict_semantic_type, o.verdict_personal_class);
    return null;
end $$;
create trigger note_search_made after insert on catalog.columns referencing new table as made for each statement execute function catalog.note_search_part_made();
create trigger note_search_edited after update on catalog.columns referencing new table as made for each statement execute function catalog.note_search_part_made();
create trigger note_search_made after insert on catalog.classifications referencing new table as made for each statement execute function catalog.note_search_part_made();
create trigger note_search_edited after update on catalog.classifications referencing old table as unmade new table as made for each statement execute function catalog.note_search_judged();
create trigger note_search_made after insert on catalog.term_links referencing new table as made for each statement execute function catalog.note_search_part_made();
create trigger note_search_unmade after delete on catalog.term_links referencing old table as unmade for each statement execute function catalog.note_search_part_unmade();

create function catalog.note_search_term() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        insert into catalog.search_changes (term_id) select id from unmade;
    else
        insert into catalog.search_changes (term_id) select id from made;
        -- Assets are found by the name of their terms.
        insert into catalog.search_changes (asset_id) select distinct asset_id from catalog.term_links where term_id in (select id from made);
    end if;
    return null;
end $$;
create trigger note_search_made after insert on catalog.glossary_terms referencing new table as made for each statement execute function catalog.note_search_term();
create trigger note_search_edited after update on catalog.glossary_terms referencing new table as made for each statement execute function catalog.note_search_term();
create trigger note_search_unmade after delete on catalog.glossary_terms referencing old table as unmade for each statement execute function catalog.note_search_term();
