package schedule

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
)

func TestEnqueueDue(t *testing.T) {
	daily := with("0 9 * * *", "UTC")
	minutely := with("* * * * *", "UTC")
	for _, c := range []struct {
		name    string
		s       bot.Schedule
		ticks   []string
		history []string
		posts   []string
	}{
		{"nothing in the past is posted when a schedule is new", daily,
			[]string{"12-08 09:00:05"}, nil, nil},
		{"a due time is enqueued when it comes", daily,
			[]string{"12-08 08:00", "12-08 08:59:59", "12-08 09:00"}, []string{"12-08 09:00 planned"}, []string{"12-08 09:00"}},
		{"every due time is enqueued once, however often the planner looks", daily,
			[]string{"12-08 08:00", "12-08 09:00", "12-08 09:00", "12-08 09:00:01", "12-09 09:00"},
			[]string{"12-08 09:00 planned", "12-09 09:00 planned"}, []string{"12-08 09:00", "12-09 09:00"}},
		{"the newest of several stands for the others", daily,
			[]string{"12-08 08:00", "12-11 10:00"},
			[]string{"12-08 09:00 skipped: missed, covered by 2026-12-11 09:00", "12-09 09:00 skipped: missed, covered by 2026-12-11 09:00",
				"12-10 09:00 skipped: missed, covered by 2026-12-11 09:00", "12-11 09:00 planned +3"},
			[]string{"12-11 09:00 +3"}},
		{"the last moment of the catch-up window", daily,
			[]string{"12-08 08:00", "12-08 21:00"}, []string{"12-08 09:00 planned"}, []string{"12-08 09:00"}},
		{"past the catch-up window nothing is posted", daily,
			[]string{"12-08 08:00", "12-09 21:00:01"}, []string{"12-08 09:00 skipped: too late", "12-09 09:00 skipped: too late"}, nil},
		{"without a catch-up window a post is made for as long as it is not late", bot.Schedule{ID: "s", Cron: "0 9 * * *", TimeZone: "UTC"},
			[]string{"12-08 08:00", "12-08 09:01"}, []string{"12-08 09:00 planned"}, []string{"12-08 09:00"}},
		{"without a catch-up window a late post is not made", bot.Schedule{ID: "s", Cron: "0 9 * * *", TimeZone: "UTC"},
			[]string{"12-08 08:00", "12-08 09:01:01"}, []string{"12-08 09:00 skipped: too late"}, nil},
		{"when the clock goes back nothing is doubled", minutely,
			[]string{"12-08 09:00", "12-08 09:01", "12-08 09:02", "12-08 09:00:30", "12-08 09:01", "12-08 09:02", "12-08 09:03"},
			[]string{"12-08 09:01 planned", "12-08 09:02 planned", "12-08 09:03 planned"}, []string{"12-08 09:01", "12-08 09:02", "12-08 09:03"}},
		{"a clock that was a week ahead leaves nothing to do twice", daily,
			[]string{"12-08 08:00", "12-10 09:00", "12-08 08:30", "12-08 09:00", "12-09 09:00", "12-10 09:00", "12-11 09:00"},
			[]string{"12-08 09:00 skipped: missed, covered by 2026-12-10 09:00", "12-09 09:00 skipped: missed, covered by 2026-12-10 09:00",
				"12-10 09:00 planned +2", "12-11 09:00 planned"}, []string{"12-10 09:00 +2", "12-11 09:00"}},
		{"a weekend is skipped and stands for nothing", bot.Schedule{ID: "s", Cron: "0 9 * * *", TimeZone: "UTC", WorkingDaysOnly: true, CatchUp: 80 * time.Hour},
			[]string{"12-11 08:00", "12-13 10:00"},
			[]string{"12-11 09:00 planned", "12-12 09:00 skipped: weekend", "12-13 09:00 skipped: weekend"}, []string{"12-11 09:00"}},
		{"a holiday moves to the next working day", bot.Schedule{ID: "s", Cron: "0 9 8 * *", TimeZone: "UTC", Holidays: []string{"2026-12-08"}},
			[]string{"12-07 08:00", "12-08 09:00", "12-09 08:59:59", "12-09 09:00"},
			[]string{"12-08 09:00 skipped: holiday (moved to 2026-12-09 09:00)", "12-09 09:00 planned"}, []string{"12-09 09:00"}},
		{"due times are in the schedule's zone", with("30 8 * * *", "Europe/Amsterdam"),
			[]string{"12-08 07:00", "12-08 07:30"}, []string{"12-08 07:30 planned"}, []string{"12-08 07:30"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory()
			p := newPlanner(t, m, c.s)
			for _, when := range c.ticks {
				tick(t, p, when)
			}
			same(t, "history", m.history(), c.history)
			same(t, "posts", m.posts(t), c.posts)

			// A planner that starts afresh at every tick does the same.
			fresh := newMemory()
			for _, when := range c.ticks {
				tick(t, newPlanner(t, fresh, c.s), when)
			}
			same(t, "history over restarts", fresh.history(), c.history)
			same(t, "posts over restarts", fresh.posts(t), c.posts)
		})
	}
}

func TestAChangedScheduleStartsNow(t *testing.T) {
	m := newMemory()
	tick(t, newPlanner(t, m, with("0 9 * * *", "UTC")), "12-08 08:00")
	tick(t, newPlanner(t, m, with("0 10 * * *", "UTC")), "12-08 11:00")
	same(t, "posts after the expression changed", m.posts(t), []string(nil))
	phrase := bot.Schedule{ID: "s", When: "every day at 10:00", TimeZone: "UTC", CatchUp: time.Hour}
	tick(t, newPlanner(t, m, phrase), "12-09 10:30")
	same(t, "posts after the expression became a phrase that says the same", m.posts(t), []string{"12-09 10:00"})
	tick(t, newPlanner(t, m, with("0 10 * * *", "Europe/Amsterdam")), "12-10 12:00")
	same(t, "posts after the zone changed", m.posts(t), []string{"12-09 10:00"})
}

func TestAScheduleThatChangesWhileTheClockIsBehindItsCursor(t *testing.T) {
	m := newMemory()
	tick(t, newPlanner(t, m, with("0 9 * * *", "UTC")), "12-08 12:00")
	p := newPlanner(t, m, with("0 10 * * *", "UTC"))
	for _, when := range []string{"12-08 09:30", "12-08 10:00", "12-08 12:30", "12-09 10:00"} {
		tick(t, p, when)
	}
	same(t, "posts: the cursor never goes back", m.posts(t), []string{"12-09 10:00"})
}

func TestAScheduleThatIsNeverDueAgain(t *testing.T) {
	m := newMemory()
	p := newPlanner(t, m, with("0 9 * * *", "UTC"))
	for range 2 {
		if err := p.EnqueueDue(context.Background(), time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.calls["Cursor"]; n != 2 || len(p.waiting) != 0 {
		t.Errorf("the cursor is read %d times, %d schedules wait", n, len(p.waiting))
	}
}

func TestReplace(t *testing.T) {
	m := newMemory()
	p := newPlanner(t, m, with("0 9 * * *", "UTC"))
	tick(t, p, "12-08 08:00")
	err := p.Replace([]bot.Schedule{with("0 9 * *", "UTC")})
	if err == nil || !strings.HasPrefix(err.Error(), "schedules[0] s: ") {
		t.Errorf("a bad list: %v", err)
	}
	tick(t, p, "12-08 09:00")
	same(t, "posts after a bad list", m.posts(t), []string{"12-08 09:00"})
	if err := p.Replace([]bot.Schedule{with("30 9 * * *", "UTC")}); err != nil {
		t.Fatal(err)
	}
	tick(t, p, "12-08 09:10")
	tick(t, p, "12-08 09:30")
	tick(t, p, "12-09 09:00")
	same(t, "posts after a good list", m.posts(t), []string{"12-08 09:00", "12-08 09:30"})
}

func TestOnlyWhatChangedIsLookedAtAgain(t *testing.T) {
	m := newMemory()
	other := with("0 10 * * *", "UTC")
	other.ID = "other"
	p := newPlanner(t, m, with("0 9 * * *", "UTC"), other)
	tick(t, p, "12-08 08:00")
	before := m.calls["Cursor"]
	other.Channel = "C2"
	if err := p.Replace([]bot.Schedule{other, with("0 9 * * *", "UTC")}); err != nil {
		t.Fatal(err)
	}
	tick(t, p, "12-08 08:01")
	if n := m.calls["Cursor"] - before; n != 1 {
		t.Errorf("the cursor is read %d times", n)
	}
	tick(t, p, "12-08 09:00")
	same(t, "posts", m.posts(t), []string{"12-08 09:00"})
}

func TestAPausedScheduleSkipsItsDueTimesAndMakesUpForNone(t *testing.T) {
	m := newMemory()
	on := with("0 9 * * *", "UTC")
	on.CatchUp = 48 * time.Hour
	off := on
	off.Paused = bot.Mark{By: "U1", At: at(t, "12-08 12:00")}
	p := newPlanner(t, m, on)
	tick(t, p, "12-08 08:00")
	tick(t, p, "12-08 09:00")
	for _, step := range []struct {
		s    bot.Schedule
		when []string
	}{{off, []string{"12-08 12:00", "12-09 09:00", "12-10 09:00"}}, {on, []string{"12-10 12:00", "12-11 09:00"}}} {
		if err := p.Replace([]bot.Schedule{step.s}); err != nil {
			t.Fatal(err)
		}
		for _, when := range step.when {
			tick(t, p, when)
		}
	}
	same(t, "posts", m.posts(t), []string{"12-08 09:00", "12-11 09:00"})
	same(t, "history", m.history(), []string{
		"12-08 09:00 planned", "12-09 09:00 skipped: paused", "12-10 09:00 skipped: paused", "12-11 09:00 planned",
	})
	if next := p.Next("s", at(t, "12-11 12:00")); next.IsZero() {
		t.Error("it is not due again")
	}
}

func TestAnOlderDefinitionStandsAside(t *testing.T) {
	var log bytes.Buffer
	m := newMemory()
	older := newPlanner(t, m, with("0 9 * * *", "UTC"))
	older.log = slog.New(slog.NewTextHandler(&log, nil))
	tick(t, older, "12-08 08:00")
	newer := newPlanner(t, m, with("5 9 * * *", "UTC"))
	tick(t, newer, "12-08 08:30")
	for _, when := range []string{"12-08 09:00", "12-08 09:05", "12-09 09:00", "12-09 09:05"} {
		tick(t, older, when)
		tick(t, newer, when)
	}
	same(t, "posts", m.posts(t), []string{"12-08 09:05", "12-09 09:05"})
	if n := strings.Count(log.String(), "newer definition"); n != 1 {
		t.Errorf("logged %d times: %s", n, &log)
	}
}

func TestAnOlderDefinitionStandsAsideAlsoWhenSomethingElseOfItChanges(t *testing.T) {
	m := newMemory()
	s := with("0 9 * * *", "UTC")
	older := newPlanner(t, m, s)
	tick(t, older, "12-08 08:00")
	newer := newPlanner(t, m, with("5 9 * * *", "UTC"))
	tick(t, newer, "12-08 08:30")
	tick(t, older, "12-08 09:00")
	s.Channel = "C2"
	if err := older.Replace([]bot.Schedule{s}); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"12-08 09:01", "12-08 09:05", "12-09 09:00", "12-09 09:05"} {
		tick(t, older, when)
		tick(t, newer, when)
	}
	same(t, "posts", m.posts(t), []string{"12-08 09:05", "12-09 09:05"})
}

// TestEveryCallMayFail lets each call to the store and the queue fail for a day, and checks that nothing is lost or
// doubled.
func TestEveryCallMayFail(t *testing.T) {
	for _, call := range []string{"Cursor", "Plan", "Occurrences", "Enqueue", "MoveCursor"} {
		t.Run(call+" fails", func(t *testing.T) {
			m := newMemory()
			p := newPlanner(t, m, with("0 9 * * *", "UTC"))
			tick(t, p, "12-08 08:00")
			m.fail = func(name string) error {
				if name == call {
					return errDown
				}
				return nil
			}
			for _, when := range []string{"12-08 09:00:00", "12-08 09:00:01", "12-09 09:00:00"} {
				if err := p.EnqueueDue(context.Background(), at(t, when)); !errors.Is(err, errDown) {
					t.Errorf("at %s: %v", when, err)
				}
			}
			m.fail = nil
			tick(t, p, "12-09 09:00:01")
			tick(t, p, "12-09 09:00:02")
			// What was recorded before the trouble began keeps its result; the rest is decided anew.
			want := []string{"12-09 09:00 +1"}
			if call == "Occurrences" || call == "Enqueue" || call == "MoveCursor" {
				want = []string{"12-08 09:00", "12-09 09:00 +1"}
			}
			same(t, "posts", m.posts(t), want)
			if n := len(m.history()); n != 2 {
				t.Errorf("%d due times in the history: %v", n, m.history())
			}
			if got := m.cursors["s"].at; !got.Equal(at(t, "12-09 09:00")) {
				t.Errorf("cursor at %s", got)
			}
		})
	}
}

func TestABadScheduleDoesNotHoldUpTheOthers(t *testing.T) {
	m := newMemory()
	var list []bot.Schedule
	for _, id := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		s := with("0 9 * * *", "UTC")
		s.ID = id
		list = append(list, s)
	}
	p := newPlanner(t, m, list...)
	tick(t, p, "12-08 08:00")
	for i := range 20 { // more than may fail in one tick
		m.cursors[list[i].ID] = cursor{at(t, "12-08 08:00"), "broken"}
	}
	m.fail = nil
	broken := &brokenLedger{memory: m, bad: list[:20]}
	p.store = broken
	for second := range 3 {
		if err := p.EnqueueDue(context.Background(), at(t, "12-08 09:00").Add(time.Duration(second)*time.Second)); err == nil && second < 2 {
			t.Error("no error")
		}
	}
	if got := len(m.posts(t)); got != 6 {
		t.Errorf("%d of the 6 good ones are enqueued", got)
	}
}

func TestADueTimeThatCannotBeRecordedDoesNotHoldUpTheOthers(t *testing.T) {
	m := newMemory()
	good, bad := with("0 9 * * *", "UTC"), with("0 9 * * *", "UTC")
	bad.ID = "bad"
	p := newPlanner(t, m, bad, good)
	tick(t, p, "12-08 08:00")
	p.store = &brokenLedger{memory: m, unrecorded: "bad"}
	if err := p.EnqueueDue(context.Background(), at(t, "12-08 09:00")); !errors.Is(err, errDown) || !strings.HasPrefix(err.Error(), "schedule bad: ") {
		t.Errorf("got %v", err)
	}
	same(t, "posts", m.posts(t), []string{"12-08 09:00"})
	same(t, "posts of the good one only", slices.Collect(maps.Keys(m.jobs)), []string{"post s@2026-12-08T09:00:00Z"})
	p.store = m
	tick(t, p, "12-08 09:00:01")
	same(t, "posts when it works again", m.posts(t), []string{"12-08 09:00", "12-08 09:00"})
}

func TestReplicasAtOnce(t *testing.T) {
	m := newMemory()
	s := with("* * * * *", "UTC")
	var wg sync.WaitGroup
	for range 4 {
		p := newPlanner(t, m, s)
		wg.Go(func() {
			for second := range 600 {
				if err := p.EnqueueDue(context.Background(), at(t, "12-08 09:00").Add(time.Duration(second)*time.Second)); err != nil && !errors.Is(err, errContended) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	tick(t, newPlanner(t, m, s), "12-08 09:10")
	// Replicas whose clocks are minutes apart may disagree on what stands for what; every due time has one result all the
	// same, and those that are planned are enqueued.
	planned := m.sorted(func(o bot.Occurrence) bool { return o.State == bot.Planned })
	if len(m.history()) < 9 || len(planned) != len(m.posts(t)) {
		t.Errorf("history %v, posts %v", m.history(), m.posts(t))
	}
}

func TestAnotherReplicaWasFirst(t *testing.T) {
	m := newMemory()
	p := newPlanner(t, m, with("0 9 * * *", "UTC"))
	tick(t, p, "12-08 08:00")
	// It has recorded the due time as missed, but not moved the cursor yet.
	m.occurrences["s@2026-12-08T09:00:00Z"] = bot.Occurrence{Schedule: "s", Due: at(t, "12-08 09:00"), State: bot.Skipped, Reason: "missed, covered by 2026-12-09 09:00"}
	tick(t, p, "12-08 09:00")
	same(t, "posts", m.posts(t), []string(nil))
	// It moves the cursor between our reading and our moving.
	m.fail = func(name string) error {
		if name == "MoveCursor" && m.calls[name] == 3 {
			m.cursors["s"] = cursor{at(t, "12-09 09:00"), m.cursors["s"].fingerprint}
		}
		return nil
	}
	tick(t, p, "12-09 09:00")
	same(t, "posts", m.posts(t), []string{"12-09 09:00"})
	if n := m.calls["Plan"]; n != 2 {
		t.Errorf("planned %d times", n)
	}
}

func TestACursorThatKeepsMovingIsLeftForTheNextTick(t *testing.T) {
	m := newMemory()
	p := newPlanner(t, m, with("0 9 * * *", "UTC"))
	tick(t, p, "12-08 08:00")
	p.store = &brokenLedger{memory: m, stuck: true}
	if err := p.EnqueueDue(context.Background(), at(t, "12-08 09:00")); !errors.Is(err, errContended) {
		t.Errorf("got %v", err)
	}
	p.store = m
	tick(t, p, "12-08 09:00:01")
	same(t, "posts", m.posts(t), []string{"12-08 09:00"})
}

func TestManyMissedDueTimesAreBounded(t *testing.T) {
	m := newMemory()
	p := newPlanner(t, m, with("* * * * *", "UTC"))
	tick(t, p, "01-01 00:00")
	tick(t, p, "03-01 00:00")
	const all = 59 * 1440
	history := m.history()
	if len(history) != MostDue {
		t.Errorf("%d rows", len(history))
	}
	same(t, "posts", m.posts(t), []string{"03-01 00:00 +84959"})
	if first := history[0]; !strings.HasSuffix(first, "skipped: missed, covered by 2026-03-01 00:00 +74960") || all-MostDue != 74960 {
		t.Errorf("the oldest row is %q", first)
	}
	same(t, "skipped", series(t, p.metrics.skipped), map[string]float64{"weekend": 0, "holiday": 0, "paused": 0, "missed": 84959, "too_late": 0})
	same(t, "enqueued", series(t, p.metrics.enqueued), map[string]float64{bot.JobPost: 1})
}

func TestLostJobs(t *testing.T) {
	m := newMemory()
	p := newPlanner(t, m, with("0 9 * * *", "UTC"))
	tick(t, p, "12-08 08:00")
	tick(t, p, "12-08 09:00")
	clear(m.jobs)
	tick(t, p, "12-08 09:14")
	same(t, "posts while the job may be under way", m.posts(t), []string(nil))
	tick(t, p, "12-08 09:20")
	same(t, "posts once the job is lost", m.posts(t), []string{"12-08 09:00"})
	clear(m.jobs)
	o := m.occurrences["s@2026-12-08T09:00:00Z"]
	o.State = bot.Posted
	m.occurrences[o.Key()] = o
	tick(t, p, "12-08 09:30")
	same(t, "posts once it has a result", m.posts(t), []string(nil))
}

func TestACatchUpIsNotTakenForALostJob(t *testing.T) {
	m := newMemory()
	tick(t, newPlanner(t, m, with("0 9 * * *", "UTC")), "12-08 08:00")
	tick(t, newPlanner(t, m, with("0 9 * * *", "UTC")), "12-08 12:00")
	same(t, "posts", m.posts(t), []string{"12-08 09:00"})
	if n := m.calls["Enqueue"]; n != 1 {
		t.Errorf("enqueued %d times", n)
	}
}

func TestARemovedScheduleIsSettledAfterADay(t *testing.T) {
	m := newMemory()
	tick(t, newPlanner(t, m, with("0 9 * * *", "UTC")), "12-08 08:00")
	tick(t, newPlanner(t, m, with("0 9 * * *", "UTC")), "12-08 09:00")
	clear(m.jobs)
	p := newPlanner(t, m)
	tick(t, p, "12-09 08:59")
	same(t, "posts before a day has passed", m.posts(t), []string(nil))
	tick(t, p, "12-09 09:05")
	same(t, "posts", m.posts(t), []string{"12-08 09:00"})
	want := `{"Schedule":{"ID":"s","Cron":"","When":"","TimeZone":"UTC","Channel":"","Kind":"","Text":null,"Entry":"","Mention":null,"WorkingDaysOnly":false,` +
		`"Holidays":null,"QuietHours":"","CatchUp":0,"Due":0,"Escalate":{"After":0,"To":""}},"Due":"2026-12-08T09:00:00Z","Missed":0}`
	same(t, "payload without a catch-up window", string(m.jobs["post s@2026-12-08T09:00:00Z"].Payload), want)
}

func TestNewRefuses(t *testing.T) {
	m := newMemory()
	bad := with("0 9 * *", "UTC")
	bad.ID = "failed-exports"
	_, err := New(Options{Schedules: []bot.Schedule{with("0 9 * * *", "UTC"), bad, bad}, Store: m, Enqueuer: m})
	var problem *Problem
	if !errors.As(err, &problem) || problem.Index != 1 || strings.Count(err.Error(), "\n") != 2 || !strings.HasPrefix(err.Error(), "schedules[1] failed-exports: cron ") {
		t.Errorf("got %v", err)
	}
	if _, err := New(Options{Enqueuer: m}); err == nil {
		t.Error("no store: no error")
	}
	if _, err := New(Options{Store: m}); err == nil {
		t.Error("no queue: no error")
	}
	reg := prometheus.NewRegistry()
	for i, wrong := range []bool{false, true} {
		if _, err := New(Options{Store: m, Enqueuer: m, Registerer: reg}); (err != nil) != wrong {
			t.Errorf("planner %d on one registry: %v", i, err)
		}
	}
	same(t, "ticks at birth", series(t, newPlanner(t, m).metrics.ticks), map[string]float64{"": 0})
}
