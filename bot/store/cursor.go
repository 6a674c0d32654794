package store

import (
	"context"
	"time"
)

// Cursor returns the time up to which the schedule's due times are planned, and the fingerprint of the schedule that
// they were planned with. Not ok: the schedule is new.
func (s *Store) Cursor(ctx context.Context, schedule string) (at time.Time, fingerprint string, ok bool, err error) {
	var ms int64
	ok, err = s.row(ctx, "cursor of "+schedule, `select at, fingerprint from cursors where schedule = $1`, []any{schedule}, &ms, &fingerprint)
	return fromMillis(ms), fingerprint, ok, err
}

// Cursor is how far a schedule got.
type Cursor struct {
	Schedule    string
	At          time.Time // up to which its due times are planned
	Fingerprint string    // of the schedule that they were planned with
}

// Cursors returns the cursors of all schedules that were ever planned, by name.
func (s *Store) Cursors(ctx context.Context) ([]Cursor, error) {
	var list []Cursor
	err := s.rows(ctx, "cursors", func(row scanner) error {
		var c Cursor
		var ms int64
		if err := row.Scan(&c.Schedule, &ms, &c.Fingerprint); err != nil {
			return err
		}
		c.At = fromMillis(ms)
		list = append(list, c)
		return nil
	}, `select schedule, at, fingerprint from cursors order by schedule`)
	return list, err
}

// MoveCursor moves the cursor from one time to a later one; the zero time is the place of a cursor that is not there yet.
// It reports false when the cursor is elsewhere: another replica was first. It never moves a cursor back.
func (s *Store) MoveCursor(ctx context.Context, schedule, fingerprint string, from, to time.Time) (moved bool, err error) {
	what := "move cursor of " + schedule
	if from.IsZero() {
		n, err := s.exec(ctx, what, `insert into cursors (schedule, at, fingerprint) values ($1, $2, $3)
			on conflict (schedule) do nothing`, schedule, millis(to), fingerprint)
		return n > 0, err
	}
	n, err := s.exec(ctx, what, `update cursors set at = $1, fingerprint = $2 where schedule = $3 and at = $4 and at <= $1`,
		millis(to), fingerprint, schedule, millis(from))
	return n > 0, err
}
