// Package reminder is the routine check that is posted, claimed and done: its message, its buttons, and what is said when
// it stays open for too long.
package reminder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"campaignbot/bot"
)

// Tasks keeps what was posted and who has it. The first to claim or finish wins, also between replicas; changed tells
// whether this call did it.
type Tasks interface {
	CreateTask(ctx context.Context, t bot.Task) error
	TaskPosted(ctx context.Context, id string, ref bot.MessageRef, at time.Time) error
	Claim(ctx context.Context, id, user string, now time.Time) (task bot.Task, changed bool, err error)
	Done(ctx context.Context, id, user string, now time.Time) (task bot.Task, changed bool, err error)
}

// Options are what the feature is made of.
type Options struct {
	Tasks           Tasks
	Enqueuer        bot.Enqueuer
	ChannelLanguage func(channel string) string
	Clock           bot.Clock
	Missing         error                        // the error of Tasks for a task that is not there
	Entry           func(schedule string) string // the runbook or check whose steps belong to a schedule; empty for none
}

// The ids of the buttons.
const (
	actionClaim = "reminder.claim"
	actionDone  = "reminder.done"
	actionOpen  = "open" // of package troubleshoot
)

// Feature is the routine check.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Tasks == nil || opts.Enqueuer == nil || opts.ChannelLanguage == nil || opts.Clock == nil || opts.Missing == nil || opts.Entry == nil {
		return nil, errors.New("reminder: an option is missing")
	}
	return &Feature{opts}, nil
}

// Actions returns the buttons Claim and Done.
func (f *Feature) Actions() []bot.Action {
	return []bot.Action{
		{ID: actionClaim, Handle: f.claim},
		{ID: actionDone, Handle: f.done},
	}
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
		State:      bot.TaskOpen,
		EscalateTo: s.Escalate.To,
	}
	if s.Due > 0 {
		t.Overdue = now.Add(s.Due)
	}
	if s.Escalate.After > 0 {
		t.Escalate = now.Add(s.Escalate.After)
	}
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

// Show returns the message for a task as it stands now.
func (f *Feature) Show(t bot.Task) bot.Reply { return f.show(t) }

// Nudge returns what is said in a task's thread once it is overdue.
func (f *Feature) Nudge(t bot.Task) bot.Outgoing {
	line := bot.Phrase("reminder.still_open_nudge", "text", bot.Text(t.Words()))
	return bot.Outgoing{
		Key: "nudge:" + t.ID, Channel: t.Ref.Channel, Thread: t.Ref.TS,
		Reply: bot.Reply{Language: t.Language, Title: line, Parts: []bot.Part{bot.Paragraph{Lines: append([]bot.Line{line}, mentions(t)...)}}},
	}
}

// Raise returns what is said elsewhere once a task was open for too long.
func (f *Feature) Raise(t bot.Task) bot.Outgoing {
	line := bot.Phrase("reminder.escalation", "text", bot.Text(t.Words()), "channel", bot.ChannelRef(t.Channel), "since", t.Posted)
	return bot.Outgoing{
		Key: "raise:" + t.ID, Channel: t.EscalateTo,
		Reply: bot.Reply{Language: f.opts.ChannelLanguage(t.EscalateTo), Title: line, Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{line}}}},
	}
}

func (f *Feature) claim(ctx context.Context, req bot.Request) (bot.Reply, error) {
	t, changed, err := f.opts.Tasks.Claim(ctx, req.Value, req.User, f.opts.Clock.Now())
	return f.after(ctx, t, changed, err, req, "reminder.you_claimed")
}

func (f *Feature) done(ctx context.Context, req bot.Request) (bot.Reply, error) {
	t, changed, err := f.opts.Tasks.Done(ctx, req.Value, req.User, f.opts.Clock.Now())
	return f.after(ctx, t, changed, err, req, "reminder.you_done")
}

// after answers the presser in private and has the message edited, also when nothing changed: an edit that was lost is
// made good by the next press.
func (f *Feature) after(ctx context.Context, t bot.Task, changed bool, err error, req bot.Request, yours string) (bot.Reply, error) {
	if errors.Is(err, f.opts.Missing) {
		return bot.Reply{}, &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.task_gone")}
	}
	if err != nil {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
	}
	// Whoever presses a button sees the message: its address is known now, if it was not before.
	if err := f.opts.Tasks.TaskPosted(ctx, t.ID, bot.MessageRef{Channel: req.Channel, TS: req.Message}, f.opts.Clock.Now()); err != nil {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
	}
	payload, err := json.Marshal(bot.TaskChange{Task: t.ID, Version: t.Version})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("encode change of task %s: %w", t.ID, err)
	}
	job := bot.Job{Kind: bot.JobEdit, Key: t.ID + "#" + strconv.FormatInt(t.Version, 10) + "#" + req.ID, Payload: payload}
	if err := f.opts.Enqueuer.Enqueue(ctx, job); err != nil {
		return bot.Reply{}, fmt.Errorf("edit message of task %s: %w", t.ID, err)
	}
	line := bot.Phrase(yours)
	switch {
	case changed:
	case t.State == bot.TaskDone:
		line = bot.Phrase("reminder.already_done", "user", bot.Person(t.DoneBy), "at", t.DoneAt)
	case t.ClaimedBy != req.User:
		line = bot.Phrase("reminder.already_claimed", "user", bot.Person(t.ClaimedBy), "at", t.ClaimedAt)
	}
	return bot.Reply{To: bot.ToAsker, Private: true, Title: line, Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{line}}},
		Answer: bot.Answer{Answered: true, Kind: bot.KindHelp}}, nil
}

func mentions(t bot.Task) []bot.Line {
	lines := make([]bot.Line, len(t.Mention))
	for i, m := range t.Mention {
		lines[i] = bot.Phrase("format.value", "value", bot.Person(m))
	}
	return lines
}

// show returns the message for a task, with notes of its first moment.
func (f *Feature) show(t bot.Task, notes ...bot.Line) bot.Reply {
	title := bot.Phrase("reminder.title", "text", bot.Text(t.Words()))
	state := []bot.Line{bot.Phrase("reminder.open")}
	switch t.State {
	case bot.TaskClaimed:
		state = []bot.Line{bot.Phrase("reminder.claimed", "user", bot.Person(t.ClaimedBy), "at", t.ClaimedAt)}
	case bot.TaskDone:
		state = []bot.Line{bot.Phrase("reminder.done", "user", bot.Person(t.DoneBy), "at", t.DoneAt)}
	}
	if t.State != bot.TaskDone && !t.Overdue.IsZero() {
		state = append(state, bot.Phrase("reminder.due", "at", t.Overdue))
	}
	parts := []bot.Part{bot.Heading{Line: title}}
	if t.State == bot.TaskOpen && len(t.Mention) > 0 {
		parts = append(parts, bot.Paragraph{Lines: mentions(t)})
	}
	parts = append(parts, bot.Paragraph{Lines: state}, bot.Note{Lines: append(notes, bot.Phrase("reminder.schedule", "id", t.Schedule))})
	var row bot.Buttons
	if t.State != bot.TaskDone {
		row = taskButtons(t)
	}
	if entry := f.opts.Entry(t.Schedule); entry != "" {
		row.Items = append(row.Items, bot.ReplyButton{Action: actionOpen, Value: "runbook " + entry, Label: bot.Phrase("button.steps")})
	}
	if len(row.Items) > 0 {
		parts = append(parts, row)
	}
	return bot.Reply{To: bot.ToChannel, Language: t.Language, Title: title, Parts: parts}
}

func taskButtons(t bot.Task) bot.Buttons {
	var b bot.Buttons
	if t.State == bot.TaskOpen {
		b.Items = append(b.Items, bot.ReplyButton{Action: actionClaim, Value: t.ID, Label: bot.Phrase("button.claim")})
	}
	b.Items = append(b.Items, bot.ReplyButton{Action: actionDone, Value: t.ID, Label: bot.Phrase("button.done"), Primary: true})
	return b
}
