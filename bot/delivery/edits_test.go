package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store/storetest"
)

// postTask makes a task whose message is in Slack.
func (w *world) postTask(t *testing.T, id string) bot.MessageRef {
	t.Helper()
	ref := w.slack.accept(bot.Outgoing{Key: id, Channel: "C1", Reply: bot.Reply{Title: bot.Text("open v1")}})
	task := bot.Task{ID: id, Channel: "C1", EscalateTo: "C9"}
	if err := errors.Join(w.store.CreateTask(t.Context(), task), w.store.TaskPosted(t.Context(), id, ref, time.Now())); err != nil {
		t.Fatal(err)
	}
	return ref
}

// claim and done change the task and return the job that shows it.
func (w *world) claim(t *testing.T, id string) bot.Job {
	t.Helper()
	task, _, err := w.store.Claim(context.Background(), id, "U1", time.Now())
	if err != nil {
		t.Error(err)
	}
	return editJob(task)
}

func (w *world) done(t *testing.T, id string) bot.Job {
	t.Helper()
	task, _, err := w.store.Done(context.Background(), id, "U1", time.Now())
	if err != nil {
		t.Error(err)
	}
	return editJob(task)
}

// raise has the time escalate the task.
func (w *world) raise(t *testing.T, id string) bot.Job {
	t.Helper()
	task, err := w.store.Task(t.Context(), id)
	if err == nil {
		task, _, err = w.store.Advance(t.Context(), task, bot.ChangeEscalated, time.Now())
	}
	if err != nil {
		t.Error(err)
	}
	return editJob(task)
}

func editJob(task bot.Task) bot.Job {
	return job(bot.JobEdit, fmt.Sprintf("%s/v%d", task.ID, task.Version), bot.TaskChange{Task: task.ID, Version: task.Version})
}

func TestEditShowsTheNewestVersionOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		var updates atomic.Int32
		over := make(chan struct{}, 10)
		w := newWorld(t, url, quick(), events(func(context.Context, bot.Job, int) error { over <- struct{}{}; return nil }))
		ref := w.postTask(t, "t1")
		w.slack.update = func(_ context.Context, ref bot.MessageRef, reply bot.Reply) error {
			updates.Add(1)
			w.slack.apply(ref, reply)
			return nil
		}
		for _, j := range []bot.Job{w.claim(t, "t1"), w.done(t, "t1")} {
			if err := w.edit(t.Context(), j, 1); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.slack.shown(ref.TS); got != "done v3" || updates.Load() != 1 {
			t.Fatalf("the message shows %q after %d updates", got, updates.Load())
		}
		if err := w.edit(t.Context(), editJob(bot.Task{ID: "t1", Version: 3}), 2); err != nil {
			t.Fatal(err)
		}
		if got := w.slack.thread(ref.TS); !slices.Equal(got, []string{"claimed", "done"}) {
			t.Fatalf("the thread tells %v", got)
		}
		if updates.Load() != 2 {
			t.Fatal("an attempt after one that was cut off did not update")
		}
		if err := w.edit(t.Context(), editJob(bot.Task{ID: "gone", Version: 3}), 1); err != nil {
			t.Fatalf("an edit of a task that is gone: %v", err)
		}
	})
}

// An update of version 2 that reaches Slack after one of version 3 from another replica is put right.
func TestOlderVersionDoesNotStay(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		one := newWorld(t, url, quick())
		two := join(t, url, one.store, one.slack, quick())
		ref := one.postTask(t, "t1")
		held, free := make(chan struct{}), make(chan struct{})
		one.slack.update = func(_ context.Context, ref bot.MessageRef, reply bot.Reply) error {
			if reply.Title.Text == "claimed v2" {
				close(held)
				<-free
			}
			one.slack.apply(ref, reply)
			return nil
		}
		slow := make(chan error)
		claim := one.claim(t, "t1")
		go func() { slow <- one.edit(context.Background(), claim, 1) }()
		receive(t, held)
		if err := two.edit(t.Context(), two.done(t, "t1"), 1); err != nil {
			t.Fatal(err)
		}
		close(free)
		if err := receive(t, slow); err != nil {
			t.Fatal(err)
		}
		if got := one.slack.shown(ref.TS); got != "done v3" {
			t.Fatalf("the message shows %q", got)
		}
	})
}

func TestEditsUnderRaces(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		one := newWorld(t, url, quick())
		two := join(t, url, one.store, one.slack, quick())
		var n atomic.Int32
		one.slack.update = func(_ context.Context, ref bot.MessageRef, reply bot.Reply) error {
			if n.Add(1)%4 == 0 {
				return errServer
			}
			one.slack.apply(ref, reply)
			return nil
		}
		one.start(t)
		two.start(t)
		const tasks = 20
		refs := make([]bot.MessageRef, tasks)
		var wg sync.WaitGroup
		for i := range tasks {
			id := fmt.Sprintf("t%02d", i)
			refs[i] = one.postTask(t, id)
			for _, change := range []func() (*world, bot.Job){
				func() (*world, bot.Job) { return one, one.claim(t, id) },
				func() (*world, bot.Job) { return two, two.done(t, id) },
			} {
				wg.Go(func() {
					w, j := change()
					if err := w.Enqueue(context.Background(), j); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		for i, ref := range refs {
			id := fmt.Sprintf("t%02d", i)
			task, err := one.store.Task(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("done v%d", task.Version)
			waitFor(t, id+" to show "+want, func() bool {
				now, err := one.store.Task(t.Context(), id)
				return err == nil && now.Told == task.Version && one.slack.shown(ref.TS) == want
			})
			changes, err := one.store.Changes(t.Context(), id, 0)
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, c := range changes {
				told = append(told, string(c.Kind))
			}
			if got := one.slack.thread(ref.TS); !slices.Equal(got, told) {
				t.Errorf("the thread of %s tells %v, want %v", id, got, told)
			}
		}
	})
}

func TestEditWaitsForTheMessage(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), quick())
	if err := w.store.CreateTask(t.Context(), bot.Task{ID: "t1"}); err != nil {
		t.Fatal(err)
	}
	se := bot.AsSendError(w.edit(t.Context(), w.claim(t, "t1"), 1))
	if se == nil || !se.Retry {
		t.Fatalf("got %v", se)
	}
}

func TestKeyedLock(t *testing.T) {
	l := keyedLock{held: make(map[string]*heldKey)}
	unlock, err := l.lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := l.lock(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	other()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.lock(gone, "a"); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	var inside, most atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			unlock, err := l.lock(context.Background(), "a")
			if err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), inside.Add(1)))
			inside.Add(-1)
			unlock()
		})
	}
	unlock()
	wg.Wait()
	if most.Load() != 1 || len(l.held) != 0 {
		t.Fatalf("%d at once, %d keys left", most.Load(), len(l.held))
	}
}

// waitFor looks again until the condition holds.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-limit:
			t.Fatalf("waited 30 s for %s", what)
		case <-tick.C:
		}
	}
}
