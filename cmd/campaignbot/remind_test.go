package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// slash types a command and returns what the person reads in private.
func (r *rig) slash(t *testing.T, user, text string) string {
	t.Helper()
	got, err := r.slack.Slash(within(t), user, ops, "/campaign "+text)
	if err != nil || got.Error != "" || got.Message == nil {
		t.Fatalf("%s: %v %+v\n%s", text, err, got, r.log)
	}
	return got.Message.Text
}

// modal waits for the modal that a person sees.
func (r *rig) modal(t *testing.T, user, holds string) localslack.View {
	t.Helper()
	v, err := r.slack.AwaitView(within(t), func(v localslack.View) bool {
		return v.User == user && v.Open && strings.Contains(string(v.Content), holds)
	})
	if err != nil {
		t.Fatalf("no modal with %q: %v\n%s", holds, err, r.log)
	}
	return v
}

func (r *rig) submit(t *testing.T, user string, v localslack.View, values map[string]string) localslack.View {
	t.Helper()
	got, err := r.slack.Submit(within(t), user, v.ID, values)
	if err != nil || got.Error != "" {
		t.Fatalf("%v %+v\n%s", err, got, r.log)
	}
	return *got.View
}

func TestAReminderIsMadeInTheFormAndPosted(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, reminders)
		if got, err := r.slack.Slash(within(t), bram, ops, "/campaign remind add"); err != nil || got.Error != "" || got.Message != nil {
			t.Fatalf("%v %+v", err, got)
		}
		form := r.modal(t, bram, "Nieuwe herinnering")
		in := map[string]string{"text": "dubbelen <!channel> in de import nakijken", "when": "elke maandagochtend vroeg", "mention": carla, "due": "2h0m0s"}
		faulty := r.submit(t, bram, form, in)
		if !faulty.Open || !strings.Contains(faulty.Errors["when"], "elke werkdag om 08:30") {
			t.Fatalf("errors %v", faulty.Errors)
		}
		in["when"] = "elke dag om 07:15"
		shown := r.submit(t, bram, faulty, in)
		if !shown.Open || !strings.Contains(string(shown.Content), "De volgende keren") || strings.Count(string(shown.Content), "<!date^") != 5 {
			t.Fatalf("shown: %s", shown.Content)
		}
		made := r.submit(t, bram, shown, nil)
		if !made.Open || !strings.Contains(string(made.Content), "staat ingesteld") {
			t.Fatalf("made: %s", made.Content)
		}
		list := r.slash(t, bram, "remind list")
		if !strings.Contains(list, "dubbelen-channel-in-de-import") || !strings.Contains(list, "Slack") {
			t.Errorf("the list: %s", list)
		}
		r.moveTo(t, 7, 15)
		posted := r.await(t, ops, "in de import nakijken")
		if strings.Contains(string(posted.Blocks), "<!channel>") || !strings.Contains(string(posted.Blocks), "<@"+carla+">") {
			t.Errorf("posted: %s", posted.Blocks)
		}
		r.press(t, carla, posted.TS, "reminder.claim")
		r.awaitEdit(t, posted, "Opgepakt door")
	})
}

func (r *rig) press(t *testing.T, user, ts, action string) {
	t.Helper()
	if got, err := r.slack.Press(within(t), user, ops, ts, action, ""); err != nil || got.Error != "" {
		t.Fatalf("%s: %v %+v", action, err, got)
	}
}

func (r *rig) awaitEdit(t *testing.T, m localslack.Message, text string) {
	t.Helper()
	_, err := r.slack.Await(within(t), func(now localslack.Message) bool { return now.TS == m.TS && strings.Contains(now.Text, text) })
	if err != nil {
		t.Fatalf("the message does not say %q: %v\n%s", text, err, r.log)
	}
}

func TestAReminderOutlivesARestartAndIsPausedAndDeleted(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		r := newRig(t, config.ModeSocket, url, reminders)
		made := r.slash(t, bram, "remind #campaign-ops every day at 07:15 count the queues")
		if !strings.Contains(made, "count-the-queues") {
			t.Fatal(made)
		}
		r.stop(t)
		r.start(t)
		r.moveTo(t, 7, 15)
		r.await(t, ops, "count the queues")
		r.eventually(t, "the history has the post", func() bool {
			return strings.Contains(r.slash(t, bram, "remind history count-the-queues"), "Geplaatst: 1")
		})
		for _, step := range [][3]string{
			{ann, "remind pause count-the-queues", "is from <@" + bram + ">"}, {bram, "remind pause count-the-queues", "is gepauzeerd"},
		} {
			if got := r.slash(t, step[0], step[1]); !strings.Contains(got, step[2]) {
				t.Errorf("%s: %s", step[1], got)
			}
		}
		r.moveTo(t, 7, 15)
		if got := r.slash(t, bram, "remind resume count-the-queues"); !strings.Contains(got, "gaat verder") {
			t.Error(got)
		}
		if got := r.slash(t, bram, "remind delete count-the-queues"); !strings.Contains(got, "is verwijderd") {
			t.Error(got)
		}
		if got := r.slash(t, bram, "remind restore count-the-queues"); !strings.Contains(got, "is terug") {
			t.Error(got)
		}
		history := r.slash(t, bram, "remind history count-the-queues")
		if !strings.Contains(history, "Geplaatst: 1, te laat: 0, overgeslagen: 1") || !strings.Contains(history, "gepauzeerd") {
			t.Errorf("history: %s", history)
		}
		if got := r.slash(t, bram, "remind run count-the-queues"); !strings.Contains(got, "wordt nu geplaatst") {
			t.Error(got)
		}
		first := r.await(t, ops, "count the queues")
		_, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.FromBot() && m.Channel == ops && m.TS != first.TS && strings.Contains(m.Text, "count the queues") && !m.Ephemeral()
		})
		if err != nil {
			t.Fatalf("not posted: %v\n%s", err, r.log)
		}
	})
}

func TestTheResultAndTheChosenSnoozeGoThroughTheirForms(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, reminders)
		r.moveTo(t, 8, 30)
		posted := r.await(t, ops, "Herstart de mislukte exports")
		r.choose(t, ann, posted.TS, "reminder.snooze", "other")
		snooze := r.modal(t, ann, "datetimepicker")
		past := r.submit(t, ann, snooze, map[string]string{"until": "1000000000"})
		if !past.Open || !strings.Contains(past.Errors["until"], "to come") {
			t.Fatalf("errors %v", past.Errors)
		}
		until := r.clock.Now().Add(3 * time.Hour)
		if v := r.submit(t, ann, past, map[string]string{"until": strconv.FormatInt(until.Unix(), 10)}); v.Open {
			t.Errorf("the form stays: %s", v.Content)
		}
		r.awaitEdit(t, posted, "Uitgesteld tot")
		r.press(t, ann, posted.TS, "reminder.done")
		r.awaitEdit(t, posted, "Gedaan door")
		r.press(t, ann, posted.TS, "reminder.result")
		form := r.modal(t, ann, "Rows read")
		if _, err := r.slack.Submit(within(t), ann, form.ID, map[string]string{"rows": "many"}); !isFieldError(err) {
			t.Errorf("the client sends what is no number: %v", err)
		}
		if v := r.submit(t, ann, form, map[string]string{"rows": "1200", "rejected": "3", "note": "file of <Monday> & Tuesday"}); v.Open {
			t.Errorf("the form stays: %s, %v", v.Content, v.Errors)
		}
		r.awaitEdit(t, posted, "1200 regels · 3 afgekeurd")
		r.await(t, ops, "Resultaat van")
		if got := r.slash(t, ann, "digest"); !strings.Contains(got, "1200 rows · 3 rejected · Note: file of &lt;Monday&gt; &amp; Tuesday") {
			t.Errorf("the digest: %s", got)
		}
	})
}

func isFieldError(err error) bool {
	var fields localslack.FieldErrors
	return errors.As(err, &fields)
}

// TestReplicasTakeOverWhatAnotherOneChanged lets two replicas on one store see what the other one made and paused.
func TestReplicasTakeOverWhatAnotherOneChanged(t *testing.T) {
	url := storetest.Postgres(t)
	a, b := newRig(t, config.ModeSocket, url, reminders), newRig(t, config.ModeSocket, url, reminders)
	a.slash(t, ann, "remind every day at 07:15 count the queues")
	inForce := func(want func(bot.Schedule) bool) {
		t.Helper()
		ctx := within(t)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			if slices.ContainsFunc(b.program.timetable.Schedules(), want) {
				tick.Stop()
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				t.Fatalf("the other replica has %+v\n%s", b.program.timetable.Schedules(), b.log)
			}
		}
	}
	is := func(paused bool) func(bot.Schedule) bool {
		return func(s bot.Schedule) bool { return s.ID == "count-the-queues" && s.Paused.IsZero() != paused }
	}
	inForce(is(false))
	a.slash(t, ann, "remind pause count-the-queues")
	inForce(is(true))
	if got := b.slash(t, ann, "remind resume count-the-queues"); !strings.Contains(got, "goes on") {
		t.Error(got)
	}
}

func TestAdministratorsOfAGroupChangeWhatOthersMade(t *testing.T) {
	r := newRig(t, config.ModeSocket, sqliteURL(t), reminders+"permissions: {admins: [S0LEADS01]}\n")
	r.slash(t, ann, "remind every day at 07:15 count the queues")
	if got := r.slash(t, carla, "remind pause count-the-queues"); !strings.Contains(got, "ist pausiert") {
		t.Errorf("a member of the group: %s", got)
	}
	if got := r.slash(t, bram, "remind delete count-the-queues"); !strings.Contains(got, "beheerders") {
		t.Errorf("somebody else: %s", got)
	}
}

func TestMembersOfAGroupAreRemembered(t *testing.T) {
	clock := &bot.ShiftedClock{}
	var asked int
	var failure error
	var failed []string
	a := &admins{ids: func() []string { return []string{"U1", "S1"} }, clock: clock, failed: func(group string, _ error) { failed = append(failed, group) },
		members: func(context.Context, string) ([]string, error) { asked++; return []string{"U2"}, failure }}
	for _, step := range []struct {
		name  string
		after time.Duration
		down  bool
		user  string
		want  bool
		asked int
	}{
		{"a person", 0, false, "U1", true, 0},
		{"a member", 0, false, "U2", true, 1},
		{"somebody else, from memory", 0, false, "U3", false, 1},
		{"a minute later Slack is asked again", time.Minute, false, "U2", true, 2},
		{"while Slack is away the last answer counts", time.Hour, true, "U2", true, 3},
	} {
		clock.Move(step.after)
		if failure = nil; step.down {
			failure = errors.New("away")
		}
		if got := a.has(t.Context(), step.user); got != step.want || asked != step.asked {
			t.Errorf("%s: %v, asked %d times", step.name, got, asked)
		}
	}
	if len(failed) != 1 {
		t.Errorf("failures told: %v", failed)
	}
}

func TestSchedulesOfTheConfigurationGoBeforeThoseMadeInSlack(t *testing.T) {
	schedule := func(id, when string) bot.Schedule { return bot.Schedule{ID: id, When: when, TimeZone: "UTC"} }
	configured := []bot.Schedule{schedule("a", "every day at 9:00")}
	list, leftOut := merge(configured, []bot.Schedule{
		schedule("a", "every day at 10:00"), schedule("b", "every day at 11:00"), schedule("c", "in a phrase of a later version"),
	})
	if len(list) != 2 || list[0].When != "every day at 9:00" || list[1].ID != "b" {
		t.Errorf("in force: %+v", list)
	}
	if len(leftOut) != 2 || leftOut[0].ID != "a" || leftOut[1].ID != "c" {
		t.Errorf("left out: %+v", leftOut)
	}
}

// TestTheCommandsShowWhatWasMadeInSlack asks the store of a bot that runs.
func TestTheCommandsShowWhatWasMadeInSlack(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		r := newRig(t, config.ModeSocket, url, reminders)
		r.slash(t, bram, "remind every day at 07:15 count the queues")
		r.moveTo(t, 7, 15)
		r.await(t, ops, "count the queues")
		env := []string{"CAMPAIGNBOT_STORE_URL=" + url}
		for _, c := range []struct {
			args []string
			want string
			not  bool
		}{
			{[]string{"schedule", "preview", "--config", r.file, "--slack", "--days", "2"}, "07:15 CET  count-the-queues", false},
			{[]string{"schedule", "preview", "--config", r.file, "--days", "2"}, "count-the-queues", true},
			{[]string{"schedule", "history", "count-the-queues", "--config", r.file}, "count-the-queues · reminder · C0OPS0001 · Europe/Amsterdam", false},
		} {
			code, out, errs := cli(t, env, "", c.args...)
			if code != exitOK || strings.Contains(out, c.want) == c.not {
				t.Errorf("%v: exit code %d\n%s%s", c.args, code, out, errs)
			}
		}
	})
}

func TestAPostThatWaitsIsNotMadeWhenItsReminderIsDeleted(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		r := newRig(t, config.ModeSocket, url, reminders)
		for _, id := range []string{"delete", "pause", "keep"} {
			r.slash(t, bram, "remind every day at 07:15 "+id+" this")
		}
		r.slack.Faults().Inject(post, localslack.Fault{Kind: localslack.RateLimited, Every: 1, Delay: 2 * time.Second})
		r.moveTo(t, 7, 15)
		r.eventually(t, "Slack refuses the posts for now", func() bool { return len(r.slack.Calls(post)) >= 3 })
		r.slash(t, bram, "remind delete delete-this")
		r.slash(t, bram, "remind pause pause-this")
		r.slack.Faults().Clear()
		r.await(t, ops, "keep this")
		for id, want := range map[string]string{"delete-this": "verwijderd", "pause-this": "gepauzeerd"} {
			r.eventually(t, id+" is skipped", func() bool {
				return strings.Contains(r.slash(t, bram, "remind history "+id), "overgeslagen: "+want)
			})
			if n := r.fromBot(ops, "Herinnering: "+id[:len(id)-5]+" this"); n != 0 {
				t.Errorf("%s is posted %d times", id, n)
			}
		}
		if got := r.slash(t, bram, "remind run pause-this"); !strings.Contains(got, "wordt nu geplaatst") {
			t.Error(got)
		}
		r.await(t, ops, "pause this")
	})
}
