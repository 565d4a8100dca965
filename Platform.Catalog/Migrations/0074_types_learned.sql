-- What people say of a column teaches the judge: the column's look to the model is kept beside the verdict, and similar columns are judged by it.
alter table catalog.classifications
    -- What the column looks like to the model, a byte a hidden unit; no value can be read from it. Null where nothing was judged.
    add column signature bytea,
    -- What the rules said when people rejected it: rules may say something else since.
    add column rejected_type text;

create function catalog.keep_rejected_type() returns trigger language plpgsql as $$
begin
    if new.verdict = 'rejected' then
        if tg_op = 'INSERT' or old.verdict is distinct from 'rejected' then
            new.rejected_type := new.semantic_type;
        end if;
    else
        new.rejected_type := null;
    end if;
    return new;
end
$$;
create trigger classifications_rejected before insert or update of verdict on catalog.classifications
for each row execute function catalog.keep_rejected_type();
update catalog.classifications set rejected_type = semantic_type where verdict = 'rejected';

-- The examples that people have given, as the verdicts stand now: an undone verdict is no example any more.
create view catalog.classification_examples as
select a.key as asset, k.column_name as "column", k.signature, k.rule_version,
       -- A rejected judgement says what the column is not.
       case k.verdict when 'rejected' then k.rejected_type when 'confirmed' then coalesce(k.verdict_semantic_type, k.semantic_type) else k.verdict_semantic_type end as semantic_type,
       k.verdict = 'rejected' as rejected, k.verdict_by as said_by, k.verdict_at as said_at
from catalog.classifications k
join catalog.assets a on a.id = k.asset_id
where k.verdict is not null and k.signature is not null;

-- Columns that a run judged otherwise than the run before, and why.
create table catalog.classification_flips (
    id bigint generated always as identity primary key,
    inventory_run_id bigint references catalog.inventory_runs on delete cascade,
    asset_id bigint not null references catalog.assets on delete cascade,
    column_name text not null,
    from_type text,
    to_type text,
    from_personal text,
    to_personal text,
    from_version text not null,
    to_version text not null,
    -- rules: another version of them; people: a similar column was judged by people; data: other values.
    because text not null check (because in ('rules', 'people', 'data')),
    flipped_at timestamptz not null default now()
);
create index classification_flips_run on catalog.classification_flips (inventory_run_id);
create index classification_flips_column on catalog.classification_flips (asset_id, column_name, id desc);
