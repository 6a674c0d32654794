package schedule

import (
	"fmt"
	"time"

	"campaignbot/bot"
)

// The labels of the reasons why nothing is posted.
const (
	labelWeekend = "weekend"
	labelHoliday = "holiday"
	labelPaused  = "paused"
	labelMissed  = "missed"
	labelLate    = "too_late"
)

// longestBreak is how many days without a working day are looked over.
const longestBreak = 400

// hold says why nothing is posted on a day that the expression names; empty when something is.
func (p *Plan) hold(day int64) (reason, label string) {
	switch {
	case p.paused:
		return bot.SkipPaused, labelPaused
	case p.workdays && weekend(day):
		return bot.SkipWeekend, labelWeekend
	case p.holidays[day]:
		return bot.SkipHoliday, labelHoliday
	}
	return "", ""
}

func (p *Plan) working(day int64) bool { return !weekend(day) && !p.holidays[day] }

// target returns the working day that the due times of a holiday move to. Not ok: they do not move, because the schedule
// has due times of its own there.
func (p *Plan) target(holiday int64) (day int64, ok bool) {
	for day = holiday + 1; day <= holiday+longestBreak; day++ {
		if p.working(day) {
			return day, !p.matches(day)
		}
	}
	return 0, false
}

// sayWhere adds to the skipped due times of a holiday where they move to.
func (p *Plan) sayWhere(list []Due, holiday int64) {
	day, ok := p.target(holiday)
	if !ok {
		return
	}
	zone := stretches(p.loc, day)
	for i, d := range list {
		at, _ := first(zone, d.wall+(day-dayOf(d.wall))*secondsPerDay)
		list[i].Skip = fmt.Sprintf(bot.SkipMoved, p.text(time.Unix(at, 0)))
	}
}

// moved returns the due times of the holidays before a working day that has none of its own.
func (p *Plan) moved(day int64, w window) []Due {
	if len(p.holidays) == 0 || !p.working(day) {
		return nil
	}
	for from := day - 1; from >= day-longestBreak && !p.working(from); from-- {
		if _, label := p.hold(from); label != labelHoliday || !p.matches(from) {
			continue
		}
		list := p.slots(day, w)
		for i := range list {
			note := "moved from the holiday " + dateText(from)
			if list[i].Note != "" {
				note += "; " + list[i].Note
			}
			list[i].Note = note
		}
		return list
	}
	return nil
}

// text is how the history names a moment of the schedule.
func (p *Plan) text(at time.Time) string { return at.In(p.loc).Format("2006-01-02 15:04") }
