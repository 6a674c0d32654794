package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"campaignbot/bot"
)

// MostOccurrences is how many rows of the history one question returns at most.
const MostOccurrences = 10_000

const (
	occurrenceColumns = `schedule, due, state, reason, missed, channel, ts, at`
	insertOccurrence  = `insert into occurrences (key, ` + occurrenceColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// Plan records due times as planned, or as skipped with the reason when that is their state. A due time that is recorded
// already stays as it is.
func (s *Store) Plan(ctx context.Context, occurrences []bot.Occurrence) error {
	if len(occurrences) == 0 {
		return nil
	}
	// Two replicas that insert the same rows in different orders would wait for each other for ever.
	sorted := slices.SortedFunc(slices.Values(occurrences), func(a, b bot.Occurrence) int { return strings.Compare(a.Key(), b.Key()) })
	for _, o := range sorted {
		if o.State != bot.Planned && o.State != bot.Skipped {
			return fmt.Errorf("plan %s: state %q is neither planned nor skipped", o.Key(), o.State)
		}
	}
	return s.tx(ctx, "plan due times", func(tx *sql.Tx) error {
		for _, o := range sorted {
			if _, err := tx.ExecContext(ctx, insertOccurrence+` on conflict (key) do nothing`, occurrenceArgs(o)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Finish records what became of a due time, whether it was planned or not (one that somebody asked for by hand was not).
// The first result stays: changed is false when there is one already.
func (s *Store) Finish(ctx context.Context, o bot.Occurrence) (changed bool, err error) {
	what := "finish " + o.Key()
	if o.State != bot.Posted && o.State != bot.PostedLate && o.State != bot.Skipped {
		return false, fmt.Errorf("%s: state %q is no result", what, o.State)
	}
	n, err := s.exec(ctx, what, insertOccurrence+` on conflict (key) do update set state = excluded.state, reason = excluded.reason,
		missed = excluded.missed, channel = excluded.channel, ts = excluded.ts, at = excluded.at
		where occurrences.state = 'planned'`, occurrenceArgs(o)...)
	return n > 0, err
}

// Occurrences returns the history since a time, newest due time first. An empty schedule means all; limit 0 means as many
// as there are, up to 10,000.
func (s *Store) Occurrences(ctx context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error) {
	if limit <= 0 || limit > MostOccurrences {
		limit = MostOccurrences
	}
	if schedule == "" {
		return s.occurrences(ctx, "history", `where due >= $1 order by due desc, key limit $2`, millis(since), limit)
	}
	return s.occurrences(ctx, "history of "+schedule, `where schedule = $1 and due >= $2 order by due desc, key limit $3`, schedule, millis(since), limit)
}

// Unfinished returns the due times before a time that were planned and have no result, oldest first: their jobs are under
// way, or lost.
func (s *Store) Unfinished(ctx context.Context, before time.Time) ([]bot.Occurrence, error) {
	return s.occurrences(ctx, "unfinished due times", `where state = 'planned' and due < $1 order by due, key`, millis(before))
}

// Counts returns how many due times since a time are in each state. Every state is there.
func (s *Store) Counts(ctx context.Context, since time.Time) (map[bot.OccurrenceState]int, error) {
	counts := map[bot.OccurrenceState]int{bot.Planned: 0, bot.Posted: 0, bot.PostedLate: 0, bot.Skipped: 0}
	err := s.rows(ctx, "count due times", func(row scanner) error {
		var state bot.OccurrenceState
		var n int
		if err := row.Scan(&state, &n); err != nil {
			return err
		}
		counts[state] = n
		return nil
	}, `select state, count(*) from occurrences where due >= $1 group by state`, millis(since))
	if err != nil {
		return nil, err
	}
	return counts, nil
}

func (s *Store) occurrences(ctx context.Context, what, where string, args ...any) ([]bot.Occurrence, error) {
	var list []bot.Occurrence
	err := s.rows(ctx, what, func(row scanner) error {
		var o bot.Occurrence
		var due, at int64
		if err := row.Scan(&o.Schedule, &due, &o.State, &o.Reason, &o.Missed, &o.Ref.Channel, &o.Ref.TS, &at); err != nil {
			return err
		}
		o.Due, o.At = fromMillis(due), fromMillis(at)
		list = append(list, o)
		return nil
	}, `select `+occurrenceColumns+` from occurrences `+where, args...)
	return list, err
}

func occurrenceArgs(o bot.Occurrence) []any {
	return []any{o.Key(), o.Schedule, millis(o.Due), string(o.State), o.Reason, o.Missed, o.Ref.Channel, o.Ref.TS, millis(o.At)}
}
