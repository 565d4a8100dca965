-- What a language model has answered, by the content that was asked: the same question is not paid for twice.
create table catalog.model_answers (
    -- SHA-256 of the model's name, the instruction and the masked content.
    key bytea primary key check (octet_length(key) = 32),
    -- Name of the connection.
    connection text not null,
    model text not null,
    answer jsonb not null,
    answered_at timestamptz not null default now(),
    last_used_at timestamptz not null default now()
);
create index model_answers_last_used on catalog.model_answers (last_used_at);

-- What was asked and what it took, by day in UTC; limits a day are held against it.
create table catalog.model_usage (
    day date not null,
    connection text not null,
    model text not null,
    requests bigint not null default 0,
    -- Answers that came from model_answers.
    cached bigint not null default 0,
    prompt_tokens bigint not null default 0,
    completion_tokens bigint not null default 0,
    -- In the currency of the prices that the workflow gives; null where it gives none.
    cost numeric,
    primary key (day, connection, model)
);
