package schedule

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
)

const (
	tickEvery   = time.Second
	tickLimit   = 30 * time.Second // a tick that takes longer is given up
	tasksEvery  = 5 * time.Second
	repairEvery = 5 * time.Minute
	// repairAfter is how long after it was planned a due time without a result counts as lost. It is longer than a
	// job's own attempts need, and to enqueue a job that is there already changes nothing.
	repairAfter = 15 * time.Minute
	// forgetAfter is how long a planned due time waits for its schedule to come back, or for another replica to know it.
	forgetAfter = 24 * time.Hour
	// mostAtOnce is how many schedules are recorded and enqueued together.
	mostAtOnce = 250
	// mostFailures is how many schedules may fail in one tick before the rest waits for the next.
	mostFailures = 10
)

// Store keeps the cursors, what became of every due time, and the tasks.
type Store interface {
	Ledger
	Tasks
}

// Ledger keeps the cursors and what became of every due time. Times are kept in milliseconds.
type Ledger interface {
	// Cursor returns the time up to which due times are planned; not ok: the schedule is new.
	Cursor(ctx context.Context, schedule string) (at time.Time, fingerprint string, ok bool, err error)
	// MoveCursor moves it; the zero time is the place of one that is not there. False: it is elsewhere.
	MoveCursor(ctx context.Context, schedule, fingerprint string, from, to time.Time) (moved bool, err error)
	// Plan records due times that are not recorded yet.
	Plan(ctx context.Context, occurrences []bot.Occurrence) error
	// Occurrences returns what is recorded since a due time.
	Occurrences(ctx context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error)
	// Unfinished returns the due times before a time that are planned and have no result.
	Unfinished(ctx context.Context, before time.Time) ([]bot.Occurrence, error)
}

// Options are what a Planner is made of. Clock, Log and Registerer may be nil.
type Options struct {
	Schedules  []bot.Schedule
	Clock      bot.Clock
	Store      Store
	Enqueuer   bot.Enqueuer
	Log        *slog.Logger
	Registerer prometheus.Registerer
}

// Planner enqueues what is due. It is safe for concurrent use.
type Planner struct {
	clock   bot.Clock
	store   Store
	queue   bot.Enqueuer
	log     *slog.Logger
	metrics *metrics

	tick       sync.Mutex // one tick at a time; guards what follows
	waiting    queue      // the schedules that will be due again, the next one first
	lastTasks  time.Time
	lastRepair time.Time

	mu      sync.RWMutex // guards entries; never held while waiting
	entries []*entry
}

// entry is one schedule of a Planner.
type entry struct {
	schedule bot.Schedule
	plan     *Plan
	// wake is when the schedule has to be looked at: its next due time. The zero time: now.
	wake  time.Time
	over  bool // never due again
	turns int  // how often it was looked at in vain since its wake was set
	known bool // the cursor in the store has been ours
	aside bool // another definition of the schedule has taken the cursor over
}

// New returns a planner. The error lists everything that is wrong with the schedules, each as
// "schedules[3] failed-exports: what is wrong (what to do)".
func New(opts Options) (*Planner, error) {
	if opts.Store == nil || opts.Enqueuer == nil {
		return nil, errors.New("schedule: Store and Enqueuer are required")
	}
	p := &Planner{clock: opts.Clock, store: opts.Store, queue: opts.Enqueuer, log: opts.Log}
	if p.clock == nil {
		p.clock = bot.SystemClock{}
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if err := p.Replace(opts.Schedules); err != nil {
		return nil, err
	}
	var err error
	p.metrics, err = newMetrics(opts.Registerer)
	return p, err
}

// Replace puts other schedules in the place of the present ones; those that stay as they are keep their place in the line.
// When something is wrong with them it returns the same error as New and changes nothing. It waits for a tick under way.
func (p *Planner) Replace(schedules []bot.Schedule) error {
	plans, errs := readAll(schedules)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	p.tick.Lock()
	defer p.tick.Unlock()
	present := make(map[string]*entry, len(p.entries))
	for _, e := range p.entries {
		present[e.schedule.ID] = e
	}
	entries := make([]*entry, len(schedules))
	p.waiting = p.waiting[:0]
	for i, s := range schedules {
		e := present[s.ID]
		switch {
		case e != nil && reflect.DeepEqual(e.schedule, s):
		case e != nil && e.plan.Fingerprint() == plans[i].Fingerprint():
			e = &entry{schedule: s, plan: plans[i], known: e.known, aside: e.aside}
		default:
			e = &entry{schedule: s, plan: plans[i]}
		}
		entries[i] = e
		if !e.over {
			p.waiting = append(p.waiting, e)
		}
	}
	heap.Init(&p.waiting)
	p.mu.Lock()
	p.entries = entries
	p.mu.Unlock()
	return nil
}

// EnqueueDue enqueues what is due by now: the posts of the schedules and the jobs of the tasks. It looks at nothing that
// is not due, and may be called as often as one likes: what it could not do it does the next time.
func (p *Planner) EnqueueDue(ctx context.Context, now time.Time) error {
	p.tick.Lock()
	defer p.tick.Unlock()
	p.metrics.ticks.Inc()
	now = now.UTC()
	errs := p.posts(ctx, now)
	if apart(now, p.lastTasks) >= tasksEvery {
		if err := p.tasks(ctx, now); err != nil {
			errs = append(errs, err)
		} else {
			p.lastTasks = now
		}
	}
	if apart(now, p.lastRepair) >= repairEvery {
		if err := p.repair(ctx, now); err != nil {
			errs = append(errs, err)
		} else {
			p.lastRepair = now
		}
	}
	if len(errs) == 0 {
		return ctx.Err()
	}
	p.metrics.errors.Inc()
	return errors.Join(errs...)
}

// posts handles the schedules whose time has come, many at once.
func (p *Planner) posts(ctx context.Context, now time.Time) (errs []error) {
	for len(errs) < mostFailures && ctx.Err() == nil {
		var batch []*entry
		for len(batch) < mostAtOnce && len(p.waiting) > 0 && !p.waiting[0].wake.After(now) {
			batch = append(batch, heap.Pop(&p.waiting).(*entry))
		}
		if len(batch) == 0 {
			return errs
		}
		// Whatever happens to the batch, a panic included, its schedules wait again afterwards.
		func() {
			defer func() {
				for _, e := range batch {
					if !e.over {
						heap.Push(&p.waiting, e)
					}
				}
			}()
			errs = append(errs, p.plan(ctx, batch, now, mostFailures-len(errs))...)
		}()
	}
	return errs
}

// apart is the distance between two times; the clock may have been moved either way.
func apart(a, b time.Time) time.Duration { return a.Sub(b).Abs() }

// Run enqueues what is due at every full second, until the context ends. Trouble is logged when it begins and when it is
// over.
func (p *Planner) Run(ctx context.Context) {
	failing := false
	for ctx.Err() == nil {
		err := p.safeTick(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			p.log.Error("planner cannot work, tries again every second", "error", err)
		case err == nil && failing:
			p.log.Info("planner works again")
		}
		failing = err != nil
		now := p.clock.Now()
		timer := time.NewTimer(now.Truncate(tickEvery).Add(tickEvery).Sub(now))
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
}

// safeTick is one tick that neither hangs nor panics.
func (p *Planner) safeTick(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("planner panicked: %v\n%s", r, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	return p.EnqueueDue(ctx, p.clock.Now())
}

// queue is a heap of schedules; the first is the one to be looked at next.
type queue []*entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].wake.Before(q[j].wake) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is part of heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(*entry)) }

// Pop is part of heap.Interface.
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return last
}
