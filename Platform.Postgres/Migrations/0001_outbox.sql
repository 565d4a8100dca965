-- Events that one room tells the others. Rows are inserted in the transaction of the change they tell about, and read in the order (transaction_id, id).
create table outbox (
    -- Order within a transaction. Across transactions numbers commit out of order, so readers do not rely on them alone.
    id bigint generated always as identity,
    -- The inserting transaction. All with a smaller number than pg_snapshot_xmin() have ended: behind that fence nothing can appear any more.
    transaction_id xid8 not null default pg_current_xact_id(),
    -- What happened, for example task.ended.
    type text not null check (type <> ''),
    -- What it happened to, for example the run and task.
    key text not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    primary key (transaction_id, id)
);

-- How far each reader has come; moved in the transaction of the reader's own writes, which is what makes delivery exactly once.
create table outbox_consumers (
    name text primary key,
    transaction_id xid8 not null default '0',
    id bigint not null default 0,
    -- Tries of the event after the cursor that failed in a row, and why the last one did.
    failures int not null default 0,
    last_error text,
    updated_at timestamptz not null default now()
);

-- Events that a consumer failed on again and again: set aside so that those behind them go on.
create table outbox_failures (
    consumer text not null,
    transaction_id xid8 not null,
    id bigint not null,
    type text not null,
    key text not null,
    payload jsonb not null,
    error text not null,
    failed_at timestamptz not null default now(),
    primary key (consumer, transaction_id, id)
);
