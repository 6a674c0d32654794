-- Tasks that are snoozed, handed over, or could not be done, and the changes that their threads tell.

-- +goose Up
alter table tasks add column time_zone text not null default '';
alter table tasks add column working_days_only bigint not null default 0;
alter table tasks add column holidays text not null default 'null';
alter table tasks add column handed_by text not null default '';
alter table tasks add column snoozed_by text not null default '';
alter table tasks add column snoozed_at bigint not null default 0;
alter table tasks add column snoozed_until bigint not null default 0;
alter table tasks add column changed_at bigint not null default 0;
alter table tasks add column told bigint not null default 1;
update tasks set told = version;
create index tasks_to_tell on tasks (changed_at) where told < version;

create table task_changes (
    task    text   not null,
    version bigint not null,
    kind    text   not null,
    by_user text   not null,
    to_whom text   not null,
    until   bigint not null,
    at      bigint not null,
    primary key (task, version)
);

-- +goose Down
drop table task_changes;
drop index tasks_to_tell;
alter table tasks drop column told;
alter table tasks drop column changed_at;
alter table tasks drop column snoozed_until;
alter table tasks drop column snoozed_at;
alter table tasks drop column snoozed_by;
alter table tasks drop column handed_by;
alter table tasks drop column holidays;
alter table tasks drop column working_days_only;
alter table tasks drop column time_zone;
