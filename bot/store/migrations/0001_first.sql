-- One set of migrations for SQLite and PostgreSQL: text, bigint and numbered parameters only. Times are milliseconds
-- since 1970 in UTC; 0 stands for "no time". Migrations are only ever added, never edited.

-- +goose Up
create table preferences (
    user_id  text not null primary key,
    language text not null
);

create table cursors (
    schedule    text   not null primary key,
    at          bigint not null,
    fingerprint text   not null
);

create table occurrences (
    key      text   not null primary key,
    schedule text   not null,
    due      bigint not null,
    state    text   not null,
    reason   text   not null,
    missed   bigint not null,
    channel  text   not null,
    ts       text   not null,
    at       bigint not null
);
create index occurrences_by_due on occurrences (due);
create index occurrences_by_schedule on occurrences (schedule, due);
create index occurrences_by_state on occurrences (state, due);

create table posts (
    key     text   not null primary key,
    state   text   not null,
    turn    bigint not null,
    since   bigint not null,
    at      bigint not null,
    channel text   not null,
    ts      text   not null
);
create index posts_by_time on posts (at);

create table tasks (
    id          text   not null primary key,
    schedule    text   not null,
    channel     text   not null,
    text        text   not null,
    mention     text   not null,
    language    text   not null,
    state       text   not null,
    ref_channel text   not null,
    ref_ts      text   not null,
    posted      bigint not null,
    overdue     bigint not null,
    escalate    bigint not null,
    escalate_to text   not null,
    claimed_by  text   not null,
    claimed_at  bigint not null,
    done_by     text   not null,
    done_at     bigint not null,
    version     bigint not null,
    shown       bigint not null,
    nudged_at   bigint not null,
    raised_at   bigint not null
);
create index tasks_by_state on tasks (state, posted);
create index tasks_by_channel on tasks (channel, state, done_at);

-- +goose Down
drop table tasks;
drop table posts;
drop table occurrences;
drop table cursors;
drop table preferences;
