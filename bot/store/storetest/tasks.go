package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

func task(id, channel string) bot.Task {
	return bot.Task{
		ID: id, Schedule: "daily", Channel: channel,
		Text:     map[string]string{"": "check the disk", "nl": "controleer de schijf — \"echt\""},
		Mention:  []string{"U1", "S2"},
		Language: "nl",
		TimeZone: "Europe/Amsterdam", WorkingDaysOnly: true, Holidays: []string{"2026-12-25"}, QuietHours: bot.QuietHours{From: 22 * 60, Until: 7*60 + 30},
		Overdue: noon.Add(time.Hour), Escalate: noon.Add(2 * time.Hour), EscalateTo: "C9",
	}
}

// open creates a task and records its post.
func open(t *testing.T, s *store.Store, id, channel string) {
	t.Helper()
	ok(t, s.CreateTask(context.Background(), task(id, channel)))
	ok(t, s.TaskPosted(context.Background(), id, bot.MessageRef{Channel: channel, TS: "1.1"}, noon))
}

func overdueAsPosted(t *testing.T, s *store.Store) {
	ctx := context.Background()
	later := task("t1", "C1")
	later.Overdue, later.Escalate = later.Overdue.Add(3*time.Hour), later.Escalate.Add(3*time.Hour)
	ok(t, s.CreateTask(ctx, task("t1", "C1")))
	ok(t, s.CreateTask(ctx, later)) // another attempt, three hours later
	ok(t, s.TaskPosted(ctx, "t1", bot.MessageRef{Channel: "C1", TS: "1.1"}, noon.Add(3*time.Hour)))
	ok(t, s.CreateTask(ctx, task("t1", "C1"))) // repeated after it was posted
	got, err := s.Task(ctx, "t1")
	ok(t, err)
	want(t, "overdue", got.Overdue, later.Overdue)
	want(t, "escalate", got.Escalate, later.Escalate)
}

func createTask(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.CreateTask(ctx, task("t1", "C1")))
	other := task("t1", "C2")
	ok(t, s.CreateTask(ctx, other))
	ok(t, s.TaskPosted(ctx, "t1", bot.MessageRef{Channel: "C1", TS: "1.1"}, noon))
	ok(t, s.TaskPosted(ctx, "t1", bot.MessageRef{Channel: "C1", TS: "2.2"}, noon.Add(time.Hour)))
	ok(t, s.TaskPosted(ctx, "not a task", bot.MessageRef{Channel: "C1", TS: "2.2"}, noon))
	expect := task("t1", "C1")
	expect.State, expect.Version, expect.Told = bot.TaskOpen, 1, 1
	expect.Ref, expect.Posted = bot.MessageRef{Channel: "C1", TS: "1.1"}, noon
	got, err := s.Task(ctx, "t1")
	ok(t, err)
	if diff := cmp.Diff(expect, got); diff != "" {
		t.Fatalf("task (-want +got):\n%s", diff)
	}
	ok(t, s.CreateTask(ctx, bot.Task{ID: "bare"}))
	got, err = s.Task(ctx, "bare")
	ok(t, err)
	if diff := cmp.Diff(bot.Task{ID: "bare", State: bot.TaskOpen, Version: 1, Told: 1}, got); diff != "" {
		t.Fatalf("bare task (-want +got):\n%s", diff)
	}
}

func claimRace(t *testing.T, s *store.Store) {
	ctx := context.Background()
	open(t, s, "t1", "C1")
	wins := race(t, func(i int) (bool, error) {
		got, changed, err := s.Claim(ctx, "t1", fmt.Sprint("U", i), noon)
		if changed && got.ClaimedBy != fmt.Sprint("U", i) {
			t.Errorf("U%d claimed, and %s has it", i, got.ClaimedBy)
		}
		if got.Version != 2 || got.State != bot.TaskClaimed || !got.ClaimedAt.Equal(noon) {
			t.Errorf("after a claim: version %d, state %s, at %s", got.Version, got.State, got.ClaimedAt)
		}
		return changed, err
	})
	want(t, "people who claimed it", wins, 1)
}

func doneRace(t *testing.T, s *store.Store) {
	ctx := context.Background()
	open(t, s, "t1", "C1")
	wins := race(t, func(i int) (bool, error) {
		got, changed, err := s.Done(ctx, "t1", fmt.Sprint("U", i), noon)
		if got.Version != 2 || got.State != bot.TaskDone || !got.DoneAt.Equal(noon) || got.DoneBy == "" {
			t.Errorf("after it was done: version %d, state %s, by %q at %s", got.Version, got.State, got.DoneBy, got.DoneAt)
		}
		return changed, err
	})
	want(t, "people who finished it", wins, 1)
}

func claimAgainstDone(t *testing.T, s *store.Store) {
	ctx := context.Background()
	open(t, s, "t1", "C1")
	wins := race(t, func(i int) (bool, error) {
		if i%2 == 0 {
			_, changed, err := s.Claim(ctx, "t1", "U1", noon)
			return changed, err
		}
		_, changed, err := s.Done(ctx, "t1", "U2", noon)
		return changed, err
	})
	got, err := s.Task(ctx, "t1")
	ok(t, err)
	want(t, "state", got.State, bot.TaskDone)
	want(t, "versions", got.Version, int64(1+wins))
	want(t, "it was claimed before it was done", got.ClaimedBy != "", wins == 2)
}

func claimDone(t *testing.T, s *store.Store) {
	ctx := context.Background()
	open(t, s, "t1", "C1")
	_, changed, err := s.Done(ctx, "t1", "U1", noon)
	ok(t, err)
	want(t, "done", changed, true)
	got, changed, err := s.Claim(ctx, "t1", "U2", noon)
	ok(t, err)
	want(t, "claimed", changed, false)
	want(t, "claimed by", got.ClaimedBy, "")
	want(t, "done by", got.DoneBy, "U1")
}

func missingTask(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, err := s.Task(ctx, "no")
	_, _, claim := s.Claim(ctx, "no", "U1", noon)
	_, _, done := s.Done(ctx, "no", "U1", noon)
	_, _, couldNot := s.CouldNot(ctx, "no", "U1", noon)
	_, _, snooze := s.Snooze(ctx, "no", "U1", noon, noon)
	_, _, handOver := s.HandOver(ctx, "no", "U1", "U2", noon)
	_, _, advance := s.Advance(ctx, bot.Task{ID: "no"}, bot.ChangeOverdue, noon)
	_, shown := s.Shown(ctx, "no")
	for name, err := range map[string]error{"Task": err, "Claim": claim, "Done": done, "CouldNot": couldNot, "Snooze": snooze,
		"HandOver": handOver, "Advance": advance, "Shown": shown} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", name, err)
		}
	}
}

func taskLists(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.CreateTask(ctx, task("not posted", "C1")))
	open(t, s, "open", "C1")
	open(t, s, "claimed", "C1")
	open(t, s, "done", "C1")
	open(t, s, "done before", "C1")
	open(t, s, "elsewhere", "C2")
	open(t, s, "snoozed", "C1")
	open(t, s, "could not", "C1")
	_, _, err := s.Snooze(ctx, "snoozed", "U1", noon.Add(time.Hour), noon)
	ok(t, err)
	_, _, err = s.CouldNot(ctx, "could not", "U1", noon)
	ok(t, err)
	_, _, err = s.Claim(ctx, "claimed", "U1", noon)
	ok(t, err)
	_, _, err = s.Done(ctx, "done", "U1", noon)
	ok(t, err)
	_, _, err = s.Done(ctx, "done before", "U1", noon.Add(-time.Minute))
	ok(t, err)
	for channel, expect := range map[string][]string{"C1": {"claimed", "open", "snoozed"}, "C2": {"elsewhere"}, "": {"claimed", "elsewhere", "open", "snoozed"}, "C3": nil} {
		list, err := s.OpenTasks(ctx, channel)
		ok(t, err)
		if diff := cmp.Diff(expect, ids(list)); diff != "" {
			t.Errorf("open in %q (-want +got):\n%s", channel, diff)
		}
	}
	list, err := s.EndedTasks(ctx, "C1", noon)
	ok(t, err)
	if diff := cmp.Diff([]string{"could not", "done"}, ids(list)); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
}

func shown(t *testing.T, s *store.Store) {
	ctx := context.Background()
	open(t, s, "t1", "C1")
	got, err := s.Shown(ctx, "t1")
	ok(t, err)
	want(t, "version of the first post", got, 1)
	race(t, func(i int) (bool, error) { return s.SetShown(ctx, "t1", int64(i+2)) })
	got, err = s.Shown(ctx, "t1")
	ok(t, err)
	want(t, "the highest version", got, racers+1)
	for _, version := range []int64{1, racers, racers + 1} {
		moved, err := s.SetShown(ctx, "t1", version)
		ok(t, err)
		want(t, fmt.Sprint("moved to ", version), moved, false)
	}
}

func prune(t *testing.T, s *store.Store) {
	ctx := context.Background()
	old, recent := noon.Add(-48*time.Hour), noon
	skipped := bot.Occurrence{Schedule: "skipped", Due: old, State: bot.Skipped, Reason: "refused", At: old}
	ok(t, s.CreateTask(ctx, task(skipped.Key(), "C1")))
	ok(t, s.Plan(ctx, []bot.Occurrence{planned("lost", old), skipped}))
	for _, at := range []time.Time{old, recent} {
		_, err := s.Finish(ctx, posted("daily", at))
		ok(t, err)
		ok(t, s.Sent(ctx, "post "+at.String(), bot.MessageRef{}, at))
		open(t, s, "done "+at.String(), "C1")
		_, _, err = s.Done(ctx, "done "+at.String(), "U1", at)
		ok(t, err)
	}
	open(t, s, "given up", "C1")
	_, _, err := s.CouldNot(ctx, "given up", "U1", old)
	ok(t, err)
	open(t, s, "open", "C1")
	_, _, err = s.Claim(ctx, "open", "U1", old)
	ok(t, err)
	removed, err := s.Prune(ctx, noon.Add(-24*time.Hour))
	ok(t, err)
	want(t, "rows removed, two tasks with a change each among them", removed, 8)
	removed, err = s.Prune(ctx, noon.Add(-24*time.Hour))
	ok(t, err)
	want(t, "rows removed again", removed, 0)
	if diff := cmp.Diff([]bot.Occurrence{posted("daily", recent), planned("lost", old)}, all(t, s)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	_, err = s.Task(ctx, "open")
	ok(t, err)
	_, err = s.Task(ctx, "done "+recent.String())
	ok(t, err)
	kept, err := s.Changes(ctx, "open", 0)
	ok(t, err)
	want(t, "changes of a task that is open", len(kept), 1)
}

func ids(list []bot.Task) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.ID)
	}
	return out
}
