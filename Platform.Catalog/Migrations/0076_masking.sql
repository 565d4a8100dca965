-- Whether a task hides on the way what the source column holds (a hash, a token, a coarser value): OpenLineage's "masking" of a transformation.
alter table catalog.column_edges add column masking boolean not null default false;
