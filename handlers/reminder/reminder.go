// Package reminder is the routine check that is posted, and stays open until somebody has ended it: its message, its
// buttons, and what its thread tells of it.
package reminder

import (
	"context"
	"errors"
	"fmt"
	"time"

	"campaignbot/bot"
)

// Tasks keeps what was posted and who has it. It decides who was first, also between replicas; changed tells whether this
// call made the change, and the task is as it is then.
type Tasks interface {
	CreateTask(ctx context.Context, t bot.Task) error
	TaskPosted(ctx context.Context, id string, ref bot.MessageRef, at time.Time) error
	Task(ctx context.Context, id string) (bot.Task, error)
	Claim(ctx context.Context, id, user string, now time.Time) (task bot.Task, changed bool, err error)
	Done(ctx context.Context, id, user string, now time.Time) (task bot.Task, changed bool, err error)
	CouldNot(ctx context.Context, id, user string, now time.Time) (task bot.Task, changed bool, err error)
	Snooze(ctx context.Context, id, user string, until, now time.Time) (task bot.Task, changed bool, err error)
	SetResult(ctx context.Context, id, user string, r bot.Result, now time.Time) (task bot.Task, changed bool, err error)
	HandOver(ctx context.Context, id, user, to string, now time.Time) (task bot.Task, changed bool, err error)
}

// Options are what the feature is made of.
type Options struct {
	Tasks           Tasks
	Enqueuer        bot.Enqueuer
	ChannelLanguage func(channel string) string
	Self            func() string // the bot's own Slack user id; empty while it is not known
	Clock           bot.Clock
	Missing         error                        // the error of Tasks for a task that is not there
	Entry           func(schedule string) string // the runbook or check whose steps belong to a schedule; empty for none
}

// Feature is the routine check.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Tasks == nil || opts.Enqueuer == nil || opts.ChannelLanguage == nil || opts.Self == nil || opts.Clock == nil || opts.Missing == nil || opts.Entry == nil {
		return nil, errors.New("reminder: an option is missing")
	}
	return &Feature{opts}, nil
}

// Compose returns the message for a due time and keeps the task it starts.
func (f *Feature) Compose(ctx context.Context, due bot.DuePost) (bot.Outgoing, error) {
	s := due.Schedule
	occurrence := due.Occurrence()
	now := f.opts.Clock.Now()
	t := bot.Task{
		ID:         occurrence.Key(),
		Schedule:   s.ID,
		Channel:    s.Channel,
		Text:       s.Text,
		Mention:    s.Mention,
		Language:   f.opts.ChannelLanguage(s.Channel),
		TimeZone:   s.TimeZone,
		State:      bot.TaskOpen,
		EscalateTo: s.Escalate.To,

		WorkingDaysOnly: s.WorkingDaysOnly,
		Holidays:        s.Holidays,
		QuietHours:      s.QuietHours,
	}
	t.Overdue, t.Escalate = deadlines(t, s, now)
	if err := f.opts.Tasks.CreateTask(ctx, t); err != nil {
		return bot.Outgoing{}, fmt.Errorf("keep task %s: %w", t.ID, err)
	}
	var notes []bot.Line
	if now.Sub(due.Due) > bot.LateAfter {
		notes = append(notes, bot.Phrase("reminder.late", "due", due.Due))
	}
	if due.Missed > 0 {
		notes = append(notes, bot.Phrase("reminder.missed", "count", due.Missed))
	}
	return bot.Outgoing{Key: t.ID, Channel: s.Channel, Reply: f.show(t, notes...)}, nil
}

// deadlines returns when the task of a schedule is overdue and when it is escalated. What waits keeps its distance: somebody
// who hears on Monday morning that a task is overdue has as long as on any other day.
func deadlines(t bot.Task, s bot.Schedule, now time.Time) (overdue, escalate time.Time) {
	if s.Due > 0 {
		overdue = t.WorkingTime(now.Add(s.Due))
	}
	switch {
	case s.Escalate.After <= 0:
	case s.Due > 0 && s.Escalate.After > s.Due:
		escalate = t.WorkingTime(overdue.Add(s.Escalate.After - s.Due))
	default:
		escalate = t.WorkingTime(now.Add(s.Escalate.After))
	}
	return overdue, escalate
}
