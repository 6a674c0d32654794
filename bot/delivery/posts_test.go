package delivery

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store/storetest"
)

var (
	errServer  = &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Err: errors.New("HTTP status 500")}
	errLimited = &bot.SendError{Reason: bot.ReasonRateLimited, Retry: true, After: 20 * time.Millisecond, Err: errors.New("rate limited")}
	errSilent  = &bot.SendError{Reason: bot.ReasonUnknown, Retry: true, Doubt: true, Err: errors.New("no answer")}
	errGone    = &bot.SendError{Reason: bot.ReasonChannel, Err: errors.New("is_archived")}
	errBroken  = &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Look: true, Err: errors.New("HTTP status 502")}
	errScope   = &bot.SendError{Reason: bot.ReasonScope, Err: errors.New("needs channels:history")}
)

// ending is one way in which a due time ends.
type ending struct {
	name      string
	ago       time.Duration // how long after the due time the job is begun
	first     attempt       // the first attempt; nil: it is accepted
	find      error         // of the look-back
	state     bot.OccurrenceState
	reason    string // begins so
	posts     int
	lookBacks int
	gone      bool // nobody wants it any more, after the first attempt if there is one
}

// attempt is what Slack does with one post.
type attempt func(*slack, bot.Outgoing) (bot.MessageRef, error)

func refuse(err error) attempt {
	return func(*slack, bot.Outgoing) (bot.MessageRef, error) { return bot.MessageRef{}, err }
}

// swallow accepts the post and answers with an error.
func swallow(err error) attempt {
	return func(s *slack, out bot.Outgoing) (bot.MessageRef, error) { s.accept(out); return bot.MessageRef{}, err }
}

var endings = []ending{
	{name: "in time", state: bot.Posted, posts: 1},
	{name: "late", ago: 2 * time.Minute, state: bot.PostedLate, posts: 1},
	{name: "a rate limit is waited for", first: refuse(errLimited), state: bot.Posted, posts: 1},
	{name: "a server error is tried again", first: refuse(errServer), state: bot.Posted, posts: 1},
	{name: "accepted without an answer is found", first: swallow(errSilent), state: bot.Posted, posts: 1, lookBacks: 1},
	{name: "an error that nobody explains counts as no answer", first: swallow(errors.New("?")), state: bot.Posted, posts: 1, lookBacks: 1},
	{name: "not accepted and without an answer is posted again", first: refuse(errSilent), state: bot.Posted, posts: 1, lookBacks: 1},
	{name: "in doubt and without the scope to look is not repeated", first: refuse(errSilent), find: errScope, state: bot.Skipped, reason: "result unknown", lookBacks: 1},
	{name: "accepted and answered with a server error is found", first: swallow(errBroken), state: bot.Posted, posts: 1, lookBacks: 1},
	{name: "a server error without the scope to look is tried again", first: refuse(errBroken), find: errScope, state: bot.Posted, posts: 1, lookBacks: 1},
	{name: "a channel that is gone is skipped", first: refuse(errGone), state: bot.Skipped, reason: bot.ReasonChannel},
	{name: "not wanted any more", gone: true, state: bot.Skipped, reason: bot.SkipDeleted},
	{name: "not wanted any more while a rate limit is waited for", first: refuse(errLimited), gone: true, state: bot.Skipped, reason: bot.SkipDeleted},
	{name: "not wanted any more and there already", first: swallow(errSilent), gone: true, state: bot.Posted, posts: 1, lookBacks: 1},
	{name: "too late", ago: 31 * time.Minute, state: bot.Skipped, reason: "too late (caught up until "},
}

func TestDueTimeEndsOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		w := newWorld(t, url, quick()).start(t)
		for _, e := range endings {
			t.Run(e.name, func(t *testing.T) { w.check(t, e) })
		}
	})
}

// check lets a due time end and looks at what is left behind.
func (w *world) check(t *testing.T, e ending) {
	before, counted := w.slack.lookBacks(), w.counter(t, "campaignbot_posts_total", string(e.state))
	var tries atomic.Int32
	w.slack.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
		if tries.Add(1) == 1 && e.first != nil {
			w.gone.Store(e.gone)
			return e.first(w.slack, out)
		}
		return w.slack.accept(out), nil
	}
	w.slack.find = findFails(e.find)
	w.gone.Store(e.gone && e.first == nil)
	j, d := due(w.clock, strings.ReplaceAll(e.name, " ", "-"), e.ago)
	if err := errors.Join(w.store.Plan(t.Context(), []bot.Occurrence{d.Occurrence()}), w.store.CreateTask(t.Context(), bot.Task{ID: j.Key})); err != nil {
		t.Fatal(err)
	}
	w.enqueue(t, j)
	got := w.result(t)
	if got.State != e.state || !strings.HasPrefix(got.Reason, e.reason) || (got.Reason == "") != (e.reason == "") {
		t.Fatalf("got %s %q, want %s %q", got.State, got.Reason, e.state, e.reason)
	}
	if n := w.slack.posts(j.Key); n != e.posts {
		t.Errorf("posted %d times, want %d", n, e.posts)
	}
	if n := w.slack.lookBacks() - before; n != e.lookBacks {
		t.Errorf("looked back %d times, want %d", n, e.lookBacks)
	}
	task, err := w.store.Task(t.Context(), j.Key)
	if err != nil || task.Ref != got.Ref || task.Posted.IsZero() != (e.posts == 0) {
		t.Errorf("the task was posted at %v (%s), the message is %v: %v", task.Ref, task.Posted, got.Ref, err)
	}
	waitFor(t, "the result to be counted", func() bool { return w.counter(t, "campaignbot_posts_total", string(e.state)) == counted+1 })
}

// findFails is a look-back that fails; nil: the usual one.
func findFails(err error) func(context.Context, string, string, string, time.Time) (bot.MessageRef, bool, error) {
	if err == nil {
		return nil
	}
	return func(context.Context, string, string, string, time.Time) (bot.MessageRef, bool, error) {
		return bot.MessageRef{}, false, err
	}
}

func TestWhatIsPostedStaysPostedWhenItIsTooLate(t *testing.T) {
	cases := []struct {
		name   string
		before func(t *testing.T, w *world, key string)
		find   error
		state  bot.OccurrenceState
		reason string
	}{
		{"recorded, and the process died", func(t *testing.T, w *world, key string) {
			if err := w.store.Sent(t.Context(), key, w.slack.accept(bot.Outgoing{Key: key}), time.Now()); err != nil {
				t.Fatal(err)
			}
		}, nil, bot.PostedLate, ""},
		{"accepted, and the process died", func(t *testing.T, w *world, key string) {
			begin(t, w, key)
			w.slack.accept(bot.Outgoing{Key: key})
		}, nil, bot.PostedLate, ""},
		{"begun and not accepted", begin, nil, bot.Skipped, "too late (caught up until "},
		{"begun, and nobody can look", begin, errScope, bot.Skipped, "result unknown"},
	}
	storetest.Engines(t, func(t *testing.T, url string) {
		w := newWorld(t, url, quick()).start(t)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				w.slack.find = findFails(c.find)
				j, _ := due(w.clock, strings.ReplaceAll(c.name, " ", "-"), 2*time.Hour)
				c.before(t, w, j.Key)
				w.enqueue(t, j)
				if got := w.result(t); got.State != c.state || !strings.HasPrefix(got.Reason, c.reason) {
					t.Fatalf("got %s %q, want %s %q", got.State, got.Reason, c.state, c.reason)
				}
			})
		}
	})
}

// begin records an attempt an hour ago.
func begin(t *testing.T, w *world, key string) {
	t.Helper()
	if _, _, err := w.store.Begin(t.Context(), key, time.Now().Add(-time.Hour), time.Second); err != nil {
		t.Fatal(err)
	}
}

func TestFreshAttemptOfSomebodyElseIsWaitedFor(t *testing.T) {
	tm := quick()
	tm.stale = 300 * time.Millisecond
	storetest.Engines(t, func(t *testing.T, url string) {
		w := newWorld(t, url, tm).start(t)
		j, _ := due(w.clock, "s", 0)
		begun := time.Now()
		if _, _, err := w.store.Begin(t.Context(), j.Key, begun, tm.stale); err != nil {
			t.Fatal(err)
		}
		w.slack.find = func(_ context.Context, _, _, key string, since time.Time) (bot.MessageRef, bool, error) {
			if age := time.Since(begun); age < tm.stale {
				t.Errorf("looked back after %s", age)
			}
			if since.After(begun) {
				t.Errorf("looked back to %s only", since)
			}
			return bot.MessageRef{}, false, nil
		}
		w.enqueue(t, j)
		w.result(t)
		if n, back := w.slack.posts(j.Key), w.slack.lookBacks(); n != 1 || back != 1 {
			t.Fatalf("posted %d times, looked back %d times", n, back)
		}
	})
}

func TestStoppedWhileSlackAnswers(t *testing.T) {
	tm := quick()
	tm.close = time.Millisecond
	storetest.Engines(t, func(t *testing.T, url string) {
		accepted := make(chan struct{})
		one := newWorld(t, url, tm)
		one.slack.post = func(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) {
			one.slack.accept(out)
			close(accepted)
			<-ctx.Done()
			return bot.MessageRef{}, &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Doubt: true, Err: ctx.Err()}
		}
		j, _ := due(one.clock, "s", 0)
		one.enqueue(t, j)
		one.start(t)
		receive(t, accepted)
		one.stop(t)
		two := join(t, url, one.store, one.slack, tm).start(t)
		if got := two.result(t); got.State != bot.Posted {
			t.Fatalf("got %+v", got)
		}
		if n := two.slack.posts(j.Key); n != 1 {
			t.Fatalf("posted %d times", n)
		}
		if got := two.counter(t, "campaignbot_posts_found_total", ""); got != 1 {
			t.Fatalf("found %v times", got)
		}
	})
}

func TestUnrecordedPostIsFound(t *testing.T) {
	tm := quick()
	tm.stale, tm.record = 200*time.Millisecond, 50*time.Millisecond
	storetest.Engines(t, func(t *testing.T, url string) {
		broken := &forgetful{}
		w := newWorld(t, url, tm, func(o *Options) { broken.Store = o.Store; o.Store = broken }).start(t)
		j, _ := due(w.clock, "s", 0)
		w.enqueue(t, j)
		if got := w.result(t); got.State != bot.Posted {
			t.Fatalf("got %+v", got)
		}
		if n := w.slack.posts(j.Key); n != 1 {
			t.Fatalf("posted %d times", n)
		}
	})
}

// forgetful is a store that fails to record the first few posts.
type forgetful struct {
	Store
	failed atomic.Int32
}

func (f *forgetful) Sent(ctx context.Context, key string, ref bot.MessageRef, now time.Time) error {
	if f.failed.Add(1) <= 3 {
		return errors.New("the disk is full")
	}
	return f.Store.Sent(ctx, key, ref, now)
}

func TestPostedAt(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	cases := []struct {
		name string
		ts   string
		want time.Time
	}{
		{"a message found later was there before", "1772451000.000100", now.Add(-30*time.Minute + time.Second)},
		{"an address from before the due time counts as now", "1772440000.000100", now},
		{"an address from the future counts as now", "1772459999.000100", now},
		{"an address that is no time counts as now", "abc", now},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := &Delivery{opts: Options{Clock: fixed(now)}, timing: timing{wall: fixed(now)}}
			if got := d.postedAt(bot.MessageRef{TS: c.ts}, now.Add(-time.Hour)); !got.Equal(c.want) {
				t.Fatalf("got %s, want %s", got, c.want)
			}
		})
	}
}

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }
