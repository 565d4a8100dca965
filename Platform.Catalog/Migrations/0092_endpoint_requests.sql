-- compatible: adds a table that programs before it do not know.

-- What endpoints were asked, a row an hour and version that answered. Counted in memory and added here every half minute.
create table catalog.endpoint_requests (
    -- endpoint:NAME, or model:NAME where a model is asked by its own name.
    asset text not null,
    -- Its beginning, UTC.
    hour timestamptz not null,
    -- The version that answered; 0 where none was in service.
    version int not null default 0,
    requests bigint not null,
    -- Requests of a wrong form, which the asking side has to mend.
    refused bigint not null,
    -- Requests that were well-formed and got no answer: no version in service, files that cannot be read.
    failed bigint not null,
    -- How many of the answers took at most 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000 ms, and longer.
    took bigint[] not null check (cardinality(took) = 13),
    slowest_ms double precision not null,
    last_at timestamptz not null,
    -- The newest failure in words; null without any.
    last_error text,
    primary key (asset, hour, version)
);
create index endpoint_requests_old on catalog.endpoint_requests (hour);

-- The classes of time of several hours together; null of none.
create function catalog.add_classes(a bigint[], b bigint[]) returns bigint[] immutable language sql
return case when a is null then b when b is null then a else array(select x + y from unnest(a, b) with ordinality as c(x, y, place) order by place) end;
create aggregate catalog.sum_of_classes(bigint[]) (sfunc = catalog.add_classes, stype = bigint[]);
