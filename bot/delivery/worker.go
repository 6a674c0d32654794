package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"campaignbot/bot"
)

// The queues. A kind of job that is not named in args.InsertOpts goes with the events.
const (
	queueEvents = "events"
	queuePosts  = "posts"
	queueTasks  = "tasks"
)

// maxAttempts is only a guard: what ends the attempts is time, see timing.giveUp and Schedule.CatchUp.
const maxAttempts = 10_000

// args are a job as River keeps it.
type args struct {
	Job     string          `json:"job" river:"unique"`
	Key     string          `json:"key" river:"unique"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Kind is one for all jobs: a replica that does not know a new kind of job yet leaves it for one that does, where River
// would throw it away.
func (args) Kind() string { return "campaignbot" }

// InsertOpts puts the job into its queue, once for as long as River remembers it, whatever became of it.
func (a args) InsertOpts() river.InsertOpts {
	opts := river.InsertOpts{Queue: queueEvents, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: rivertype.JobStates()}}
	switch a.Job {
	case bot.JobPost:
		opts.Queue = queuePosts
	case bot.JobEdit:
		opts.Queue = queueTasks
	}
	return opts
}

// worker hands each job to its handler and tells River what to do with the result.
type worker struct {
	river.WorkerDefaults[args]
	d *Delivery
}

// Work does one attempt.
func (w *worker) Work(ctx context.Context, rj *river.Job[args]) error {
	job := bot.Job{Kind: rj.Args.Job, Key: rj.Args.Key, Payload: rj.Args.Payload}
	reason, result := w.result(rj, job, w.attempt(ctx, rj, job))
	if reason != "" {
		w.d.metrics.retries.WithLabelValues(reason).Inc()
	}
	return result
}

// attempt calls the handler and makes an error of a panic.
func (w *worker) attempt(ctx context.Context, rj *river.Job[args], job bot.Job) (err error) {
	handle := w.d.handlers[job.Kind]
	if handle == nil {
		return fmt.Errorf("nobody here does jobs of kind %q", job.Kind)
	}
	w.d.metrics.started(job.Kind, time.Since(rj.ScheduledAt))
	defer func() {
		if p := recover(); p != nil {
			w.d.opts.Log.Error("job panicked", "job", job.Kind, "key", job.Key, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return handle(ctx, job, attempts(rj))
}

// result maps a handler's error to the reason of a retry, empty when there is none, and to what River understands.
func (w *worker) result(rj *river.Job[args], job bot.Job, err error) (reason string, result error) {
	if err == nil {
		return "", nil
	}
	log := w.d.opts.Log.With("job", job.Kind, "key", job.Key, "attempt", attempts(rj))
	se := bot.AsSendError(err)
	switch {
	case se != nil && !se.Retry, errors.Is(err, errUseless):
		log.Warn("job ended without success", "error", err)
		return "", river.JobCancel(err)
	case job.Kind != bot.JobPost && time.Since(rj.CreatedAt) > w.d.timing.giveUp(job.Kind):
		log.Warn("job given up", "error", err)
		return "", river.JobCancel(err)
	case se != nil && se.After > 0:
		log.Info("job waits", "error", err, "wait", se.After.String())
		return se.Reason, river.JobSnooze(min(se.After, w.d.timing.snooze))
	case se != nil:
		log.Info("job is tried again", "error", err)
		return se.Reason, err
	case errors.Is(err, errPanic):
		return reasonPanic, err
	}
	log.Warn("job is tried again", "error", err)
	return reasonError, err
}

// NextRetry is the growing pause between attempts. It is spread, so that jobs that failed together do not come back
// together.
func (w *worker) NextRetry(rj *river.Job[args]) time.Time {
	pause := w.d.timing.first << min(max(rj.Attempt-1, 0), 20)
	pause = min(pause, w.d.timing.longest)
	return time.Now().Add(pause*9/10 + rand.N(pause/5+1))
}

// attempts counts every time the job was taken up, also after a wait or a stop, which River does not count.
func attempts(rj *river.Job[args]) int { return max(rj.Attempt, len(rj.AttemptedBy)) }

// errPanic is a handler's panic, which is logged where it is caught.
var errPanic = errors.New("the handler panicked")

// errUseless marks an error that no further attempt can change.
var errUseless = errors.New("another attempt would not help")

// decode reads a job's payload. What cannot be read once cannot be read ever.
func decode(job bot.Job, into any) error {
	if err := json.Unmarshal(job.Payload, into); err != nil {
		return fmt.Errorf("payload of job %s: %w: %w", job.Key, errUseless, err)
	}
	return nil
}
