package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"campaignbot/bot"
)

const taskColumns = `id, schedule, channel, text, mention, language, state, ref_channel, ref_ts, posted, overdue, escalate, escalate_to,
	claimed_by, claimed_at, done_by, done_at, version`

// CreateTask records a task before its message is posted, open and as version 1, which is the version that the message
// will show. Of a task that is there already, only the times to be overdue and to escalate change, until it is posted.
func (s *Store) CreateTask(ctx context.Context, t bot.Task) error {
	what := "create task " + t.ID
	text, err := json.Marshal(t.Text)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	mention, err := json.Marshal(t.Mention)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	_, err = s.exec(ctx, what, `insert into tasks (`+taskColumns+`, shown, nudged_at, raised_at)
		values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11, $12, '', 0, '', 0, 1, 1, 0, 0)
		on conflict (id) do update set overdue = excluded.overdue, escalate = excluded.escalate where tasks.posted = 0`,
		t.ID, t.Schedule, t.Channel, string(text), string(mention), t.Language, t.Ref.Channel, t.Ref.TS, millis(t.Posted),
		millis(t.Overdue), millis(t.Escalate), t.EscalateTo)
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
	t, found, err := s.task(ctx, what, `select `+taskColumns+` from tasks where id = $1`, id)
	if err == nil && !found {
		err = fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return t, err
}

// Claim gives an open task to user and returns it as it is then. Not changed: somebody was first, or it is done; the
// task says who.
func (s *Store) Claim(ctx context.Context, id, user string, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, "claim task "+id, `update tasks set state = 'claimed', claimed_by = $1, claimed_at = $2, version = version + 1
		where id = $3 and state = 'open' returning `+taskColumns, user, millis(now), id)
}

// Done finishes a task that is open or claimed, by whomever, and returns it as it is then. Not changed: somebody was
// first; the task says who.
func (s *Store) Done(ctx context.Context, id, user string, now time.Time) (t bot.Task, changed bool, err error) {
	return s.change(ctx, "finish task "+id, `update tasks set state = 'done', done_by = $1, done_at = $2, version = version + 1
		where id = $3 and state <> 'done' returning `+taskColumns, user, millis(now), id)
}

// OpenTasks returns the tasks of a channel that were posted and are not done, oldest first. An empty channel means all.
func (s *Store) OpenTasks(ctx context.Context, channel string) ([]bot.Task, error) {
	return s.tasks(ctx, "open tasks", `where state <> 'done' and posted > 0 and ($1 = '' or channel = $1) order by posted, id`, channel)
}

// DoneTasks returns the tasks of a channel that were done since a time, in the order they were done. An empty channel
// means all.
func (s *Store) DoneTasks(ctx context.Context, channel string, since time.Time) ([]bot.Task, error) {
	return s.tasks(ctx, "done tasks", `where state = 'done' and done_at >= $1 and ($2 = '' or channel = $2) order by done_at, id`, millis(since), channel)
}

// DueTasks returns the posted tasks that are not done and that somebody has to hear about now: nudge are overdue, raise
// have reached the time of their escalation. MarkNudged and MarkRaised take them off. A task can be in both.
func (s *Store) DueTasks(ctx context.Context, now time.Time) (nudge, raise []bot.Task, err error) {
	nudge, err = s.tasks(ctx, "overdue tasks", `where state <> 'done' and posted > 0 and overdue > 0 and overdue <= $1 and nudged_at = 0
		order by overdue, id`, millis(now))
	if err != nil {
		return nil, nil, err
	}
	raise, err = s.tasks(ctx, "tasks to escalate", `where state <> 'done' and posted > 0 and escalate > 0 and escalate <= $1 and escalate_to <> ''
		and raised_at = 0 order by escalate, id`, millis(now))
	return nudge, raise, err
}

// MarkNudged records that people will hear that the task is overdue. The second caller gets false.
func (s *Store) MarkNudged(ctx context.Context, id string, now time.Time) (marked bool, err error) {
	n, err := s.exec(ctx, "mark task nudged "+id, `update tasks set nudged_at = $1 where id = $2 and nudged_at = 0`, millis(now), id)
	return n > 0, err
}

// MarkRaised records that people will hear that the task is escalated. The second caller gets false.
func (s *Store) MarkRaised(ctx context.Context, id string, now time.Time) (marked bool, err error) {
	n, err := s.exec(ctx, "mark task raised "+id, `update tasks set raised_at = $1 where id = $2 and raised_at = 0`, millis(now), id)
	return n > 0, err
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

// change runs an update that returns the task; when it changes nothing, the task is returned as it stands.
func (s *Store) change(ctx context.Context, what, query string, args ...any) (bot.Task, bool, error) {
	t, changed, err := s.task(ctx, what, query, args...)
	if err != nil || changed {
		return t, changed, err
	}
	t, err = s.Task(ctx, args[len(args)-1].(string))
	return t, false, err
}

func (s *Store) task(ctx context.Context, what, query string, args ...any) (t bot.Task, found bool, err error) {
	// The list is short: the id is the primary key.
	err = s.rows(ctx, what, func(row scanner) error {
		found = true
		return scanTask(row, &t)
	}, query, args...)
	return t, found, err
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

func scanTask(row scanner, t *bot.Task) error {
	var text, mention string
	var posted, overdue, escalate, claimed, done int64
	err := row.Scan(&t.ID, &t.Schedule, &t.Channel, &text, &mention, &t.Language, &t.State, &t.Ref.Channel, &t.Ref.TS, &posted, &overdue, &escalate,
		&t.EscalateTo, &t.ClaimedBy, &claimed, &t.DoneBy, &done, &t.Version)
	if err != nil {
		return err
	}
	t.Posted, t.Overdue, t.Escalate = fromMillis(posted), fromMillis(overdue), fromMillis(escalate)
	t.ClaimedAt, t.DoneAt = fromMillis(claimed), fromMillis(done)
	if err := json.Unmarshal([]byte(text), &t.Text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(mention), &t.Mention)
}
