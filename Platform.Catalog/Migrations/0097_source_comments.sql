-- compatible: adds columns that programs before it do not know.

-- What the source itself says of a table and its columns (a database's comments), as the last inventory found it. A description that a person wrote stands before it.
alter table catalog.assets add column source_comment text;
alter table catalog.columns add column source_comment text;

create or replace function catalog.note_search_edited() returns trigger language plpgsql as $$
begin
    insert into catalog.search_changes (asset_id)
    select n.id from made n join unmade o on o.id = n.id
    where (n.key, n.kind, n.name, n.owner, n.description, n.source_comment, n.domain, n.tier, n.tags, n.source, n.problem is null, n.gone_at is null)
          is distinct from (o.key, o.kind, o.name, o.owner, o.description, o.source_comment, o.domain, o.tier, o.tags, o.source, o.problem is null, o.gone_at is null);
    return null;
end $$;
