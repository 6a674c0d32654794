package schedule

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
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
