package bot

import (
	"slices"
	"testing"
	"time"
)

func TestTimesOfATaskThatKeepsToWorkingDays(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	moment := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	working := Task{TimeZone: "Europe/Amsterdam", WorkingDaysOnly: true, Holidays: []string{"2026-12-25", "2026-12-28"}}
	for _, tt := range []struct {
		name               string
		task               Task
		at, want, tomorrow string
	}{
		{"a working day is kept", working, "2026-12-09 23:00", "2026-12-09 23:00", "2026-12-10 09:00"},
		{"Saturday waits for Monday", working, "2026-12-12 00:00", "2026-12-14 09:00", "2026-12-14 09:00"},
		{"Sunday night waits for Monday morning", working, "2026-12-13 23:59", "2026-12-14 09:00", "2026-12-14 09:00"},
		{"Monday before nine is a working day", working, "2026-12-14 07:00", "2026-12-14 07:00", "2026-12-15 09:00"},
		{"a snooze on Friday ends on Monday", working, "2026-12-11 16:00", "2026-12-11 16:00", "2026-12-14 09:00"},
		{"holidays around a weekend are passed over", working, "2026-12-25 10:00", "2026-12-29 09:00", "2026-12-29 09:00"},
		{"over the change of the clocks it is nine o'clock all the same", working, "2026-10-24 12:00", "2026-10-26 09:00", "2026-10-26 09:00"},
		{"any other schedule knows no days off", Task{TimeZone: "Europe/Amsterdam", Holidays: working.Holidays}, "2026-12-25 10:00", "2026-12-25 10:00", "2026-12-26 09:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.task.WorkingTime(moment(tt.at).UTC()); !got.Equal(moment(tt.want)) {
				t.Errorf("got %s, want %s", got.In(zone), tt.want)
			}
			if got := tt.task.Tomorrow(moment(tt.at).UTC()); !got.Equal(moment(tt.tomorrow)) {
				t.Errorf("tomorrow is %s, want %s", got.In(zone), tt.tomorrow)
			}
		})
	}
	if !working.WorkingTime(time.Time{}).IsZero() {
		t.Error("never has become a time")
	}
	never := Task{WorkingDaysOnly: true}
	for day := range longestBreak + 10 {
		never.Holidays = append(never.Holidays, moment("2026-12-12 10:00").AddDate(0, 0, day).Format(time.DateOnly))
	}
	if at := moment("2026-12-12 10:00"); !never.WorkingTime(at).Equal(at) {
		t.Error("without any working day it is not said when it is")
	}
}

func TestWhatTheTimeBringsToATask(t *testing.T) {
	noon := time.Date(2026, 12, 8, 12, 0, 0, 0, time.UTC)
	both := Task{State: TaskClaimed, Overdue: noon, Escalate: noon, EscalateTo: "C9"}
	with := func(change func(*Task)) Task {
		t := both
		change(&t)
		return t
	}
	for _, tt := range []struct {
		name string
		task Task
		want []ChangeKind
	}{
		{"overdue is told before it is escalated", both, []ChangeKind{ChangeOverdue, ChangeEscalated}},
		{"overdue is told once", with(func(t *Task) { t.NudgedAt = noon }), []ChangeKind{ChangeEscalated}},
		{"nothing is told twice", with(func(t *Task) { t.NudgedAt, t.RaisedAt = noon, noon }), nil},
		{"nothing of a task that ended", with(func(t *Task) { t.State = TaskCouldNot }), nil},
		{"nothing of a snoozed task but its end", with(func(t *Task) { t.State, t.SnoozedUntil = TaskSnoozed, noon }), []ChangeKind{ChangeWoken}},
		{"and not before that", with(func(t *Task) { t.State, t.SnoozedUntil = TaskSnoozed, noon.Add(1) }), nil},
		{"nothing of a task without a due time", Task{State: TaskOpen}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.task.Due(noon); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
