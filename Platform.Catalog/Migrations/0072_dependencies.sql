-- Functional dependencies between the columns of one asset are relations too: to_asset is null, to_columns holds the determined column.
alter table catalog.relations drop constraint relations_kind_check;
alter table catalog.relations add constraint relations_kind_check check (kind in ('key', 'foreign_key', 'joinable', 'near_duplicate', 'dependency'));
