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
	past, err := f.opts.Store.Occurrences(ctx, id, time.Time{}, shown)
	switch {
	case err != nil:
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.history_down"), Err: err}
	case !inForce && len(past) == 0:
		return bot.Reply{}, unknown(wordHistory, id, all)
	}
	zone := s.Zone()
	title := bot.Phrase("schedule.history", "id", id)
	list, counts := bot.List{}, map[bot.OccurrenceState]int{}
	for _, o := range slices.Backward(past) {
		counts[o.State]++
		list.Items = append(list.Items, bot.Phrase("schedule.due_time", "due", o.Due.In(zone), "outcome", o.Outcome(zone)))
	}
	note := bot.Note{Lines: []bot.Line{bot.Phrase("schedule.counts", "posted", counts[bot.Posted], "late", counts[bot.PostedLate],
		"skipped", counts[bot.Skipped], "planned", counts[bot.Planned])}}
	if len(past) == 0 {
		list.Items = []bot.Line{bot.Phrase("schedule.no_due_time")}
		note.Lines = nil
	}
	if inForce {
		note.Lines = append(note.Lines, bot.Phrase("schedule.next", "next", f.next(s)))
	} else {
		note.Lines = append(note.Lines, bot.Phrase("schedule.gone"))
	}
	return reply(title, bot.Heading{Line: title}, list, note), nil
}
