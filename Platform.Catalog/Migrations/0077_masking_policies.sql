-- Which classes of personal data ask for masking, and where they may lie plain. One row a class; people change it.
create table catalog.masking_policies (
    personal_class text primary key,
    required boolean not null,
    -- Keys of assets that may take such columns plain: raw.* is where data land before they are cleaned. A star stands for any characters.
    allowed text[] not null default '{}',
    -- Null while nobody has changed it.
    changed_by text,
    changed_at timestamptz
);
insert into catalog.masking_policies (personal_class, required, allowed)
select c, true, '{raw.*}' from unnest(array['name', 'contact', 'address', 'identity', 'financial', 'demographic', 'online', 'in_text']) as c;
