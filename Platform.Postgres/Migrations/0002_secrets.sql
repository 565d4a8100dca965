-- Values by name, encrypted with the key file that all nodes share. The database never sees a value or the key.
create table secrets (
    name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
    -- AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text; the name is authenticated with it, so rows cannot be swapped.
    value bytea not null,
    -- First bytes of a hash of the key, to tell "wrong key file" from "damaged".
    key_id text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Places outside the platform: a database, a bucket, a mail server, an HTTP address, a language model.
create table connections (
    name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
    kind text not null check (kind in ('postgresql', 's3', 'smtp', 'http', 'language-model')),
    -- Fields that may be shown, by name.
    settings jsonb not null default '{}',
    -- The secret fields as one encrypted JSON object; null when none is set. Same form as secrets.value.
    secret bytea,
    -- Names of the secret fields that are set, for lists.
    secret_fields text[] not null default '{}',
    key_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
