package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/schedule"
	"campaignbot/bot/store"
	"campaignbot/handlers/schedules"
)

// record is what happened to one schedule in the period, oldest due time first. A due time without At is one that nobody
// has handled yet.
type record struct {
	schedule   bot.Schedule
	zone       *time.Location
	configured bool // in the configuration; else only the store knows it
	planned    bool // serve has seen it
	outcomes   []bot.Occurrence
	cut        bool            // there are earlier ones in the period
	last       *bot.Occurrence // before the period, when there is none in it
}

// readRecords reads the history of the configured schedules, in their order, and of those that are gone; or of the one
// that was named.
func readRecords(ctx context.Context, reader *store.Reader, configured []bot.Schedule, flags historyFlags, now time.Time) ([]record, error) {
	// Cursors first: what is handled meanwhile is then read twice and shown once; the other way round it would be missing.
	cursors, err := reader.Cursors(ctx)
	if err != nil {
		return nil, found(err)
	}
	byID := make(map[string]store.Cursor, len(cursors))
	for _, c := range cursors {
		byID[c.Schedule] = c
	}
	records := make([]record, 0, len(configured))
	listed := make(map[string]bool, len(configured))
	for _, s := range configured {
		_, planned := byID[s.ID]
		records = append(records, record{schedule: s, zone: s.Zone(), configured: true, planned: planned})
		listed[s.ID] = true
	}
	for _, c := range cursors {
		if !listed[c.Schedule] {
			records = append(records, record{schedule: bot.Schedule{ID: c.Schedule}, zone: time.UTC, planned: true})
		}
	}
	if flags.id != "" {
		if records, err = recordOf(records, flags.id); err != nil {
			return nil, err
		}
	}
	if len(cursors) == 0 && len(configured) > 0 {
		return nil, found(errors.New("store.url: the store is empty: no schedule was ever planned in it (start serve; is this the store that it uses?)"))
	}
	kept := records[:0]
	for _, r := range records {
		if err := r.read(ctx, reader, byID[r.schedule.ID], now.In(r.zone).AddDate(0, 0, -flags.days), now); err != nil {
			return nil, found(err)
		}
		if r.configured || len(r.outcomes) > 0 || flags.id != "" {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// recordOf returns the record of one schedule.
func recordOf(records []record, id string) ([]record, error) {
	names := make([]string, len(records))
	for i, r := range records {
		names[i] = r.schedule.ID
		if r.schedule.ID == id {
			return records[i : i+1], nil
		}
	}
	hint := "see campaignbot schedule preview"
	if near := schedules.Nearest(id, names); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, ", ") + "?"
	}
	return nil, refused(fmt.Errorf("there is no schedule %q (%s)", id, hint))
}

// read fills the record from the ledger, and adds the due times that nobody has handled yet.
func (r *record) read(ctx context.Context, reader *store.Reader, cursor store.Cursor, since, now time.Time) error {
	id := r.schedule.ID
	past, err := reader.Occurrences(ctx, id, since, 0)
	if err != nil {
		return err
	}
	slices.Reverse(past)
	r.cut = len(past) == store.MostOccurrences
	r.outcomes = past
	if r.configured && r.planned {
		if err := r.addWaiting(cursor, since, now); err != nil {
			return err
		}
	}
	if len(r.outcomes) > 0 {
		return nil
	}
	last, err := reader.Occurrences(ctx, id, time.Time{}, 1)
	if err == nil && len(last) > 0 {
		r.last = &last[0]
	}
	return err
}

func (r *record) addWaiting(cursor store.Cursor, since, now time.Time) error {
	from := cursor.At
	if from.Before(since) {
		from = since
	}
	waiting, earlier, err := schedule.Waiting(r.schedule, cursor.Fingerprint, from, now)
	if err != nil {
		return err
	}
	r.cut = r.cut || earlier > 0
	handled := make(map[int64]bool, len(r.outcomes))
	for _, o := range r.outcomes {
		handled[o.Due.Unix()] = true
	}
	for _, d := range waiting {
		o := bot.Occurrence{Schedule: r.schedule.ID, Due: d.At, State: bot.Planned}
		if d.Skip != "" {
			o.State, o.Reason = bot.Skipped, d.Skip
		}
		if !handled[d.At.Unix()] {
			r.outcomes = append(r.outcomes, o)
		}
	}
	slices.SortStableFunc(r.outcomes, func(a, b bot.Occurrence) int { return a.Due.Compare(b.Due) })
	return nil
}
