package schedule

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"campaignbot/bot"
)

// mostUpcoming is how many due times of one schedule a preview lists.
const mostUpcoming = 10_000

// Upcoming is one due time to come.
type Upcoming struct {
	Schedule bot.Schedule
	At       time.Time // in the schedule's zone
	Skipped  bool      // nothing is posted; Note says why
	Note     string    // a clock change or a holiday; empty when nothing is unusual
}

// Preview returns the due times after now and up to a number of days later, in order. When something is wrong with the
// schedules it returns the same error as New.
func Preview(schedules []bot.Schedule, now time.Time, days int) ([]Upcoming, error) {
	plans, errs := readAll(schedules)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	var list []Upcoming
	for i, plan := range plans {
		list = append(list, upcoming(schedules[i], plan, now, days)...)
	}
	return sorted(list), nil
}

func upcoming(s bot.Schedule, plan *Plan, now time.Time, days int) []Upcoming {
	dues := plan.upTo(now, now.In(plan.loc).AddDate(0, 0, days), mostUpcoming)
	list := make([]Upcoming, len(dues))
	for i, d := range dues {
		list[i] = Upcoming{Schedule: s, At: d.At, Note: d.Note}
		if d.Skip != "" {
			list[i].Skipped, list[i].Note = true, "skipped: "+d.Skip
		}
	}
	return list
}

func sorted(list []Upcoming) []Upcoming {
	slices.SortStableFunc(list, func(a, b Upcoming) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Schedule.ID, b.Schedule.ID))
	})
	return list
}
