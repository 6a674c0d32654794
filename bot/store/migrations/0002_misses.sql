-- Questions that nobody could answer, for whoever writes entries: each text once, with how often it was asked.

-- +goose Up
create table misses (
    key      text   not null primary key,
    text     text   not null,
    language text   not null,
    times    bigint not null,
    first_at bigint not null,
    last_at  bigint not null
);
create index misses_by_time on misses (last_at);

-- +goose Down
drop table misses;
