package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

func made(id string) bot.Schedule {
	return bot.Schedule{
		ID: id, When: "every weekday at 08:30", TimeZone: "Europe/Amsterdam", Channel: "C1", Kind: bot.KindReminder,
		Text: map[string]string{"": "re-run failed exports"}, Mention: []string{"U2"}, CatchUp: 12 * time.Hour, Due: 2 * time.Hour,
		Made: bot.Mark{By: "U1", In: "C1", At: noon},
	}
}

// is checks whether a call changed something.
func is(t *testing.T, what string, want bool) func(bool, error) {
	return func(got bool, err error) {
		t.Helper()
		ok(t, err)
		if got != want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

func revision(t *testing.T, s *store.Store) int64 {
	t.Helper()
	n, err := s.ScheduleRevision(context.Background())
	ok(t, err)
	return n
}

func inForce(t *testing.T, s *store.Store, want ...bot.Schedule) {
	t.Helper()
	got, err := s.Schedules(context.Background())
	ok(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schedules (-want +got):\n%s", diff)
	}
}

func schedulesAreAdded(t *testing.T, s *store.Store) {
	ctx := context.Background()
	inForce(t, s)
	a, b := made("a"), made("b")
	is(t, "a is added", true)(s.AddSchedule(ctx, a, "print"))
	is(t, "b is added", true)(s.AddSchedule(ctx, b, "print"))
	before := revision(t, s)
	is(t, "a is added twice", false)(s.AddSchedule(ctx, a, "another"))
	if revision(t, s) != before {
		t.Error("the revision grows when nothing changes")
	}
	if at, print, there, err := s.Cursor(ctx, "a"); err != nil || !there || print != "print" || !at.Equal(noon) {
		t.Errorf("due times count from %v, %q, %v, %v", at, print, there, err)
	}
	inForce(t, s, a, b)
	is(t, "one that is not there is paused", false)(s.PauseSchedule(ctx, "none", a.Made))
	is(t, "one that is not there is deleted", false)(s.DeleteSchedule(ctx, "none", a.Made))
	if _, err := s.Schedule(ctx, "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
}

func schedulesAreChanged(t *testing.T, s *store.Store) {
	ctx := context.Background()
	a, b := made("a"), made("b")
	is(t, "a is added", true)(s.AddSchedule(ctx, a, "print"))
	is(t, "b is added", true)(s.AddSchedule(ctx, b, "print"))
	before := revision(t, s)
	pause, remove := bot.Mark{By: "U3", In: "C3", At: noon.Add(time.Hour)}, bot.Mark{By: "U4", In: "C4", At: noon.Add(2 * time.Hour)}
	is(t, "a is resumed before its pause", false)(s.ResumeSchedule(ctx, "a"))
	is(t, "a is paused", true)(s.PauseSchedule(ctx, "a", pause))
	is(t, "a is paused twice", false)(s.PauseSchedule(ctx, "a", remove))
	a.Paused = pause
	inForce(t, s, a, b)
	is(t, "a is deleted", true)(s.DeleteSchedule(ctx, "a", remove))
	is(t, "a is deleted twice", false)(s.DeleteSchedule(ctx, "a", pause))
	is(t, "a deleted one is resumed", false)(s.ResumeSchedule(ctx, "a"))
	is(t, "the id of a deleted one is taken", false)(s.AddSchedule(ctx, a, "print"))
	inForce(t, s, b)
	a.Deleted = remove
	got, err := s.Schedule(ctx, "a")
	ok(t, err)
	if diff := cmp.Diff(a, got); diff != "" {
		t.Errorf("the deleted one (-want +got):\n%s", diff)
	}
	is(t, "a comes back", true)(s.RestoreSchedule(ctx, "a"))
	is(t, "a comes back twice", false)(s.RestoreSchedule(ctx, "a"))
	a.Deleted = bot.Mark{}
	inForce(t, s, a, b)
	is(t, "a is resumed", true)(s.ResumeSchedule(ctx, "a"))
	a.Paused = bot.Mark{}
	inForce(t, s, a, b)
	if n := revision(t, s) - before; n != 4 {
		t.Errorf("the revision grew by %d", n)
	}
}

func schedulesArePruned(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for _, id := range []string{"kept", "long-gone", "just-gone"} {
		_, err := s.AddSchedule(ctx, made(id), "print")
		ok(t, err)
	}
	for id, at := range map[string]time.Time{"long-gone": noon, "just-gone": noon.Add(2 * time.Hour)} {
		_, err := s.DeleteSchedule(ctx, id, bot.Mark{By: "U1", At: at})
		ok(t, err)
	}
	_, err := s.Prune(ctx, noon.Add(time.Hour))
	ok(t, err)
	for id, there := range map[string]bool{"kept": true, "long-gone": false, "just-gone": true} {
		if _, err := s.Schedule(ctx, id); (err == nil) != there {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// oneOfManyPauses lets many replicas pause the same schedule at once: one of them does, and the revision grows once.
func oneOfManyPauses(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, err := s.AddSchedule(ctx, made("a"), "print")
	ok(t, err)
	before := revision(t, s)
	first := race(t, func(int) (bool, error) { return s.PauseSchedule(ctx, "a", bot.Mark{By: "U1", At: noon}) })
	if n := revision(t, s) - before; first != 1 || n != 1 {
		t.Errorf("%d paused it, the revision grew by %d", first, n)
	}
}
