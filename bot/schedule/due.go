package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"campaignbot/bot"
)

// mostTurns is how often a schedule is looked at again at once because another replica moved its cursor.
const mostTurns = 4

var errContended = errors.New("other replicas keep moving the cursor")

// plan handles one schedule whose time has come, and sets when it wants to be looked at again. Not more: it is never due
// again.
//
// The order is what makes it safe to stop anywhere: due times are recorded, then enqueued, then the cursor moves past
// them. All three can be repeated, by this replica or another.
func (p *Planner) plan(ctx context.Context, e *entry, now time.Time) (more bool, err error) {
	for range mostTurns {
		cursor, ours, err := p.cursor(ctx, e, now)
		if err != nil {
			return false, err
		}
		if !ours {
			e.wake, more = e.plan.next(now)
			return more, nil
		}
		if cursor.IsZero() {
			continue // just set, by this replica or another
		}
		list, earlier := e.plan.Due(cursor, now)
		if len(list) == 0 {
			if cursor.After(now) {
				now = cursor // planned already, while the clock was ahead
			}
			e.wake, more = e.plan.next(now)
			return more, nil
		}
		occurrences := occurrencesOf(e, list, earlier, now)
		if err := p.hand(ctx, e.schedule, occurrences); err != nil {
			return false, err
		}
		newest := list[len(list)-1].At
		moved, err := p.store.MoveCursor(ctx, e.schedule.ID, e.plan.Fingerprint(), cursor, newest)
		if err != nil {
			return false, err
		}
		if moved {
			p.metrics.count(occurrences, list, now)
			e.wake, more = e.plan.next(now)
			return more, nil
		}
	}
	return false, errContended
}

// cursor returns where the schedule stands. The zero time: it has just been set to now, because the schedule is new or
// has been changed; nothing in the past is posted. Not ours: another replica was started later, with another definition
// of the schedule; it plans from here on.
func (p *Planner) cursor(ctx context.Context, e *entry, now time.Time) (cursor time.Time, ours bool, err error) {
	at, fingerprint, ok, err := p.store.Cursor(ctx, e.schedule.ID)
	mine := e.plan.Fingerprint()
	switch {
	case err != nil:
		return time.Time{}, false, err
	case ok && fingerprint == mine:
		e.known, e.aside = true, false
		return at, true, nil
	case ok && e.known:
		if !e.aside {
			p.log.Warn("another replica has a newer definition of this schedule and plans it", "schedule", e.schedule.ID, "ours", mine, "theirs", fingerprint)
		}
		e.aside = true
		return time.Time{}, false, nil
	case !ok:
		at = time.Time{}
	}
	to := now
	if at.After(to) {
		to = at // a cursor never moves back
	}
	if _, err := p.store.MoveCursor(ctx, e.schedule.ID, mine, at, to); err != nil {
		return time.Time{}, false, err
	}
	return time.Time{}, true, nil
}

// occurrencesOf decides what becomes of due times: the newest is planned and stands for those before it, unless it is
// too late for that too. Those of holidays and weekends are skipped for their own reason.
func occurrencesOf(e *entry, list []Due, earlier int, now time.Time) []bot.Occurrence {
	newest := -1
	for i, d := range list {
		if d.Skip == "" {
			newest = i
		}
	}
	missed, covered := "too late", labelLate
	if newest >= 0 && now.Sub(list[newest].At) <= max(e.schedule.CatchUp, bot.LateAfter) {
		missed, covered = "missed, covered by "+e.plan.text(list[newest].At), labelMissed
	}
	occurrences := make([]bot.Occurrence, len(list))
	stands := 0
	for i := range list {
		d := &list[i]
		o := bot.Occurrence{Schedule: e.schedule.ID, Due: d.At.UTC(), State: bot.Skipped, Reason: d.Skip, At: now}
		switch {
		case d.Skip != "":
		case i == newest && covered == labelMissed:
			o.State, o.Missed = bot.Planned, stands+earlier
		default:
			o.Reason, d.label = missed, covered
			stands++
		}
		occurrences[i] = o
	}
	// What is too much to be listed one by one is part of the oldest one that is listed.
	if oldest := &occurrences[0]; earlier > 0 && oldest.State == bot.Skipped {
		oldest.Missed = earlier
	}
	return occurrences
}

// hand records the due times and enqueues those that are to be posted. What counts is what is recorded then: another
// replica may have been first with some of them, and may have stopped before it enqueued them.
func (p *Planner) hand(ctx context.Context, s bot.Schedule, occurrences []bot.Occurrence) error {
	const batch = 1000 // rows in one transaction
	for part := range slices.Chunk(occurrences, batch) {
		if err := p.store.Plan(ctx, part); err != nil {
			return err
		}
	}
	oldest, newest := occurrences[0].Due, occurrences[len(occurrences)-1].Due
	recorded, err := p.store.Occurrences(ctx, s.ID, oldest, 0)
	if err != nil {
		return err
	}
	var jobs []bot.Job
	for _, o := range slices.Backward(recorded) {
		if o.State != bot.Planned || o.Due.Before(oldest) || o.Due.After(newest) {
			continue
		}
		job, err := postJob(s, o)
		if err != nil {
			return err
		}
		jobs = append(jobs, job)
	}
	return p.enqueue(ctx, jobs)
}

func (p *Planner) enqueue(ctx context.Context, jobs []bot.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	return p.queue.Enqueue(ctx, jobs...)
}

func postJob(s bot.Schedule, o bot.Occurrence) (bot.Job, error) {
	payload, err := json.Marshal(bot.DuePost{Schedule: s, Due: o.Due.UTC(), Missed: o.Missed})
	if err != nil {
		return bot.Job{}, fmt.Errorf("job for %s: %w", o.Key(), err)
	}
	return bot.Job{Kind: bot.JobPost, Key: o.Key(), Payload: payload}, nil
}

// repair enqueues again what was planned long ago and has no result: its job is lost. A job that is still there is not
// doubled; whether a late post is still made is decided where it is made.
func (p *Planner) repair(ctx context.Context, now time.Time) error {
	unfinished, err := p.store.Unfinished(ctx, now.Add(-repairAfter))
	if err != nil {
		return err
	}
	if len(unfinished) == 0 {
		return nil
	}
	p.mu.RLock()
	schedules := make(map[string]bot.Schedule, len(p.entries))
	for _, e := range p.entries {
		schedules[e.schedule.ID] = e.schedule
	}
	p.mu.RUnlock()
	var jobs []bot.Job
	for _, o := range unfinished {
		s, known := schedules[o.Schedule]
		switch {
		case now.Sub(o.At) < repairAfter:
		case known:
			job, err := postJob(s, o)
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
		case now.Sub(o.At) >= forgetAfter:
			o.State, o.Reason, o.At = bot.Skipped, "schedule removed", now
			changed, err := p.store.Finish(ctx, o)
			if err != nil {
				return err
			}
			if changed {
				p.metrics.skipped.WithLabelValues(labelRemoved).Inc()
			}
		}
	}
	if len(jobs) > 0 {
		p.log.Info("due times without a result are enqueued again", "count", len(jobs))
	}
	return p.enqueue(ctx, jobs)
}
