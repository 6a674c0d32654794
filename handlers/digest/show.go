package digest

import (
	"campaignbot/bot"
)

// listed is how many lines a list of a digest has; the title counts all.
const listed = 20

// reply is the digest; of a quiet day it is one line.
func (c *content) reply() bot.Reply {
	if c.quiet() {
		quiet := bot.Phrase("digest.quiet")
		if len(c.toCome) > 0 {
			quiet = bot.Phrase("digest.quiet_next", "at", c.toCome[0].Due)
		}
		return bot.Reply{Title: quiet, Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{quiet}}}}
	}
	sections := make(map[string][]bot.Task)
	for _, t := range c.tasks {
		key := c.place(t)
		sections[key] = append(sections[key], t)
	}
	title := bot.Phrase("digest.title")
	parts := []bot.Part{bot.Heading{Line: title}}
	for _, key := range []string{"digest.overdue", "digest.open", "digest.snoozed", "digest.could_not", "digest.done"} {
		parts = append(parts, section(key, sections[key], item)...)
	}
	parts = append(parts, section("digest.results", c.trends, trend.line)...)
	parts = append(parts, section("digest.late", c.late, past.line)...)
	parts = append(parts, section("digest.skipped", c.skipped, past.line)...)
	parts = append(parts, section("digest.to_come", c.toCome, coming.line)...)
	note := bot.Note{Lines: []bot.Line{bot.Phrase("digest.since", "at", c.since)}}
	if c.misses > 0 {
		note.Lines = append(note.Lines, bot.Phrase("digest.misses", "count", c.misses))
	}
	return bot.Reply{Title: title, Parts: append(parts, note)}
}

// place returns the section a task belongs to. What is snoozed is not overdue.
func (c *content) place(t bot.Task) string {
	switch overdue := t.WorkingTime(t.Overdue); {
	case t.State == bot.TaskDone:
		return "digest.done"
	case t.State == bot.TaskCouldNot:
		return "digest.could_not"
	case t.State == bot.TaskSnoozed:
		return "digest.snoozed"
	case !overdue.IsZero() && c.now.After(overdue):
		return "digest.overdue"
	}
	return "digest.open"
}

// section is a counted list; nothing when there is nothing in it.
func section[T any](key string, all []T, line func(T) bot.Line) []bot.Part {
	if len(all) == 0 {
		return nil
	}
	list := bot.List{Title: bot.Phrase(key, "count", len(all))}
	for _, one := range all[:min(listed, len(all))] {
		list.Items = append(list.Items, line(one))
	}
	return []bot.Part{list}
}

func item(t bot.Task) bot.Line {
	text := bot.Text(t.Words())
	switch t.State {
	case bot.TaskDone:
		line := bot.Phrase("digest.item_done", "text", text, "user", bot.Person(t.DoneBy), "at", t.DoneAt)
		for _, more := range t.Result.Lines() {
			line = bot.Phrase("digest.with_result", "item", line, "result", more)
		}
		return line
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

func (p past) line() bot.Line {
	return bot.Phrase("digest.item_past", "id", bot.Text("`"+p.Schedule+"`"), "due", p.Due.In(p.zone), "outcome", p.Outcome(p.zone))
}

func (c coming) line() bot.Line {
	id := bot.Text("`" + c.Schedule.ID + "`")
	if c.times == 1 {
		return bot.Phrase("digest.item_to_come", "id", id, "at", c.Due)
	}
	return bot.Phrase("digest.item_to_come_often", "id", id, "at", c.Due, "count", c.times)
}
