package schedule

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	// horizon is how many days ahead a due time is looked for: 29 February can be eight years away.
	horizon = 9 * 366
	// MostDue is how many due times one call of Due lists.
	MostDue = 10_000
	// lastYear is the last year in which due times are looked for.
	lastYear = 9990
)

// Plan is a schedule's expression in its zone, with its holidays. It is immutable.
//
// A due time that does not exist on its day, because the clocks jump over it, is due at the first valid moment. One that
// exists twice is due once, the first time. A schedule that is due in every hour of the day keeps to real time instead:
// a wall time that does not exist is not made up for, and one that exists twice is due twice.
type Plan struct {
	cron     string // five fields, canonical
	loc      *time.Location
	days     uint64 // bit n: day n of the month
	months   uint64
	weekdays uint64
	either   bool    // days and weekdays are both restricted: one of the two must match
	times    []int64 // seconds after midnight, ascending
	hourly   bool    // due in every hour of the day
	workdays bool    // never on Saturday or Sunday
	holidays map[int64]bool
	paused   bool // every due time is skipped
}

// Due is one due time.
type Due struct {
	At   time.Time // in the schedule's zone
	Skip string    // why nothing is posted, as the history says it; empty: it is posted
	Note string    // what is unusual about it: a clock change or a move from a holiday

	label string // of the reason, for the metrics
	wall  int64  // what the expression says, in seconds as if it were UTC
}

// Cron returns the expression, also of a phrase: five fields, numbers for names.
func (p *Plan) Cron() string { return p.cron }

// Location returns the schedule's zone.
func (p *Plan) Location() *time.Location { return p.loc }

// Fingerprint names what decides when the schedule is due: its expression and its zone.
func (p *Plan) Fingerprint() string { return p.cron + " " + p.loc.String() }

// Next returns the first due time after a time at which something is posted, in the schedule's zone; the zero time when
// there is none within nine years.
func (p *Plan) Next(after time.Time) time.Time {
	if p.paused {
		return time.Time{}
	}
	next, ok := p.search(after, func(d Due) bool { return d.Skip == "" })
	if !ok {
		return time.Time{}
	}
	return next.At
}

// next returns the first due time after a time, whether something is posted or not.
func (p *Plan) next(after time.Time) (time.Time, bool) {
	d, ok := p.search(after, func(Due) bool { return true })
	return d.At, ok
}

func (p *Plan) search(after time.Time, wanted func(Due) bool) (found Due, ok bool) {
	if y := after.Year(); y < 1 || y > lastYear {
		return Due{}, false
	}
	w := window{after: after.Unix(), until: math.MaxInt64, one: true}
	start := dayOf(wallOf(p.loc, w.after)) - 2
	for day := start; day < start+horizon; day++ {
		for _, d := range p.day(day, w) {
			if wanted(d) && (!ok || d.At.Before(found.At)) {
				found, ok = d, true
			}
		}
		// When the clocks come back over midnight, a day can begin before the one before it has ended.
		if ok && dayOf(wallOf(p.loc, found.At.Unix())) < day {
			break
		}
	}
	return found, ok
}

// Due returns the due times after from and up to to, in order: the newest MostDue of them, and how many earlier ones
// there are. It looks back nine years at most.
func (p *Plan) Due(from, to time.Time) (list []Due, earlier int) {
	w := window{after: from.Unix(), until: to.Unix()}
	if y := to.Year(); w.until <= w.after || y < 1 || y > lastYear {
		return nil, 0
	}
	last := dayOf(wallOf(p.loc, w.until)) + 2
	oldest := max(dayOf(w.after)-2, last-horizon)
	for day := last; day >= oldest; day-- {
		// A day more than needed: sorting the list may put two due times into one.
		if len(list) < MostDue+len(p.times) {
			list = append(list, p.day(day, w)...)
		} else {
			earlier += p.count(day, w)
		}
	}
	list = inOrder(list)
	if more := len(list) - MostDue; more > 0 {
		earlier += more
		list = list[more:]
	}
	return list, earlier
}

// upTo returns the due times after from and up to to, in order: the first most of them.
func (p *Plan) upTo(from, to time.Time, most int) []Due {
	w := window{after: from.Unix(), until: to.Unix()}
	if y := to.Year(); w.until <= w.after || y < 1 || y > lastYear {
		return nil
	}
	var list []Due
	last := min(dayOf(wallOf(p.loc, w.until))+2, dayOf(w.after)+horizon)
	for day := dayOf(w.after) - 2; day <= last && len(list) < most+len(p.times); day++ {
		list = append(list, p.day(day, w)...)
	}
	list = inOrder(list)
	return list[:min(len(list), most)]
}

// inOrder sorts due times and keeps one for each instant: one at which something is posted, if there is one.
func inOrder(list []Due) []Due {
	slices.SortStableFunc(list, func(a, b Due) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(min(len(a.Skip), 1), min(len(b.Skip), 1)), cmp.Compare(len(a.Note), len(b.Note)))
	})
	return slices.CompactFunc(list, func(a, b Due) bool { return a.At.Equal(b.At) })
}

// matches reports whether the expression names the day.
func (p *Plan) matches(day int64) bool {
	_, month, date := time.Unix(day*secondsPerDay, 0).UTC().Date()
	if p.months>>month&1 == 0 {
		return false
	}
	byDate, byWeekday := p.days>>date&1 == 1, p.weekdays>>weekday(day)&1 == 1
	if p.either {
		return byDate || byWeekday
	}
	return byDate && byWeekday
}

// window bounds the due times that are wanted: after one instant and up to another. One: on days without a clock change
// the first of them will do.
type window struct {
	after, until int64
	one          bool
}

func (w window) has(at int64) bool { return at > w.after && at <= w.until }

// day returns the due times of one day that are in the window, in order: its own, or else those that move here from a
// holiday.
func (p *Plan) day(day int64, w window) []Due {
	if !p.matches(day) {
		return p.moved(day, w)
	}
	list := p.slots(day, w)
	if reason, label := p.hold(day); reason != "" {
		for i := range list {
			list[i].Skip, list[i].label = reason, label
		}
		if label == labelHoliday && len(list) > 0 {
			p.sayWhere(list, day)
		}
	}
	return list
}

// count returns how many due times a day has in the window.
func (p *Plan) count(day int64, w window) int {
	if begin := day * secondsPerDay; p.matches(day) && len(stretches(p.loc, day)) == 1 &&
		w.has(begin-reach) && w.has(begin+secondsPerDay+reach) {
		return len(p.times)
	}
	return len(p.day(day, w))
}

// slots returns the expression's times on a day, in the window, as due times.
func (p *Plan) slots(day int64, w window) []Due {
	zone := stretches(p.loc, day)
	begin := day * secondsPerDay
	if len(zone) == 1 {
		return p.plain(begin, zone[0].offset, w)
	}
	least, most := zone[0].offset, zone[0].offset
	for _, z := range zone {
		least, most = min(least, z.offset), max(most, z.offset)
	}
	var list []Due
	add := func(wall, at int64, change clockChange) {
		if w.has(at) {
			list = append(list, Due{At: time.Unix(at, 0).In(p.loc), Note: changeNote(wall, change), wall: wall})
		}
	}
	for _, t := range p.times {
		wall := begin + t
		if wall-least <= w.after {
			continue
		}
		if earliest := wall - most; earliest > w.until || w.one && len(list) > 0 && earliest > list[0].At.Unix() {
			break
		}
		at, change := first(zone, wall)
		if !p.hourly {
			add(wall, at, change)
			continue
		}
		if change != missing {
			add(wall, at, noChange)
		}
		if change == twice {
			for _, z := range zone {
				if again := wall - z.offset; again > at && again >= z.start && again < z.end {
					add(wall, again, twiceAgain)
				}
			}
		}
	}
	return inOrder(list)
}

// plain returns the times of a day on which the zone keeps its offset.
func (p *Plan) plain(begin, offset int64, w window) []Due {
	from, _ := slices.BinarySearch(p.times, max(w.after, begin-offset-1)-begin+offset+1)
	to, _ := slices.BinarySearch(p.times, min(w.until, begin+secondsPerDay-offset)-begin+offset+1)
	if w.one {
		to = min(to, from+1)
	}
	if from >= to {
		return nil
	}
	list := make([]Due, 0, to-from)
	for _, t := range p.times[from:to] {
		list = append(list, Due{At: time.Unix(begin+t-offset, 0).In(p.loc), wall: begin + t})
	}
	return list
}

func changeNote(wall int64, change clockChange) string {
	switch change {
	case missing:
		return "clock change: " + clockText(wall) + " does not exist on " + dateText(dayOf(wall))
	case twice:
		return "clock change: " + clockText(wall) + " comes twice, posted the first time"
	case twiceAgain:
		return "clock change: " + clockText(wall) + " comes again"
	}
	return ""
}
