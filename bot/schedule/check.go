package schedule

import (
	"fmt"
	"strings"
	"unicode"

	"campaignbot/bot"
)

// Problem is one thing that is wrong with one schedule.
type Problem struct {
	Index int    // place in the list; -1 when a single schedule was read
	ID    string // of the schedule
	What  string // what is wrong
	Todo  string // what to do about it
	Fault Fault  // what sort of thing is wrong
}

// Fault sorts what can be wrong with what people type behind remind, so that it can be said in their language.
type Fault string

// The faults. FaultOther is none of the others.
const (
	FaultOther  Fault = ""
	FaultWhen   Fault = "when"   // the phrase is not understood
	FaultTime   Fault = "time"   // the phrase has no time of day
	FaultTimes  Fault = "times"  // the phrase has times that one schedule cannot have
	FaultDay    Fault = "day"    // the phrase names a day that not every month has
	FaultUneven Fault = "uneven" // the interval does not come out evenly
	FaultCron   Fault = "cron"   // the expression is not understood
	FaultNever  Fault = "never"  // no month has the date
	FaultZone   Fault = "zone"   // there is no such time zone
)

// Error returns the problem as "schedules[3] failed-exports: what is wrong (what to do)".
func (p *Problem) Error() string {
	text := p.What
	if p.Todo != "" {
		text += " (" + p.Todo + ")"
	}
	if p.Index < 0 {
		return text
	}
	return strings.TrimSpace(fmt.Sprintf("schedules[%d] %s", p.Index, p.ID)) + ": " + text
}

func problem(what, todo string) *Problem { return &Problem{Index: -1, What: what, Todo: todo} }

func (p *Problem) as(f Fault) *Problem {
	p.Fault = f
	return p
}

// Check returns a *Problem for everything that is wrong with the schedules, in their order. New refuses a list exactly
// when Check finds something in it.
func Check(schedules []bot.Schedule) []error {
	_, errs := readAll(schedules)
	return errs
}

// readAll reads every schedule; the plans are complete when there is no error.
func readAll(schedules []bot.Schedule) ([]*Plan, []error) {
	var errs []error
	plans := make([]*Plan, len(schedules))
	first := make(map[string]int, len(schedules))
	for i, s := range schedules {
		plan, problems := parse(s)
		plans[i] = plan
		if s.ID == "" {
			problems = append(problems, *problem("id is missing", "e.g. failed-exports"))
		} else if at, twice := first[s.ID]; twice {
			problems = append(problems, *problem(fmt.Sprintf("id is the same as that of schedules[%d]", at), "each needs its own; remove one or rename it"))
		} else {
			first[s.ID] = i
		}
		for _, p := range problems {
			p.Index, p.ID = i, s.ID
			errs = append(errs, &p)
		}
	}
	return plans, errs
}

// The longest values that show repeats.
const (
	longName       = 24 // zones and dates, as the configuration shows them
	longExpression = 60
)

// show quotes a value for a message. What is long, unprintable or looks like a token is not repeated.
func show(text string, longest int) string {
	lower := strings.ToLower(text)
	if text == "" || len(text) > longest || strings.Contains(lower, "xox") || strings.Contains(lower, "xapp-") {
		return "this value"
	}
	for _, c := range text {
		if c == '"' || !unicode.IsPrint(c) {
			return "this value"
		}
	}
	return `"` + text + `"`
}
