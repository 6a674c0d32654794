package delivery

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"campaignbot/bot"
	"campaignbot/bot/store/storetest"
)

func TestChangesAreToldInOrderOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		w := newWorld(t, url, quick())
		ref := w.postTask(t, "t1")
		claim, raise, done := w.claim(t, "t1"), w.raise(t, "t1"), w.done(t, "t1")
		for _, j := range []bot.Job{done, claim, raise, done} {
			if err := w.edit(t.Context(), j, 1); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.slack.thread(ref.TS); !slices.Equal(got, []string{"claimed", "escalated", "done"}) {
			t.Errorf("the thread tells %v", got)
		}
		if n := w.slack.posts("change/t1#3/1"); n != 1 {
			t.Errorf("%d messages to whom it is escalated", n)
		}
	})
}

func TestAChangeWaitsForTheOneBeforeIt(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		one := newWorld(t, url, quick())
		two := join(t, url, one.store, one.slack, quick())
		ref := one.postTask(t, "t1")
		claim := one.claim(t, "t1")
		held, free := make(chan struct{}), make(chan struct{})
		one.slack.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
			if out.Reply.Title.Text == "claimed" {
				close(held)
				<-free
			}
			return one.slack.accept(out), nil
		}
		slow := make(chan error)
		go func() { slow <- one.edit(context.Background(), claim, 1) }()
		receive(t, held)
		done := one.done(t, "t1")
		se := bot.AsSendError(two.edit(t.Context(), done, 1))
		if se == nil || !se.Retry || len(one.slack.thread(ref.TS)) != 0 {
			t.Fatalf("the other replica: %v, the thread tells %v", se, one.slack.thread(ref.TS))
		}
		close(free)
		if err := receive(t, slow); err != nil {
			t.Fatal(err)
		}
		if got := one.slack.thread(ref.TS); !slices.Equal(got, []string{"claimed", "done"}) {
			t.Errorf("the thread tells %v", got)
		}
	})
}

func TestAChangeThatIsRefusedDoesNotHoldUpTheNext(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), quick())
	ref := w.postTask(t, "t1")
	w.slack.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
		if out.Channel == "C9" {
			return bot.MessageRef{}, &bot.SendError{Reason: bot.ReasonChannel, Err: errors.New("not_in_channel")}
		}
		return w.slack.accept(out), nil
	}
	w.raise(t, "t1")
	if err := w.edit(t.Context(), w.done(t, "t1"), 1); err != nil {
		t.Fatal(err)
	}
	if got := w.slack.thread(ref.TS); !slices.Equal(got, []string{"escalated", "done"}) {
		t.Errorf("the thread tells %v", got)
	}
}

func TestAChangeWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), quick())
	ref := w.postTask(t, "t1")
	var posts atomic.Int32
	w.slack.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
		at := w.slack.accept(out)
		if posts.Add(1) == 1 {
			return bot.MessageRef{}, &bot.SendError{Reason: bot.ReasonUnknown, Retry: true, Doubt: true, Err: errServer}
		}
		return at, nil
	}
	w.start(t)
	w.claim(t, "t1")
	w.enqueue(t, w.done(t, "t1"))
	waitFor(t, "both changes to be told", func() bool {
		task, err := w.store.Task(t.Context(), "t1")
		return err == nil && task.Told == 3
	})
	if got := w.slack.thread(ref.TS); !slices.Equal(got, []string{"claimed", "done"}) {
		t.Errorf("the thread tells %v", got)
	}
}

// A version that an older program made has no change to be told.
func TestAVersionWithoutAChangeIsPassedOver(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), quick(), func(o *Options) { o.Store = unaware{o.Store} })
	w.postTask(t, "t1")
	if err := w.edit(t.Context(), w.claim(t, "t1"), 1); err != nil {
		t.Fatal(err)
	}
	if task, err := w.store.Task(t.Context(), "t1"); err != nil || task.Told != 2 {
		t.Errorf("told %d, %v", task.Told, err)
	}
}

// unaware is a store that knows no changes.
type unaware struct{ Store }

func (unaware) Changes(context.Context, string, int64) ([]bot.Change, error) { return nil, nil }
