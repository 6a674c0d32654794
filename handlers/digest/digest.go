// Package digest tells a channel what is open, overdue, snoozed and ended.
package digest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"campaignbot/bot"
)

// Tasks lists the tasks of a channel.
type Tasks interface {
	OpenTasks(ctx context.Context, channel string) ([]bot.Task, error)
	EndedTasks(ctx context.Context, channel string, since time.Time) ([]bot.Task, error)
}

// Options are what the feature is made of.
type Options struct {
	Tasks           Tasks
	ChannelLanguage func(channel string) string
	Clock           bot.Clock
}

// Feature is the digest.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Tasks == nil || opts.ChannelLanguage == nil || opts.Clock == nil {
		return nil, errors.New("digest: an option is missing")
	}
	return &Feature{opts}, nil
}

// covers is how far back a digest looks for what has ended.
const covers = 24 * time.Hour

// listed is how many tasks of one state a digest lists; the rest is counted.
const listed = 20

// Compose returns the digest of the schedule's channel. It reads the tasks of that channel only: what stands in a private
// channel stays there.
func (f *Feature) Compose(ctx context.Context, due bot.DuePost) (bot.Outgoing, error) {
	now := f.opts.Clock.Now()
	since := now.Add(-covers)
	channel := due.Schedule.Channel
	open, err := f.opts.Tasks.OpenTasks(ctx, channel)
	if err != nil {
		return bot.Outgoing{}, fmt.Errorf("list open tasks: %w", err)
	}
	ended, err := f.opts.Tasks.EndedTasks(ctx, channel, since)
	if err != nil {
		return bot.Outgoing{}, fmt.Errorf("list ended tasks: %w", err)
	}
	return bot.Outgoing{
		Key:     due.Occurrence().Key(),
		Channel: channel,
		Reply:   f.reply(open, ended, now, since, f.opts.ChannelLanguage(channel)),
	}, nil
}

func (f *Feature) reply(open, ended []bot.Task, now, since time.Time, lang string) bot.Reply {
	if len(open)+len(ended) == 0 {
		quiet := bot.Phrase("digest.quiet")
		return bot.Reply{To: bot.ToChannel, Language: lang, Title: quiet, Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{quiet}}}}
	}
	sections := make(map[string][]bot.Task)
	for _, t := range append(open, ended...) {
		key := place(t, now)
		sections[key] = append(sections[key], t)
	}
	title := bot.Phrase("digest.title")
	parts := []bot.Part{bot.Heading{Line: title}}
	for _, key := range []string{"digest.overdue", "digest.open", "digest.snoozed", "digest.could_not", "digest.done"} {
		parts = append(parts, f.section(key, sections[key])...)
	}
	parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("digest.since", "at", since)}})
	return bot.Reply{To: bot.ToChannel, Language: lang, Title: title, Parts: parts}
}

// place returns the section a task belongs to. What is snoozed is not overdue.
func place(t bot.Task, now time.Time) string {
	switch overdue := t.WorkingTime(t.Overdue); {
	case t.State == bot.TaskDone:
		return "digest.done"
	case t.State == bot.TaskCouldNot:
		return "digest.could_not"
	case t.State == bot.TaskSnoozed:
		return "digest.snoozed"
	case !overdue.IsZero() && now.After(overdue):
		return "digest.overdue"
	}
	return "digest.open"
}

// section is a counted list of tasks; nothing when there are none.
func (f *Feature) section(key string, tasks []bot.Task) []bot.Part {
	if len(tasks) == 0 {
		return nil
	}
	list := bot.List{Title: bot.Phrase(key, "count", len(tasks))}
	for _, t := range tasks[:min(listed, len(tasks))] {
		list.Items = append(list.Items, f.item(t))
	}
	return []bot.Part{list}
}

func (f *Feature) item(t bot.Task) bot.Line {
	text := bot.Text(t.Words())
	switch t.State {
	case bot.TaskDone:
		return bot.Phrase("digest.item_done", "text", text, "user", bot.Person(t.DoneBy), "at", t.DoneAt)
	case bot.TaskCouldNot:
		return bot.Phrase("digest.item_could_not", "text", text, "user", bot.Person(t.DoneBy), "at", t.DoneAt)
	case bot.TaskSnoozed:
		return bot.Phrase("digest.item_snoozed", "text", text, "user", bot.Person(t.SnoozedBy), "until", t.SnoozedUntil)
	case bot.TaskClaimed, bot.TaskHandedOver:
		return bot.Phrase("digest.item_claimed", "text", text, "user", bot.Person(t.ClaimedBy), "since", t.Posted)
	default:
		return bot.Phrase("digest.item_open", "text", text, "since", t.Posted)
	}
}
