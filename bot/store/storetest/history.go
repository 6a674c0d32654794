package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

func planned(schedule string, due time.Time) bot.Occurrence {
	return bot.Occurrence{Schedule: schedule, Due: due, State: bot.Planned, At: due}
}

func posted(schedule string, due time.Time) bot.Occurrence {
	return bot.Occurrence{Schedule: schedule, Due: due, State: bot.Posted, Ref: bot.MessageRef{Channel: "C1", TS: "1.2"}, At: due.Add(time.Second)}
}

func all(t *testing.T, s *store.Store) []bot.Occurrence {
	t.Helper()
	list, err := s.Occurrences(context.Background(), "", time.Time{}, 0)
	ok(t, err)
	return list
}

func plan(t *testing.T, s *store.Store) {
	ctx := context.Background()
	skipped := bot.Occurrence{Schedule: "daily", Due: noon, State: bot.Skipped, Reason: "holiday", At: noon}
	late := planned("daily", noon.Add(time.Hour))
	late.Missed = 3
	ok(t, s.Plan(ctx, nil))
	ok(t, s.Plan(ctx, []bot.Occurrence{late, skipped}))
	again := planned("daily", noon)
	ok(t, s.Plan(ctx, []bot.Occurrence{again, late}))
	if diff := cmp.Diff([]bot.Occurrence{late, skipped}, all(t, s)); diff != "" {
		t.Fatalf("history (-want +got):\n%s", diff)
	}
	if err := s.Plan(ctx, []bot.Occurrence{posted("daily", noon)}); err == nil {
		t.Fatal("a due time could be planned as posted")
	}
}

func planRace(t *testing.T, s *store.Store) {
	ctx := context.Background()
	var forth []bot.Occurrence
	for i := range 40 {
		forth = append(forth, planned(fmt.Sprintf("s%02d", i), noon))
	}
	back := slices.Clone(forth)
	slices.Reverse(back)
	race(t, func(i int) (bool, error) {
		if i%2 == 0 {
			return true, s.Plan(ctx, forth)
		}
		return true, s.Plan(ctx, back)
	})
	want(t, "due times recorded", len(all(t, s)), len(forth))
}

func finish(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.Plan(ctx, []bot.Occurrence{planned("daily", noon)}))
	if _, err := s.Finish(ctx, planned("daily", noon)); err == nil {
		t.Fatal("planned was taken for a result")
	}
	first := posted("daily", noon)
	first.State, first.Missed = bot.PostedLate, 2
	changed, err := s.Finish(ctx, first)
	ok(t, err)
	want(t, "the first result is recorded", changed, true)
	changed, err = s.Finish(ctx, bot.Occurrence{Schedule: "daily", Due: noon, State: bot.Skipped, Reason: "no", At: noon})
	ok(t, err)
	want(t, "a second result is recorded", changed, false)
	ok(t, s.Plan(ctx, []bot.Occurrence{planned("daily", noon)}))
	if diff := cmp.Diff([]bot.Occurrence{first}, all(t, s)); diff != "" {
		t.Fatalf("history (-want +got):\n%s", diff)
	}
}

func finishRace(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for i := range 5 {
		due := noon.Add(time.Duration(i) * time.Hour)
		if i%2 == 0 {
			ok(t, s.Plan(ctx, []bot.Occurrence{planned("daily", due)}))
		}
		wins := race(t, func(i int) (bool, error) {
			o := posted("daily", due)
			o.Ref.TS = fmt.Sprint(i)
			return s.Finish(ctx, o)
		})
		want(t, "replicas that recorded a result", wins, 1)
	}
}

func finishUnplanned(t *testing.T, s *store.Store) {
	o := posted("by hand", noon)
	changed, err := s.Finish(context.Background(), o)
	ok(t, err)
	want(t, "changed", changed, true)
	if diff := cmp.Diff([]bot.Occurrence{o}, all(t, s)); diff != "" {
		t.Fatalf("history (-want +got):\n%s", diff)
	}
}

func history(t *testing.T, s *store.Store) {
	ctx := context.Background()
	var list []bot.Occurrence
	for i := range 4 {
		list = append(list, planned("a", noon.Add(time.Duration(i)*time.Hour)), planned("b", noon.Add(time.Duration(i)*time.Hour)))
	}
	ok(t, s.Plan(ctx, list))
	cases := []struct {
		name     string
		schedule string
		since    time.Time
		limit    int
		want     []bot.Occurrence
	}{
		{"everything", "", time.Time{}, 0, []bot.Occurrence{list[6], list[7], list[4], list[5], list[2], list[3], list[0], list[1]}},
		{"since a time, which belongs to it", "", noon.Add(2 * time.Hour), 0, []bot.Occurrence{list[6], list[7], list[4], list[5]}},
		{"one schedule", "b", noon.Add(2 * time.Hour), 0, []bot.Occurrence{list[7], list[5]}},
		{"the newest of one schedule", "a", time.Time{}, 1, []bot.Occurrence{list[6]}},
		{"a schedule that is not there", "c", time.Time{}, 0, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.Occurrences(ctx, c.schedule, c.since, c.limit)
			ok(t, err)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Fatalf("history (-want +got):\n%s", diff)
			}
		})
	}
}

func unfinished(t *testing.T, s *store.Store) {
	ctx := context.Background()
	first, second, third := planned("a", noon), planned("a", noon.Add(time.Hour)), planned("a", noon.Add(2*time.Hour))
	ok(t, s.Plan(ctx, []bot.Occurrence{third, second, first, planned("b", noon)}))
	_, err := s.Finish(ctx, posted("b", noon))
	ok(t, err)
	got, err := s.Unfinished(ctx, third.Due)
	ok(t, err)
	if diff := cmp.Diff([]bot.Occurrence{first, second}, got); diff != "" {
		t.Fatalf("unfinished (-want +got):\n%s", diff)
	}
}

func counts(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.Plan(ctx, []bot.Occurrence{planned("a", noon), planned("b", noon), planned("c", noon), planned("old", noon.Add(-time.Hour))}))
	_, err := s.Finish(ctx, posted("b", noon))
	ok(t, err)
	got, err := s.Counts(ctx, noon)
	ok(t, err)
	expect := map[bot.OccurrenceState]int{bot.Planned: 2, bot.Posted: 1, bot.PostedLate: 0, bot.Skipped: 0}
	if diff := cmp.Diff(expect, got); diff != "" {
		t.Fatalf("counts (-want +got):\n%s", diff)
	}
}
