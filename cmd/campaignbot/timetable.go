package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/schedule"
	"campaignbot/bot/store"
)

const (
	// reloadEvery is how often a replica looks whether another one changed a schedule.
	reloadEvery = time.Second
	// reloadWait is how long whoever changed a schedule waits until it is in force here.
	reloadWait = time.Second
	// catchUp is how late a post of a schedule made in Slack is still made, as the configuration's default.
	catchUp = 12 * time.Hour
	// profileWait is how long somebody who makes a reminder waits for their time zone: a form has to open within 3 s.
	profileWait = time.Second
)

// timetable is the schedules of the configuration, and those made in Slack, which the store keeps for every replica.
type timetable struct {
	p *program // its planner and delivery are made later

	mu       sync.Mutex // one load at a time; guards what follows
	loaded   bool
	revision int64
	refused  map[string]bool // schedules made in Slack that are not in force, and were warned about
}

func newTimetable(p *program) *timetable { return &timetable{p: p, refused: map[string]bool{}} }

// configure puts other settings in force, with their schedules. While the store is away they are in force beside those made
// in Slack as they were known last.
func (t *timetable) configure(ctx context.Context, next *settings) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept, err := t.p.store.Schedules(ctx)
	if err != nil {
		t.loaded, kept = false, made(t.p.planner.Schedules())
	}
	if err := t.p.planner.Replace(t.merge(next.configured, kept)); err != nil {
		return err
	}
	t.p.settings.Store(next)
	return nil
}

// made returns the schedules that were made in Slack.
func made(list []bot.Schedule) []bot.Schedule {
	return slices.DeleteFunc(list, func(s bot.Schedule) bool { return s.Made.IsZero() })
}

// load puts the schedules of the store in force if they have changed.
func (t *timetable) load(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	revision, err := t.p.store.ScheduleRevision(ctx) // first: what changes meanwhile is loaded once more
	if err != nil || t.loaded && revision == t.revision {
		return err
	}
	kept, err := t.p.store.Schedules(ctx)
	if err != nil {
		return err
	}
	if err := t.p.planner.Replace(t.merge(t.p.settings.Load().configured, kept)); err != nil {
		return err
	}
	t.loaded, t.revision = true, revision
	return nil
}

// merge returns the schedules of the configuration and those made in Slack, and warns once of each that is left out.
func (t *timetable) merge(configured, kept []bot.Schedule) []bot.Schedule {
	list, leftOut := merge(configured, kept)
	for _, s := range leftOut {
		if !t.refused[s.ID] {
			t.refused[s.ID] = true
			t.p.opts.log.Warn("schedule made in Slack is not in force: the configuration has its id, or this version cannot read it", "schedule", s.ID)
		}
	}
	return list
}

// merge returns the schedules of the configuration and those made in Slack. One of these with the id of one of those, or
// that this version cannot read, is left out: it stays in the store.
func merge(configured, made []bot.Schedule) (list, leftOut []bot.Schedule) {
	ids := make(map[string]bool, len(configured))
	for _, s := range configured {
		ids[s.ID] = true
	}
	list = slices.Clone(configured)
	for _, s := range made {
		if _, wrong := schedule.FaultOf(s); wrong || ids[s.ID] {
			leftOut = append(leftOut, s)
		} else {
			list = append(list, s)
		}
	}
	return list, leftOut
}

// watch loads what other replicas change. Trouble is logged when it begins; that the store is not ready yet is none.
func (t *timetable) watch(ctx context.Context) {
	failing := false
	for ; ctx.Err() == nil; sleep(ctx, reloadEvery) {
		err := t.load(ctx)
		if err != nil && ctx.Err() == nil && !failing && !errors.Is(err, store.ErrNotReady) {
			t.p.opts.log.Warn("schedules made in Slack not loaded, trying again every second", "error", err)
		}
		failing = err != nil
	}
}

// Reload loads what has been changed here. A planner that is busy takes it over later.
func (t *timetable) Reload(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handlerDeadline)
		defer cancel()
		_ = t.load(ctx) // watch tries again
	}()
	timer := time.NewTimer(reloadWait)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (t *timetable) Schedules() []bot.Schedule { return t.p.planner.Schedules() }

func (t *timetable) Next(id string, after time.Time) time.Time { return t.p.planner.Next(id, after) }

func (t *timetable) ToCome(channel string, after, until time.Time) []bot.DuePost {
	return t.p.planner.ToCome(channel, after, until)
}

func (t *timetable) NextTimes(s bot.Schedule, after time.Time, n int) []time.Time {
	return schedule.NextTimes(s, after, n)
}

func (t *timetable) Split(line string) (when, what string, ok bool) { return schedule.Split(line) }

func (t *timetable) Examples(language string) [2]string { return schedule.Examples(language) }

func (t *timetable) Read(s bot.Schedule, when string) (read bot.Schedule, fault string) {
	read = schedule.Typed(s, when)
	f, wrong := schedule.FaultOf(read)
	switch {
	case !wrong:
		return read, ""
	case f == schedule.FaultOther:
		f = schedule.FaultWhen
	}
	return read, string(f)
}

func (t *timetable) Add(ctx context.Context, s bot.Schedule) (added bool, err error) {
	plan, err := schedule.Parse(s)
	if err != nil {
		return false, err
	}
	return t.p.store.AddSchedule(ctx, s, plan.Fingerprint())
}

// Run records a due time and enqueues its post, as the planner does. Two runs within a second are one.
func (t *timetable) Run(ctx context.Context, s bot.Schedule, now time.Time) error {
	due := bot.DuePost{Schedule: s, Due: now.UTC().Truncate(time.Second)}
	o := due.Occurrence()
	o.At = now
	payload, err := json.Marshal(due)
	if err != nil {
		return fmt.Errorf("run %s: %w", s.ID, err)
	}
	if err := t.p.store.Plan(ctx, []bot.Occurrence{o}); err != nil {
		return err
	}
	return t.p.delivery.Enqueue(ctx, bot.Job{Kind: bot.JobPost, Key: o.Key(), Payload: payload})
}

// withdrawn returns why a post that waits is no longer wanted: its schedule was deleted meanwhile, or paused. One that was
// paused when somebody ran it is wanted.
func (t *timetable) withdrawn(ctx context.Context, s bot.Schedule) (reason string, err error) {
	if s.Made.IsZero() {
		return "", nil
	}
	now, err := t.p.store.Schedule(ctx, s.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return bot.SkipDeleted, nil
	case err != nil:
		return "", err
	case !now.Deleted.IsZero():
		return bot.SkipDeleted, nil
	case !now.Paused.IsZero() && s.Paused.IsZero():
		return bot.SkipPaused, nil
	}
	return "", nil
}

// zoneOf returns the time zone of a person's Slack profile; empty when Slack does not tell it soon.
func (p *program) zoneOf(ctx context.Context, user string) string {
	ctx, cancel := context.WithTimeout(ctx, profileWait)
	defer cancel()
	zone, err := p.client.TimeZone(ctx, user)
	if err == nil {
		_, err = bot.LoadZone(zone)
	}
	if err != nil {
		p.opts.log.Debug("time zone not known", "user", user, "error", err)
		return ""
	}
	return zone
}
