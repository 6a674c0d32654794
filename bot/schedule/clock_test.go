package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/delivery"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

// setClock is a clock that is set by hand.
type setClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *setClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *setClock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// channel is a Slack that counts the messages by key.
type channel struct {
	mu       sync.Mutex
	messages map[string]int
}

func (c *channel) Post(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.messages[out.Key]++
	return bot.MessageRef{Channel: out.Channel, TS: fmt.Sprintf("%d.000000", time.Now().Unix())}, nil
}

func (c *channel) Update(context.Context, bot.MessageRef, bot.Reply) error { return nil }

func (c *channel) Find(context.Context, string, string, string, time.Time) (bot.MessageRef, bool, error) {
	return bot.MessageRef{}, false, nil
}

// TestAClockThatIsSetBackAndForth sets the clocks of two replicas back and forth by an hour, of both or of one only, with
// the real store and the real job queue.
func TestAClockThatIsSetBackAndForth(t *testing.T) {
	const hour = time.Hour
	for _, c := range []struct {
		name         string
		first, other []time.Duration // how far each clock is off, for six minutes each
	}{
		{"back, and forth again", []time.Duration{0, -hour, 0, 0}, []time.Duration{0, -hour, 0, 0}},
		{"forth, and back again", []time.Duration{0, hour, 0, 0}, []time.Duration{0, hour, 0, 0}},
		{"forth, and back by two hours", []time.Duration{0, hour, -hour, 0}, []time.Duration{0, hour, -hour, 0}},
		{"of one replica only", []time.Duration{0, hour, -hour, 0}, []time.Duration{0, 0, 0, 0}},
		{"of one replica forth, and of the other back", []time.Duration{0, hour, 0, -hour}, []time.Duration{0, -hour, 0, hour}},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, url string) { setBackAndForth(t, url, c.first, c.other) })
		})
	}
}

func setBackAndForth(t *testing.T, url string, offs ...[]time.Duration) {
	minutely, hourly := with("* * * * *", "UTC"), with("30 * * * *", "UTC")
	hourly.ID = "hourly"
	s := storetest.Open(t, url)
	slack := &channel{messages: map[string]int{}}
	clock := &setClock{}
	queue := deliverTo(t, url, s, slack, clock)
	var planners []*Planner
	for range offs {
		p, err := New(Options{Schedules: []bot.Schedule{minutely, hourly}, Store: s, Enqueuer: queue})
		if err != nil {
			t.Fatal(err)
		}
		planners = append(planners, p)
	}
	for minute := range 6 * len(offs[0]) {
		for i, p := range planners {
			clock.set(at(t, "12-08 09:25").Add(time.Duration(minute)*time.Minute + offs[i][minute/6]))
			if err := p.EnqueueDue(t.Context(), clock.Now()); err != nil {
				t.Fatal(err)
			}
			settle(t, s)
		}
	}
	list, err := s.Occurrences(t.Context(), minutely.ID, time.Time{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	posted := 1 // the one of the hourly schedule
	for i, o := range slices.Backward(list) {
		if next := at(t, "12-08 09:26").Add(time.Duration(len(list)-1-i) * time.Minute); !o.Due.Equal(next) {
			t.Fatalf("%s follows, and not %s", o.Key(), next)
		}
		want := 0
		if o.State != bot.Skipped {
			want = 1
			posted++
		}
		if n := slack.messages[o.Key()]; n != want || o.State == bot.Skipped && o.Reason == "" {
			t.Errorf("%s is %s (%s) and was posted %d times", o.Key(), o.State, o.Reason, n)
		}
	}
	hourlies, err := s.Occurrences(t.Context(), hourly.ID, time.Time{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range hourlies {
		if n := slack.messages[o.Key()]; n != 1 {
			t.Errorf("%s is %s and was posted %d times", o.Key(), o.State, n)
		}
	}
}

// deliverTo starts the job queue and its workers.
func deliverTo(t *testing.T, url string, s *store.Store, slack *channel, clock bot.Clock) *delivery.Delivery {
	t.Helper()
	d, err := delivery.New(delivery.Options{
		URL: url, Clock: clock, Log: slog.New(slog.DiscardHandler), Sender: slack, Store: s,
		Compose: map[string]func(context.Context, bot.DuePost) (bot.Outgoing, error){
			"": func(context.Context, bot.DuePost) (bot.Outgoing, error) { return bot.Outgoing{Channel: "C1"}, nil },
		},
		ComposeTask:   func(context.Context, bot.Task) (bot.Reply, error) { return bot.Reply{}, nil },
		ComposeChange: func(context.Context, bot.Task, bot.Change) ([]bot.Outgoing, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// settle waits until every due time has a result.
func settle(t *testing.T, s *store.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		list, err := s.Unfinished(ctx, at(t, "12-09 00:00"))
		if err == nil && len(list) == 0 {
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("without a result: %+v, %v", list, err)
		}
	}
}
