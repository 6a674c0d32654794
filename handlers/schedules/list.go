package schedules

import (
	"strings"

	"campaignbot/bot"
)

// listed is how many schedules the list has; a message holds no more. The rest is counted.
const listed = 50

func (f *Feature) list() bot.Reply {
	all := f.opts.Timetable.Schedules()
	title := bot.Phrase("schedule.title")
	make := bot.Buttons{Items: []bot.ReplyButton{newReminder(draft{})}}
	if len(all) == 0 {
		none := bot.Phrase("schedule.none")
		return reply(none, bot.Paragraph{Lines: []bot.Line{none}}, make)
	}
	list := bot.List{}
	for _, s := range all[:min(listed, len(all))] {
		list.Items = append(list.Items, bot.Phrase("schedule.line", "id", code(s.ID), "when", when(s), "zone", s.TimeZone, "next", f.next(s),
			"channel", bot.ChannelRef(s.Channel), "kind", kind(s), "source", source(s)))
	}
	note := bot.Note{}
	if more := len(all) - listed; more > 0 {
		note.Lines = append(note.Lines, bot.Phrase("schedule.left_out", "count", more))
	}
	note.Lines = append(note.Lines, bot.Phrase("schedule.more"))
	return reply(title, bot.Heading{Line: title}, list, note, make)
}

func (f *Feature) show(language string, s bot.Schedule) bot.Reply {
	title := bot.Phrase("reminder.schedule", "id", s.ID)
	fields := bot.Fields{Items: []bot.Field{
		field("schedule.when", when(s)),
		field("schedule.zone", bot.Typed(s.TimeZone)),
		field("schedule.coming", f.next(s)),
		field("schedule.channel", value(bot.ChannelRef(s.Channel))),
		field("schedule.kind", kind(s)),
		field("schedule.source", source(s)),
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
	add(s.QuietHours != (bot.QuietHours{}), "schedule.quiet_hours", bot.Typed(s.QuietHours.String()))
	add(s.CatchUp > 0, "schedule.catch_up", value(s.CatchUp))
	add(s.Due > 0, "schedule.overdue", value(s.Due))
	add(s.Escalate.After > 0, "schedule.escalates", bot.Phrase("schedule.escalation", "after", s.Escalate.After, "to", recipient(s.Escalate.To)))
	add(!s.Made.IsZero(), "schedule.made", marked(s.Made))
	add(!s.Paused.IsZero(), "schedule.paused", marked(s.Paused))
	words := []string{wordHistory, wordRun}
	switch {
	case s.Made.IsZero():
	case s.Paused.IsZero():
		words = append(words, wordPause, wordDelete)
	default:
		words = append(words, wordResume, wordDelete)
	}
	return reply(title, bot.Heading{Line: title}, fields, buttons(s.ID, words...))
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
func (f *Feature) next(s bot.Schedule) bot.Line {
	if !s.Paused.IsZero() {
		return bot.Phrase("schedule.none_while_paused")
	}
	if at := f.opts.Timetable.Next(s.ID, f.opts.Clock.Now()); !at.IsZero() {
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

// source says where a schedule is set up.
func source(s bot.Schedule) bot.Line {
	if s.Made.IsZero() {
		return bot.Phrase("schedule.from_file")
	}
	return bot.Phrase("schedule.from_slack")
}

// marked says who did something, when and where.
func marked(m bot.Mark) bot.Line {
	return bot.Phrase("schedule.marked", "user", bot.Person(m.By), "at", m.At, "channel", bot.ChannelRef(m.In))
}

// buttonLabels are the labels of the buttons for a word and an id.
var buttonLabels = map[string]string{
	wordShow: "button.settings", wordHistory: "button.history", wordPause: "button.pause", wordResume: "button.resume",
	wordRun: "button.run", wordDelete: "button.delete", wordRestore: "button.undo",
}

func buttons(id string, words ...string) bot.Buttons {
	var row bot.Buttons
	for _, w := range words {
		row.Items = append(row.Items, bot.ReplyButton{Action: verb, Value: w + " " + id, Label: bot.Phrase(buttonLabels[w])})
	}
	return row
}

// recipient names who is told. A person is not rung by a list of settings.
func recipient(id string) bot.Line {
	if strings.HasPrefix(id, "C") || strings.HasPrefix(id, "G") {
		return value(bot.ChannelRef(id))
	}
	return code(id)
}
