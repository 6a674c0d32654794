package schedules

import (
	"context"
	"slices"
	"time"

	"campaignbot/bot"
)

// shown is how many due times a history has.
const shown = 14

// history shows the last due times of a schedule, the newest last. One that is no longer in force keeps its history.
func (f *Feature) history(ctx context.Context, all []bot.Schedule, s bot.Schedule, id string, inForce bool) (bot.Reply, error) {
	past, err := f.opts.History.Occurrences(ctx, id, time.Time{}, shown)
	switch {
	case err != nil:
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.history_down"), Err: err}
	case !inForce && len(past) == 0:
		return bot.Reply{}, unknown(wordHistory, id, all)
	}
	zone := Zone(s.TimeZone)
	title := bot.Phrase("schedule.history", "id", id)
	list, counts := bot.List{}, map[bot.OccurrenceState]int{}
	for _, o := range slices.Backward(past) {
		counts[o.State]++
		list.Items = append(list.Items, bot.Phrase("schedule.due_time", "due", o.Due.In(zone), "outcome", Outcome(o, zone)))
	}
	note := bot.Note{Lines: []bot.Line{bot.Phrase("schedule.counts", "posted", counts[bot.Posted], "late", counts[bot.PostedLate],
		"skipped", counts[bot.Skipped], "planned", counts[bot.Planned])}}
	if len(past) == 0 {
		list.Items = []bot.Line{bot.Phrase("schedule.no_due_time")}
		note.Lines = nil
	}
	if inForce {
		note.Lines = append(note.Lines, bot.Phrase("schedule.next", "next", f.next(id)))
	} else {
		note.Lines = append(note.Lines, bot.Phrase("schedule.gone"))
	}
	return reply(title, bot.Heading{Line: title}, list, note), nil
}

// Zone returns a schedule's zone; UTC for a schedule that is not there any more.
func Zone(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

// Outcome says what became of a due time. Moments within it are shown in the zone.
func Outcome(o bot.Occurrence, zone *time.Location) bot.Line {
	var line bot.Line
	switch o.State {
	case bot.Posted:
		line = bot.Phrase("outcome.posted")
	case bot.PostedLate:
		line = bot.Phrase("outcome.late", "late", o.At.Sub(o.Due))
	case bot.Skipped:
		line = bot.Phrase("outcome.skipped", "reason", reason(o.Reason, zone))
	default:
		line = bot.Phrase("outcome.planned")
	}
	if o.Missed > 0 {
		line = bot.Phrase("outcome.covers", "count", o.Missed, "outcome", line)
	}
	return line
}

// reasons are the keys of the phrases for the reasons in the ledger.
var reasons = map[string]string{
	bot.SkipWeekend:       "reason.weekend",
	bot.SkipHoliday:       "reason.holiday",
	bot.SkipMoved:         "reason.moved",
	bot.SkipCovered:       "reason.covered",
	bot.SkipLate:          "reason.late",
	bot.SkipLateUntil:     "reason.late_until",
	bot.SkipUnknown:       "reason.unknown",
	bot.SkipKind:          "reason.kind",
	bot.ReasonUnknown:     "reason.unknown",
	bot.ReasonRateLimited: "reason.rate_limited",
	bot.ReasonUnavailable: "reason.unavailable",
	bot.ReasonAuth:        "reason.auth",
	bot.ReasonScope:       "reason.scope",
	bot.ReasonChannel:     "reason.channel",
	bot.ReasonRefused:     "reason.refused",
}

// reason puts a reason of the ledger into words. One that is not known is shown as it is kept.
func reason(text string, zone *time.Location) bot.Line {
	form, detail := bot.SplitReason(text)
	key := reasons[form]
	switch {
	case key == "":
		return bot.Typed(text)
	case detail == "":
		return bot.Phrase(key)
	case form == bot.SkipKind:
		return bot.Phrase(key, "kind", detail)
	}
	return bot.Phrase(key, "at", moment(detail, zone))
}

// moment reads a moment within a reason, so that everybody sees it in a zone of their own; as it is kept, when it cannot
// be read.
func moment(text string, zone *time.Location) any {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04 MST"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at
		}
	}
	return text
}
