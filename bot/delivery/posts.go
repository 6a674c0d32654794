package delivery

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaignbot/bot"
)

// settleFor is how long, after its catch-up window, a post whose fate is unknown is looked for.
const settleFor = 24 * time.Hour

// post makes the post of a due time, or records why not.
func (d *Delivery) post(ctx context.Context, job bot.Job, _ int) error {
	var due bot.DuePost
	if err := decode(job, &due); err != nil {
		return err
	}
	until := due.Due.Add(max(due.Schedule.CatchUp, bot.LateAfter))
	if d.opts.Clock.Now().After(until) {
		return d.giveUp(ctx, due, until, fmt.Sprintf(bot.SkipLateUntil, local(until, due.Schedule.TimeZone)))
	}
	reason, err := d.withdrawn(ctx, due.Schedule)
	switch {
	case err != nil:
		return err
	case reason != "":
		return d.giveUp(ctx, due, until, reason)
	}
	compose := d.opts.Compose[due.Schedule.Kind]
	if compose == nil {
		return d.skip(ctx, due, fmt.Sprintf(bot.SkipKind, due.Schedule.Kind))
	}
	out, err := compose(ctx, due)
	if err != nil {
		return fmt.Errorf("compose %s: %w", due.Occurrence().Key(), err)
	}
	out.Key = due.Occurrence().Key()
	ref, err := d.Send(ctx, out)
	if se := bot.AsSendError(err); se != nil && !se.Retry {
		d.opts.Log.Warn("post refused", "schedule", due.Schedule.ID, "error", err)
		return d.skip(ctx, due, skipReason(se))
	}
	if err != nil {
		return err
	}
	return d.posted(ctx, due, ref)
}

// withdrawn returns why nobody wants the posts of a schedule any more; nothing when they are wanted.
func (d *Delivery) withdrawn(ctx context.Context, s bot.Schedule) (reason string, err error) {
	if d.opts.Withdrawn == nil {
		return "", nil
	}
	if reason, err = d.opts.Withdrawn(ctx, s); err != nil {
		return "", fmt.Errorf("schedule %s: %w", s.ID, err)
	}
	return reason, nil
}

// giveUp ends a due time that nobody wants any more. If an attempt was made, it finds out what became of it first: the
// history must not say skipped of a message that people can see.
func (d *Delivery) giveUp(ctx context.Context, due bot.DuePost, until time.Time, reason string) error {
	out := bot.Outgoing{Key: due.Occurrence().Key(), Channel: due.Schedule.Channel}
	unlock, err := d.alone(ctx, out.Key)
	if err != nil {
		return err
	}
	defer unlock()
	turn, ref, err := d.begin(ctx, out)
	se := bot.AsSendError(err)
	switch {
	case err == nil && turn == 0:
		return d.posted(ctx, due, ref)
	case err == nil:
		if err := d.opts.Store.Abandon(ctx, out.Key, turn); err != nil {
			return err
		}
		return d.skip(ctx, due, reason)
	case se != nil && (!se.Retry || d.opts.Clock.Now().After(until.Add(settleFor))):
		return d.skip(ctx, due, skipReason(&bot.SendError{Reason: bot.ReasonUnknown}))
	}
	return err
}

// posted records the post, for its task first: what is finished is finished altogether.
func (d *Delivery) posted(ctx context.Context, due bot.DuePost, ref bot.MessageRef) error {
	o := due.Occurrence()
	o.Ref, o.At, o.State = ref, d.postedAt(ref, due.Due), bot.Posted
	if o.At.Sub(o.Due) > bot.LateAfter {
		o.State = bot.PostedLate
	}
	if err := d.opts.Store.TaskPosted(ctx, o.Key(), ref, o.At); err != nil {
		return err
	}
	return d.finish(ctx, o)
}

func (d *Delivery) skip(ctx context.Context, due bot.DuePost, reason string) error {
	o := due.Occurrence()
	o.State, o.Reason, o.At = bot.Skipped, reason, d.opts.Clock.Now()
	return d.finish(ctx, o)
}

func (d *Delivery) finish(ctx context.Context, o bot.Occurrence) error {
	changed, err := d.opts.Store.Finish(ctx, o)
	if err != nil || !changed {
		return err
	}
	d.metrics.finished(o)
	log := d.opts.Log.With("schedule", o.Schedule, "due", o.Due, "state", string(o.State))
	if o.State == bot.Skipped {
		log.Warn("due time skipped", "reason", o.Reason)
		return nil
	}
	log.Info("due time posted", "channel", o.Ref.Channel)
	return nil
}

// postedAt is when people saw the message, by our clock: a message that was found later was there before. The address
// says when, by Slack's clock; one that makes no sense counts as now.
func (d *Delivery) postedAt(ref bot.MessageRef, due time.Time) time.Time {
	now := d.opts.Clock.Now()
	seconds, _, _ := strings.Cut(ref.TS, ".")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return now
	}
	age := d.timing.wall.Now().Sub(time.Unix(unix+1, 0)) // the part of a second that is cut off must not make it early
	at := now.Add(-age)
	if age < 0 || at.Before(due) {
		return now
	}
	return at
}

// skipReason is what the history says of a post that was refused.
func skipReason(se *bot.SendError) string {
	if se.Reason == bot.ReasonUnknown {
		return bot.SkipUnknown
	}
	return se.Reason
}

// local writes a time as people at the schedule's place read it.
func local(t time.Time, zone string) string {
	loc, err := bot.LoadZone(zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format("2006-01-02 15:04 MST")
}
