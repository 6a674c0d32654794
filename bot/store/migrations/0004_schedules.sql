-- Schedules that were made in Slack, and how often anything about them has changed, so that every replica notices.

-- +goose Up
create table schedules (
    id         text   not null primary key,
    body       text   not null,
    made_by    text   not null,
    made_in    text   not null,
    made_at    bigint not null,
    paused_by  text   not null default '',
    paused_in  text   not null default '',
    paused_at  bigint not null default 0,
    deleted_by text   not null default '',
    deleted_in text   not null default '',
    deleted_at bigint not null default 0
);

create table revisions (
    name text   not null primary key,
    n    bigint not null
);
insert into revisions (name, n) values ('schedules', 0);

-- +goose Down
drop table revisions;
drop table schedules;
