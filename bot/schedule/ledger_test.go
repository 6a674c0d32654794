package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
)

var errDown = errors.New("the store does not answer")

// memory is a store and a queue in memory. Fail, when set, is asked before every call.
type memory struct {
	mu          sync.Mutex
	fail        func(call string) error
	cursors     map[string]cursor
	occurrences map[string]bot.Occurrence
	jobs        map[string]bot.Job
	calls       map[string]int
	tasks       []bot.Task
}

type cursor struct {
	at          time.Time
	fingerprint string
}

func newMemory() *memory {
	return &memory{cursors: map[string]cursor{}, occurrences: map[string]bot.Occurrence{}, jobs: map[string]bot.Job{}, calls: map[string]int{}}
}

func (m *memory) call(name string) error {
	m.calls[name]++
	if m.fail != nil {
		return m.fail(name)
	}
	return nil
}

func (m *memory) Cursor(_ context.Context, schedule string) (time.Time, string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.cursors[schedule]
	return c.at, c.fingerprint, ok, m.call("Cursor")
}

func (m *memory) MoveCursor(_ context.Context, schedule, fingerprint string, from, to time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call("MoveCursor"); err != nil {
		return false, err
	}
	c, ok := m.cursors[schedule]
	if from.IsZero() && ok || !from.IsZero() && (!c.at.Equal(from) || c.at.After(to)) {
		return false, nil
	}
	m.cursors[schedule] = cursor{time.UnixMilli(to.UnixMilli()).UTC(), fingerprint}
	return true, nil
}

func (m *memory) Plan(_ context.Context, occurrences []bot.Occurrence) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call("Plan"); err != nil {
		return err
	}
	for _, o := range occurrences {
		if _, there := m.occurrences[o.Key()]; !there {
			m.occurrences[o.Key()] = o
		}
	}
	return nil
}

func (m *memory) Occurrences(_ context.Context, schedule string, since time.Time, _ int) ([]bot.Occurrence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call("Occurrences"); err != nil {
		return nil, err
	}
	list := m.sorted(func(o bot.Occurrence) bool { return o.Schedule == schedule && !o.Due.Before(since) })
	slices.Reverse(list)
	return list[:min(len(list), 10_000)], nil
}

func (m *memory) Unfinished(_ context.Context, before time.Time) ([]bot.Occurrence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call("Unfinished"); err != nil {
		return nil, err
	}
	return m.sorted(func(o bot.Occurrence) bool { return o.State == bot.Planned && o.Due.Before(before) }), nil
}

func (m *memory) DueTasks(context.Context, time.Time) ([]bot.Task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.tasks), m.call("DueTasks")
}

func (m *memory) Advance(_ context.Context, t bot.Task, kind bot.ChangeKind, now time.Time) (bot.Task, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call("Advance"); err != nil {
		return t, false, err
	}
	i := slices.IndexFunc(m.tasks, func(other bot.Task) bool { return other.ID == t.ID })
	now = now.UTC()
	kept := &m.tasks[i]
	if kept.Version != t.Version {
		return *kept, false, nil
	}
	kept.Version++
	switch kind {
	case bot.ChangeWoken:
		kept.State = bot.TaskOpen
	case bot.ChangeOverdue:
		kept.NudgedAt = now
	case bot.ChangeEscalated:
		kept.RaisedAt = now
	}
	return *kept, true, nil
}

func (m *memory) Enqueue(_ context.Context, jobs ...bot.Job) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call("Enqueue"); err != nil {
		return err
	}
	for _, j := range jobs {
		if _, there := m.jobs[j.Kind+" "+j.Key]; !there {
			m.jobs[j.Kind+" "+j.Key] = j
		}
	}
	return nil
}

func (m *memory) sorted(keep func(bot.Occurrence) bool) []bot.Occurrence {
	var list []bot.Occurrence
	for _, o := range m.occurrences {
		if keep(o) {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b bot.Occurrence) int { return a.Due.Compare(b.Due) })
	return list
}

// history is what is recorded, oldest first.
func (m *memory) history() []string {
	var texts []string
	for _, o := range m.sorted(func(bot.Occurrence) bool { return true }) {
		text := o.Due.Format("01-02 15:04 ") + string(o.State)
		if o.Reason != "" {
			text += ": " + o.Reason
		}
		if o.Missed > 0 {
			text += fmt.Sprintf(" +%d", o.Missed)
		}
		texts = append(texts, text)
	}
	return texts
}

// posts are the enqueued due times, oldest first.
func (m *memory) posts(t testing.TB) []string {
	t.Helper()
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(m.jobs)) {
		j := m.jobs[key]
		if j.Kind != bot.JobPost {
			continue
		}
		var due bot.DuePost
		if err := json.Unmarshal(j.Payload, &due); err != nil {
			t.Fatal(err)
		}
		if due.Occurrence().Key() != j.Key {
			t.Errorf("job %s is about %s", j.Key, due.Occurrence().Key())
		}
		text := due.Due.Format("01-02 15:04")
		if due.Missed > 0 {
			text += fmt.Sprintf(" +%d", due.Missed)
		}
		texts = append(texts, text)
	}
	return texts
}

// brokenLedger cannot read some cursors, or cannot record the due times of one schedule.
type brokenLedger struct {
	*memory
	bad        []bot.Schedule
	unrecorded string
	stuck      bool // every cursor is elsewhere
}

func (b *brokenLedger) MoveCursor(ctx context.Context, schedule, fingerprint string, from, to time.Time) (bool, error) {
	if b.stuck {
		return false, nil
	}
	return b.memory.MoveCursor(ctx, schedule, fingerprint, from, to)
}

func (b *brokenLedger) Plan(ctx context.Context, occurrences []bot.Occurrence) error {
	if slices.ContainsFunc(occurrences, func(o bot.Occurrence) bool { return o.Schedule == b.unrecorded }) {
		return errDown
	}
	return b.memory.Plan(ctx, occurrences)
}

func (b *brokenLedger) Cursor(ctx context.Context, schedule string) (time.Time, string, bool, error) {
	if slices.ContainsFunc(b.bad, func(s bot.Schedule) bool { return s.ID == schedule }) {
		return time.Time{}, "", false, errDown
	}
	return b.memory.Cursor(ctx, schedule)
}

func newPlanner(t testing.TB, m *memory, schedules ...bot.Schedule) *Planner {
	t.Helper()
	p, err := New(Options{Schedules: schedules, Store: m, Enqueuer: m, Registerer: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// at reads "12-08 09:00:00" in 2026, UTC.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	if len(text) == len("12-08 09:00") {
		text += ":00"
	}
	when, err := time.Parse("2006-01-02 15:04:05", "2026-"+text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func tick(t testing.TB, p *Planner, when string) {
	t.Helper()
	if err := p.EnqueueDue(context.Background(), at(t, when)); err != nil {
		t.Fatalf("tick at %s: %v", when, err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// series returns the values of a counter by its label.
func series(t testing.TB, c prometheus.Collector) map[string]float64 {
	t.Helper()
	reg := prometheus.NewRegistry()
	reg.MustRegister(c)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			label := ""
			for _, pair := range metric.GetLabel() {
				label = pair.GetValue()
			}
			values[label] = metric.GetCounter().GetValue()
		}
	}
	return values
}
