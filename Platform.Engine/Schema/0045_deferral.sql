-- What waits for something outside. A deferred instance holds no worker and no lease and has no row in the queue: the queue stays small however many wait.
-- The row keeps what its queue row had, and takes it back there when it is due.

create table deferral (
    run_id bigint not null,
    task_id text not null,
    map_index integer not null,
    generation integer not null,
    workflow text not null,
    version integer not null,
    queue text not null,
    priority smallint not null,
    number integer not null,
    excused integer not null,
    lost integer not null,
    pool text,
    pool_slots integer not null,
    cpu double precision not null,
    memory double precision not null,
    gpu double precision not null,
    -- The attempt that waits: it goes on under its number.
    attempt_id bigint not null,
    -- When the attempt was deferred first, and how often it was resumed.
    waiting_since timestamptz not null default now(),
    times_resumed integer not null default 0,
    -- When it is looked at again at the latest: what it asked for, or the task's time-out. Null waits for its event alone.
    due_at timestamptz,
    event text,
    -- What the activity kept for itself.
    saved jsonb,
    -- For people: what it waits for, and a question that somebody answers ({"message": …, "who": […]}).
    waits text,
    question jsonb,
    primary key (run_id, task_id, map_index),
    foreign key (run_id, task_id, map_index) references task_instance (run_id, task_id, map_index) on delete cascade,
    check (due_at is not null or event is not null)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

-- The only thing that is looked at again and again: what is due.
create index deferral_due on deferral (due_at) where due_at is not null;
create index deferral_event on deferral (event) where event is not null;

-- Events that came, for those who begin to wait a moment later; the first of a name counts.
create table signal (
    event text primary key,
    payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
    at timestamptz not null default now()
);

create index signal_at on signal (at);

-- What a resumed attempt finds. resumes is the attempt that goes on; a new attempt after a dead worker finds the rest all the same.
alter table task_queue
    add column resumes bigint,
    add column saved jsonb,
    add column waiting_since timestamptz,
    add column times_resumed integer not null default 0,
    add column signal jsonb;

-- A deferred attempt has not ended.
alter table attempt drop constraint attempt_check;
alter table attempt add constraint attempt_open check ((state in ('running', 'deferred')) = (ended_at is null));
