// Package schedules shows the schedules in force and what became of their due times. It changes nothing.
package schedules

import (
	"context"
	"errors"
	"strings"
	"time"

	"campaignbot/bot"
)

// InForce knows the schedules that are planned now.
type InForce interface {
	Schedules() []bot.Schedule
	// Next returns when a schedule posts for the first time after a time, in its zone; the zero time: never.
	Next(id string, after time.Time) time.Time
}

// History keeps what became of every due time, newest first.
type History interface {
	Occurrences(ctx context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error)
}

// Options are what the feature is made of.
type Options struct {
	InForce InForce
	History History
	Clock   bot.Clock
}

// Feature answers remind.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.InForce == nil || opts.History == nil || opts.Clock == nil {
		return nil, errors.New("schedules: an option is missing")
	}
	return &Feature{opts}, nil
}

const (
	verb = "remind" // also the action of its buttons, whose value is what is typed behind it

	wordList    = "list"
	wordShow    = "show"
	wordHistory = "history"
)

// Commands returns the verb remind.
func (f *Feature) Commands() []bot.Command {
	return []bot.Command{{
		Verb: verb,
		Help: bot.Help{
			Usage:    "remind [list | show <id> | history <id>]",
			Summary:  bot.Phrase("command.remind.summary"),
			Examples: []string{"remind list", "remind show failed-exports", "remind history failed-exports"},
		},
		Fits:   func(rest string) bool { _, _, ok := parse(rest); return ok },
		Handle: f.remind,
	}}
}

// Actions returns the buttons that show another schedule, or its history.
func (f *Feature) Actions() []bot.Action { return []bot.Action{{ID: verb, Handle: f.remind}} }

// longest is how much text behind the verb is looked at: an id has 64 characters.
const longest = 200

// parse reads what is typed behind the verb: nothing, list, or show or history with the id of a schedule. Without the id
// the list is what helps.
func parse(rest string) (word, id string, ok bool) {
	if len(rest) > longest {
		return "", "", false
	}
	words := strings.Fields(strings.ToLower(rest))
	if len(words) == 0 {
		return wordList, "", true
	}
	word = words[0]
	switch {
	case len(words) == 1 && (word == wordList || word == wordShow || word == wordHistory):
		return wordList, "", true
	case len(words) == 2 && (word == wordShow || word == wordHistory):
		return word, strings.Trim(words[1], "`'\"‘’“”"), true
	}
	return "", "", false
}

func (f *Feature) remind(ctx context.Context, req bot.Request) (bot.Reply, error) {
	word, id, ok := parse(req.Args)
	if !ok {
		return bot.Reply{}, &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.stale_button")}
	}
	all := f.opts.InForce.Schedules()
	if word == wordList {
		return f.list(all), nil
	}
	s, found := find(all, id)
	switch {
	case word == wordHistory:
		return f.history(ctx, all, s, id, found)
	case !found:
		return bot.Reply{}, unknown(word, id, all)
	}
	return f.show(req.Language, s), nil
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

// listed is how many schedules the list has; a message holds no more. The rest is counted.
const listed = 50

func (f *Feature) list(all []bot.Schedule) bot.Reply {
	title := bot.Phrase("schedule.title")
	if len(all) == 0 {
		none := bot.Phrase("schedule.none")
		return reply(none, bot.Paragraph{Lines: []bot.Line{none}})
	}
	list := bot.List{}
	for _, s := range all[:min(listed, len(all))] {
		list.Items = append(list.Items, bot.Phrase("schedule.line", "id", code(s.ID), "when", when(s), "zone", s.TimeZone, "next", f.next(s.ID),
			"channel", bot.ChannelRef(s.Channel), "kind", kind(s), "source", source()))
	}
	note := bot.Note{}
	if more := len(all) - listed; more > 0 {
		note.Lines = append(note.Lines, bot.Phrase("schedule.left_out", "count", more))
	}
	note.Lines = append(note.Lines, bot.Phrase("schedule.more"))
	return reply(title, bot.Heading{Line: title}, list, note)
}

func (f *Feature) show(language string, s bot.Schedule) bot.Reply {
	title := bot.Phrase("reminder.schedule", "id", s.ID)
	fields := bot.Fields{Items: []bot.Field{
		field("schedule.when", when(s)),
		field("schedule.zone", bot.Typed(s.TimeZone)),
		field("schedule.coming", f.next(s.ID)),
		field("schedule.channel", value(bot.ChannelRef(s.Channel))),
		field("schedule.kind", kind(s)),
		field("schedule.source", source()),
	}}
	add := func(there bool, key string, values ...bot.Line) {
		if there {
			fields.Items = append(fields.Items, field(key, values...))
		}
	}
	add(len(s.Text) > 0, "schedule.says", bot.Text(bot.Task{Text: s.Text, Language: language}.Words()))
	add(s.Entry != "", "schedule.steps", code("runbook "+s.Entry))
	add(len(s.Mention) > 0, "schedule.mentions", codes(s.Mention)...)
	add(s.WorkingDaysOnly, "schedule.not_on", bot.Phrase("schedule.weekend"))
	add(len(s.Holidays) > 0, "schedule.holidays", codes(s.Holidays)...)
	add(s.CatchUp > 0, "schedule.catch_up", value(s.CatchUp))
	add(s.Due > 0, "schedule.overdue", value(s.Due))
	add(s.Escalate.After > 0, "schedule.escalates", bot.Phrase("schedule.escalation", "after", s.Escalate.After, "to", recipient(s.Escalate.To)))
	return reply(title, bot.Heading{Line: title}, fields, bot.Buttons{Items: []bot.ReplyButton{
		{Action: verb, Value: wordHistory + " " + s.ID, Label: bot.Phrase("button.history")},
	}})
}

func reply(title bot.Line, parts ...bot.Part) bot.Reply {
	return bot.Reply{Title: title, Parts: parts, Private: true, Answer: bot.Answer{Answered: true, Kind: bot.KindHelp}}
}

func field(key string, values ...bot.Line) bot.Field {
	return bot.Field{Name: bot.Phrase(key), Values: values}
}

func value(v any) bot.Line { return bot.Phrase("format.value", "value", v) }

func code(s string) bot.Line { return bot.Text("`" + s + "`") }

func codes(list []string) []bot.Line {
	lines := make([]bot.Line, len(list))
	for i, s := range list {
		lines[i] = code(s)
	}
	return lines
}

// when is the everyday phrase as it was written, or the cron expression.
func when(s bot.Schedule) bot.Line {
	if s.When != "" {
		return bot.Typed(s.When)
	}
	return code(s.Cron)
}

// next says when a schedule posts next.
func (f *Feature) next(id string) bot.Line {
	if at := f.opts.InForce.Next(id, f.opts.Clock.Now()); !at.IsZero() {
		return value(at)
	}
	return bot.Phrase("schedule.none_to_come")
}

func kind(s bot.Schedule) bot.Line {
	switch s.Kind {
	case bot.KindReminder, bot.KindDigest:
		return bot.Phrase("schedule.kind." + s.Kind)
	}
	return bot.Typed(s.Kind)
}

// source says where a schedule is defined. All that are in force come from the configuration file.
func source() bot.Line { return bot.Phrase("schedule.from_file") }

// recipient names who is told. A person is not rung by a list of settings.
func recipient(id string) bot.Line {
	if strings.HasPrefix(id, "C") || strings.HasPrefix(id, "G") {
		return value(bot.ChannelRef(id))
	}
	return code(id)
}
