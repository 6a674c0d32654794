package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

// step is one thing that somebody or the time does to a task; it returns the task and whether it was changed.
type step func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error)

func claims(user string) step {
	return func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error) {
		return s.Claim(ctx, id, user, noon)
	}
}

func finishes(user string) step {
	return func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error) {
		return s.Done(ctx, id, user, noon)
	}
}

func cannot(user string) step {
	return func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error) {
		return s.CouldNot(ctx, id, user, noon)
	}
}

func snoozes(user string, span time.Duration) step {
	return func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error) {
		return s.Snooze(ctx, id, user, noon.Add(span), noon)
	}
}

func gives(user, to string) step {
	return func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error) {
		return s.HandOver(ctx, id, user, to, noon)
	}
}

// advances lets the time bring a change to the task as it is.
func advances(kind bot.ChangeKind, at time.Time) step {
	return func(ctx context.Context, s *store.Store, id string) (bot.Task, bool, error) {
		t, err := s.Task(ctx, id)
		if err != nil || len(t.Due(at)) == 0 {
			return t, false, err
		}
		return s.Advance(ctx, t, kind, at)
	}
}

// taskRules is who may do what to a task as it stands: the last step is the question.
func taskRules(t *testing.T, s *store.Store) {
	ctx := context.Background()
	woken := advances(bot.ChangeWoken, noon.Add(time.Hour))
	for i, tt := range []struct {
		name    string
		steps   []step
		changed bool
		state   bot.TaskState
		owner   string
	}{
		{"an open task can be snoozed and stays nobody's", []step{snoozes("U1", time.Hour)}, true, bot.TaskSnoozed, ""},
		{"it is open again afterwards", []step{snoozes("U1", time.Hour), woken}, true, bot.TaskOpen, ""},
		{"a claimed task can be snoozed by its owner", []step{claims("U1"), snoozes("U1", time.Hour)}, true, bot.TaskSnoozed, "U1"},
		{"it is the owner's again afterwards", []step{claims("U1"), snoozes("U1", time.Hour), woken}, true, bot.TaskClaimed, "U1"},
		{"so is one that was handed over", []step{gives("U1", "U2"), snoozes("U2", time.Hour), woken}, true, bot.TaskClaimed, "U2"},
		{"a claimed task cannot be snoozed by somebody else", []step{claims("U1"), snoozes("U2", time.Hour)}, false, bot.TaskClaimed, "U1"},
		{"a snooze can be changed by whoever asked for it", []step{snoozes("U1", time.Hour), snoozes("U1", 2*time.Hour)}, true, bot.TaskSnoozed, ""},
		{"the same snooze again changes nothing", []step{snoozes("U1", time.Hour), snoozes("U1", time.Hour)}, false, bot.TaskSnoozed, ""},
		{"a snooze cannot be changed by somebody else", []step{snoozes("U1", time.Hour), snoozes("U2", 2*time.Hour)}, false, bot.TaskSnoozed, ""},
		{"a snoozed task of nobody can be claimed", []step{snoozes("U1", time.Hour), claims("U2")}, true, bot.TaskClaimed, "U2"},
		{"its owner can take up a snoozed task", []step{claims("U1"), snoozes("U1", time.Hour), claims("U1")}, true, bot.TaskClaimed, "U1"},
		{"somebody else cannot", []step{claims("U1"), snoozes("U1", time.Hour), claims("U2")}, false, bot.TaskSnoozed, "U1"},
		{"a task is not woken twice", []step{snoozes("U1", time.Hour), woken, woken}, false, bot.TaskOpen, ""},
		{"an open task can be handed over", []step{gives("U1", "U2")}, true, bot.TaskHandedOver, "U2"},
		{"one's own task can be handed over", []step{claims("U1"), gives("U1", "U2")}, true, bot.TaskHandedOver, "U2"},
		{"whoever got it can hand it on", []step{gives("U1", "U2"), gives("U2", "U3")}, true, bot.TaskHandedOver, "U3"},
		{"whoever gave it away cannot", []step{gives("U1", "U2"), gives("U1", "U3")}, false, bot.TaskHandedOver, "U2"},
		{"a task is not handed over to its owner", []step{gives("U1", "U2"), gives("U2", "U2")}, false, bot.TaskHandedOver, "U2"},
		{"a task that was handed over cannot be claimed", []step{gives("U1", "U2"), claims("U3")}, false, bot.TaskHandedOver, "U2"},
		{"a snoozed task can be handed over", []step{snoozes("U1", time.Hour), gives("U2", "U3")}, true, bot.TaskHandedOver, "U3"},
		{"an open task can be given up", []step{cannot("U1")}, true, bot.TaskCouldNot, ""},
		{"somebody else's cannot", []step{claims("U1"), cannot("U2")}, false, bot.TaskClaimed, "U1"},
		{"somebody else's can be done", []step{claims("U1"), finishes("U2")}, true, bot.TaskDone, "U1"},
		{"a snoozed task can be done", []step{claims("U1"), snoozes("U1", time.Hour), finishes("U2")}, true, bot.TaskDone, "U1"},
		{"what could not be done is not done", []step{cannot("U1"), finishes("U2")}, false, bot.TaskCouldNot, ""},
		{"what could not be done is not claimed", []step{cannot("U1"), claims("U1")}, false, bot.TaskCouldNot, ""},
		{"what is done is not snoozed", []step{finishes("U1"), snoozes("U1", time.Hour)}, false, bot.TaskDone, ""},
		{"what is done is not handed over", []step{finishes("U1"), gives("U1", "U2")}, false, bot.TaskDone, ""},
		{"what is done is not woken", []step{snoozes("U1", time.Hour), finishes("U1"), woken}, false, bot.TaskDone, ""},
	} {
		id := fmt.Sprint("t", i)
		open(t, s, id, "C1")
		var got bot.Task
		var changed bool
		var err error
		for _, do := range tt.steps {
			got, changed, err = do(ctx, s, id)
			ok(t, err)
		}
		want(t, tt.name+": changed", changed, tt.changed)
		want(t, tt.name+": state", got.State, tt.state)
		want(t, tt.name+": owner", got.ClaimedBy, tt.owner)
		stored, err := s.Task(ctx, id)
		ok(t, err)
		if diff := cmp.Diff(stored, got); diff != "" {
			t.Fatalf("%s: the task returned is not the one kept:\n%s", tt.name, diff)
		}
	}
}

// pressRace lets several people press the same at the same moment.
func pressRace(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for name, press := range map[string]func(user string) step{
		"snooze":    func(user string) step { return snoozes(user, time.Hour) },
		"hand over": func(user string) step { return gives(user, "U-"+user) },
		"could not": cannot,
	} {
		open(t, s, name, "C1")
		wins := race(t, func(i int) (bool, error) {
			got, changed, err := press(fmt.Sprint("U", i))(ctx, s, name)
			if got.Version != 2 {
				t.Errorf("%s: version %d", name, got.Version)
			}
			return changed, err
		})
		want(t, "people who were first with "+name, wins, 1)
		list, err := s.Changes(ctx, name, 0)
		ok(t, err)
		want(t, "changes kept of "+name, len(list), 1)
	}
}

// everythingAtOnce lets people do different things, and the time come, at the same moment: whatever is done is kept, in order
// and without a gap.
func everythingAtOnce(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for round := range 5 {
		id := fmt.Sprint("t", round)
		open(t, s, id, "C1")
		steps := []step{
			claims("U1"), snoozes("U2", time.Hour), gives("U3", "U4"), cannot("U5"), advances(bot.ChangeOverdue, noon.Add(time.Hour)),
			advances(bot.ChangeEscalated, noon.Add(2*time.Hour)), snoozes("U1", time.Hour), finishes("U6"),
		}
		wins := race(t, func(i int) (bool, error) {
			_, changed, err := steps[i%len(steps)](ctx, s, id)
			return changed, err
		})
		got, err := s.Task(ctx, id)
		ok(t, err)
		want(t, "it has ended", got.Ended(), true)
		want(t, "versions", got.Version, int64(1+wins))
		list, err := s.Changes(ctx, id, 0)
		ok(t, err)
		want(t, "changes kept", len(list), wins)
		for i, c := range list {
			want(t, "version of a change", c.Version, int64(2+i))
		}
		last := map[bot.TaskState]bot.ChangeKind{bot.TaskDone: bot.ChangeDone, bot.TaskCouldNot: bot.ChangeCouldNot}[got.State]
		want(t, "the last change", list[len(list)-1].Kind, last)
	}
}

// snoozeMovesDeadlines keeps the time a person has, however the snooze ends.
func snoozeMovesDeadlines(t *testing.T, s *store.Store) {
	ctx := context.Background()
	hour := noon.Add(time.Hour)
	for name, end := range map[string]func(id string) (bot.Task, bool, error){
		"woken":      func(id string) (bot.Task, bool, error) { return advances(bot.ChangeWoken, hour)(ctx, s, id) },
		"claimed":    func(id string) (bot.Task, bool, error) { return s.Claim(ctx, id, "U1", hour) },
		"given away": func(id string) (bot.Task, bool, error) { return s.HandOver(ctx, id, "U1", "U2", hour) },
	} {
		open(t, s, name, "C1")
		_, _, err := s.Snooze(ctx, name, "U1", noon.Add(20*time.Minute), noon)
		ok(t, err)
		_, _, err = s.Snooze(ctx, name, "U1", hour, noon.Add(10*time.Minute))
		ok(t, err)
		got, changed, err := end(name)
		ok(t, err)
		want(t, name+": changed", changed, true)
		want(t, name+": overdue", got.Overdue, task("", "").Overdue.Add(time.Hour))
		want(t, name+": escalated", got.Escalate, task("", "").Escalate.Add(time.Hour))
		want(t, name+": snoozed", got.SnoozedBy+got.SnoozedUntil.String()+got.SnoozedAt.String(), time.Time{}.String()+time.Time{}.String())
	}
	open(t, s, "late", "C1")
	late, _, err := advances(bot.ChangeOverdue, hour)(ctx, s, "late")
	ok(t, err)
	_, _, err = s.Snooze(ctx, "late", "U1", noon.Add(2*time.Hour), hour)
	ok(t, err)
	got, _, err := advances(bot.ChangeWoken, noon.Add(2*time.Hour))(ctx, s, "late")
	ok(t, err)
	want(t, "since when a task is overdue that was so before", got.Overdue, late.Overdue)
	want(t, "it is escalated later", got.Escalate, late.Escalate.Add(time.Hour))
}

func dueTasks(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.CreateTask(ctx, task("not posted", "C1")))
	ok(t, s.CreateTask(ctx, bot.Task{ID: "never", Posted: noon}))
	for _, id := range []string{"open", "done", "claimed", "snoozed"} {
		open(t, s, id, "C1")
	}
	for id, do := range map[string]step{"done": finishes("U1"), "claimed": claims("U1"), "snoozed": snoozes("U1", 3*time.Hour)} {
		got, _, err := do(ctx, s, id)
		ok(t, err)
		ok(t, s.SetTold(ctx, id, got.Version))
	}
	check := func(name string, after time.Duration, expect ...string) {
		t.Helper()
		list, err := s.DueTasks(ctx, noon.Add(after))
		ok(t, err)
		if diff := cmp.Diff(expect, ids(list)); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", name, diff)
		}
	}
	advance := func(id string, kind bot.ChangeKind, after time.Duration) {
		t.Helper()
		now, err := s.Task(ctx, id)
		ok(t, err)
		want(t, "replicas that found "+id+" "+string(kind), race(t, func(int) (bool, error) {
			_, changed, err := s.Advance(ctx, now, kind, noon.Add(after))
			return changed, err
		}), 1)
		ok(t, s.SetTold(ctx, id, now.Version+1))
	}
	check("before anything is overdue", time.Hour-time.Millisecond)
	check("overdue", time.Hour, "claimed", "open")
	advance("claimed", bot.ChangeOverdue, time.Hour)
	check("one was found overdue", time.Hour, "open")
	advance("open", bot.ChangeOverdue, time.Hour)
	check("both were", 2*time.Hour-time.Millisecond)
	check("to be escalated", 2*time.Hour, "claimed", "open")
	advance("claimed", bot.ChangeEscalated, 2*time.Hour)
	advance("open", bot.ChangeEscalated, 2*time.Hour)
	check("nothing more", 3*time.Hour-time.Millisecond)
	check("the snooze is over", 3*time.Hour, "snoozed")
	advance("snoozed", bot.ChangeWoken, 3*time.Hour)
	check("it has its hour again", 4*time.Hour-time.Millisecond)
	check("and is overdue then", 4*time.Hour, "snoozed")
}

// untold finds the changes whose job is lost.
func untold(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.CreateTask(ctx, bot.Task{ID: "t1"}))
	ok(t, s.TaskPosted(ctx, "t1", bot.MessageRef{Channel: "C1", TS: "1.1"}, noon))
	got, _, err := s.HandOver(ctx, "t1", "U1", "U2", noon)
	ok(t, err)
	want(t, "told", got.Told, 1)
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  int
	}{{"its job may be under way", time.Second, 0}, {"it is lost", time.Minute, 1}, {"nobody waits for it any more", 8 * 24 * time.Hour, 0}} {
		list, err := s.DueTasks(ctx, noon.Add(tt.after))
		ok(t, err)
		want(t, tt.name, len(list), tt.want)
	}
	list, err := s.Changes(ctx, "t1", 1)
	ok(t, err)
	if diff := cmp.Diff([]bot.Change{{Version: 2, Kind: bot.ChangeHandedOver, By: "U1", To: "U2", At: noon}}, list); diff != "" {
		t.Fatalf("changes (-want +got):\n%s", diff)
	}
	list, err = s.Changes(ctx, "t1", 2)
	ok(t, err)
	want(t, "changes since the last one", len(list), 0)
	for _, version := range []int64{2, 1} {
		ok(t, s.SetTold(ctx, "t1", version))
		got, err = s.Task(ctx, "t1")
		ok(t, err)
		want(t, "told, which only goes up", got.Told, 2)
	}
	due, err := s.DueTasks(ctx, noon.Add(time.Minute))
	ok(t, err)
	want(t, "tasks to tell of", len(due), 0)
}
