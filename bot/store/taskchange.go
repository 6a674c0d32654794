package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"campaignbot/bot"
)

// What people and the time do to a task. Each is decided by one statement, so that of two that come at the same moment one
// wins, and is kept for the task's thread in the same transaction.

// resumed ends a snooze, if there is one, at $1: what was not due yet is due that much later.
const resumed = `version = version + 1, changed_at = $1,
	overdue = case when state = 'snoozed' and overdue > 0 and nudged_at = 0 and $1 > snoozed_at then overdue + $1 - snoozed_at else overdue end,
	escalate = case when state = 'snoozed' and escalate > 0 and raised_at = 0 and $1 > snoozed_at then escalate + $1 - snoozed_at else escalate end, `

// awake empties what is known of a snooze.
const awake = `snoozed_by = '', snoozed_at = 0, snoozed_until = 0, `

// Claim gives a task that nobody has to user, also a snoozed one, and returns it as it is then. Not changed: somebody was
// first; the task says who.
func (s *Store) Claim(ctx context.Context, id, user string, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, id, bot.Change{Kind: bot.ChangeClaimed, By: user, At: now}, `update tasks set `+resumed+awake+`
		state = 'claimed', claimed_by = $2, claimed_at = $1, handed_by = ''
		where id = $3 and (state = 'open' or state = 'snoozed' and claimed_by in ('', $2))`, millis(now), user, id)
}

// Done finishes a task that has not ended, by whomever, and returns it as it is then. Not changed: somebody was first; the
// task says who.
func (s *Store) Done(ctx context.Context, id, user string, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, id, bot.Change{Kind: bot.ChangeDone, By: user, At: now}, `update tasks set `+resumed+awake+`
		state = 'done', done_by = $2, done_at = $1 where id = $3 and state not in `+ended, millis(now), user, id)
}

// CouldNot ends a task that could not be done and that user or nobody has, and returns it as it is then. Not changed: it
// has ended, or somebody else has it; the task says who.
func (s *Store) CouldNot(ctx context.Context, id, user string, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, id, bot.Change{Kind: bot.ChangeCouldNot, By: user, At: now}, `update tasks set `+resumed+awake+`
		state = 'could not', done_by = $2, done_at = $1
		where id = $3 and state not in `+ended+` and claimed_by in ('', $2)`, millis(now), user, id)
}

// Snooze puts a task that user or nobody has aside until a time, and returns it as it is then. A snooze is changed only by
// whoever asked for it. Not changed: somebody was first; the task says who.
func (s *Store) Snooze(ctx context.Context, id, user string, until, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, id, bot.Change{Kind: bot.ChangeSnoozed, By: user, Until: until, At: now}, `update tasks set `+resumed+`
		state = 'snoozed', snoozed_by = $2, snoozed_at = $1, snoozed_until = $3
		where id = $4 and (state in `+asked+` and claimed_by in ('', $2) or state = 'snoozed' and snoozed_by = $2 and snoozed_until <> $3)`,
		millis(now), user, millis(until), id)
}

// HandOver gives a task that user or nobody has to somebody else, and returns it as it is then. Not changed: it has ended,
// or somebody else has it; the task says who.
func (s *Store) HandOver(ctx context.Context, id, user, to string, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, id, bot.Change{Kind: bot.ChangeHandedOver, By: user, To: to, At: now}, `update tasks set `+resumed+awake+`
		state = 'handed over', claimed_by = $3, claimed_at = $1, handed_by = $2
		where id = $4 and state not in `+ended+` and claimed_by in ('', $2) and claimed_by <> $3`, millis(now), user, to, id)
}

// SetResult keeps what a task that user has done brought to light, and returns the task as it is then. Not changed: it is as
// it was, or somebody else has done the task, or nobody; the task says who.
func (s *Store) SetResult(ctx context.Context, id, user string, r bot.Result, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, id, bot.Change{Kind: bot.ChangeResult, By: user, At: now}, `update tasks set version = version + 1, changed_at = $1,
		result_at = $1, result_rows = $3, result_rejected = $4, result_duplicates = $5, result_note = $6
		where id = $7 and state = 'done' and done_by = $2
			and (result_at = 0 or result_rows <> $3 or result_rejected <> $4 or result_duplicates <> $5 or result_note <> $6)`,
		millis(now), user, count(r.Rows), count(r.Rejected), count(r.Duplicates), r.Note, id)
}

// errNotBrought is returned for a kind of change that people make.
var errNotBrought = errors.New("the time does not bring this change")

// Advance makes the change that the time has brought to a task, and returns the task as it is then. Not changed: the task
// is not as it was given; another replica, or a person, was first.
func (s *Store) Advance(ctx context.Context, t bot.Task, kind bot.ChangeKind, now time.Time) (after bot.Task, changed bool, err error) {
	var set string
	c := bot.Change{Kind: kind, To: t.ClaimedBy, At: now}
	switch kind {
	case bot.ChangeWoken:
		set = awake + `state = case when claimed_by = '' then 'open' else 'claimed' end`
	case bot.ChangeOverdue:
		set = `nudged_at = $1`
	case bot.ChangeEscalated:
		set, c.To = `raised_at = $1`, t.EscalateTo
	default:
		return t, false, errNotBrought
	}
	return s.change(ctx, t.ID, c, `update tasks set `+resumed+set+` where id = $2 and version = $3`, millis(now), t.ID, t.Version)
}

// Changes returns the changes of a task since a version, in order.
func (s *Store) Changes(ctx context.Context, id string, since int64) ([]bot.Change, error) {
	var list []bot.Change
	err := s.rows(ctx, "changes of task "+id, func(row scanner) error {
		var c bot.Change
		err := row.Scan(&c.Version, &c.Kind, &c.By, &c.To, moment{&c.Until}, moment{&c.At})
		list = append(list, c)
		return err
	}, `select version, kind, by_user, to_whom, until, at from task_changes where task = $1 and version > $2 order by version`, id, since)
	return list, err
}

// SetTold records that the task's thread tells the changes up to a version. It only goes up.
func (s *Store) SetTold(ctx context.Context, id string, version int64) error {
	_, err := s.exec(ctx, "record what is told of task "+id, `update tasks set told = $1 where id = $2 and told < $1`, version, id)
	return err
}

// change runs an update that changes the task and keeps the change, both or neither. When it changes nothing, the task is
// returned as it stands.
func (s *Store) change(ctx context.Context, id string, c bot.Change, update string, args ...any) (t bot.Task, changed bool, err error) {
	err = s.tx(ctx, "task "+id+" "+string(c.Kind), func(tx *sql.Tx) error {
		err := scanTask(tx.QueryRowContext(ctx, update+` returning `+taskColumns, args...), &t)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		changed = true
		_, err = tx.ExecContext(ctx, `insert into task_changes (task, version, kind, by_user, to_whom, until, at) values ($1, $2, $3, $4, $5, $6, $7)`,
			id, t.Version, string(c.Kind), c.By, c.To, millis(c.Until), millis(c.At))
		return err
	})
	if err != nil || changed {
		return t, changed && err == nil, err
	}
	t, err = s.Task(ctx, id)
	return t, false, err
}
