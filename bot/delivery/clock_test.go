package delivery

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store/storetest"
)

// TestTheClockIsSetForwardWhileAMessageIsOnItsWay is about the machine's clock: to the job queue and to the ledger the
// attempt under way then seems to be an hour old, and its process dead.
func TestTheClockIsSetForwardWhileAMessageIsOnItsWay(t *testing.T) {
	for name, forward := range map[string]time.Duration{"while it is wanted": 20 * time.Minute, "past its catch-up window": time.Hour} {
		t.Run(name, func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, url string) {
				wall := &bot.ShiftedClock{}
				tm := quick()
				tm.wall = wall
				w := newWorld(t, url, tm, func(o *Options) { o.Clock = wall })
				sending, answer := make(chan struct{}), make(chan struct{})
				var tries atomic.Int32
				w.slack.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
					if tries.Add(1) == 1 {
						close(sending)
						<-answer
					}
					return w.slack.accept(out), nil
				}
				j, _ := due(wall, "s", 0)
				done := make(chan error, 2)
				attempt := func() { done <- w.post(t.Context(), j, 1) }
				go attempt()
				receive(t, sending)
				wall.Move(forward)
				go attempt()
				waitFor(t, "the second attempt", func() bool { return w.sends.waitingFor(j.Key) == 2 || len(done) == 1 })
				close(answer)
				for range 2 {
					if err := receive(t, done); err != nil {
						t.Error(err)
					}
				}
				if got := w.result(t); got.State == bot.Skipped || w.slack.posts(j.Key) != 1 {
					t.Errorf("posted %d times, and the history says %s (%s)", w.slack.posts(j.Key), got.State, got.Reason)
				}
			})
		})
	}
}

// waitingFor is how many callers have the key or want it.
func (l *keyedLock) waitingFor(key string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.held[key]; h != nil {
		return h.waiting
	}
	return 0
}
