-- What the tasks that are done brought to light; -1 stands for a number that was left out.

-- +goose Up
alter table tasks add column result_rows bigint not null default -1;
alter table tasks add column result_rejected bigint not null default -1;
alter table tasks add column result_duplicates bigint not null default -1;
alter table tasks add column result_note text not null default '';
alter table tasks add column result_at bigint not null default 0;

-- +goose Down
alter table tasks drop column result_at;
alter table tasks drop column result_note;
alter table tasks drop column result_duplicates;
alter table tasks drop column result_rejected;
alter table tasks drop column result_rows;
