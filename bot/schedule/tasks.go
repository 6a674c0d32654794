package schedule

import (
	"context"
	"errors"
	"time"

	"campaignbot/bot"
)

// Tasks keeps the tasks.
type Tasks interface {
	// DueTasks returns the tasks for which bot.Task.Due may have something, and those with a change that should be told by
	// now.
	DueTasks(ctx context.Context, now time.Time) ([]bot.Task, error)
	// Advance makes a change that the time has brought. False: the task is not as it was given.
	Advance(ctx context.Context, t bot.Task, kind bot.ChangeKind, now time.Time) (after bot.Task, changed bool, err error)
}

// tasks makes the changes that the time has brought: tasks whose snooze is over, that are overdue, or to be escalated. Their
// jobs follow; one that is lost, or that was lost after somebody pressed a button, is enqueued again later.
func (p *Planner) tasks(ctx context.Context, now time.Time) error {
	tasks, err := p.store.DueTasks(ctx, now)
	if err != nil {
		return err
	}
	var jobs []bot.Job
	var errs []error
	for _, t := range tasks {
		t, err := p.advance(ctx, t, now)
		if err != nil {
			errs = append(errs, err)
			break // the store is in trouble: what has been changed is enqueued, the rest comes in the next tick
		}
		if t.Told >= t.Version {
			continue
		}
		job, err := bot.EditJob(t, "")
		if err != nil {
			return err
		}
		jobs = append(jobs, job)
	}
	return errors.Join(append(errs, p.enqueue(ctx, jobs))...)
}

// advance makes the changes of one task and returns it as it is then.
func (p *Planner) advance(ctx context.Context, t bot.Task, now time.Time) (bot.Task, error) {
	for _, kind := range t.Due(now) {
		after, changed, err := p.store.Advance(ctx, t, kind, now)
		if err != nil {
			return t, err
		}
		t = after
		if !changed {
			break // somebody was first; the next tick looks at it as it is now
		}
		p.metrics.changed.WithLabelValues(string(kind)).Inc()
	}
	return t, nil
}
