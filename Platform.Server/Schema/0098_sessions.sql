-- Sessions of people, so that one can be ended from elsewhere. The cookie carries the id; a request with one that is not here is not signed in.
create table user_session (
    id          uuid primary key default gen_random_uuid(),
    user_name   text not null references platform_user (name) on delete cascade,
    created     timestamptz not null default now(),
    -- To the minute. A session that was not used for 12 hours is over, as its cookie is.
    last_seen   timestamptz not null default now(),
    -- From where it was signed in, and with what program, as told by the request.
    address     text not null,
    agent       text not null
);
create index user_session_user on user_session (user_name, last_seen);

-- From where an account was signed in before. What others do wrong elsewhere never keeps its owner out from there.
create table known_address (
    user_name    text not null references platform_user (name) on delete cascade,
    address      text not null,
    last_sign_in timestamptz not null default now(),
    primary key (user_name, address)
);

-- Wrong passwords: of a name from an address, of a name from everywhere, from an address for all names. Names that nobody has are counted too, so that waiting does not tell which exist.
create table sign_in_failure (
    kind         text not null check (kind in ('pair', 'account', 'address')),
    -- 'NAME ADDRESS' of a pair, else the name or the address.
    subject      text not null,
    failures     int not null,
    last_failure timestamptz not null,
    -- Until then no password is looked at.
    locked_until timestamptz,
    primary key (kind, subject)
);
create index sign_in_failure_old on sign_in_failure (last_failure);

alter table platform_user add column disabled boolean not null default false;
comment on column platform_user.disabled is 'Signs in no more, and tokens answer no more; what the user did keeps its name.';
comment on column platform_user.failed_sign_ins is 'Not used since sign_in_failure; kept for nodes of the version before.';
comment on column platform_user.locked_until is 'Not used since sign_in_failure; kept for nodes of the version before.';
