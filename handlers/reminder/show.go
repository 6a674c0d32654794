package reminder

import (
	"slices"

	"campaignbot/bot"
)

// Show returns the message for a task as it stands now.
func (f *Feature) Show(t bot.Task) bot.Reply { return f.show(t) }

// show returns the message for a task, with notes of its first moment.
func (f *Feature) show(t bot.Task, notes ...bot.Line) bot.Reply {
	title := bot.Phrase("reminder.title", "text", bot.Text(t.Words()))
	parts := []bot.Part{bot.Heading{Line: title}}
	if t.State == bot.TaskOpen && len(t.Mention) > 0 {
		parts = append(parts, bot.Paragraph{Lines: people(t.Mention)})
	}
	parts = append(parts, bot.Paragraph{Lines: state(t)}, bot.Note{Lines: append(notes, bot.Phrase("reminder.schedule", "id", t.Schedule))})
	var row bot.Buttons
	if !t.Ended() {
		row = buttons(t)
	}
	if t.State == bot.TaskDone && t.Result.IsZero() {
		row.Items = append(row.Items, resultButton(t))
	}
	if entry := f.opts.Entry(t.Schedule); entry != "" {
		row.Items = append(row.Items, bot.ReplyButton{Action: actionOpen, Value: "runbook " + entry, Label: bot.Phrase("button.steps")})
	}
	if len(row.Items) > 0 {
		parts = append(parts, row)
	}
	return bot.Reply{To: bot.ToChannel, Language: t.Language, Title: title, Parts: parts}
}

// state says where a task stands. A snoozed one is neither due nor overdue.
func state(t bot.Task) []bot.Line {
	lines := []bot.Line{bot.Phrase("reminder.open")}
	switch t.State {
	case bot.TaskClaimed:
		lines[0] = bot.Phrase("reminder.claimed", "user", bot.Person(t.ClaimedBy), "at", t.ClaimedAt)
	case bot.TaskHandedOver:
		lines[0] = bot.Phrase("reminder.handed_over", "user", bot.Person(t.HandedBy), "to", bot.Person(t.ClaimedBy), "at", t.ClaimedAt)
	case bot.TaskSnoozed:
		return []bot.Line{bot.Phrase("reminder.snoozed", "user", bot.Person(t.SnoozedBy), "until", t.SnoozedUntil, "at", t.SnoozedAt)}
	case bot.TaskDone:
		return append([]bot.Line{bot.Phrase("reminder.done", "user", bot.Person(t.DoneBy), "at", t.DoneAt)}, t.Result.Lines()...)
	case bot.TaskCouldNot:
		return []bot.Line{bot.Phrase("reminder.could_not", "user", bot.Person(t.DoneBy), "at", t.DoneAt)}
	}
	if !t.Overdue.IsZero() {
		key := "reminder.due"
		if !t.NudgedAt.IsZero() {
			key = "reminder.overdue"
		}
		lines = append(lines, bot.Phrase(key, "at", t.WorkingTime(t.Overdue)))
	}
	if !t.RaisedAt.IsZero() {
		lines = append(lines, bot.Phrase("reminder.escalated", "to", address(t.EscalateTo), "at", t.RaisedAt))
	}
	return lines
}

func buttons(t bot.Task) bot.Buttons {
	var b bot.Buttons
	if t.State == bot.TaskOpen || t.State == bot.TaskSnoozed {
		b.Items = append(b.Items, bot.ReplyButton{Action: actionClaim, Value: t.ID, Label: bot.Phrase("button.claim")})
	}
	b.Items = append(b.Items,
		bot.ReplyButton{Action: actionDone, Value: t.ID, Label: bot.Phrase("button.done"), Primary: true},
		bot.ReplyButton{Action: actionCouldNot, Value: t.ID, Label: bot.Phrase("button.could_not")},
		bot.ReplyButton{Action: actionSnooze, Value: t.ID, Label: bot.Phrase("button.snooze"), Menu: snoozeMenu()},
		bot.ReplyButton{Action: actionHandOver, Value: t.ID, Label: bot.Phrase("button.hand_over"), People: true},
	)
	return b
}

// Change returns what is said of one change of a task: a line in its thread, and when it is escalated also a message
// elsewhere. Nobody is rung any more for a task that has ended in the meantime.
func (f *Feature) Change(t bot.Task, c bot.Change) []bot.Outgoing {
	if c.By == "" && t.Ended() {
		return nil
	}
	lines := []bot.Line{line(t, c)}
	switch c.Kind {
	case bot.ChangeResult:
		lines = append(lines, t.Result.Lines()...)
	case bot.ChangeWoken:
		lines = append(lines, people(t.Mention)...)
	case bot.ChangeOverdue:
		lines = append(lines, people(t.Mention)...)
		if c.To != "" && !slices.Contains(t.Mention, c.To) {
			lines = append(lines, people([]string{c.To})...)
		}
	}
	messages := []bot.Outgoing{{Channel: t.Ref.Channel, Thread: t.Ref.TS, Reply: said(t.Language, lines)}}
	if c.Kind == bot.ChangeEscalated {
		open := bot.Phrase("reminder.escalation", "text", bot.Text(t.Words()), "channel", bot.ChannelRef(t.Channel), "since", t.Posted)
		messages = append(messages, bot.Outgoing{Channel: c.To, Reply: said(f.opts.ChannelLanguage(c.To), []bot.Line{open})})
	}
	return messages
}

// line says what happened, who did it and when.
func line(t bot.Task, c bot.Change) bot.Line {
	by, to := bot.Person(c.By), bot.Person(c.To)
	switch c.Kind {
	case bot.ChangeClaimed:
		return bot.Phrase("reminder.claimed", "user", by, "at", c.At)
	case bot.ChangeHandedOver:
		return bot.Phrase("reminder.handed_over", "user", by, "to", to, "at", c.At)
	case bot.ChangeSnoozed:
		return bot.Phrase("reminder.snoozed", "user", by, "until", c.Until, "at", c.At)
	case bot.ChangeDone:
		return bot.Phrase("reminder.done", "user", by, "at", c.At)
	case bot.ChangeResult:
		return bot.Phrase("reminder.result", "user", by, "at", c.At)
	case bot.ChangeCouldNot:
		return bot.Phrase("reminder.could_not", "user", by, "at", c.At)
	case bot.ChangeOverdue:
		return bot.Phrase("reminder.still_open_nudge", "text", bot.Text(t.Words()), "since", t.WorkingTime(t.Overdue))
	case bot.ChangeEscalated:
		return bot.Phrase("reminder.escalated", "to", address(c.To), "at", c.At)
	}
	if c.To != "" {
		return bot.Phrase("reminder.woken_claimed", "user", to, "at", c.At)
	}
	return bot.Phrase("reminder.woken", "at", c.At)
}

func said(lang string, lines []bot.Line) bot.Reply {
	return bot.Reply{Language: lang, Title: lines[0], Parts: []bot.Part{bot.Paragraph{Lines: lines}}}
}

// address is a channel or a person, as the schedule names it.
func address(id string) any {
	if isPerson(id) {
		return bot.Person(id)
	}
	return bot.ChannelRef(id)
}

func people(ids []string) []bot.Line {
	lines := make([]bot.Line, len(ids))
	for i, id := range ids {
		lines[i] = bot.Phrase("format.value", "value", bot.Person(id))
	}
	return lines
}
