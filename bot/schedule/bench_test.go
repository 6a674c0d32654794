package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

// sizes are how many schedules there are, all but one due once a year.
var sizes = []int{10, 1_000, 10_000}

// yearly returns that many schedules, none of them due in the next eleven months; often says when the one in the middle is.
func yearly(n int, often string) []bot.Schedule {
	list := make([]bot.Schedule, n)
	for i := range list {
		list[i] = with("0 9 1 12 *", "Europe/Amsterdam")
		list[i].ID = fmt.Sprintf("s-%d", i)
	}
	if often != "" {
		list[n/2].Cron = often
	}
	return list
}

func TestATickTouchesTheStoreOnlyForWhatIsDue(t *testing.T) {
	for _, n := range sizes {
		t.Run(fmt.Sprintf("%d schedules", n), func(t *testing.T) {
			m := newMemory()
			p := newPlanner(t, m, yearly(n, "30 8 * * *")...)
			tick(t, p, "12-08 07:00:00")
			clear(m.calls)
			tick(t, p, "12-08 07:00:01")
			same(t, "calls when nothing is due", m.calls, map[string]int{})
			tick(t, p, "12-08 07:30:00")
			one := map[string]int{"Cursor": 1, "Plan": 1, "Occurrences": 1, "Enqueue": 1, "MoveCursor": 1, "DueTasks": 1, "Unfinished": 1}
			same(t, "calls when one is due", m.calls, one)
			same(t, "posts", m.posts(t), []string{"12-08 07:30"})
			clear(m.calls)
			tick(t, p, "12-08 07:30:05")
			same(t, "calls every five seconds", m.calls, map[string]int{"DueTasks": 1})
		})
	}
}

// BenchmarkTick measures one tick on SQLite, with how many schedules there are side by side: of the ticks of an idle bot, one
// second apart, and of those at which one schedule is due.
func BenchmarkTick(b *testing.B) {
	for _, bench := range []struct {
		name, often string
		step        time.Duration
	}{{"none due", "", time.Second}, {"one due", "* * * * *", time.Minute}} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s of %d", bench.name, n), func(b *testing.B) { benchmarkTicks(b, yearly(n, bench.often), bench.step) })
		}
	}
}

func benchmarkTicks(b *testing.B, schedules []bot.Schedule, step time.Duration) {
	s, err := store.Open(store.Options{URL: "sqlite://" + filepath.Join(b.TempDir(), "campaignbot.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	q := &finisher{store: s}
	p, err := New(Options{Schedules: schedules, Store: s, Enqueuer: q})
	if err != nil {
		b.Fatal(err)
	}
	now := at(b, "12-08 09:00")
	if err := p.EnqueueDue(b.Context(), now); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(step)
		if err := p.EnqueueDue(b.Context(), now); err != nil {
			b.Fatal(err)
		}
		if len(q.jobs) > 0 {
			b.StopTimer()
			q.finish(b)
			b.StartTimer()
		}
	}
}

// finisher is a queue whose jobs are finished outside the measurement.
type finisher struct {
	store *store.Store
	jobs  []bot.Job
}

func (f *finisher) Enqueue(_ context.Context, jobs ...bot.Job) error {
	f.jobs = append(f.jobs, jobs...)
	return nil
}

func (f *finisher) finish(b *testing.B) {
	b.Helper()
	for _, j := range f.jobs {
		var due bot.DuePost
		if err := json.Unmarshal(j.Payload, &due); err != nil {
			b.Fatal(err)
		}
		o := due.Occurrence()
		o.State, o.At = bot.Posted, o.Due
		if changed, err := f.store.Finish(b.Context(), o); err != nil || !changed {
			b.Fatalf("finished %s: %v, %v", o.Key(), changed, err)
		}
	}
	f.jobs = f.jobs[:0]
}
