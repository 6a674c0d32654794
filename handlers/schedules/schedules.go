// Package schedules shows the schedules in force and what became of their due times, and lets people make, pause, resume,
// post, delete and bring back those that are made in Slack.
package schedules

import (
	"context"
	"errors"
	"strings"
	"time"

	"campaignbot/bot"
)

// Timetable knows the schedules that are planned now, and reads what people type.
type Timetable interface {
	Schedules() []bot.Schedule
	// Next returns when a schedule posts for the first time after a time, in its zone; the zero time: never.
	Next(id string, after time.Time) time.Time
	// NextTimes returns the first times after a moment at which a schedule posts that need not be in force.
	NextTimes(s bot.Schedule, after time.Time, n int) []time.Time
	// Split takes a typed line apart: when, and what. Not ok: nothing in it says when.
	Split(line string) (when, what string, ok bool)
	// Read returns the schedule with what was typed as its time, and what is wrong with it: the phrase fault.… of that
	// name, or nothing.
	Read(s bot.Schedule, when string) (read bot.Schedule, fault string)
	// Examples returns two everyday phrases in a language.
	Examples(language string) [2]string
	// Reload puts the schedules of the store in force. It waits a little for it, and not longer: what is slow comes later.
	Reload(ctx context.Context)
	// Run posts for a schedule now.
	Run(ctx context.Context, s bot.Schedule, now time.Time) error
	// Add keeps a new schedule. Not added: its id is taken.
	Add(ctx context.Context, s bot.Schedule) (added bool, err error)
}

// Store keeps the schedules made in Slack, and what became of every due time, newest first. Changed tells whether this
// call made the change.
type Store interface {
	Occurrences(ctx context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error)
	Schedule(ctx context.Context, id string) (bot.Schedule, error)
	PauseSchedule(ctx context.Context, id string, m bot.Mark) (changed bool, err error)
	ResumeSchedule(ctx context.Context, id string) (changed bool, err error)
	DeleteSchedule(ctx context.Context, id string, m bot.Mark) (changed bool, err error)
	RestoreSchedule(ctx context.Context, id string) (changed bool, err error)
}

// Options are what the feature is made of.
type Options struct {
	Timetable Timetable
	Store     Store
	Missing   error // the error of Store for a schedule that is not there
	Clock     bot.Clock
	Zone      func(ctx context.Context, user string) string // IANA name of a person's time zone; empty: not known
	Admin     func(ctx context.Context, user string) bool   // may change what others made
	Allowed   func(channel string) bool                     // the bot may post there
	CatchUp   time.Duration                                 // of the schedules that are made
}

// Feature answers remind.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Timetable == nil || opts.Store == nil || opts.Missing == nil || opts.Clock == nil || opts.Zone == nil || opts.Admin == nil || opts.Allowed == nil {
		return nil, errors.New("schedules: an option is missing")
	}
	return &Feature{opts}, nil
}

const (
	verb       = "remind"      // also the action of its buttons, whose value is what is typed behind it
	actionForm = "remind.form" // the form that makes a reminder

	wordList    = "list"
	wordAdd     = "add"
	wordShow    = "show"
	wordHistory = "history"
	wordPause   = "pause"
	wordResume  = "resume"
	wordRun     = "run"
	wordDelete  = "delete"
	wordRestore = "restore"
)

// Commands returns the verb remind.
func (f *Feature) Commands() []bot.Command {
	return []bot.Command{{
		Verb: verb,
		Help: bot.Help{
			Usage:   "remind [list | add | show <id> | pause <id> | resume <id> | run <id> | delete <id> | history <id> | <when> <what>]",
			Summary: bot.Phrase("command.remind.summary"),
			Examples: []string{
				"remind add", "remind #ops every weekday at 08:30 re-run failed exports", "remind 30 8 * * 1-5 re-run failed exports",
				"remind list", "remind history failed-exports",
			},
		},
		Fits:   func(string) bool { return true },
		Handle: f.remind,
	}}
}

// Actions returns the buttons, whose values are what could be typed, and the form.
func (f *Feature) Actions() []bot.Action {
	return []bot.Action{{ID: verb, Handle: f.remind}, {ID: actionForm, Handle: f.filledIn}}
}

// parse reads what is typed behind the verb: a word, a word with the id of a schedule, or the line of a new reminder, which
// add may introduce. Where the id is missing the list is what helps.
func parse(rest string) (word, id, line string) {
	rest = strings.TrimSpace(rest)
	words := strings.Fields(rest)
	if len(words) == 0 {
		return wordList, "", ""
	}
	switch word = strings.ToLower(words[0]); word {
	case wordAdd:
		return wordAdd, "", strings.TrimSpace(rest[len(words[0]):])
	case wordList:
		if len(words) == 1 {
			return wordList, "", ""
		}
	case wordShow, wordHistory, wordPause, wordResume, wordRun, wordDelete, wordRestore:
		switch len(words) {
		case 1:
			return wordList, "", ""
		case 2:
			return word, strings.Trim(strings.ToLower(words[1]), "`'\"‘’“”"), ""
		}
	}
	return wordAdd, "", rest
}

func (f *Feature) remind(ctx context.Context, req bot.Request) (bot.Reply, error) {
	word, id, line := parse(req.Args)
	switch word {
	case wordList:
		return f.list(), nil
	case wordAdd:
		return f.add(ctx, req, line)
	case wordShow, wordHistory:
		all := f.opts.Timetable.Schedules()
		s, found := find(all, id)
		switch {
		case word == wordHistory:
			return f.history(ctx, all, s, id, found)
		case !found:
			return bot.Reply{}, unknown(word, id, all)
		}
		return f.show(req.Language, s), nil
	}
	return f.change(ctx, req, word, id)
}

func find(all []bot.Schedule, id string) (s bot.Schedule, ok bool) {
	for _, s := range all {
		if s.ID == id {
			return s, true
		}
	}
	return bot.Schedule{}, false
}

// unknown says that there is no such schedule, with the nearest names as buttons.
func unknown(word, id string, all []bot.Schedule) error {
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.ID
	}
	near := Nearest(id, ids)
	if len(near) == 0 {
		return &bot.UserError{Kind: bot.NotFound, Line: bot.Phrase("error.unknown_schedule_bare", "name", id)}
	}
	var row bot.Buttons
	for _, n := range near {
		row.Items = append(row.Items, bot.ReplyButton{Action: verb, Value: word + " " + n, Label: bot.Typed(n)})
	}
	return &bot.UserError{Kind: bot.NotFound, Line: bot.Phrase("error.unknown_schedule", "name", id), Parts: []bot.Part{row}}
}
