package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"campaignbot/bot"
)

const scheduleColumns = `id, body, made_by, made_in, made_at, paused_by, paused_in, paused_at, deleted_by, deleted_in, deleted_at`

// bumped counts a change to the schedules. The row is locked until the end of the transaction, so that revisions become
// visible in their order.
const bumped = `update revisions set n = n + 1 where name = 'schedules'`

// AddSchedule keeps a schedule that was made in Slack; Made says by whom. Its due times count from that moment on, by the
// fingerprint. Not added: its id is taken, perhaps by one that was deleted.
func (s *Store) AddSchedule(ctx context.Context, sch bot.Schedule, fingerprint string) (added bool, err error) {
	what := "add schedule " + sch.ID
	body := sch
	body.Made, body.Paused, body.Deleted = bot.Mark{}, bot.Mark{}, bot.Mark{}
	b, err := json.Marshal(body)
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	return s.changeSchedule(ctx, what, func(tx *sql.Tx) (sql.Result, error) {
		res, err := tx.ExecContext(ctx, `insert into schedules (id, body, made_by, made_in, made_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
			sch.ID, string(b), sch.Made.By, sch.Made.In, millis(sch.Made.At))
		if err != nil {
			return nil, err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return res, err
		}
		_, err = tx.ExecContext(ctx, `insert into cursors (schedule, at, fingerprint) values ($1, $2, $3) on conflict (schedule) do nothing`,
			sch.ID, millis(sch.Made.At), fingerprint)
		return res, err
	})
}

// PauseSchedule pauses a schedule that was made in Slack. Not changed: it is paused already, deleted, or not there.
func (s *Store) PauseSchedule(ctx context.Context, id string, m bot.Mark) (changed bool, err error) {
	return s.mark(ctx, id, `update schedules set paused_by = $2, paused_in = $3, paused_at = $4 where id = $1 and paused_at = 0 and deleted_at = 0`, m)
}

// ResumeSchedule ends the pause. Not changed: it is not paused, deleted, or not there.
func (s *Store) ResumeSchedule(ctx context.Context, id string) (changed bool, err error) {
	return s.mark(ctx, id, `update schedules set paused_by = $2, paused_in = $3, paused_at = $4 where id = $1 and paused_at > 0 and deleted_at = 0`, bot.Mark{})
}

// DeleteSchedule takes a schedule that was made in Slack out of force. Not changed: it is deleted already, or not there.
func (s *Store) DeleteSchedule(ctx context.Context, id string, m bot.Mark) (changed bool, err error) {
	return s.mark(ctx, id, `update schedules set deleted_by = $2, deleted_in = $3, deleted_at = $4 where id = $1 and deleted_at = 0`, m)
}

// RestoreSchedule undoes DeleteSchedule. Not changed: it is not deleted, or not there.
func (s *Store) RestoreSchedule(ctx context.Context, id string) (changed bool, err error) {
	return s.mark(ctx, id, `update schedules set deleted_by = $2, deleted_in = $3, deleted_at = $4 where id = $1 and deleted_at > 0`, bot.Mark{})
}

func (s *Store) mark(ctx context.Context, id, update string, m bot.Mark) (bool, error) {
	return s.changeSchedule(ctx, "change schedule "+id, func(tx *sql.Tx) (sql.Result, error) {
		return tx.ExecContext(ctx, update, id, m.By, m.In, millis(m.At))
	})
}

func (s *Store) changeSchedule(ctx context.Context, what string, change func(*sql.Tx) (sql.Result, error)) (changed bool, err error) {
	err = s.tx(ctx, what, func(tx *sql.Tx) error {
		res, err := change(tx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		changed = true
		_, err = tx.ExecContext(ctx, bumped)
		return err
	})
	return changed && err == nil, err
}

// Schedules returns the schedules that were made in Slack and are not deleted, by id.
func (s *Store) Schedules(ctx context.Context) ([]bot.Schedule, error) {
	return s.schedules(ctx, "schedules made in Slack", `where deleted_at = 0 order by id`)
}

// Schedule returns a schedule that was made in Slack, also one that is deleted, or an error that is ErrNotFound.
func (s *Store) Schedule(ctx context.Context, id string) (bot.Schedule, error) {
	what := "schedule " + id
	list, err := s.schedules(ctx, what, `where id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	if err != nil {
		return bot.Schedule{}, err
	}
	return list[0], nil
}

// ScheduleRevision grows with every change to the schedules that were made in Slack.
func (s *Store) ScheduleRevision(ctx context.Context) (n int64, err error) {
	_, err = s.row(ctx, "revision of the schedules", `select n from revisions where name = 'schedules'`, nil, &n)
	return n, err
}

func (s *Store) schedules(ctx context.Context, what, where string, args ...any) ([]bot.Schedule, error) {
	var list []bot.Schedule
	err := s.rows(ctx, what, func(row scanner) error {
		var id, body string
		var made, paused, deleted bot.Mark
		err := row.Scan(&id, &body, &made.By, &made.In, moment{&made.At}, &paused.By, &paused.In, moment{&paused.At}, &deleted.By, &deleted.In, moment{&deleted.At})
		if err != nil {
			return err
		}
		var sch bot.Schedule
		if err := json.Unmarshal([]byte(body), &sch); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		sch.ID, sch.Made, sch.Paused, sch.Deleted = id, made, paused, deleted
		list = append(list, sch)
		return nil
	}, `select `+scheduleColumns+` from schedules `+where, args...)
	return list, err
}
