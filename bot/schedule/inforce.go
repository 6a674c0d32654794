package schedule

import (
	"cmp"
	"slices"
	"time"

	"campaignbot/bot"
)

// Schedules returns the schedules in force, in the order they were given.
func (p *Planner) Schedules() []bot.Schedule {
	p.mu.RLock()
	defer p.mu.RUnlock()
	list := make([]bot.Schedule, len(p.entries))
	for i, e := range p.entries {
		list[i] = e.schedule
	}
	return list
}

// Next returns when a schedule in force posts for the first time after a time, in its zone; the zero time when it never
// does, or when there is no such schedule.
func (p *Planner) Next(id string, after time.Time) time.Time {
	if plan := p.planOf(id); plan != nil {
		return plan.Next(after)
	}
	return time.Time{}
}

// ToCome returns what the schedules in force post in a channel after a time and up to another, in order. Times are in the
// schedule's zone.
func (p *Planner) ToCome(channel string, after, until time.Time) []bot.DuePost {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var list []bot.DuePost
	for _, e := range p.entries {
		if e.schedule.Channel != channel {
			continue
		}
		for _, d := range e.plan.upTo(after, until, mostUpcoming) {
			if d.Skip == "" {
				list = append(list, bot.DuePost{Schedule: e.schedule, Due: d.At})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b bot.DuePost) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Schedule.ID, b.Schedule.ID))
	})
	return list
}

func (p *Planner) planOf(id string) *Plan {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, e := range p.entries {
		if e.schedule.ID == id {
			return e.plan
		}
	}
	return nil
}

// Waiting returns the due times of a schedule up to now that nobody has planned yet, in order, and how many earlier ones
// there are. Cursor and fingerprint are those that the ledger keeps of it: due times of another definition are not made
// up for.
func Waiting(s bot.Schedule, fingerprint string, cursor, now time.Time) (list []Due, earlier int, err error) {
	plan, err := Parse(s)
	if err != nil || plan.Fingerprint() != fingerprint {
		return nil, 0, err
	}
	list, earlier = plan.Due(cursor, now)
	return list, earlier, nil
}
