package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"campaignbot/bot"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is a timing for tests: what waits, waits shortly.
func quick() timing {
	t := defaultTiming()
	t.settle, t.first, t.longest, t.poll, t.close = 10*time.Millisecond, 5*time.Millisecond, 20*time.Millisecond, 20*time.Millisecond, 2*time.Second
	t.record = time.Second
	return t
}

// slack is a Slack in memory. Each function, when set, comes before the default, which accepts and finds everything.
type slack struct {
	post   func(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error)
	update func(ctx context.Context, ref bot.MessageRef, reply bot.Reply) error
	find   func(ctx context.Context, channel, thread, key string, since time.Time) (bot.MessageRef, bool, error)

	mu       sync.Mutex
	messages map[string][]bot.MessageRef // by key
	shows    map[string]string           // title of the message, by ts
	threads  map[string][]string         // titles of the messages in a thread, by its ts
	finds    int
}

func newSlack() *slack {
	return &slack{messages: make(map[string][]bot.MessageRef), shows: make(map[string]string), threads: make(map[string][]string)}
}

// accept posts the message.
func (s *slack) accept(out bot.Outgoing) bot.MessageRef {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	ref := bot.MessageRef{Channel: out.Channel, TS: fmt.Sprintf("%d.%06d", now.Unix(), len(s.shows))}
	s.messages[out.Key] = append(s.messages[out.Key], ref)
	s.shows[ref.TS] = out.Reply.Title.Text
	s.threads[out.Thread] = append(s.threads[out.Thread], out.Reply.Title.Text)
	return ref
}

func (s *slack) Post(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) {
	if s.post != nil {
		return s.post(ctx, out)
	}
	return s.accept(out), nil
}

// apply changes the message.
func (s *slack) apply(ref bot.MessageRef, reply bot.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shows[ref.TS] = reply.Title.Text
}

func (s *slack) Update(ctx context.Context, ref bot.MessageRef, reply bot.Reply) error {
	if s.update != nil {
		return s.update(ctx, ref, reply)
	}
	s.apply(ref, reply)
	return nil
}

func (s *slack) Find(ctx context.Context, channel, thread, key string, since time.Time) (bot.MessageRef, bool, error) {
	s.mu.Lock()
	s.finds++
	s.mu.Unlock()
	if s.find != nil {
		return s.find(ctx, channel, thread, key, since)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ref := range s.messages[key] {
		return ref, true, nil
	}
	return bot.MessageRef{}, false, nil
}

func (s *slack) posts(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.messages[key])
}

func (s *slack) lookBacks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.finds
}

func (s *slack) shown(ts string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shows[ts]
}

// thread returns the titles of the messages in a thread, in order.
func (s *slack) thread(ts string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.threads[ts])
}

// watched is a store that says when a due time got its result or a version was shown.
type watched struct {
	*store.Store
	done chan bot.Occurrence
}

func (w *watched) Finish(ctx context.Context, o bot.Occurrence) (bool, error) {
	changed, err := w.Store.Finish(ctx, o)
	if changed && err == nil {
		w.done <- o
	}
	return changed, err
}

// world is a delivery with its surroundings.
type world struct {
	*Delivery
	slack *slack
	store *watched
	clock *bot.ShiftedClock
	reg   *prometheus.Registry
	opts  Options
	gone  atomic.Bool // nobody wants what waits any more
}

// reminders make the message of a due time.
var reminders = map[string]func(context.Context, bot.DuePost) (bot.Outgoing, error){
	bot.KindReminder: func(_ context.Context, due bot.DuePost) (bot.Outgoing, error) {
		return bot.Outgoing{Channel: due.Schedule.Channel, Reply: bot.Reply{Title: bot.Text("due")}}, nil
	},
}

// newWorld makes a delivery on a fresh store, migrated and not started. Set changes the options.
func newWorld(t *testing.T, url string, tm timing, set ...func(*Options)) *world {
	t.Helper()
	s := &watched{storetest.Open(t, url), make(chan bot.Occurrence, 1000)}
	return join(t, url, s, newSlack(), tm, set...)
}

// join makes one more delivery on a store.
func join(t *testing.T, url string, s *watched, sl *slack, tm timing, set ...func(*Options)) *world {
	t.Helper()
	w := &world{slack: sl, store: s, clock: &bot.ShiftedClock{}, reg: prometheus.NewRegistry()}
	w.opts = Options{
		URL: url, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Registerer: w.reg, Sender: sl, Store: s,
		Compose: reminders,
		Withdrawn: func(context.Context, bot.Schedule) (string, error) {
			if w.gone.Load() {
				return bot.SkipDeleted, nil
			}
			return "", nil
		},
		ComposeTask: func(_ context.Context, task bot.Task) (bot.Reply, error) {
			return bot.Reply{Title: bot.Text(fmt.Sprintf("%s v%d", task.State, task.Version))}, nil
		},
		ComposeChange: func(_ context.Context, task bot.Task, c bot.Change) ([]bot.Outgoing, error) {
			list := []bot.Outgoing{{Channel: task.Ref.Channel, Thread: task.Ref.TS, Reply: bot.Reply{Title: bot.Text(string(c.Kind))}}}
			if c.Kind == bot.ChangeEscalated {
				list = append(list, bot.Outgoing{Channel: c.To, Reply: bot.Reply{Title: bot.Text("still open")}})
			}
			return list, nil
		},
	}
	for _, f := range set {
		f(&w.opts)
	}
	d, err := newDelivery(w.opts, tm)
	if err != nil {
		t.Fatal(err)
	}
	w.Delivery = d
	t.Cleanup(func() { w.stop(t) })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) stop(t *testing.T) {
	t.Helper()
	if err := w.Close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}

func (w *world) start(t *testing.T) *world {
	t.Helper()
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) enqueue(t *testing.T, jobs ...bot.Job) {
	t.Helper()
	if err := w.Enqueue(t.Context(), jobs...); err != nil {
		t.Fatal(err)
	}
}

// result waits for the next due time that gets its result.
func (w *world) result(t *testing.T) bot.Occurrence {
	t.Helper()
	return receive(t, w.store.done)
}

// counter returns the value of one counter.
func (w *world) counter(t *testing.T, name, label string) float64 {
	t.Helper()
	families, err := w.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && (label == "" || m.GetLabel()[0].GetValue() == label) {
				return m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	t.Fatalf("there is no %s{%s}", name, label)
	return 0
}

// due is the job of a due time a moment ago.
func due(clock bot.Clock, id string, ago time.Duration) (bot.Job, bot.DuePost) {
	d := bot.DuePost{
		Schedule: bot.Schedule{ID: id, Channel: "C1", Kind: bot.KindReminder, TimeZone: "Europe/Amsterdam", CatchUp: 30 * time.Minute},
		Due:      clock.Now().Add(-ago).Truncate(time.Second),
	}
	return job(bot.JobPost, d.Occurrence().Key(), d), d
}

func job(kind, key string, payload any) bot.Job {
	b, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return bot.Job{Kind: kind, Key: key, Payload: b}
}

// receive waits for a value, and fails the test when none comes for a long time.
func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came for 30 s")
		panic("unreachable")
	}
}
