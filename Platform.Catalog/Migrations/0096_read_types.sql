-- compatible: adds a column that programs before it do not know.

-- The type that those name who only read an asset (a load, another system's run), beside data_type, which the inventory or the writer names: both look at a file with their own eyes, and only a
-- difference to what the same eyes saw before is a change. Null where nobody but the inventory or the writer has named one.
alter table catalog.columns add column read_type text;
