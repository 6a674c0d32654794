package reminder

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"campaignbot/bot"
)

// The ids of the buttons and menus.
const (
	actionClaim    = "reminder.claim"
	actionDone     = "reminder.done"
	actionCouldNot = "reminder.could_not"
	actionSnooze   = "reminder.snooze"
	actionHandOver = "reminder.hand_over"
	actionResult   = "reminder.result" // also the form
	actionOpen     = "open"            // of package troubleshoot
)

// Actions returns the buttons and menus of a task.
func (f *Feature) Actions() []bot.Action {
	return []bot.Action{
		{ID: actionClaim, Handle: f.claim},
		{ID: actionDone, Handle: f.done},
		{ID: actionCouldNot, Handle: f.couldNot},
		{ID: actionSnooze, Handle: f.snooze},
		{ID: actionHandOver, Handle: f.handOver},
		{ID: actionResult, Handle: f.result},
	}
}

// press is what became of a press: the task as it is then, and what the presser reads when it is as they wanted it.
type press struct {
	task    bot.Task
	changed bool
	wanted  bool // the task is as they wanted it, whoever made it so
	line    bot.Line
	more    []bot.ReplyButton // what they may want next
}

func (f *Feature) claim(ctx context.Context, req bot.Request) (bot.Reply, error) {
	t, changed, err := f.opts.Tasks.Claim(ctx, req.Value, req.User, f.opts.Clock.Now())
	has := !t.Ended() && t.State != bot.TaskSnoozed && t.ClaimedBy == req.User
	return f.after(ctx, req, press{task: t, changed: changed, wanted: has, line: bot.Phrase("reminder.you_claimed")}, err)
}

func (f *Feature) done(ctx context.Context, req bot.Request) (bot.Reply, error) {
	t, changed, err := f.opts.Tasks.Done(ctx, req.Value, req.User, f.opts.Clock.Now())
	return f.after(ctx, req, press{
		task: t, changed: changed, wanted: t.State == bot.TaskDone && t.DoneBy == req.User, line: bot.Phrase("reminder.you_done"),
		more: []bot.ReplyButton{resultButton(t)},
	}, err)
}

func (f *Feature) couldNot(ctx context.Context, req bot.Request) (bot.Reply, error) {
	t, changed, err := f.opts.Tasks.CouldNot(ctx, req.Value, req.User, f.opts.Clock.Now())
	return f.after(ctx, req, press{
		task: t, changed: changed, wanted: t.State == bot.TaskCouldNot && t.DoneBy == req.User, line: bot.Phrase("reminder.you_could_not"),
	}, err)
}

func (f *Feature) handOver(ctx context.Context, req bot.Request) (bot.Reply, error) {
	to := req.Choice
	switch {
	case to == req.User:
		return f.claim(ctx, req)
	case to == slackbot || to == f.opts.Self():
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.not_a_person")}
	case !isPerson(to):
		return bot.Reply{}, &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.stale_button")}
	}
	t, changed, err := f.opts.Tasks.HandOver(ctx, req.Value, req.User, to, f.opts.Clock.Now())
	return f.after(ctx, req, press{
		task: t, changed: changed, wanted: !t.Ended() && t.ClaimedBy == to, line: bot.Phrase("reminder.you_handed_over", "to", bot.Person(to)),
	}, err)
}

// slackbot is in every workspace, and nobody.
const slackbot = "USLACKBOT"

// isPerson reports whether a text has the form of a Slack user id.
func isPerson(id string) bool {
	return len(id) > 1 && (id[0] == 'U' || id[0] == 'W') && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// failed is what the presser reads when the store does not do what it is asked.
func (f *Feature) failed(err error) error {
	if errors.Is(err, f.opts.Missing) {
		return &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.task_gone")}
	}
	return &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
}

// after answers the presser in private and has the message edited, also when nothing changed: an edit that was lost is
// made good by the next press.
func (f *Feature) after(ctx context.Context, req bot.Request, p press, err error) (bot.Reply, error) {
	if err != nil {
		return bot.Reply{}, f.failed(err)
	}
	// Whoever presses a button sees the message: its address is known now, if it was not before.
	if err := f.opts.Tasks.TaskPosted(ctx, p.task.ID, bot.MessageRef{Channel: req.Channel, TS: req.Message}, f.opts.Clock.Now()); err != nil {
		return bot.Reply{}, f.failed(err)
	}
	if err := f.edit(ctx, p.task, req); err != nil {
		return bot.Reply{}, err
	}
	line := p.line
	switch {
	case !p.changed && !p.wanted:
		line, p.more = first(p.task), nil
	case req.Surface == bot.Submission:
		return bot.Reply{}, nil // the form closes, and the message shows the rest
	}
	parts := []bot.Part{bot.Paragraph{Lines: []bot.Line{line}}}
	if len(p.more) > 0 {
		parts = append(parts, bot.Buttons{Items: p.more})
	}
	return bot.Reply{To: bot.ToAsker, Private: true, Title: line, Parts: parts, Answer: bot.Answer{Answered: true, Kind: bot.KindHelp}}, nil
}

// edit has the message of a task show it as it is, and its thread tell what changed.
func (f *Feature) edit(ctx context.Context, t bot.Task, req bot.Request) error {
	job, err := bot.EditJob(t, "#"+req.ID)
	if err != nil {
		return err
	}
	if err := f.opts.Enqueuer.Enqueue(ctx, job); err != nil {
		return fmt.Errorf("edit message of task %s: %w", t.ID, err)
	}
	return nil
}

// first says who was first and when.
func first(t bot.Task) bot.Line {
	switch t.State {
	case bot.TaskDone:
		return bot.Phrase("reminder.already_done", "user", bot.Person(t.DoneBy), "at", t.DoneAt)
	case bot.TaskCouldNot:
		return bot.Phrase("reminder.already_could_not", "user", bot.Person(t.DoneBy), "at", t.DoneAt)
	case bot.TaskSnoozed:
		return bot.Phrase("reminder.already_snoozed", "user", bot.Person(t.SnoozedBy), "at", t.SnoozedAt, "until", t.SnoozedUntil)
	case bot.TaskHandedOver:
		return bot.Phrase("reminder.already_handed_over", "user", bot.Person(t.HandedBy), "to", bot.Person(t.ClaimedBy), "at", t.ClaimedAt)
	case bot.TaskClaimed:
		return bot.Phrase("reminder.already_claimed", "user", bot.Person(t.ClaimedBy), "at", t.ClaimedAt)
	}
	return bot.Phrase("reminder.just_changed") // it was woken in this very moment
}
