// Package about tells what runs and how it is.
package about

import (
	"context"
	"errors"
	"strings"
	"time"

	"campaignbot/bot"
)

// History counts what became of due times.
type History interface {
	Counts(ctx context.Context, since time.Time) (map[bot.OccurrenceState]int, error)
}

// Options are what the feature is made of. Slack and Store return why something is out of order, or nil.
type Options struct {
	Version   string
	Knowledge func() (version string, entries int, failure error) // in force; why the folder as it is now is not
	Mode      string                                              // socket or http
	Engine    string                                              // SQLite or PostgreSQL
	Schedules func() int                                          // how many are in force
	Started   time.Time
	Clock     bot.Clock
	Config    func() error // why the configuration file as it is now is not in force
	Slack     func(context.Context) error
	Store     func(context.Context) error
	History   History
}

// Feature answers about.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Knowledge == nil || opts.Clock == nil || opts.Config == nil || opts.Slack == nil || opts.Store == nil || opts.History == nil {
		return nil, errors.New("about: an option is missing")
	}
	return &Feature{opts}, nil
}

// Commands returns the verb about.
func (f *Feature) Commands() []bot.Command {
	return []bot.Command{{
		Verb:   "about",
		Help:   bot.Help{Usage: "about", Summary: bot.Phrase("command.about.summary"), Examples: []string{"about"}},
		Handle: f.about,
	}}
}

// historyOf is the time the counts of posts cover.
const historyOf = 7 * 24 * time.Hour

func (f *Feature) about(ctx context.Context, _ bot.Request) (bot.Reply, error) {
	now := f.opts.Clock.Now()
	knowledge, entries, failure := f.opts.Knowledge()
	fields := []bot.Field{
		{Name: bot.Phrase("about.version"), Values: []bot.Line{bot.Text("`" + f.opts.Version + "`")}},
		{Name: bot.Phrase("about.uptime"), Values: []bot.Line{bot.Phrase("format.value", "value", now.Sub(f.opts.Started).Round(time.Minute))}},
		{Name: bot.Phrase("about.connection"), Values: []bot.Line{state(f.opts.Slack(ctx), f.opts.Mode, "about.connected", "about.not_connected")}},
		{Name: bot.Phrase("about.store"), Values: []bot.Line{state(f.opts.Store(ctx), f.opts.Engine, "about.reachable", "about.unreachable")}},
		{Name: bot.Phrase("about.knowledge"), Values: []bot.Line{bot.Phrase("about.entries", "count", entries), bot.Text("`" + knowledge + "`")}},
		{Name: bot.Phrase("about.schedules"), Values: []bot.Line{f.schedules(ctx, now)}},
	}
	title := bot.Phrase("about.title")
	parts := []bot.Part{bot.Heading{Line: title}, bot.Fields{Items: fields}}
	for _, failure := range []error{failure, f.opts.Config()} {
		if failure != nil {
			parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("about.reload_failed", "reason", short(failure))}})
		}
	}
	return bot.Reply{Title: title, Parts: parts, Private: true, Answer: bot.Answer{Answered: true, Kind: bot.KindHelp}}, nil
}

// mostProblems is how many problems are shown; the log has them all.
const mostProblems = 3

func short(err error) string {
	problems := strings.Split(strings.TrimSpace(err.Error()), "\n")
	if len(problems) > mostProblems {
		problems = append(problems[:mostProblems], "…")
	}
	return strings.Join(problems, "; ")
}

func state(err error, what, good, bad string) bot.Line {
	key := good
	if err != nil {
		key = bad
	}
	return bot.Phrase("about.state", "what", what, "state", bot.Phrase(key))
}

func (f *Feature) schedules(ctx context.Context, now time.Time) bot.Line {
	schedules := bot.Phrase("about.schedule_count", "count", f.opts.Schedules())
	counts, err := f.opts.History.Counts(ctx, now.Add(-historyOf))
	if err != nil {
		return schedules
	}
	return bot.Phrase("about.schedule_history", "schedules", schedules,
		"posts", bot.Phrase("about.posts", "posted", counts[bot.Posted], "late", counts[bot.PostedLate], "skipped", counts[bot.Skipped]))
}
