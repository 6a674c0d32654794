package schedule

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"campaignbot/bot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(300 * time.Millisecond) // not at a full second
		var log bytes.Buffer
		m := newMemory()
		p := newPlanner(t, m, with("* * * * *", "UTC"))
		p.log = slog.New(slog.NewTextHandler(&log, nil))
		down := false
		m.fail = func(string) error {
			if down && m.calls["Cursor"]%2 == 0 {
				panic("a bug")
			}
			if down {
				return errDown
			}
			return nil
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { defer close(done); p.Run(ctx) }()
		step := func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		}
		step(59*time.Second + 700*time.Millisecond)
		if n := len(m.posts(t)); n != 1 {
			t.Errorf("%d posts at the full minute", n)
		}
		set := func(v bool) { m.mu.Lock(); down = v; m.mu.Unlock() }
		set(true)
		step(5 * time.Minute)
		set(false)
		step(time.Minute)
		set(true)
		step(2 * time.Minute)
		set(false)
		step(2 * time.Second)
		cancel()
		<-done
		if n := strings.Count(log.String(), "planner cannot work"); n != 2 {
			t.Errorf("trouble is logged %d times:\n%s", n, &log)
		}
		if n := strings.Count(log.String(), "planner works again"); n != 2 {
			t.Errorf("its end is logged %d times", n)
		}
		if n := len(m.history()); n != 9 {
			t.Errorf("%d due times in nine minutes: %v", n, m.history())
		}
	})
}

func TestATickTouchesTheStoreOnlyForWhatIsDue(t *testing.T) {
	m := newMemory()
	var list []bot.Schedule
	for i := range 100 {
		s := with("0 9 * * *", "UTC")
		s.ID = fmt.Sprintf("s-%d", i)
		list = append(list, s)
	}
	list[42].Cron = "30 8 * * *"
	p := newPlanner(t, m, list...)
	tick(t, p, "12-08 08:00:00")
	clear(m.calls)
	tick(t, p, "12-08 08:00:01")
	same(t, "calls when nothing is due", m.calls, map[string]int{})
	tick(t, p, "12-08 08:30:00")
	same(t, "calls when one is due", m.calls, map[string]int{"Cursor": 1, "Plan": 1, "Occurrences": 1, "Enqueue": 1, "MoveCursor": 1, "DueTasks": 1, "Unfinished": 1})
}

func BenchmarkTickNoneDue(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprintf("%d schedules", n), func(b *testing.B) {
			m := newMemory()
			list := make([]bot.Schedule, n)
			for i := range list {
				list[i] = with("30 8 * * 1-5", "Europe/Amsterdam")
				list[i].ID = fmt.Sprintf("s-%d", i)
			}
			p := newPlanner(b, m, list...)
			now := at(b, "12-08 09:00")
			if err := p.EnqueueDue(context.Background(), now); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := p.EnqueueDue(context.Background(), now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
