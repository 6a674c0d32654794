package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"campaignbot/bot"
)

const (
	taskColumns = `id, schedule, channel, text, mention, language, time_zone, working_days_only, holidays, quiet_hours, state, ref_channel, ref_ts, posted,
	overdue, escalate, escalate_to, nudged_at, raised_at, claimed_by, claimed_at, handed_by, snoozed_by, snoozed_at, snoozed_until, done_by, done_at,
	version, told, result_rows, result_rejected, result_duplicates, result_note, result_at`
	asked = `('open', 'claimed', 'handed over')` // somebody is asked to do the task now
	ended = `('done', 'could not')`
)

// CreateTask records a task before its message is posted, open and as version 1, which is the version that the message
// will show. Of a task that is there already, only the times to be overdue and to escalate change, until it is posted.
func (s *Store) CreateTask(ctx context.Context, t bot.Task) error {
	what := "create task " + t.ID
	lists := make([]any, 3)
	for i, list := range []any{t.Text, t.Mention, t.Holidays} {
		b, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		lists[i] = string(b)
	}
	workingDays := 0
	if t.WorkingDaysOnly {
		workingDays = 1
	}
	_, err := s.exec(ctx, what, `insert into tasks (id, schedule, channel, text, mention, holidays, language, time_zone, working_days_only,
			quiet_hours, state, ref_channel, ref_ts, posted, overdue, escalate, escalate_to,
			claimed_by, claimed_at, done_by, done_at, version, shown, nudged_at, raised_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $13, $14, $15, $16, '', 0, '', 0, 1, 1, 0, 0)
		on conflict (id) do update set overdue = excluded.overdue, escalate = excluded.escalate where tasks.posted = 0`,
		t.ID, t.Schedule, t.Channel, lists[0], lists[1], lists[2], t.Language, t.TimeZone, workingDays, t.QuietHours.String(),
		t.Ref.Channel, t.Ref.TS, millis(t.Posted), millis(t.Overdue), millis(t.Escalate), t.EscalateTo)
	return err
}

// TaskPosted records where and when the task's message was posted. The first address stays. Nothing happens when there
// is no such task: not every post is a task.
func (s *Store) TaskPosted(ctx context.Context, id string, ref bot.MessageRef, at time.Time) error {
	_, err := s.exec(ctx, "record post of task "+id, `update tasks set ref_channel = $1, ref_ts = $2, posted = $3 where id = $4 and posted = 0`,
		ref.Channel, ref.TS, millis(at), id)
	return err
}

// Task returns one task, or an error that is ErrNotFound.
func (s *Store) Task(ctx context.Context, id string) (bot.Task, error) {
	what := "task " + id
	list, err := s.tasks(ctx, what, `where id = $1`, id)
	if err != nil {
		return bot.Task{}, err
	}
	if len(list) == 0 {
		return bot.Task{}, fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return list[0], nil
}

// OpenTasks returns the tasks of a channel that were posted and have not ended, oldest first. An empty channel means all.
func (s *Store) OpenTasks(ctx context.Context, channel string) ([]bot.Task, error) {
	return s.tasks(ctx, "open tasks", `where state not in `+ended+` and posted > 0 and ($1 = '' or channel = $1) order by posted, id`, channel)
}

// EndedTasks returns the tasks of a channel that were done, or given up as could not, since a time, in that order. An
// empty channel means all.
func (s *Store) EndedTasks(ctx context.Context, channel string, since time.Time) ([]bot.Task, error) {
	return s.tasks(ctx, "ended tasks", `where state in `+ended+` and done_at >= $1 and ($2 = '' or channel = $2) order by done_at, id`,
		millis(since), channel)
}

// Results returns the tasks of a channel that were done since a time and whose result was filled in, oldest first. An empty
// channel means all.
func (s *Store) Results(ctx context.Context, channel string, since time.Time) ([]bot.Task, error) {
	return s.tasks(ctx, "results", `where state = 'done' and result_at > 0 and done_at >= $1 and ($2 = '' or channel = $2) order by done_at, id`,
		millis(since), channel)
}

// A change whose thread has not told it after lostAfter has perhaps lost its job; after forgetAfter nobody waits for it.
const (
	lostAfter   = 15 * time.Second
	forgetAfter = 7 * 24 * time.Hour
)

// DueTasks returns the posted tasks for which bot.Task.Due may have something by now, and those whose thread has not told
// a change that it should have told by now.
func (s *Store) DueTasks(ctx context.Context, now time.Time) ([]bot.Task, error) {
	return s.tasks(ctx, "due tasks", `where posted > 0 and (state = 'snoozed' and snoozed_until <= $1
		or state in `+asked+` and (overdue > 0 and overdue <= $1 and nudged_at = 0
			or escalate > 0 and escalate <= $1 and escalate_to <> '' and raised_at = 0)
		or told < version and changed_at <= $2 and changed_at > $3) order by id`,
		millis(now), millis(now.Add(-lostAfter)), millis(now.Add(-forgetAfter)))
}

// Shown returns the version of the task that its message shows, or an error that is ErrNotFound.
func (s *Store) Shown(ctx context.Context, id string) (version int64, err error) {
	what := "version shown of task " + id
	found, err := s.row(ctx, what, `select shown from tasks where id = $1`, []any{id}, &version)
	if err == nil && !found {
		err = fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return version, err
}

// SetShown records that the message shows a version. It only goes up: false when the message shows this version, or a
// later one, already.
func (s *Store) SetShown(ctx context.Context, id string, version int64) (moved bool, err error) {
	n, err := s.exec(ctx, "record version shown of task "+id, `update tasks set shown = $1 where id = $2 and shown < $1`, version, id)
	return n > 0, err
}

func (s *Store) tasks(ctx context.Context, what, where string, args ...any) ([]bot.Task, error) {
	var list []bot.Task
	err := s.rows(ctx, what, func(row scanner) error {
		var t bot.Task
		if err := scanTask(row, &t); err != nil {
			return err
		}
		list = append(list, t)
		return nil
	}, `select `+taskColumns+` from tasks `+where, args...)
	return list, err
}

// moment is a column that holds a time.
type moment struct{ at *time.Time }

// Scan reads the column.
func (m moment) Scan(value any) error {
	ms, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a time is kept as %T", value)
	}
	*m.at = fromMillis(ms)
	return nil
}

// number is a column that holds a count; -1 is one that was left out.
type number struct{ n *bot.Number }

// Scan reads the column.
func (c number) Scan(value any) error {
	v, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a count is kept as %T", value)
	}
	*c.n = bot.Number{}
	if v >= 0 {
		*c.n = bot.Number{Value: v, Given: true}
	}
	return nil
}

func count(n bot.Number) int64 {
	if !n.Given {
		return -1
	}
	return n.Value
}

func scanTask(row scanner, t *bot.Task) error {
	var text, mention, holidays, quietHours string
	err := row.Scan(&t.ID, &t.Schedule, &t.Channel, &text, &mention, &t.Language, &t.TimeZone, &t.WorkingDaysOnly, &holidays, &quietHours, &t.State,
		&t.Ref.Channel, &t.Ref.TS, moment{&t.Posted}, moment{&t.Overdue}, moment{&t.Escalate}, &t.EscalateTo, moment{&t.NudgedAt}, moment{&t.RaisedAt},
		&t.ClaimedBy, moment{&t.ClaimedAt}, &t.HandedBy, &t.SnoozedBy, moment{&t.SnoozedAt}, moment{&t.SnoozedUntil}, &t.DoneBy, moment{&t.DoneAt},
		&t.Version, &t.Told, number{&t.Result.Rows}, number{&t.Result.Rejected}, number{&t.Result.Duplicates}, &t.Result.Note, moment{&t.Result.At})
	if err != nil {
		return err
	}
	for _, list := range []struct {
		text string
		into any
	}{{text, &t.Text}, {mention, &t.Mention}, {holidays, &t.Holidays}} {
		if err := json.Unmarshal([]byte(list.text), list.into); err != nil {
			return err
		}
	}
	t.QuietHours, err = bot.ParseQuietHours(quietHours)
	return err
}
