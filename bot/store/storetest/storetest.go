package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

// racers is how many goroutines a race of this suite has.
const racers = 8

// noon is the time of most tests.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Run tests a store. Open returns an empty store that is migrated and that nobody else uses.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	groups := []struct {
		name string
		test func(*testing.T, *store.Store)
	}{
		{"a language is kept, changed and forgotten", languages},
		{"a cursor moves only from where it is", cursorMoves},
		{"of replicas that move a cursor one succeeds", cursorRace},
		{"the cursors are listed by schedule", cursorList},
		{"due times are recorded once", plan},
		{"replicas that plan the same due times in any order do not block each other", planRace},
		{"a due time gets one result", finish},
		{"of replicas that finish a due time one succeeds", finishRace},
		{"a due time that was not planned can be finished", finishUnplanned},
		{"the history is newest first, by schedule, and limited", history},
		{"due times without a result are found", unfinished},
		{"due times are counted by state", counts},
		{"a post is begun once", beginOnce},
		{"of replicas that begin a post one gets the turn", beginRace},
		{"a stale post is taken over by one", takeOverRace},
		{"a post in doubt is taken over at once", doubt},
		{"a refused post starts afresh", abandon},
		{"the turn that was taken over has no say", oldTurn},
		{"a post is recorded once", sentOnce},
		{"a task is created once and read back whole", createTask},
		{"the time a task gets overdue is that of the attempt that was posted", overdueAsPosted},
		{"of people who claim a task one succeeds", claimRace},
		{"of people who finish a task one succeeds", doneRace},
		{"claiming and finishing at once ends done", claimAgainstDone},
		{"a task that is done cannot be claimed", claimDone},
		{"a task that is not there is said to be missing", missingTask},
		{"open and done tasks are listed by channel", taskLists},
		{"who may do what to a task, as it stands", taskRules},
		{"of people who press the same at once one succeeds", pressRace},
		{"whatever people and the time do at once is kept in order", everythingAtOnce},
		{"a snooze moves what is due", snoozeMovesDeadlines},
		{"tasks that are due are listed until one replica has seen to them", dueTasks},
		{"changes that are not told are found", untold},
		{"the result of a task is kept by whoever has done it", results},
		{"the version shown only goes up", shown},
		{"a question without an answer is kept once and counted", misses},
		{"a schedule made in Slack is kept", schedulesAreAdded},
		{"a schedule made in Slack is paused, deleted and brought back", schedulesAreChanged},
		{"of replicas that pause a schedule one succeeds", oneOfManyPauses},
		{"housekeeping removes what is finished and old", prune},
		{"housekeeping removes schedules that were deleted long ago", schedulesArePruned},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) { g.test(t, open(t)) })
	}
}

// race calls do from several goroutines at once and returns how many of them said yes.
func race(t *testing.T, do func(i int) (bool, error)) int {
	t.Helper()
	var wins atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		wg.Go(func() {
			<-start
			won, err := do(i)
			if err != nil {
				t.Error(err)
			}
			if won {
				wins.Add(1)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(wins.Load())
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func languages(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for _, lang := range []string{"nl", "nl", "de", "", ""} {
		ok(t, s.SetLanguage(ctx, "U1", lang))
		got, err := s.Language(ctx, "U1")
		ok(t, err)
		want(t, "language", got, lang)
	}
	race(t, func(i int) (bool, error) { return true, s.SetLanguage(ctx, "U2", bot.Languages()[i%2]) })
	got, err := s.Language(ctx, "U2")
	ok(t, err)
	if !bot.KnownLanguage(got) {
		t.Fatalf("after a race the language is %q", got)
	}
}

func cursorMoves(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, _, found, err := s.Cursor(ctx, "daily")
	ok(t, err)
	want(t, "a new schedule has a cursor", found, false)
	steps := []struct {
		name     string
		from, to time.Time
		moved    bool
	}{
		{"a cursor that is not there cannot be moved", noon, noon.Add(time.Hour), false},
		{"it is made", time.Time{}, noon, true},
		{"it is not made twice", time.Time{}, noon.Add(time.Hour), false},
		{"it moves on", noon, noon.Add(time.Hour), true},
		{"it does not move from where it was", noon, noon.Add(2 * time.Hour), false},
		{"it does not move back", noon.Add(time.Hour), noon, false},
		{"it can stay for a new fingerprint", noon.Add(time.Hour), noon.Add(time.Hour), true},
	}
	for _, step := range steps {
		moved, err := s.MoveCursor(ctx, "daily", step.name, step.from, step.to)
		ok(t, err)
		want(t, step.name, moved, step.moved)
	}
	at, fingerprint, found, err := s.Cursor(ctx, "daily")
	ok(t, err)
	want(t, "found", found, true)
	want(t, "cursor", at, noon.Add(time.Hour))
	want(t, "fingerprint", fingerprint, steps[len(steps)-1].name)
}

func cursorRace(t *testing.T, s *store.Store) {
	ctx := context.Background()
	from, to := time.Time{}, noon
	for range 5 {
		wins := race(t, func(int) (bool, error) { return s.MoveCursor(ctx, "daily", "f", from, to) })
		want(t, "replicas that moved the cursor", wins, 1)
		from, to = to, to.Add(time.Hour)
	}
}

func cursorList(t *testing.T, s *store.Store) {
	ctx := context.Background()
	list, err := s.Cursors(ctx)
	ok(t, err)
	want(t, "cursors of an empty store", len(list), 0)
	for _, name := range []string{"b", "a"} {
		_, err := s.MoveCursor(ctx, name, "f of "+name, time.Time{}, noon)
		ok(t, err)
	}
	list, err = s.Cursors(ctx)
	ok(t, err)
	expect := []store.Cursor{{Schedule: "a", At: noon, Fingerprint: "f of a"}, {Schedule: "b", At: noon, Fingerprint: "f of b"}}
	if diff := cmp.Diff(expect, list); diff != "" {
		t.Fatalf("cursors (-want +got):\n%s", diff)
	}
}

// NotReady tests that a store that is not migrated refuses every method with ErrNotReady.
func NotReady(t *testing.T, s *store.Store) {
	ctx := context.Background()
	o := bot.Occurrence{Schedule: "s", Due: noon, State: bot.Skipped, At: noon}
	calls := map[string]func() error{
		"Language":    func() error { _, err := s.Language(ctx, "U"); return err },
		"SetLanguage": func() error { return s.SetLanguage(ctx, "U", "nl") },
		"Cursor":      func() error { _, _, _, err := s.Cursor(ctx, "s"); return err },
		"Cursors":     func() error { _, err := s.Cursors(ctx); return err },
		"MoveCursor":  func() error { _, err := s.MoveCursor(ctx, "s", "f", noon, noon); return err },
		"Plan":        func() error { return s.Plan(ctx, []bot.Occurrence{o}) },
		"Finish":      func() error { _, err := s.Finish(ctx, o); return err },
		"Occurrences": func() error { _, err := s.Occurrences(ctx, "", noon, 1); return err },
		"Unfinished":  func() error { _, err := s.Unfinished(ctx, noon); return err },
		"Counts":      func() error { _, err := s.Counts(ctx, noon); return err },
		"Begin":       func() error { _, _, err := s.Begin(ctx, "k", noon, time.Second); return err },
		"Posted":      func() error { _, _, err := s.Posted(ctx, "k"); return err },
		"Sent":        func() error { return s.Sent(ctx, "k", bot.MessageRef{}, noon) },
		"Doubt":       func() error { return s.Doubt(ctx, "k", 1, noon) },
		"Abandon":     func() error { return s.Abandon(ctx, "k", 1) },
		"CreateTask":  func() error { return s.CreateTask(ctx, bot.Task{ID: "t"}) },
		"TaskPosted":  func() error { return s.TaskPosted(ctx, "t", bot.MessageRef{}, noon) },
		"Task":        func() error { _, err := s.Task(ctx, "t"); return err },
		"Claim":       func() error { _, _, err := s.Claim(ctx, "t", "U", noon); return err },
		"Done":        func() error { _, _, err := s.Done(ctx, "t", "U", noon); return err },
		"OpenTasks":   func() error { _, err := s.OpenTasks(ctx, ""); return err },
		"CouldNot":    func() error { _, _, err := s.CouldNot(ctx, "t", "U", noon); return err },
		"Snooze":      func() error { _, _, err := s.Snooze(ctx, "t", "U", noon, noon); return err },
		"HandOver":    func() error { _, _, err := s.HandOver(ctx, "t", "U", "V", noon); return err },
		"Advance": func() error {
			_, _, err := s.Advance(ctx, bot.Task{ID: "t"}, bot.ChangeWoken, noon)
			return err
		},
		"EndedTasks": func() error { _, err := s.EndedTasks(ctx, "", noon); return err },
		"DueTasks":   func() error { _, err := s.DueTasks(ctx, noon); return err },
		"Changes":    func() error { _, err := s.Changes(ctx, "t", 1); return err },
		"SetTold":    func() error { return s.SetTold(ctx, "t", 2) },
		"Shown":      func() error { _, err := s.Shown(ctx, "t"); return err },
		"SetShown":   func() error { _, err := s.SetShown(ctx, "t", 2); return err },
		"Prune":      func() error { _, err := s.Prune(ctx, noon); return err },
		"Ready":      func() error { return s.Ready(ctx) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, store.ErrNotReady) {
			t.Errorf("%s before Migrate: got %v, want ErrNotReady", name, err)
		}
	}
}
