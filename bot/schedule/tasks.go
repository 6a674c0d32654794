package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"campaignbot/bot"
)

// tasks enqueues the jobs of the tasks that are overdue or to be escalated. A task is marked after its job is enqueued;
// if that fails, the job is enqueued again and dropped, because its key is the same.
func (p *Planner) tasks(ctx context.Context, now time.Time) error {
	nudge, raise, err := p.store.DueTasks(ctx, now)
	if err != nil {
		return err
	}
	return errors.Join(
		p.tell(ctx, now, nudge, bot.JobNudge, p.store.MarkNudged),
		p.tell(ctx, now, raise, bot.JobRaise, p.store.MarkRaised),
	)
}

func (p *Planner) tell(ctx context.Context, now time.Time, tasks []bot.Task, kind string, mark func(context.Context, string, time.Time) (bool, error)) error {
	jobs := make([]bot.Job, len(tasks))
	for i, t := range tasks {
		payload, err := json.Marshal(bot.TaskChange{Task: t.ID, Version: t.Version})
		if err != nil {
			return fmt.Errorf("job %s for task %s: %w", kind, t.ID, err)
		}
		jobs[i] = bot.Job{Kind: kind, Key: t.ID + "/" + kind, Payload: payload}
	}
	if err := p.enqueue(ctx, jobs); err != nil {
		return err
	}
	for _, t := range tasks {
		marked, err := mark(ctx, t.ID, now)
		if err != nil {
			return err
		}
		if marked {
			p.metrics.enqueued.WithLabelValues(kind).Inc()
		}
	}
	return nil
}
