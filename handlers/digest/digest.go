// Package digest tells a channel what is open, overdue, snoozed and ended, what was posted late or not at all, and what
// comes next.
package digest

import (
	"context"
	"errors"
	"time"

	"campaignbot/bot"
)

// Tasks lists the tasks of a channel.
type Tasks interface {
	OpenTasks(ctx context.Context, channel string) ([]bot.Task, error)
	EndedTasks(ctx context.Context, channel string, since time.Time) ([]bot.Task, error)
	// Results returns the tasks that were done since a time and brought something to light, oldest first.
	Results(ctx context.Context, channel string, since time.Time) ([]bot.Task, error)
}

// InForce knows the schedules that are planned now.
type InForce interface {
	Schedules() []bot.Schedule
	// ToCome returns what is posted in a channel after a time and up to another, in order.
	ToCome(channel string, after, until time.Time) []bot.DuePost
}

// History keeps what became of every due time, newest first, and the questions that nobody could answer.
type History interface {
	Occurrences(ctx context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error)
	Misses(ctx context.Context, since time.Time, limit int) ([]bot.Miss, error)
}

// Options are what the feature is made of.
type Options struct {
	Tasks           Tasks
	InForce         InForce
	History         History
	ChannelLanguage func(channel string) string
	Clock           bot.Clock
}

// Feature is the digest.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Tasks == nil || opts.InForce == nil || opts.History == nil || opts.ChannelLanguage == nil || opts.Clock == nil {
		return nil, errors.New("digest: an option is missing")
	}
	return &Feature{opts}, nil
}

const (
	verb       = "digest"
	actionPost = "digest.post"
)

// Commands returns the verb digest.
func (f *Feature) Commands() []bot.Command {
	return []bot.Command{{
		Verb:   verb,
		Help:   bot.Help{Usage: verb, Summary: bot.Phrase("command.digest.summary"), Examples: []string{verb}},
		Handle: f.now,
	}}
}

// Actions returns the button that posts a digest for everybody.
func (f *Feature) Actions() []bot.Action { return []bot.Action{{ID: actionPost, Handle: f.post}} }

// Compose returns the digest of the schedule's channel. It reads the tasks of that channel only: what stands in a private
// channel stays there.
func (f *Feature) Compose(ctx context.Context, due bot.DuePost) (bot.Outgoing, error) {
	channel := due.Schedule.Channel
	c, err := f.read(ctx, channel)
	if err != nil {
		return bot.Outgoing{}, err
	}
	reply := c.reply()
	reply.To, reply.Language = bot.ToChannel, f.opts.ChannelLanguage(channel)
	return bot.Outgoing{Key: due.Occurrence().Key(), Channel: channel, Reply: reply}, nil
}

// now shows the digest of the channel to whoever asks, with a button to post it.
func (f *Feature) now(ctx context.Context, req bot.Request) (bot.Reply, error) {
	reply, err := f.ofChannel(ctx, req)
	if err != nil {
		return bot.Reply{}, err
	}
	reply.Private = true
	reply.Parts = append(reply.Parts, bot.Buttons{Items: []bot.ReplyButton{{Action: actionPost, Value: verb, Label: bot.Phrase("button.share")}}})
	return reply, nil
}

// post shows the digest of the channel to everybody in it, as it is when the button is pressed.
func (f *Feature) post(ctx context.Context, req bot.Request) (bot.Reply, error) {
	reply, err := f.ofChannel(ctx, req)
	if err != nil {
		return bot.Reply{}, err
	}
	reply.To, reply.Language = bot.ToChannel, f.opts.ChannelLanguage(req.Channel)
	reply.Parts = append(reply.Parts, bot.Note{Lines: []bot.Line{bot.Phrase("answer.shared_by", "user", bot.Person(req.User))}})
	return reply, nil
}

func (f *Feature) ofChannel(ctx context.Context, req bot.Request) (bot.Reply, error) {
	c, err := f.read(ctx, req.Channel)
	if err != nil {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.history_down"), Err: err}
	}
	reply := c.reply()
	reply.Answer = bot.Answer{Answered: true, Kind: bot.KindHelp}
	return reply, nil
}
