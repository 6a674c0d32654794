package digest

import (
	"slices"
	"time"

	"campaignbot/bot"
)

const (
	trendOf = 90 * 24 * time.Hour // how far back results are looked at
	longest = 8                   // results of one schedule that a trend shows
)

// trend is one of the numbers that the tasks of a schedule brought to light, the oldest first.
type trend struct {
	schedule string
	label    string // key of the phrase
	values   bot.Trend
}

// trendsOf returns the trends of the schedules that have a result since the digest before, of every number that was given
// at least twice.
func trendsOf(results []bot.Task, since time.Time) []trend {
	var list []trend
	for _, id := range news(results, since) {
		for _, of := range []struct {
			label  string
			number func(bot.Result) bot.Number
		}{
			{"result.rows", func(r bot.Result) bot.Number { return r.Rows }},
			{"result.rejected", func(r bot.Result) bot.Number { return r.Rejected }},
			{"result.duplicates", func(r bot.Result) bot.Number { return r.Duplicates }},
		} {
			var values bot.Trend
			for _, t := range results {
				if n := of.number(t.Result); t.Schedule == id && n.Given {
					values = append(values, n.Value)
				}
			}
			if len(values) > 1 {
				list = append(list, trend{id, of.label, values[max(0, len(values)-longest):]})
			}
		}
	}
	return list
}

// news returns the schedules that have a result since a time.
func news(results []bot.Task, since time.Time) []string {
	var ids []string
	for _, t := range results {
		if !t.DoneAt.Before(since) && !slices.Contains(ids, t.Schedule) {
			ids = append(ids, t.Schedule)
		}
	}
	return ids
}

func (t trend) line() bot.Line {
	return bot.Phrase("digest.trend", "id", bot.Text("`"+t.schedule+"`"), "what", bot.Phrase(t.label), "trend", t.values)
}
