package digest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"campaignbot/bot"
)

const (
	covers   = 24 * time.Hour     // how far a digest looks back when there was none before it
	furthest = 7 * 24 * time.Hour // how far it looks back at most
	ahead    = 24 * time.Hour
	read     = 50 // due times of one schedule that are looked at
	counted  = 1000
)

// content is what a digest tells of one channel.
type content struct {
	now, since time.Time
	tasks      []bot.Task
	late       []past
	skipped    []past
	toCome     []coming
	trends     []trend
	misses     int // questions that nobody could answer, anywhere: their texts stay with whoever writes entries
}

// past is a due time that was not posted as planned.
type past struct {
	bot.Occurrence
	zone *time.Location
}

// coming is what one schedule posts next.
type coming struct {
	bot.DuePost
	times int // in the time ahead
}

func (f *Feature) read(ctx context.Context, channel string) (c content, err error) {
	c.now = f.opts.Clock.Now()
	c.since = c.now.Add(-covers)
	var ours []bot.Schedule
	for _, s := range f.opts.InForce.Schedules() {
		if s.Channel == channel {
			ours = append(ours, s)
		}
	}
	history := map[string][]bot.Occurrence{}
	last := time.Time{}
	for _, s := range ours {
		list, err := f.opts.History.Occurrences(ctx, s.ID, c.now.Add(-furthest), read)
		if err != nil {
			return c, fmt.Errorf("history of %s: %w", s.ID, err)
		}
		history[s.ID] = list
		for _, o := range list {
			// It was written after its due time and before its post: what ended in between may be told twice, but is told.
			if s.Kind == bot.KindDigest && (o.State == bot.Posted || o.State == bot.PostedLate) && o.Due.After(last) {
				last = o.Due
			}
		}
	}
	if !last.IsZero() {
		c.since = last
	}
	for _, s := range ours {
		c.unusual(history[s.ID], s.Zone())
	}
	open, err := f.opts.Tasks.OpenTasks(ctx, channel)
	if err != nil {
		return c, fmt.Errorf("list open tasks: %w", err)
	}
	ended, err := f.opts.Tasks.EndedTasks(ctx, channel, c.since)
	if err != nil {
		return c, fmt.Errorf("list ended tasks: %w", err)
	}
	c.tasks = slices.Concat(open, ended)
	results, err := f.opts.Tasks.Results(ctx, channel, c.now.Add(-trendOf))
	if err != nil {
		return c, fmt.Errorf("list results: %w", err)
	}
	c.trends = trendsOf(results, c.since)
	misses, err := f.opts.History.Misses(ctx, c.since, counted)
	if err != nil {
		return c, fmt.Errorf("count questions without an answer: %w", err)
	}
	c.misses = len(misses)
	c.plan(f.opts.InForce.ToCome(channel, c.now, c.now.Add(ahead)))
	return c, nil
}

// unusual keeps what was posted late or not at all since the digest before. A weekend, or a holiday, is as planned; what a
// late post covers is told by that post.
func (c *content) unusual(list []bot.Occurrence, zone *time.Location) {
	for _, o := range slices.Backward(list) {
		if !o.At.After(c.since) {
			continue
		}
		reason, _ := bot.SplitReason(o.Reason)
		switch {
		case o.State == bot.PostedLate:
			c.late = append(c.late, past{o, zone})
		case o.State == bot.Skipped && !slices.Contains([]string{bot.SkipWeekend, bot.SkipHoliday, bot.SkipMoved, bot.SkipPaused, bot.SkipDeleted, bot.SkipCovered}, reason):
			c.skipped = append(c.skipped, past{o, zone})
		}
	}
}

// plan keeps what comes, a line for each schedule. Other digests are not announced.
func (c *content) plan(list []bot.DuePost) {
	for _, d := range list {
		if d.Schedule.Kind == bot.KindDigest {
			continue
		}
		i := slices.IndexFunc(c.toCome, func(known coming) bool { return known.Schedule.ID == d.Schedule.ID })
		if i < 0 {
			i = len(c.toCome)
			c.toCome = append(c.toCome, coming{DuePost: d})
		}
		c.toCome[i].times++
	}
}

// quiet reports whether there is nothing to tell.
func (c *content) quiet() bool {
	return len(c.tasks)+len(c.late)+len(c.skipped)+c.misses == 0
}
