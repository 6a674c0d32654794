package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store/storetest"
)

func events(handle bot.JobHandler) func(*Options) {
	return func(o *Options) { o.Handlers = map[string]bot.JobHandler{bot.JobEvent: handle} }
}

func TestJobIsDoneOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		done := make(chan bot.Job, 10)
		w := newWorld(t, url, quick(), events(func(_ context.Context, job bot.Job, attempt int) error {
			if attempt != 1 {
				t.Errorf("attempt %d", attempt)
			}
			done <- job
			return nil
		}))
		first := job(bot.JobEvent, "Ev1", bot.Request{ID: "r1"})
		w.enqueue(t) // nothing
		w.enqueue(t, first, first)
		w.start(t)
		got := receive(t, done)
		if got.Kind != bot.JobEvent || got.Key != "Ev1" || string(got.Payload) == "" {
			t.Fatalf("got %+v", got)
		}
		w.enqueue(t, job(bot.JobEvent, "Ev1", bot.Request{ID: "another"}), job(bot.JobEvent, "Ev2", bot.Request{}))
		if got := receive(t, done); got.Key != "Ev2" {
			t.Fatalf("%s was done again", got.Key)
		}
	})
}

func TestUniqueAlsoAfterFailure(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		tried := make(chan string, 10)
		w := newWorld(t, url, quick(), events(func(_ context.Context, job bot.Job, _ int) error {
			tried <- job.Key
			if job.Key == "Ev1" {
				return &bot.SendError{Reason: bot.ReasonRefused}
			}
			return nil
		}))
		w.start(t)
		for _, key := range []string{"Ev1", "Ev2"} {
			w.enqueue(t, job(bot.JobEvent, "Ev1", nil), job(bot.JobEvent, key, nil))
			if got := receive(t, tried); got != key {
				t.Fatalf("%s was tried again", got)
			}
		}
	})
}

func TestErrorsDecideWhatHappensToAJob(t *testing.T) {
	cases := []struct {
		name   string
		err    error
		tries  int32
		reason string // of the retries
	}{
		{"an error is tried again", errors.New("no"), 3, reasonError},
		{"a send error that allows it is tried again", &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true}, 3, bot.ReasonUnavailable},
		{"a rate limit is waited for", &bot.SendError{Reason: bot.ReasonRateLimited, Retry: true, After: 10 * time.Millisecond}, 3, bot.ReasonRateLimited},
		{"a wrapped send error counts", fmt.Errorf("x: %w", &bot.SendError{Reason: bot.ReasonRateLimited, Retry: true}), 3, bot.ReasonRateLimited},
		{"a refusal ends the job", &bot.SendError{Reason: bot.ReasonAuth}, 1, ""},
		{"what cannot be read ends the job", decode(bot.Job{Payload: []byte("{")}, new(int)), 1, ""},
	}
	storetest.Engines(t, func(t *testing.T, url string) {
		var tries [10]atomic.Int32
		over := make(chan int, 100)
		w := newWorld(t, url, quick(), events(func(_ context.Context, job bot.Job, attempt int) error {
			i := int(job.Key[0] - '0')
			n := tries[i].Add(1)
			if attempt != int(n) {
				t.Errorf("%s: attempt %d is called %d", cases[i].name, n, attempt)
			}
			if n == cases[i].tries {
				defer func() { over <- i }()
			}
			if n >= 3 {
				return nil
			}
			return cases[i].err
		}))
		for i := range cases {
			w.enqueue(t, job(bot.JobEvent, fmt.Sprint(i), nil))
		}
		w.start(t)
		for range cases {
			receive(t, over)
		}
		w.stop(t)
		wants := map[string]float64{}
		for i, c := range cases {
			if got := tries[i].Load(); got != c.tries {
				t.Errorf("%s: tried %d times, want %d", c.name, got, c.tries)
			}
			if c.reason != "" {
				wants[c.reason] += float64(c.tries - 1)
			}
		}
		for reason, want := range wants {
			if got := w.counter(t, "campaignbot_job_retries_total", reason); got != want {
				t.Errorf("retries for %s: got %v, want %v", reason, got, want)
			}
		}
	})
}

func TestPanicIsTriedAgain(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		done := make(chan int, 1)
		w := newWorld(t, url, quick(), events(func(_ context.Context, _ bot.Job, attempt int) error {
			if attempt == 1 {
				panic("oh")
			}
			done <- attempt
			return nil
		}))
		w.enqueue(t, job(bot.JobEvent, "Ev1", nil))
		w.start(t)
		if got := receive(t, done); got != 2 {
			t.Fatalf("done at attempt %d", got)
		}
		if got := w.counter(t, "campaignbot_job_retries_total", reasonPanic); got != 1 {
			t.Fatalf("%v retries after a panic", got)
		}
	})
}

func TestJobIsGivenUpInTheEnd(t *testing.T) {
	tm := quick()
	tm.giveUp = func(string) time.Duration { return 50 * time.Millisecond }
	storetest.Engines(t, func(t *testing.T, url string) {
		var tries atomic.Int32
		w := newWorld(t, url, tm, events(func(context.Context, bot.Job, int) error {
			tries.Add(1)
			return &bot.SendError{Reason: bot.ReasonRateLimited, Retry: true, After: time.Millisecond}
		}))
		w.enqueue(t, job(bot.JobEvent, "Ev1", nil))
		w.start(t)
		db := database(t, url)
		defer db.Close()
		waitFor(t, "the job to be given up", func() bool {
			var n int
			err := db.QueryRow(`select count(*) from river_job where state = 'cancelled'`).Scan(&n)
			return err == nil && n == 1
		})
		if tries.Load() == 0 {
			t.Fatal("it was never tried")
		}
	})
}

func TestEventsDoNotWaitForPosts(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		answered := make(chan struct{})
		w := newWorld(t, url, quick(), events(func(context.Context, bot.Job, int) error { close(answered); return nil }))
		blocked, free := make(chan struct{}, 100), make(chan struct{})
		w.slack.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
			blocked <- struct{}{}
			<-free
			return w.slack.accept(out), nil
		}
		const posts = 60 // more than there are workers
		for i := range posts {
			j, _ := due(w.clock, fmt.Sprint("s", i), 0)
			w.enqueue(t, j)
		}
		w.start(t)
		for range 20 {
			receive(t, blocked)
		}
		w.enqueue(t, job(bot.JobEvent, "Ev1", nil))
		receive(t, answered)
		close(free)
		for range posts {
			w.result(t)
		}
	})
}

func TestTwoDeliveriesShareTheWork(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		one := newWorld(t, url, quick())
		two := join(t, url, one.store, one.slack, quick())
		one.start(t)
		two.start(t)
		const posts = 40
		jobs := make([]bot.Job, posts)
		for i := range jobs {
			jobs[i], _ = due(one.clock, fmt.Sprintf("s%02d", i), 0)
		}
		errs := make(chan error, 2)
		for _, w := range []*world{one, two} {
			go func() { errs <- w.Enqueue(context.Background(), jobs...) }()
		}
		for range 2 {
			if err := receive(t, errs); err != nil {
				t.Fatal(err)
			}
		}
		for range posts {
			one.result(t)
		}
		for _, j := range jobs {
			if n := one.slack.posts(j.Key); n != 1 {
				t.Errorf("%s was posted %d times", j.Key, n)
			}
		}
	})
}

func TestJobsWaitForTheStart(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		before := newWorld(t, url, quick())
		j, d := due(before.clock, "s", 0)
		before.enqueue(t, j)
		if err := before.Ready(t.Context()); err == nil {
			t.Fatal("it is ready before it is started")
		}
		before.stop(t)
		if err := before.Enqueue(t.Context(), j); err == nil {
			t.Fatal("it took a job after it was closed")
		}
		if err := before.Start(t.Context()); err == nil {
			t.Fatal("it was started after it was closed")
		}
		after := join(t, url, before.store, before.slack, quick()).start(t)
		if err := errors.Join(after.Ready(t.Context()), after.Start(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got := after.result(t); got.Schedule != d.Schedule.ID || got.State != bot.Posted {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestCloseLetsJobsFinish(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		begun, free := make(chan struct{}), make(chan struct{})
		w := newWorld(t, url, quick())
		w.slack.post = func(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) {
			close(begun)
			select {
			case <-free:
				return w.slack.accept(out), nil
			case <-ctx.Done():
				return bot.MessageRef{}, ctx.Err()
			}
		}
		j, _ := due(w.clock, "s", 0)
		w.enqueue(t, j)
		w.start(t)
		receive(t, begun)
		closed := make(chan error)
		go func() { closed <- w.Close(context.Background()) }()
		waitFor(t, "the close to begin", func() bool { return !w.running.Load() })
		close(free)
		if err := receive(t, closed); err != nil {
			t.Fatal(err)
		}
		if got := w.result(t); got.State != bot.Posted {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestMigrateByManyAtOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := &watched{storetest.Open(t, url), nil}
		errs := make(chan error, 4)
		for range cap(errs) {
			go func() {
				d, err := newDelivery(bare(url, s), quick())
				if err == nil {
					err = errors.Join(d.Migrate(context.Background()), d.Close(context.Background()))
				}
				errs <- err
			}()
		}
		for range cap(errs) {
			if err := receive(t, errs); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestOptionsAreChecked(t *testing.T) {
	url := storetest.SQLite(t)
	s := &watched{storetest.Open(t, url), nil}
	cases := []struct {
		name string
		set  func(*Options)
	}{
		{"no clock", func(o *Options) { o.Clock = nil }},
		{"no store", func(o *Options) { o.Store = nil }},
		{"no sender", func(o *Options) { o.Sender = nil }},
		{"nobody shows a task", func(o *Options) { o.ComposeTask = nil }},
		{"a handler that is empty", func(o *Options) { o.Handlers = map[string]bot.JobHandler{"x": nil} }},
		{"a second handler of posts", func(o *Options) {
			o.Handlers = map[string]bot.JobHandler{bot.JobPost: func(context.Context, bot.Job, int) error { return nil }}
		}},
		{"another database", func(o *Options) { o.URL = "mysql://bot:geheim@host/db" }},
		{"a URL that cannot be read", func(o *Options) { o.URL = "postgres://bot:geheim@host:notaport/db" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opts := bare(url, s)
			c.set(&opts)
			if _, err := New(opts); err == nil || strings.Contains(err.Error(), "geheim") {
				t.Fatalf("got %v", err)
			}
		})
	}
	d, err := New(bare(url, s))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Enqueue(t.Context(), job("unheard of", "k", nil)); err == nil {
		t.Fatal("it took a job that nobody does")
	}
	if err := d.Enqueue(t.Context(), job(bot.JobPost, "", nil)); err == nil {
		t.Fatal("it took a job without a key")
	}
	if err := d.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestStartAgainAfterTheDatabaseWasOutOfReach(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := fmt.Sprintf("postgres://bot:geheim@%s/db", listener.Addr())
	listener.Close()
	d, err := newDelivery(bare(url, &watched{storetest.Open(t, storetest.SQLite(t)), nil}), quick())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, err := range []error{d.Migrate(t.Context()), d.Start(t.Context()), d.Enqueue(t.Context(), job(bot.JobPost, "k", nil))} {
			if err == nil || strings.Contains(err.Error(), "geheim") {
				t.Fatalf("got %v", err)
			}
		}
	}
	if err := d.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestStartNeedsTheTables(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		d, err := newDelivery(bare(url, &watched{storetest.Open(t, url), nil}), quick())
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Start(t.Context()); err == nil {
			t.Fatal("it was started without its tables")
		}
		if err := errors.Join(d.Migrate(t.Context()), d.Start(t.Context()), d.Close(context.Background())); err != nil {
			t.Fatal(err)
		}
	})
}

// bare are options that are complete and do nothing.
func bare(url string, s *watched) Options {
	return Options{
		URL: url, Clock: bot.SystemClock{}, Log: slog.New(slog.DiscardHandler), Sender: newSlack(), Store: s,
		ComposeTask:   func(context.Context, bot.Task) (bot.Reply, error) { return bot.Reply{}, nil },
		ComposeChange: func(context.Context, bot.Task, bot.Change) ([]bot.Outgoing, error) { return nil, nil },
	}
}
