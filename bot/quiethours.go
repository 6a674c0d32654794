package bot

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// QuietHours are the part of a day in which nobody is rung: from one time of day up to another, which is no longer part of
// them. They may go over midnight. The zero value: there are none.
type QuietHours struct{ From, Until int } // minutes after midnight

// ParseQuietHours reads quiet hours as they are written: 22:00-07:00. An empty text means none.
func ParseQuietHours(text string) (QuietHours, error) {
	if text == "" {
		return QuietHours{}, nil
	}
	from, until, _ := strings.Cut(text, "-")
	q := QuietHours{minutes(from), minutes(until)}
	switch {
	case q.From < 0 || q.Until < 0:
		return QuietHours{}, errors.New("is not from one time of day to another")
	case q.From == q.Until:
		return QuietHours{}, errors.New("ends when it begins")
	}
	return q, nil
}

// minutes reads a time of day, always with two digits for the hour; negative when it is none.
func minutes(text string) int {
	at, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// String returns the quiet hours as they are written, or "" when there are none.
func (q QuietHours) String() string {
	if q == (QuietHours{}) {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.Until/60, q.Until%60)
}

// MarshalText returns what String does.
func (q QuietHours) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (q *QuietHours) UnmarshalText(text []byte) (err error) {
	*q, err = ParseQuietHours(string(text))
	return err
}

// over returns when the quiet hours that hold a moment are over; false when none hold it. Of a time that the clocks show
// twice, the hours begin at the first and end at the second; one that they jump over is the moment of the jump.
func (q QuietHours) over(at time.Time) (end time.Time, quiet bool) {
	if q == (QuietHours{}) {
		return time.Time{}, false
	}
	y, m, d := at.Date()
	for day := d - 1; day <= d+1; day++ {
		last := day
		if q.Until < q.From {
			last++
		}
		begin, _ := shown(time.Date(y, m, day, 0, q.From, 0, 0, time.UTC), at.Location())
		_, end := shown(time.Date(y, m, last, 0, q.Until, 0, 0, time.UTC), at.Location())
		if !at.Before(begin) && at.Before(end) {
			return end, true
		}
	}
	return time.Time{}, false
}

// shown returns when the clocks of a zone first show a time and when they last do; of one that they jump over, both are the
// moment of the jump. The time is given as if it were UTC.
func shown(clock time.Time, loc *time.Location) (first, last time.Time) {
	const day = 24 * time.Hour // a zone changes its clocks once in so short a time
	before, after := clock.Add(-offset(clock.Add(-day), loc)).In(loc), clock.Add(-offset(clock.Add(day), loc)).In(loc)
	is := func(at time.Time) bool { return at.Format(time.DateTime) == clock.Format(time.DateTime) }
	switch {
	case is(before) && is(after):
		return before, after
	case is(before):
		return before, before
	case is(after):
		return after, after
	}
	jump, _ := before.ZoneBounds() // with the offset before the jump, it lies after the jump
	return jump, jump
}

func offset(at time.Time, loc *time.Location) time.Duration {
	_, seconds := at.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}
