// Package delivery keeps the jobs and does them: it posts what is due, edits what was posted, and hands events to their
// handler, each once, across crashes, rate limits and several replicas.
//
// It owns River: its client, its tables and the insert. It must not decide when something is due, write the words of a
// message, or know Slack's JSON.
package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"

	"campaignbot/bot"
)

// Options are what a Delivery is made of.
type Options struct {
	URL        string // as the store's
	Clock      bot.Clock
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil: no metrics
	Sender     Sender
	Store      Store

	// Compose makes the message of a due time, by the schedule's kind. It must be safe to repeat. The key of the message
	// is set here.
	Compose map[string]func(context.Context, bot.DuePost) (bot.Outgoing, error)
	// Withdrawn returns why the posts of a schedule that wait are no longer wanted; nothing when they are. It may be nil.
	Withdrawn func(context.Context, bot.Schedule) (reason string, err error)
	// ComposeTask shows a task as it is.
	ComposeTask func(context.Context, bot.Task) (bot.Reply, error)
	// ComposeChange makes the messages that tell one change of a task, in order; there may be none. It must be safe to
	// repeat. The keys of the messages are set here.
	ComposeChange func(context.Context, bot.Task, bot.Change) ([]bot.Outgoing, error)
	// Handlers do the other kinds of job, by kind.
	Handlers map[string]bot.JobHandler

	// Lookback is how far before the first attempt a look-back begins: the clocks of Slack and of this machine differ.
	// 0: five minutes.
	Lookback time.Duration
}

// Store is what is kept outside the queue. A task that is not there is an error that is sql.ErrNoRows.
type Store interface {
	Ledger
	// Finish records what became of a due time; the first result stays.
	Finish(ctx context.Context, o bot.Occurrence) (changed bool, err error)
	Task(ctx context.Context, id string) (bot.Task, error)
	TaskPosted(ctx context.Context, id string, ref bot.MessageRef, at time.Time) error
	Shown(ctx context.Context, id string) (version int64, err error)
	SetShown(ctx context.Context, id string, version int64) (moved bool, err error)
	// Changes returns the changes of a task since a version, in order.
	Changes(ctx context.Context, id string, since int64) ([]bot.Change, error)
	// SetTold records that the changes up to a version are told.
	SetTold(ctx context.Context, id string, version int64) error
}

// timing is everything that takes or lasts a while. The limits belong together: a send ends before its job does, a job
// ends before it is rescued, and a ledger row gets stale only after that, so that nobody looks back while a message may
// still be on its way.
type timing struct {
	send    time.Duration // one call of the Sender
	job     time.Duration // one attempt of a job
	rescue  time.Duration // a job whose process died is done again after this; River looks every 30 s
	stale   time.Duration // a ledger row belongs to its owner for so long
	settle  time.Duration // pause after an answer that did not come, before the look-back
	record  time.Duration // to write down what happened, even while stopping
	first   time.Duration // pause before the second attempt; doubled each time
	longest time.Duration // pause between attempts, at most
	snooze  time.Duration // longest wait that Slack may ask for
	poll    time.Duration // how often a queue is looked at when nobody called
	close   time.Duration // for jobs under way when the program stops
	cut     time.Duration // for the rest, once those are told to stop
	// giveUp is for how long a job is tried that has no catch-up window of its own.
	giveUp func(kind string) time.Duration
	// wall is the machine's clock: ledger rows and message addresses are about the wire, also while Options.Clock is moved.
	wall bot.Clock
}

func defaultTiming() timing {
	return timing{
		send: 8 * time.Second, job: 10 * time.Second, rescue: 12 * time.Second, stale: 15 * time.Second, settle: 5 * time.Second,
		record: 3 * time.Second, first: time.Second, longest: 3 * time.Minute, snooze: time.Hour, poll: time.Second, close: 12 * time.Second, cut: time.Second,
		giveUp: func(kind string) time.Duration {
			if kind == bot.JobEvent {
				return 15 * time.Minute // nobody waits longer for an answer
			}
			return 24 * time.Hour
		},
		wall: bot.SystemClock{},
	}
}

// Delivery is the job queue and its workers. It is safe for concurrent use.
type Delivery struct {
	opts     Options
	timing   timing
	metrics  *metrics
	handlers map[string]bot.JobHandler
	edits    keyedLock // by task
	sends    keyedLock // by the message's key
	queue    *queue

	mu      sync.Mutex // held while starting and while closing
	started bool
	closed  bool
	running atomic.Bool // started and not closed
}

// errClosed is returned after Close.
var errClosed = errors.New("the job queue is closed")

// New checks the options. It does not contact PostgreSQL. The caller closes the delivery, also when it is never started.
func New(opts Options) (*Delivery, error) { return newDelivery(opts, defaultTiming()) }

func newDelivery(opts Options, t timing) (*Delivery, error) {
	if opts.Clock == nil || opts.Log == nil || opts.Sender == nil || opts.Store == nil {
		return nil, errors.New("delivery: Clock, Log, Sender and Store are required")
	}
	if opts.ComposeTask == nil || opts.ComposeChange == nil {
		return nil, errors.New("delivery: ComposeTask and ComposeChange are required")
	}
	if opts.Lookback == 0 {
		opts.Lookback = 5 * time.Minute
	}
	d := &Delivery{opts: opts, timing: t, edits: keyedLock{held: make(map[string]*heldKey)}, sends: keyedLock{held: make(map[string]*heldKey)}}
	d.handlers = map[string]bot.JobHandler{
		bot.JobPost: d.post,
		bot.JobEdit: d.edit,
	}
	kinds := []string{bot.JobPost, bot.JobEdit}
	for kind, handle := range opts.Handlers {
		if handle == nil || d.handlers[kind] != nil {
			return nil, fmt.Errorf("delivery: the handler of job %q is empty or there twice", kind)
		}
		d.handlers[kind] = handle
		kinds = append(kinds, kind)
	}
	var err error
	if d.metrics, err = newMetrics(opts.Registerer, kinds); err != nil {
		return nil, err
	}
	if d.queue, err = openQueue(opts.URL, d.riverConfig()); err != nil {
		return nil, err
	}
	return d, nil
}

// riverConfig has a queue for people who wait, one for what is due, and one for edits, so that none waits for another.
func (d *Delivery) riverConfig() *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{d: d})
	return &river.Config{
		Logger:  newRiverLog(d.opts.Log),
		Workers: workers,
		Queues: map[string]river.QueueConfig{
			queueEvents: {MaxWorkers: 20},
			queuePosts:  {MaxWorkers: 20},
			queueTasks:  {MaxWorkers: 10},
		},
		MaxAttempts:          maxAttempts,
		JobTimeout:           d.timing.job,
		RescueStuckJobsAfter: d.timing.rescue,
		FetchCooldown:        time.Millisecond,
		FetchPollInterval:    d.timing.poll,
	}
}

// Migrate brings River's tables up to date, after the store's. Several replicas may call it at once.
func (d *Delivery) Migrate(ctx context.Context) error {
	if err := d.queue.migrate(ctx); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

// Start begins to work. After an error, such as a database out of reach, it can be called again. The work goes on until
// Close, whatever happens to ctx.
func (d *Delivery) Start(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errClosed
	}
	if d.started {
		return nil
	}
	if err := d.queue.ping(ctx); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	if err := d.queue.start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	d.started = true
	d.running.Store(true)
	return nil
}

// Close takes no more jobs, lets those under way finish for as long as ctx allows and for 12 s at most, and then stops
// them within a second. What was not finished is done after the next start, here or on another replica.
func (d *Delivery) Close(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	d.running.Store(false)
	if d.started {
		if err := d.stop(ctx); err != nil {
			go d.queue.close() // a job that does not end may never give its connection back
			return fmt.Errorf("stop the job queue: %w", err)
		}
	}
	d.queue.close()
	return nil
}

func (d *Delivery) stop(ctx context.Context) error {
	soft, cancel := context.WithTimeout(ctx, d.timing.close)
	defer cancel()
	if d.queue.stop(soft) == nil {
		return nil
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.timing.cut)
	defer cancel()
	return d.queue.stopNow(hard)
}

// Enqueue keeps jobs, before and after Start. A job whose kind and key are known already, even if done, is dropped.
func (d *Delivery) Enqueue(ctx context.Context, jobs ...bot.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	// In order, because two replicas that insert the same jobs in different orders would wait for each other for ever;
	// and each once, because PostgreSQL refuses the same row twice in one statement.
	sorted := slices.SortedStableFunc(slices.Values(jobs), compareJobs)
	sorted = slices.CompactFunc(sorted, func(a, b bot.Job) bool { return compareJobs(a, b) == 0 })
	params := make([]river.InsertManyParams, len(sorted))
	for i, job := range sorted {
		if d.handlers[job.Kind] == nil || job.Key == "" {
			return fmt.Errorf("enqueue job %q: it has no key, or nobody does its kind %q", job.Key, job.Kind)
		}
		params[i] = river.InsertManyParams{Args: args{Job: job.Kind, Key: job.Key, Payload: job.Payload}}
	}
	if err := d.queue.insert(ctx, params); err != nil {
		return fmt.Errorf("enqueue %d jobs: %w", len(jobs), err)
	}
	return nil
}

func compareJobs(a, b bot.Job) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key))
}

// Ready reports whether jobs are being done. Its text is short and holds no secret.
func (d *Delivery) Ready(ctx context.Context) error {
	if !d.running.Load() {
		return errors.New("the job queue is not started")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := d.queue.ping(ctx); err != nil {
		d.opts.Log.Warn("job queue does not answer", "error", err)
		return errors.New("the job queue does not answer")
	}
	return nil
}
