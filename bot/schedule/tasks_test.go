package schedule

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"campaignbot/bot"
)

func TestTasks(t *testing.T) {
	nine := at(t, "12-08 09:00") // a Tuesday
	night := bot.Task{ID: "a", QuietHours: bot.QuietHours{From: 22 * 60, Until: 7 * 60}, TimeZone: "Europe/Amsterdam", Overdue: at(t, "12-08 22:10"), Version: 3, Told: 3}
	for _, tt := range []struct {
		name string
		task bot.Task
		when string
		want []string // the jobs
	}{
		{"overdue", bot.Task{ID: "a", Overdue: nine, Version: 3, Told: 3}, "12-08 09:00:00", []string{"edit a#4"}},
		{"not overdue yet", bot.Task{ID: "a", Overdue: nine, Version: 3, Told: 3}, "12-08 08:59:59", nil},
		{"overdue and to be escalated: one edit tells both", bot.Task{ID: "a", Overdue: nine, Escalate: nine, EscalateTo: "C9", Version: 3, Told: 3}, "12-08 09:00:00", []string{"edit a#5"}},
		{"escalated to nobody", bot.Task{ID: "a", Escalate: nine, Version: 3, Told: 3}, "12-08 09:00:00", nil},
		{"snoozed while it gets overdue", bot.Task{ID: "a", State: bot.TaskSnoozed, SnoozedUntil: nine.Add(time.Hour), Overdue: nine, Version: 3, Told: 3}, "12-08 09:30:00", nil},
		{"the snooze is over", bot.Task{ID: "a", State: bot.TaskSnoozed, SnoozedUntil: nine, Version: 3, Told: 3}, "12-08 09:00:00", []string{"edit a#4"}},
		{"done", bot.Task{ID: "a", State: bot.TaskDone, Overdue: nine, Version: 3, Told: 3}, "12-08 09:00:00", nil},
		{"its job was lost", bot.Task{ID: "a", State: bot.TaskDone, Version: 3, Told: 2}, "12-08 09:00:00", []string{"edit a#3"}},
		{"overdue on a Saturday waits", bot.Task{ID: "a", WorkingDaysOnly: true, TimeZone: "Europe/Amsterdam", Overdue: at(t, "12-12 10:00"), Version: 3, Told: 3}, "12-13 23:00:00", nil},
		{"until Monday, 09:00 in its zone", bot.Task{ID: "a", WorkingDaysOnly: true, TimeZone: "Europe/Amsterdam", Overdue: at(t, "12-12 10:00"), Version: 3, Told: 3}, "12-14 08:00:00", []string{"edit a#4"}},
		{"to be escalated on a Saturday waits too", bot.Task{ID: "a", WorkingDaysOnly: true, TimeZone: "Europe/Amsterdam", Escalate: at(t, "12-12 10:00"), EscalateTo: "C9", Version: 3, Told: 3}, "12-13 23:00:00", nil},
		{"overdue in quiet hours, at 23:10 in its zone, waits", night, "12-09 05:59:59", nil},
		{"until they are over", night, "12-09 06:00:00", []string{"edit a#4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			m.tasks = []bot.Task{tt.task}
			tick(t, newPlanner(t, m), tt.when)
			same(t, "jobs", slices.Sorted(maps.Keys(m.jobs)), tt.want)
		})
	}
}

func TestATaskOverdueAtNightIsToldOnceInTheMorning(t *testing.T) {
	m := newMemory()
	m.tasks = []bot.Task{{ID: "a", QuietHours: bot.QuietHours{From: 22 * 60, Until: 7 * 60}, TimeZone: "Europe/Amsterdam", Overdue: at(t, "12-08 22:10"), Version: 1, Told: 1}}
	p := newPlanner(t, m)
	start, morning := at(t, "12-08 21:00"), at(t, "12-09 06:00")
	for now := start; now.Before(start.Add(24 * time.Hour)); now = now.Add(time.Minute) {
		if err := p.EnqueueDue(context.Background(), now); err != nil {
			t.Fatal(err)
		}
		if told := len(m.jobs) > 0; told == now.Before(morning) {
			t.Fatalf("at %s: told is %v", now, told)
		}
	}
	same(t, "when it was found overdue", m.tasks[0].NudgedAt, morning)
	same(t, "jobs", slices.Sorted(maps.Keys(m.jobs)), []string{"edit a#2"})
	same(t, "changes", series(t, p.metrics.changed), map[string]float64{"woken": 0, "overdue": 1, "escalated": 0})
}

func TestTasksAreLookedAtAgainAfterTrouble(t *testing.T) {
	m := newMemory()
	nine := at(t, "12-08 09:00")
	m.tasks = []bot.Task{{ID: "a@1", Overdue: nine, Version: 1, Told: 1}, {ID: "b@1", Overdue: nine, Version: 1, Told: 1}}
	p := newPlanner(t, m)
	calls := 0
	m.fail = func(name string) error {
		if name != "Advance" {
			return nil
		}
		if calls++; calls == 2 {
			return errDown
		}
		return nil
	}
	if err := p.EnqueueDue(context.Background(), nine); !errors.Is(err, errDown) {
		t.Errorf("got %v", err)
	}
	same(t, "jobs of what was changed before the trouble", slices.Sorted(maps.Keys(m.jobs)), []string{"edit a@1#2"})
	for _, when := range []string{"12-08 09:00:01", "12-08 09:00:02", "12-08 09:00:05", "12-08 09:00:06"} {
		tick(t, p, when)
	}
	same(t, "jobs", slices.Sorted(maps.Keys(m.jobs)), []string{"edit a@1#2", "edit b@1#2"})
	same(t, "payload", string(m.jobs["edit a@1#2"].Payload), `{"Task":"a@1","Version":2}`)
	same(t, "changes", series(t, p.metrics.changed), map[string]float64{"woken": 0, "overdue": 2, "escalated": 0})
	if n := m.calls["DueTasks"]; n != 3 {
		t.Errorf("asked %d times: after trouble at once, otherwise every 5 s", n)
	}
}

// A person who presses at the moment the time comes is not overruled.
func TestTasksChangedInTheMeantimeAreLeftAlone(t *testing.T) {
	m := newMemory()
	nine := at(t, "12-08 09:00")
	m.tasks = []bot.Task{{ID: "a", Overdue: nine, Escalate: nine, EscalateTo: "C9", Version: 1, Told: 1}}
	m.fail = func(name string) error {
		if name == "Advance" && m.tasks[0].State == "" {
			m.tasks[0].State, m.tasks[0].Version = bot.TaskDone, 2
		}
		return nil
	}
	tick(t, newPlanner(t, m), "12-08 09:00:00")
	same(t, "the task", m.tasks[0], bot.Task{ID: "a", State: bot.TaskDone, Overdue: nine, Escalate: nine, EscalateTo: "C9", Version: 2, Told: 1})
	same(t, "advances", m.calls["Advance"], 1)
}
