-- compatible: widens what is unique and adds a column with a default.

-- A set of day files has a history before its first night: a run may find many days that are odd. What is kept goes by when it was found, not by the day.
alter table catalog.anomalies
    drop constraint anomalies_asset_id_column_name_metric_run_id_key,
    add column found_at timestamptz not null default now(),
    add constraint anomalies_one unique (asset_id, column_name, metric, at);
