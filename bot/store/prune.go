package store

import (
	"context"
	"database/sql"
	"time"
)

// Prune removes what was finished before a time: results of due times, posts in the ledger, tasks that have ended, tasks that
// never appeared because their post was skipped, questions nobody asked again, and schedules that were deleted. It returns how many rows it removed. The
// time must be further back than the longest catch-up window.
func (s *Store) Prune(ctx context.Context, before time.Time) (removed int64, err error) {
	statements := []string{
		`delete from tasks where state in ` + ended + ` and done_at < $1`,
		`delete from tasks where posted = 0 and exists
			(select 1 from occurrences where occurrences.key = tasks.id and occurrences.state = 'skipped' and occurrences.at < $1)`,
		`delete from task_changes where at < $1 and not exists (select 1 from tasks where tasks.id = task_changes.task)`,
		`delete from occurrences where state <> 'planned' and at < $1`,
		`delete from posts where at < $1`,
		`delete from misses where last_at < $1`,
		`delete from schedules where deleted_at > 0 and deleted_at < $1`,
	}
	err = s.tx(ctx, "prune", func(tx *sql.Tx) error {
		removed = 0
		for _, statement := range statements {
			res, err := tx.ExecContext(ctx, statement, millis(before))
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			removed += n
		}
		return nil
	})
	return removed, err
}
