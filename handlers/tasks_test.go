package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
)

func (m *memory) CreateTask(_ context.Context, t bot.Task) error {
	t.Version = 1
	m.task = t
	return m.down
}

func (m *memory) TaskPosted(context.Context, string, bot.MessageRef, time.Time) error { return m.down }

func (m *memory) Task(_ context.Context, id string) (bot.Task, error) {
	if id != m.task.ID {
		return bot.Task{}, errMissing
	}
	return m.task, m.down
}

// change changes the task if it may.
func (m *memory) change(id string, may bool, set func(*bot.Task)) (bot.Task, bool, error) {
	if id != m.task.ID {
		return bot.Task{}, false, errMissing
	}
	if may && m.down == nil {
		set(&m.task)
		m.task.Version++
	}
	return m.task, may, m.down
}

func (m *memory) free(user string) bool {
	return !m.task.Ended() && (m.task.ClaimedBy == "" || m.task.ClaimedBy == user)
}

func (m *memory) Claim(_ context.Context, id, user string, now time.Time) (bot.Task, bool, error) {
	return m.change(id, m.task.State == bot.TaskOpen, func(t *bot.Task) { t.State, t.ClaimedBy, t.ClaimedAt = bot.TaskClaimed, user, now })
}

func (m *memory) Done(_ context.Context, id, user string, now time.Time) (bot.Task, bool, error) {
	return m.change(id, !m.task.Ended(), func(t *bot.Task) { t.State, t.DoneBy, t.DoneAt = bot.TaskDone, user, now })
}

func (m *memory) CouldNot(_ context.Context, id, user string, now time.Time) (bot.Task, bool, error) {
	return m.change(id, m.free(user), func(t *bot.Task) { t.State, t.DoneBy, t.DoneAt = bot.TaskCouldNot, user, now })
}

func (m *memory) Snooze(_ context.Context, id, user string, until, now time.Time) (bot.Task, bool, error) {
	may := m.free(user) && (m.task.SnoozedBy == "" || m.task.SnoozedBy == user)
	return m.change(id, may, func(t *bot.Task) {
		t.State, t.SnoozedBy, t.SnoozedAt, t.SnoozedUntil = bot.TaskSnoozed, user, now, until
	})
}

func (m *memory) SetResult(_ context.Context, id, user string, r bot.Result, now time.Time) (bot.Task, bool, error) {
	r.At = now
	return m.change(id, m.task.State == bot.TaskDone && m.task.DoneBy == user, func(t *bot.Task) { t.Result = r })
}

func (m *memory) Results(context.Context, string, time.Time) ([]bot.Task, error) {
	return m.results, m.down
}

func (m *memory) HandOver(_ context.Context, id, user, to string, now time.Time) (bot.Task, bool, error) {
	return m.change(id, m.free(user) && m.task.ClaimedBy != to, func(t *bot.Task) {
		t.State, t.HandedBy, t.ClaimedBy, t.ClaimedAt = bot.TaskHandedOver, user, to, now
	})
}

func (m *memory) OpenTasks(context.Context, string) ([]bot.Task, error) {
	if m.task.ID == "" || m.task.Ended() {
		return nil, m.down
	}
	return []bot.Task{m.task}, m.down
}

func (m *memory) EndedTasks(_ context.Context, _ string, since time.Time) ([]bot.Task, error) {
	if !m.task.Ended() || m.task.DoneAt.Before(since) {
		return nil, m.down
	}
	return []bot.Task{m.task}, m.down
}

const (
	ann   = "U0ANN0001"
	bram  = "U0BRAM001"
	carla = "U0CARLA01"
)

// postedTask is a task whose message stands in the channel.
func (r *rig) postedTask(t *testing.T) string {
	t.Helper()
	_, err := r.set.Compose[bot.KindReminder](context.Background(), failedExports(noon, 0))
	must(t, err)
	r.memory.task.Posted, r.memory.task.Ref = noon, bot.MessageRef{Channel: "C1", TS: "1.0"}
	return r.memory.task.ID
}

// TestWhatPeopleReadOfATask compares every state of a task, what the presser reads and what its thread tells with a golden
// file for each language.
func TestWhatPeopleReadOfATask(t *testing.T) {
	for _, lang := range bot.Languages() {
		t.Run(lang, func(t *testing.T) {
			r := newRig(t, lang)
			var b strings.Builder
			show := func(what string, reply bot.Reply) {
				b.WriteString("=== " + what + "\n\n" + r.renderer.Plain(reply) + "\n\n")
			}
			look := func(what string) {
				show(what, r.reminder.Show(r.memory.task))
				show(what+", in the digest", r.digest(t))
			}
			told := func(what string, c bot.Change) {
				c.At = noon
				for _, out := range r.reminder.Change(r.memory.task, c) {
					show(what+", in "+out.Channel+" "+out.Thread, out.Reply)
				}
			}
			until := noon.Add(2 * time.Hour)
			for _, kind := range []bot.ChangeKind{bot.ChangeClaimed, bot.ChangeHandedOver, bot.ChangeSnoozed, bot.ChangeDone, bot.ChangeCouldNot} {
				r.postedTask(t)
				told(string(kind), bot.Change{Kind: kind, By: ann, To: bram, Until: until})
			}
			told("woken", bot.Change{Kind: bot.ChangeWoken})
			told("woken, and somebody has it", bot.Change{Kind: bot.ChangeWoken, To: bram})
			told("overdue", bot.Change{Kind: bot.ChangeOverdue})
			told("overdue, and somebody has it", bot.Change{Kind: bot.ChangeOverdue, To: bram})
			told("escalated", bot.Change{Kind: bot.ChangeEscalated, To: "C0LEAD001"})
			told("escalated to a person", bot.Change{Kind: bot.ChangeEscalated, To: carla})

			id := r.postedTask(t)
			r.memory.task.Overdue, r.memory.task.NudgedAt, r.memory.task.RaisedAt = noon.Add(-time.Hour), noon.Add(-time.Hour), noon
			look("an overdue task that is escalated")
			show("to the one who snoozes", r.choose(ann, "reminder.snooze", id, "2h0m0s"))
			show("to somebody else who snoozes", r.choose(bram, "reminder.snooze", id, "30m0s"))
			look("a snoozed task")
			show("to the one who snoozes until tomorrow", r.choose(ann, "reminder.snooze", id, "tomorrow"))
			id = r.postedTask(t)
			show("to the one who hands over", r.choose(ann, "reminder.hand_over", id, bram))
			show("to somebody else who hands over", r.choose(carla, "reminder.hand_over", id, ann))
			look("a task that was handed over")
			id = r.postedTask(t)
			show("to the one who hands over to a bot", r.choose(ann, "reminder.hand_over", id, "U0BOT0001"))
			b.WriteString("=== the form of another snooze\n\n" + r.formText(lang, r.choose(ann, "reminder.snooze", id, "other").Form))
			show("to the one who could not", r.press(ann, "reminder.could_not", id))
			show("to somebody else", r.press(bram, "reminder.could_not", id))
			look("a task that could not be done")
			id = r.postedTask(t)
			show("to the one who has done it", r.press(ann, "reminder.done", id))
			look("a task that is done")
			b.WriteString("=== the form of its result\n\n" + r.formText(lang, r.press(ann, "reminder.result", id).Form))
			show("to somebody else who adds a result", r.press(bram, "reminder.result", id))
			for _, bad := range []map[string]string{{}, {"rows": "many"}, {"note": strings.Repeat("x", 1001)}} {
				b.WriteString(r.renderer.Label(lang, r.submit(ann, "reminder.result", id, bad).Fault.Line) + "\n\n")
			}
			b.WriteString(r.renderer.Label(lang, r.submit(ann, "reminder.snooze", id, nil).Fault.Line) + "\n\n")
			r.submit(ann, "reminder.result", id, map[string]string{"rows": "1", "rejected": "0", "duplicates": "2", "note": "one *odd* file"})
			look("a task that is done, with its result")
			told("result", bot.Change{Kind: bot.ChangeResult, By: ann})
			golden(t, "task."+lang+".txt", b.String())
		})
	}
}

func (r *rig) submit(user, action, value string, inputs map[string]string) bot.Reply {
	return r.router.Route(context.Background(), bot.Request{ID: "ref23", Surface: bot.Submission, User: user, Channel: "C1", Message: "1.0", Action: action, Value: value, Inputs: inputs})
}

func TestTheResultOfATask(t *testing.T) {
	all := map[string]string{"rows": "1200", "rejected": "3", "duplicates": "0", "note": " file of Monday \n"}
	for _, c := range []struct {
		name   string
		in     map[string]string
		want   bot.Result
		faulty string // input
	}{
		{"everything", all, bot.Result{Rows: bot.Number{Value: 1200, Given: true}, Rejected: bot.Number{Value: 3, Given: true}, Duplicates: bot.Number{Given: true}, Note: "file of Monday"}, ""},
		{"one number", map[string]string{"rejected": "3"}, bot.Result{Rejected: bot.Number{Value: 3, Given: true}}, ""},
		{"a note", map[string]string{"note": "file of Monday"}, bot.Result{Note: "file of Monday"}, ""},
		{"nothing", nil, bot.Result{}, "rows"},
		{"blanks", map[string]string{"note": "  "}, bot.Result{}, "rows"},
		{"a number below zero", map[string]string{"rows": "-1"}, bot.Result{}, "rows"},
		{"words for a number", map[string]string{"duplicates": "a few"}, bot.Result{}, "duplicates"},
		{"a number that nobody can count to", map[string]string{"rejected": "9999999999999999"}, bot.Result{}, "rejected"},
		{"a note that is too long", map[string]string{"note": strings.Repeat("é", 1001)}, bot.Result{}, "note"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "en")
			id := r.postedTask(t)
			r.press(ann, "reminder.done", id)
			r.memory.jobs = nil
			reply := r.submit(ann, "reminder.result", id, c.in)
			got := r.memory.task.Result
			if c.faulty != "" {
				if reply.Fault == nil || reply.Fault.Input != c.faulty || !got.IsZero() || len(r.memory.jobs) > 0 {
					t.Errorf("fault %+v, kept %+v, %d jobs", reply.Fault, got, len(r.memory.jobs))
				}
				return
			}
			if got.At = (time.Time{}); got != c.want || !reply.Title.IsZero() || len(r.memory.jobs) != 1 {
				t.Errorf("kept %+v, said %+v, %d jobs", got, reply.Title, len(r.memory.jobs))
			}
			form := r.press(ann, "reminder.result", id).Form
			for i, want := range []string{c.in["rows"], c.in["rejected"], c.in["duplicates"], strings.TrimSpace(c.in["note"])} {
				if form.Inputs[i].Value != want {
					t.Errorf("the form comes back with %q for %s", form.Inputs[i].Value, form.Inputs[i].Name)
				}
			}
		})
	}
	r := newRig(t, "en")
	id := r.postedTask(t)
	for _, reply := range []bot.Reply{r.press(ann, "reminder.result", id), r.submit(ann, "reminder.result", id, all), r.submit(ann, "reminder.result", "gone", all)} {
		if reply.Form != nil || !r.memory.task.Result.IsZero() || !strings.HasPrefix(reply.Title.Key, "error.") {
			t.Errorf("before it is done: %+v", reply)
		}
	}
}

func TestASnoozeUntilAChosenTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		until string
		ok    bool
	}{
		{"tomorrow", strconv.FormatInt(noon.Add(24*time.Hour).Unix(), 10), true},
		{"in two months", strconv.FormatInt(noon.Add(60*24*time.Hour).Unix(), 10), true},
		{"later than that", strconv.FormatInt(noon.Add(60*24*time.Hour).Unix()+1, 10), false},
		{"now", strconv.FormatInt(noon.Unix(), 10), false},
		{"nothing", "", false},
		{"no number", "soon", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "en")
			id := r.postedTask(t)
			reply := r.submit(ann, "reminder.snooze", id, map[string]string{"until": c.until})
			if snoozed := r.memory.task.State == bot.TaskSnoozed; snoozed != c.ok || (reply.Fault == nil) != c.ok {
				t.Errorf("snoozed: %v, fault %+v", snoozed, reply.Fault)
			}
		})
	}
	r := newRig(t, "en")
	id := r.postedTask(t)
	r.press(bram, "reminder.done", id)
	if reply := r.submit(ann, "reminder.snooze", id, map[string]string{"until": strconv.FormatInt(noon.Add(time.Hour).Unix(), 10)}); reply.Title.Key != "reminder.already_done" {
		t.Errorf("after somebody was first: %+v", reply.Title)
	}
}

func TestEveryPressHasTheMessageEdited(t *testing.T) {
	r := newRig(t, "en")
	id := r.postedTask(t)
	r.press(ann, "reminder.claim", id)
	r.press(bram, "reminder.claim", id)
	r.choose(ann, "reminder.snooze", id, "30m0s")
	r.choose(ann, "reminder.hand_over", id, bram)
	r.press(bram, "reminder.done", id)
	var keys []string
	for _, j := range r.memory.jobs {
		if j.Kind != bot.JobEdit {
			t.Errorf("job %+v", j)
		}
		keys = append(keys, strings.TrimPrefix(j.Key, id))
	}
	if want := []string{"#2#ref23", "#2#ref23", "#3#ref23", "#4#ref23", "#5#ref23"}; !slices.Equal(keys, want) {
		t.Errorf("edits %v, want %v", keys, want)
	}
}

func TestPressesAreCheckedWhenPressed(t *testing.T) {
	done := func(r *rig, id string) { r.press(ann, "reminder.done", id) }
	claimed := func(r *rig, id string) { r.press(ann, "reminder.claim", id) }
	nothing := func(*rig, string) {}
	for _, tt := range []struct {
		name           string
		before         func(r *rig, id string)
		action, choice string
		want           string // phrase that Bram reads
	}{
		{"a claim of a task that is done", done, "reminder.claim", "", "reminder.already_done"},
		{"a claim of somebody else's", claimed, "reminder.claim", "", "reminder.already_claimed"},
		{"done after done", done, "reminder.done", "", "reminder.already_done"},
		{"done of somebody else's counts", claimed, "reminder.done", "", "reminder.you_done"},
		{"could not of somebody else's", claimed, "reminder.could_not", "", "reminder.already_claimed"},
		{"could not of a task that is done", done, "reminder.could_not", "", "reminder.already_done"},
		{"a snooze of somebody else's", claimed, "reminder.snooze", "30m0s", "reminder.already_claimed"},
		{"a snooze of a task that is done", done, "reminder.snooze", "tomorrow", "reminder.already_done"},
		{"a snooze that nobody offers", nothing, "reminder.snooze", "1000h0m0s", "error.stale_button"},
		{"a snooze without a choice", nothing, "reminder.snooze", "", "error.stale_button"},
		{"handing over somebody else's", claimed, "reminder.hand_over", carla, "reminder.already_claimed"},
		{"handing over to oneself is a claim", nothing, "reminder.hand_over", bram, "reminder.you_claimed"},
		{"handing over to whoever has it", claimed, "reminder.hand_over", ann, "reminder.you_handed_over"},
		{"handing over to Slackbot", nothing, "reminder.hand_over", "USLACKBOT", "error.not_a_person"},
		{"handing over to a channel", nothing, "reminder.hand_over", "C0OPS0001", "error.stale_button"},
		{"handing over to something that would ring everybody", nothing, "reminder.hand_over", "U0|<!channel>", "error.stale_button"},
		{"handing over to nobody", nothing, "reminder.hand_over", "", "error.stale_button"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, "en")
			id := r.postedTask(t)
			tt.before(r, id)
			if got := r.choose(bram, tt.action, id, tt.choice); got.Title.Key != tt.want || got.To != bot.ToAsker {
				t.Errorf("Bram reads %q as %q, want %q", got.Title.Key, got.To, tt.want)
			}
			if got := r.choose(bram, tt.action, "gone", tt.choice); got.Title.Key != "error.task_gone" && !strings.HasPrefix(tt.want, "error.") {
				t.Errorf("of a task that is gone: %q", got.Title.Key)
			}
		})
	}
}

func TestNobodyIsRungForATaskThatHasEnded(t *testing.T) {
	r := newRig(t, "en")
	id := r.postedTask(t)
	r.press(ann, "reminder.done", id)
	for _, kind := range []bot.ChangeKind{bot.ChangeWoken, bot.ChangeOverdue, bot.ChangeEscalated} {
		if got := r.reminder.Change(r.memory.task, bot.Change{Kind: kind, To: bram}); len(got) != 0 {
			t.Errorf("%s: %d messages", kind, len(got))
		}
	}
	if got := r.reminder.Change(r.memory.task, bot.Change{Kind: bot.ChangeClaimed, By: ann}); len(got) != 1 {
		t.Errorf("claimed: %d messages", len(got))
	}
}

// TestDeadlinesOfATask posts at noon what is due after two hours and escalated after four.
func TestDeadlinesOfATask(t *testing.T) {
	for _, tt := range []struct {
		name              string
		workingDaysOnly   bool
		overdue, escalate time.Duration // after noon
		post              bot.DuePost
	}{
		{"on a working day", true, 2 * time.Hour, 4 * time.Hour, failedExports(noon, 0)},
		{"a holiday is passed over, and the distance stays", true, 20 * time.Hour, 22 * time.Hour, onAHoliday(failedExports(noon, 0))},
		{"any other schedule does not wait", false, 2 * time.Hour, 4 * time.Hour, onAHoliday(failedExports(noon, 0))},
		{"quiet hours are waited out, and the distance stays", false, 18 * time.Hour, 20 * time.Hour, quiet(failedExports(noon, 0), 14, 7)},
		{"only the escalation falls into quiet hours, and waits for their end", false, 2 * time.Hour, 5 * time.Hour, quiet(failedExports(noon, 0), 16, 18)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, "en")
			tt.post.Schedule.WorkingDaysOnly = tt.workingDaysOnly
			_, err := r.set.Compose[bot.KindReminder](context.Background(), tt.post)
			must(t, err)
			if got := r.memory.task.Overdue.Sub(noon); got != tt.overdue {
				t.Errorf("overdue after %s, want %s", got, tt.overdue)
			}
			if got := r.memory.task.Escalate.Sub(noon); got != tt.escalate {
				t.Errorf("escalated after %s, want %s", got, tt.escalate)
			}
		})
	}
}

// onAHoliday makes the day a holiday: 09:00 of the next one in Amsterdam is 20 hours after noon in UTC.
func onAHoliday(due bot.DuePost) bot.DuePost {
	due.Schedule.Holidays = []string{noon.Format(time.DateOnly)}
	return due
}

// quiet sets the hours, of Amsterdam's clocks, in which nobody is rung.
func quiet(due bot.DuePost, from, until int) bot.DuePost {
	due.Schedule.QuietHours = bot.QuietHours{From: from * 60, Until: until * 60}
	return due
}
