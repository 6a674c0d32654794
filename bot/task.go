package bot

import (
	"slices"
	"time"
)

// Task is a reminder that was posted and stays open until a named person has ended it.
type Task struct {
	ID       string // key of its occurrence
	Schedule string
	Ref      MessageRef // where it was posted; zero until then
	Channel  string
	Text     map[string]string // as in Schedule
	Mention  []string
	Language string // of the channel, as it was posted

	TimeZone        string // as in Schedule, as are the next three
	WorkingDaysOnly bool
	Holidays        []string
	QuietHours      QuietHours

	State      TaskState
	Posted     time.Time
	Overdue    time.Time // zero: never
	Escalate   time.Time // zero: never
	EscalateTo string
	NudgedAt   time.Time // when it was found overdue; zero: not yet
	RaisedAt   time.Time // when it was escalated; zero: not yet

	ClaimedBy    string // Slack user id of whoever has it, also while it is snoozed; empty: nobody
	ClaimedAt    time.Time
	HandedBy     string // who handed it over to ClaimedBy; empty: nobody did
	SnoozedBy    string // while it is snoozed
	SnoozedAt    time.Time
	SnoozedUntil time.Time
	DoneBy       string // who ended it, as done or as could not
	DoneAt       time.Time
	Result       Result // of a task that is done, when somebody has filled it in
	Version      int64  // grows with every change; an older version never overwrites a newer one in Slack
	Told         int64  // the version up to which its thread tells the changes
}

// Words returns the task's text in its channel's language; without one, the text for every language or any that there is.
func (t Task) Words() string {
	if s := t.Text[t.Language]; s != "" {
		return s
	}
	if s := t.Text[""]; s != "" {
		return s
	}
	for _, l := range languages {
		if s := t.Text[l]; s != "" {
			return s
		}
	}
	return t.Schedule
}

// TaskState is where a task stands.
type TaskState string

// The states of a task. The last two end it.
const (
	TaskOpen       TaskState = "open"
	TaskClaimed    TaskState = "claimed"
	TaskHandedOver TaskState = "handed over"
	TaskSnoozed    TaskState = "snoozed"
	TaskDone       TaskState = "done"
	TaskCouldNot   TaskState = "could not"
)

// Ended reports whether nothing more is asked of anybody.
func (t Task) Ended() bool { return t.State == TaskDone || t.State == TaskCouldNot }

// Due returns what the time brings to the task by now, in the order in which it is told. In quiet hours nothing is overdue:
// what came before them, and is found too late, waits too.
func (t Task) Due(now time.Time) []ChangeKind {
	switch {
	case t.Ended():
		return nil
	case t.State == TaskSnoozed:
		if t.SnoozedUntil.After(now) {
			return nil
		}
		return []ChangeKind{ChangeWoken}
	case t.QuietHours != (QuietHours{}) && t.WorkingTime(now).After(now):
		return nil
	}
	var kinds []ChangeKind
	overdue := t.WorkingTime(t.Overdue)
	come := func(at time.Time) bool { return !at.IsZero() && !at.After(now) }
	if t.NudgedAt.IsZero() && come(overdue) {
		kinds = append(kinds, ChangeOverdue)
	}
	escalate := t.Escalate
	if !overdue.IsZero() && escalate.After(t.Overdue) {
		escalate = escalate.Add(overdue.Sub(t.Overdue)) // what has waited leaves as long as ever until it is escalated
	}
	if t.RaisedAt.IsZero() && t.EscalateTo != "" && come(t.WorkingTime(escalate)) {
		kinds = append(kinds, ChangeEscalated)
	}
	return kinds
}

// morning is the hour at which a working day begins.
const morning = 9

// Tomorrow returns the next morning, at 09:00 in the schedule's time zone, or when its quiet hours are over; of a schedule
// that keeps to working days, the next working day's.
func (t Task) Tomorrow(now time.Time) time.Time {
	loc := t.location()
	y, m, d := now.In(loc).Date()
	return t.WorkingTime(time.Date(y, m, d+1, morning, 0, 0, 0, loc))
}

// longestBreak is how many days without a working day are looked over.
const longestBreak = 400

// WorkingTime returns the first moment from this one on at which somebody may be rung: quiet hours are waited out, and when
// the schedule keeps to working days, the other days until 09:00 of the next one.
func (t Task) WorkingTime(at time.Time) time.Time {
	if at.IsZero() || !t.WorkingDaysOnly && t.QuietHours == (QuietHours{}) {
		return at
	}
	local := at.In(t.location())
	for furthest := local.AddDate(0, 0, longestBreak); local.Before(furthest); {
		end, quiet := t.QuietHours.over(local)
		switch {
		case !t.working(local):
			y, m, d := local.Date()
			local = time.Date(y, m, d+1, morning, 0, 0, 0, local.Location())
		case quiet:
			local = end
		default:
			return local
		}
	}
	return at
}

// working reports whether the schedule is at work on a day.
func (t Task) working(day time.Time) bool {
	if !t.WorkingDaysOnly {
		return true
	}
	weekday := day.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday && !slices.Contains(t.Holidays, day.Format(time.DateOnly))
}

// location is the schedule's zone, which was checked with the schedule.
func (t Task) location() *time.Location {
	loc, err := LoadZone(t.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Change is one thing that happened to a task.
type Change struct {
	Version int64 // of the task since then
	Kind    ChangeKind
	By      string    // Slack user id; empty when the time brought it
	To      string    // whom it was handed over to or escalated to
	Until   time.Time // of a snooze
	At      time.Time
}

// ChangeKind says what happened to a task.
type ChangeKind string

// The kinds of change. The time brings the last three.
const (
	ChangeClaimed    ChangeKind = "claimed"
	ChangeSnoozed    ChangeKind = "snoozed"
	ChangeHandedOver ChangeKind = "handed over"
	ChangeDone       ChangeKind = "done"
	ChangeCouldNot   ChangeKind = "could not"
	ChangeResult     ChangeKind = "result"
	ChangeWoken      ChangeKind = "woken"
	ChangeOverdue    ChangeKind = "overdue"
	ChangeEscalated  ChangeKind = "escalated"
)
