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

// mostTurns is how often in one tick a schedule is looked at, because other replicas move its cursor.
const mostTurns = 4

var errContended = errors.New("other replicas keep moving the cursor")

// work is what one schedule has to do now.
type work struct {
	entry       *entry
	cursor      time.Time
	list        []Due
	occurrences []bot.Occurrence // one for each of list
}

// plan handles schedules whose time has come, and sets when each wants to be looked at again.
//
// The order is what makes it safe to stop anywhere: due times are recorded, then enqueued, then the cursors move past
// them. All three can be repeated, by this replica or another.
func (p *Planner) plan(ctx context.Context, batch []*entry, now time.Time, mostErrs int) (errs []error) {
	failed := func(e *entry, err error) {
		errs = append(errs, fmt.Errorf("schedule %s: %w", e.schedule.ID, err))
		e.sleep(now.Add(tickEvery), true)
	}
	var all []*work
	for _, e := range batch {
		if len(errs) >= mostErrs {
			break // the rest is looked at in the next tick
		}
		if w, err := p.look(ctx, e, now); err != nil {
			failed(e, err)
		} else if w != nil {
			all = append(all, w)
		}
	}
	parts := [][]*work{all}
	if err := p.hand(ctx, all); err != nil && len(all) > 1 {
		parts = nil // one of them may be the cause: one at a time
		for _, w := range all {
			parts = append(parts, []*work{w})
		}
	} else if err != nil {
		failed(all[0].entry, err)
		return errs
	}
	for _, part := range parts {
		if len(errs) >= mostErrs {
			break
		}
		if len(parts) > 1 {
			if err := p.hand(ctx, part); err != nil {
				failed(part[0].entry, err)
				continue
			}
		}
		for _, w := range part {
			if err := p.move(ctx, w, now); err != nil {
				failed(w.entry, err)
			}
		}
	}
	return errs
}

// sleep sets when the schedule wants to be looked at again. Not more: never.
func (e *entry) sleep(until time.Time, more bool) { e.wake, e.over, e.turns = until, !more, 0 }

// look returns what a schedule has to do; nil when there is nothing, or nothing yet.
func (p *Planner) look(ctx context.Context, e *entry, now time.Time) (*work, error) {
	for range mostTurns {
		cursor, ours, err := p.cursor(ctx, e, now)
		switch {
		case err != nil:
			return nil, err
		case !ours:
			e.sleep(e.plan.next(now))
			return nil, nil
		case cursor.IsZero():
			continue // just set, by this replica or another
		}
		list, earlier := e.plan.Due(cursor, now)
		if len(list) == 0 {
			e.sleep(e.plan.next(now))
			return nil, nil
		}
		return &work{entry: e, cursor: cursor, list: list, occurrences: occurrencesOf(e, list, earlier, now)}, nil
	}
	return nil, errContended
}

// move moves the cursor past what has been handed on. When another replica was first, the schedule is looked at again.
func (p *Planner) move(ctx context.Context, w *work, now time.Time) error {
	e := w.entry
	moved, err := p.store.MoveCursor(ctx, e.schedule.ID, e.plan.Fingerprint(), w.cursor, w.list[len(w.list)-1].At)
	switch {
	case err != nil:
		return err
	case moved:
		p.metrics.count(w.occurrences, w.list, now)
		e.sleep(e.plan.next(now))
	case e.turns >= mostTurns:
		return errContended
	default:
		e.turns++
	}
	return nil
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
	missed, covered := bot.SkipLate, labelLate
	if newest >= 0 && now.Sub(list[newest].At) <= max(e.schedule.CatchUp, bot.LateAfter) {
		missed, covered = fmt.Sprintf(bot.SkipCovered, e.plan.text(list[newest].At)), labelMissed
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
func (p *Planner) hand(ctx context.Context, all []*work) error {
	const batch = 1000 // rows in one transaction
	var occurrences []bot.Occurrence
	for _, w := range all {
		occurrences = append(occurrences, w.occurrences...)
	}
	for part := range slices.Chunk(occurrences, batch) {
		if err := p.store.Plan(ctx, part); err != nil {
			return err
		}
	}
	var jobs []bot.Job
	for _, w := range all {
		oldest, newest := w.occurrences[0].Due, w.occurrences[len(w.occurrences)-1].Due
		recorded, err := p.store.Occurrences(ctx, w.entry.schedule.ID, oldest, 0)
		if err != nil {
			return err
		}
		for _, o := range slices.Backward(recorded) {
			if o.State != bot.Planned || o.Due.Before(oldest) || o.Due.After(newest) {
				continue
			}
			job, err := postJob(w.entry.schedule, o)
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
		}
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
// doubled. Whether a late post is still made, and whether it was made after all, is found out where it is made; so is the
// fate of due times whose schedule has been removed, for which there is no catch-up window any more.
func (p *Planner) repair(ctx context.Context, now time.Time) error {
	unfinished, err := p.store.Unfinished(ctx, now.Add(-repairAfter))
	if err != nil || len(unfinished) == 0 {
		return err
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
		if age := now.Sub(o.At); age < repairAfter || !known && age < forgetAfter {
			continue
		}
		if !known {
			s = bot.Schedule{ID: o.Schedule, TimeZone: "UTC"}
		}
		job, err := postJob(s, o)
		if err != nil {
			return err
		}
		jobs = append(jobs, job)
	}
	if len(jobs) > 0 {
		p.log.Info("due times without a result are enqueued again", "count", len(jobs))
	}
	return p.enqueue(ctx, jobs)
}
