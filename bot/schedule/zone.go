package schedule

import (
	"math"
	"time"
)

const secondsPerDay = 86_400

// reach is how far, in seconds, an instant can be from the wall time that reads the same in UTC. Zones go to 14 hours
// today; history knows a little more.
const reach = 16 * 3600

// stretch is a span of instants [start, end) during which a zone keeps one offset from UTC. All in seconds.
type stretch struct{ start, end, offset int64 }

// stretches returns, in order, the stretches of the zone in which the wall times of one day can lie.
func stretches(loc *time.Location, day int64) []stretch {
	list := make([]stretch, 0, 2)
	t := time.Unix(day*secondsPerDay-reach, 0).In(loc)
	for {
		start, end := t.ZoneBounds()
		_, offset := t.Zone()
		s := stretch{start: math.MinInt64, end: math.MaxInt64, offset: int64(offset)}
		if !start.IsZero() {
			s.start = start.Unix()
		}
		if !end.IsZero() {
			s.end = end.Unix()
		}
		if n := len(list); n > 0 && list[n-1].offset == s.offset {
			list[n-1].end = s.end // only the zone's name changes
		} else {
			list = append(list, s)
		}
		if s.end > (day+1)*secondsPerDay+reach {
			return list
		}
		t = end
	}
}

// clockChange says what the zone does with a wall time.
type clockChange int

const (
	noChange   clockChange = iota
	missing                // the clocks jump over it
	twice                  // the clocks come back to it: this is the first time
	twiceAgain             // the second time
)

// first returns the first instant at which the clocks show the wall time; for a time that does not exist, the moment
// at which the clocks jump over it.
func first(list []stretch, wall int64) (at int64, change clockChange) {
	found := false
	for _, s := range list {
		if t := wall - s.offset; t >= s.start && t < s.end {
			if found {
				return at, twice
			}
			at, found = t, true
		}
	}
	if found {
		return at, noChange
	}
	for i, s := range list[:len(list)-1] {
		if next := list[i+1]; wall >= s.end+s.offset && wall < next.start+next.offset {
			return s.end, missing
		}
	}
	return wall - list[0].offset, noChange // not reached: stretches has no holes
}

// wallOf returns what the clocks show at an instant, in seconds as if it were UTC.
func wallOf(loc *time.Location, at int64) int64 {
	_, offset := time.Unix(at, 0).In(loc).Zone()
	return at + int64(offset)
}

// dayOf returns the number of the day, counted from 1 January 1970, that a wall time lies in.
func dayOf(wall int64) int64 {
	day := wall / secondsPerDay
	if wall%secondsPerDay < 0 {
		day--
	}
	return day
}

// weekday returns 0 for Sunday to 6 for Saturday.
func weekday(day int64) int { return int(((day+4)%7 + 7) % 7) }

func weekend(day int64) bool { return weekday(day) == 0 || weekday(day) == 6 }

func dateText(day int64) string { return time.Unix(day*secondsPerDay, 0).UTC().Format(time.DateOnly) }

func clockText(wall int64) string { return time.Unix(wall, 0).UTC().Format("15:04") }
