-- People and programs that may come in.
create table platform_user (
    name            text primary key check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    -- viewer sees (personal data masked), editor authors and runs, administrator does everything.
    role            text not null check (role in ('viewer', 'editor', 'administrator')),
    -- ASP.NET Core Identity's PBKDF2 format.
    password_hash   text not null,
    created         timestamptz not null default now(),
    last_sign_in    timestamptz,
    -- Raised by a new password: sessions signed before it end.
    security_stamp  uuid not null default gen_random_uuid(),
    failed_sign_ins int not null default 0,
    -- After five wrong passwords in a row nobody signs in under this name until then.
    locked_until    timestamptz
);

-- API tokens. The token itself is shown once; only its SHA-256 is kept.
create table api_token (
    id         bigint generated always as identity primary key,
    user_name  text not null references platform_user (name) on delete cascade,
    label      text not null,
    token_hash bytea not null unique,
    created    timestamptz not null default now(),
    expires    timestamptz,
    last_used  timestamptz
);
create index api_token_user on api_token (user_name);
