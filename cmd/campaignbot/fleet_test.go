package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/bot/schedule"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// The methods of Slack that matter here.
const (
	post     = "chat.postMessage"
	lookBack = "conversations.history"
)

// fleet is campaignbot in processes of its own, which share a store and a stand-in for Slack that limits the rate of
// every twentieth post and needs 80 ms between taking a message and saying so.
type fleet struct {
	name      string // of the store and what works on it
	schedules int
	dues      []time.Time // of every schedule
	slack     *localslack.Workspace
	ledger    *store.Store
	file      string
	environ   []string
	live      []*process
	dead      []*process
	kills     int
}

// newFleet returns a fleet of no process yet. Each schedule has a channel of its own. They were planned up to a moment
// before the first of their due times, as if another process had died then.
func newFleet(t *testing.T, name, url string, schedules int, dues []time.Time) *fleet {
	t.Helper()
	f := &fleet{name: name, schedules: schedules, dues: dues, file: filepath.Join(t.TempDir(), "campaignbot.yaml")}
	var yaml strings.Builder
	yaml.WriteString("schedules:\n")
	channels := make([]localslack.Channel, schedules)
	for i := range channels {
		channels[i] = localslack.Channel{ID: fmt.Sprintf("C0OPS%04d", i), Name: fmt.Sprintf("ops-%d", i), BotMember: true}
		fmt.Fprintf(&yaml, "  - {id: s%04d, cron: %q, time_zone: UTC, channel: %s, text: Check %d}\n", i, cronOf(dues), channels[i].ID, i)
	}
	if err := os.WriteFile(f.file, []byte(yaml.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	plan, err := config.Load(config.Options{File: f.file})
	if err != nil {
		t.Fatal(err)
	}
	if f.slack, err = localslack.New(localslack.Options{Channels: channels, Scopes: scopes(plan)}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{post, lookBack} {
		f.slack.Faults().Inject(method, localslack.Fault{Kind: localslack.RateLimited, Every: 20, Delay: time.Second})
		f.slack.Faults().Inject(method, localslack.Fault{Kind: localslack.AcceptThenDelay, Every: 1, Delay: 80 * time.Millisecond})
	}
	if err := f.slack.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.slack.Close() })
	f.environ = environ(f.slack, config.ModeSocket, url, "127.0.0.1:0")
	f.ledger = storetest.Open(t, url)
	list, _ := schedulesOf(plan)
	planner, err := schedule.New(schedule.Options{Schedules: plain(list), Store: f.ledger, Enqueuer: noQueue{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := planner.EnqueueDue(within(t), dues[0].Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.report(t) })
	return f
}

// noQueue is the queue of a planner for which nothing is due.
type noQueue struct{}

func (noQueue) Enqueue(_ context.Context, jobs ...bot.Job) error {
	return fmt.Errorf("%d jobs are due already", len(jobs))
}

// cronOf is an expression that is due at these minutes, and besides them only long before or after.
func cronOf(dues []time.Time) string {
	field := func(of func(time.Time) int) string {
		var numbers []string
		for _, due := range dues {
			numbers = append(numbers, strconv.Itoa(of(due)))
		}
		slices.Sort(numbers)
		return strings.Join(slices.Compact(numbers), ",")
	}
	return strings.Join([]string{
		field(time.Time.Minute), field(time.Time.Hour), field(time.Time.Day), field(func(d time.Time) int { return int(d.Month()) }), "*",
	}, " ")
}

// report shows what the processes logged, when the test failed.
func (f *fleet) report(t *testing.T) {
	if !t.Failed() {
		return
	}
	for _, p := range slices.Concat(f.dead, f.live) {
		lines := strings.Split(p.log.String(), "\n")
		t.Logf("a process of %s:\n%s", f.name, strings.Join(lines[max(0, len(lines)-60):], "\n"))
	}
}

// fill starts processes until there are so many.
func (f *fleet) fill(t *testing.T, replicas int) {
	t.Helper()
	for len(f.live) < replicas {
		f.live = append(f.live, startProcess(t, f.environ, "serve", "--config", f.file))
	}
}

// kill ends one process as a power cut does.
func (f *fleet) kill(t *testing.T, i int) {
	t.Helper()
	f.live[i].kill(t)
	f.dead = append(f.dead, f.live[i])
	f.live = slices.Delete(f.live, i, i+1)
	f.kills++
}

// accepted is how many calls of a method Slack has taken.
func (f *fleet) accepted(method string) int {
	n := 0
	for _, c := range f.slack.Calls(method) {
		if c.Accepted {
			n++
		}
	}
	return n
}

// recorded reports whether the ledger knows a due time; those of all schedules are recorded together.
func (f *fleet) recorded(ctx context.Context, due time.Time) bool {
	list, err := f.ledger.Occurrences(ctx, "s0000", due, 1)
	return err == nil && len(list) > 0
}

// settled reports whether everything that is due until then has its result.
func (f *fleet) settled(ctx context.Context, until time.Time) bool {
	list, err := f.ledger.Occurrences(ctx, "", f.dues[0], 0)
	n := 0
	for _, o := range list {
		if o.State != bot.Planned && !o.Due.After(until) {
			n++
		}
	}
	return err == nil && n == f.schedules*dueUntil(f.dues, until)
}

func dueUntil(dues []time.Time, until time.Time) int {
	return len(slices.DeleteFunc(slices.Clone(dues), func(d time.Time) bool { return d.After(until) }))
}

// awaitSettled waits for that. River takes up the job of a dead process after 42 s at most.
func (f *fleet) awaitSettled(t *testing.T, until time.Time) {
	t.Helper()
	if !eventually(t, 90*time.Second, func() bool { return f.settled(t.Context(), until) }) {
		t.Errorf("%s: not everything that was due until %s has a result", f.name, until)
	}
}

// eventually looks until it is so, or for as long as limit.
func eventually(t *testing.T, limit time.Duration, so func() bool) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// await waits for a time of day.
func await(t *testing.T, at time.Time) {
	t.Helper()
	select {
	case <-time.After(time.Until(at)):
	case <-t.Context().Done():
	}
}

// row is what a proof found.
type row struct {
	store                                                   string
	schedules, dues, kills, expected, posted, lost, doubled int
	late                                                    []time.Duration
}

// count compares the ledger with what people see in Slack. Each schedule is expected to have so many posts; every other
// due time is skipped, with a reason.
func (f *fleet) count(t *testing.T, posts int) row {
	t.Helper()
	r := row{store: f.name, schedules: f.schedules, dues: len(f.dues), kills: f.kills, expected: f.schedules * posts}
	seen := f.seen(t)
	list, err := f.ledger.Occurrences(t.Context(), "", f.dues[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]bool{}
	for _, o := range list {
		messages := seen[o.Key()]
		delete(seen, o.Key())
		switch {
		case o.State == bot.Skipped && len(messages) == 0:
			results[o.Key()] = o.Reason != ""
		case o.State == bot.Posted || o.State == bot.PostedLate:
			results[o.Key()] = len(messages) > 0
		}
		if !results[o.Key()] {
			t.Errorf("%s is %s (%s), and there are %d messages", o.Key(), o.State, o.Reason, len(messages))
		}
		for i, at := range messages {
			if r.late = append(r.late, at.Sub(o.Due)); i == 0 {
				r.posted++
			} else {
				r.doubled++
			}
		}
	}
	for key := range seen {
		t.Errorf("%s was posted, and the ledger does not know it", key)
	}
	for i := range f.schedules {
		for _, due := range f.dues {
			if o := (bot.Occurrence{Schedule: fmt.Sprintf("s%04d", i), Due: due}); !results[o.Key()] {
				r.lost++
			}
		}
	}
	if r.posted != r.expected || r.lost > 0 || r.doubled > 0 || len(list) != f.schedules*len(f.dues) {
		t.Errorf("%d due times, %s", len(list), r)
	}
	return r
}

// checkCaughtUp checks that each schedule posted this due time late, once, and said that it stands for two others.
func (f *fleet) checkCaughtUp(t *testing.T, due time.Time) {
	t.Helper()
	list, err := f.ledger.Occurrences(t.Context(), "", due, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Due.Equal(due) && (o.State != bot.PostedLate || o.Missed != 2) {
			t.Errorf("%s is %s and stands for %d others", o.Key(), o.State, o.Missed)
		}
	}
	for _, c := range f.slack.Channels() {
		n := 0
		for _, m := range f.slack.Messages(c.ID) {
			if strings.Contains(m.Text, "2 earlier") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d messages in %s say that two due times were missed", n, c.Name)
		}
	}
}

// seen is when the messages of each due time were posted, by the key in their metadata.
func (f *fleet) seen(t *testing.T) map[string][]time.Time {
	t.Helper()
	seen := map[string][]time.Time{}
	for _, c := range f.slack.Channels() {
		for _, m := range f.slack.Messages(c.ID) {
			var metadata struct {
				Payload struct{ Key string } `json:"event_payload"`
			}
			seconds, err := strconv.ParseFloat(m.TS, 64)
			if err := cmp.Or(err, json.Unmarshal(m.Metadata, &metadata)); err != nil {
				t.Fatalf("message %s: %v", m.JSON(), err)
			}
			seen[metadata.Payload.Key] = append(seen[metadata.Payload.Key], time.UnixMilli(int64(seconds*1000)))
		}
	}
	return seen
}

func (r row) String() string {
	late := func(percent float64) string {
		if len(r.late) == 0 {
			return ""
		}
		sorted := slices.Sorted(slices.Values(r.late))
		return fmt.Sprintf("%.2f s", sorted[int(math.Ceil(percent/100*float64(len(sorted))))-1].Seconds())
	}
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %s | %s |",
		r.store, r.schedules, r.dues, r.kills, r.expected, r.posted, r.lost, r.doubled, late(50), late(99))
}
