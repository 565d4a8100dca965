-- The kinds of connections are this room's: a database without the catalog takes one for lineage too. The same list as in 0083 of the catalog.
alter table connections drop constraint connections_kind_check;
alter table connections add constraint connections_kind_check check (kind in ('postgresql', 's3', 'smtp', 'http', 'language-model', 'openlineage'));
