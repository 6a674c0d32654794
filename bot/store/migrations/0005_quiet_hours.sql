-- The hours in which nobody is rung for a task.

-- +goose Up
alter table tasks add column quiet_hours text not null default '';

-- +goose Down
alter table tasks drop column quiet_hours;
