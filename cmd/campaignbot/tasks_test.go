package main

import (
	"slices"
	"strings"
	"testing"

	"campaignbot/bot/localslack"
)

// escalated is a configuration with a reminder that is overdue after two hours and escalated to Carla after four.
const escalated = `
channels: [{id: C0OPS0001, instance: prod, language: nl}]
schedules:
  - {id: failed-exports, cron: "30 8 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001, kind: reminder, due: 2h,
     escalate: {after: 4h, to: U0CARLA01}, mention: [U0ANN0001], text: {en: Re-run the failed exports, nl: Herstart de mislukte exports}}
  - {id: overview, cron: "0 17 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001, kind: digest}
`

// choose chooses from a menu of the message, as it is now.
func (r *rig) choose(t *testing.T, user, ts, action, choice string) {
	t.Helper()
	for _, m := range r.slack.Messages(ops) {
		_, rest, found := strings.Cut(string(m.Blocks), `"`+action+"=")
		if m.TS != ts || !found {
			continue
		}
		id, _, _ := strings.Cut(rest, `"`)
		if got, err := r.slack.Press(within(t), user, ops, ts, action+"="+id, choice); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		return
	}
	t.Fatalf("the message offers no %s", action)
}

// awaitThread waits until the thread of a message holds these beginnings of lines, and no others.
func (r *rig) awaitThread(t *testing.T, ts string, want ...string) {
	t.Helper()
	var got []string
	_, err := r.slack.Await(within(t), func(m localslack.Message) bool {
		return m.ThreadTS == ts && strings.HasPrefix(m.Text, want[len(want)-1])
	})
	for _, m := range r.slack.Messages(ops) {
		if m.ThreadTS == ts {
			got = append(got, m.Text)
		}
	}
	if err != nil || !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Fatalf("the thread tells\n%s\nwant\n%s\n%v\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), err, r.log)
	}
}

func (r *rig) restart(t *testing.T) {
	t.Helper()
	r.stop(t)
	r.start(t)
}

// TestATaskGoesItsWayOverRestarts snoozes a task, wakes it, hands it over, lets it get overdue and escalated, and ends it,
// with restarts in between.
func TestATaskGoesItsWayOverRestarts(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, escalated)
		r.moveTo(t, 8, 30)
		ts := r.await(t, ops, "Herstart de mislukte exports").TS
		tells := []string{"Uitgesteld tot"}
		r.choose(t, bram, ts, "reminder.snooze", "30m0s")
		r.awaitThread(t, ts, tells...)
		awaitEdit(t, r, ts, bram)
		r.choose(t, ann, ts, "reminder.snooze", "2h0m0s")
		if _, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.VisibleTo == ann && strings.Contains(m.Text, "was first") && strings.Contains(m.Text, bram)
		}); err != nil {
			t.Errorf("Ann is not told that Bram was first: %v", err)
		}

		r.restart(t)
		r.moveTo(t, 9, 1)
		tells = append(tells, "Uitstel voorbij · nog door niemand opgepakt")
		r.awaitThread(t, ts, tells...)

		r.choose(t, ann, ts, "reminder.hand_over", bram)
		tells = append(tells, "Door <@"+ann+"> overgedragen aan <@"+bram+">")
		r.awaitThread(t, ts, tells...)

		r.restart(t)
		r.moveTo(t, 10, 45) // it was due at 10:30, and the snooze took half an hour
		r.moveTo(t, 11, 2)
		tells = append(tells, "Staat nog open: Herstart de mislukte exports")
		r.awaitThread(t, ts, tells...)

		r.moveTo(t, 13, 2)
		tells = append(tells, "Geëscaleerd naar <@"+carla+">")
		r.awaitThread(t, ts, tells...)
		r.await(t, r.slack.DM(carla), "Herstart de mislukte exports")

		r.restart(t)
		if got, err := r.slack.Press(within(t), bram, ops, ts, "reminder.done", ""); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		tells = append(tells, "Gedaan door <@"+bram+">")
		r.awaitThread(t, ts, tells...)

		r.moveTo(t, 17, 0)
		r.await(t, ops, "1 taak klaar")
		r.awaitThread(t, ts, tells...)
	})
}

func TestTheDigestKnowsWhatIsSnoozedAndWhatCouldNotBeDone(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, escalated)
		r.moveTo(t, 8, 30)
		first := r.await(t, ops, "Herstart de mislukte exports").TS
		r.choose(t, ann, first, "reminder.snooze", "tomorrow")
		r.awaitThread(t, first, "Uitgesteld tot")
		r.moveTo(t, 17, 0)
		r.await(t, ops, "1 uitgestelde taak")
		r.moveTo(t, 8, 45)
		if got, err := r.slack.Press(within(t), ann, ops, first, "reminder.could_not", ""); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		r.awaitThread(t, first, "Uitgesteld tot", "Niet gelukt")
		r.moveTo(t, 17, 0)
		r.await(t, ops, "1 taak niet gelukt")
		r.awaitThread(t, first, "Uitgesteld tot", "Niet gelukt") // it was not woken at 09:00
		if _, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.TS == first && strings.Contains(m.Text, "Niet gelukt") && !strings.Contains(string(m.Blocks), "reminder.")
		}); err != nil {
			t.Errorf("the message does not show it: %v", err)
		}
	})
}

// TestNobodyIsRungAtNight posts at 21:10 what is overdue at 23:10: it is told when the quiet hours are over, once, and
// escalated two hours after that.
func TestNobodyIsRungAtNight(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, strings.NewReplacer("30 8 * * *", "10 21 * * *", "due: 2h", `due: 2h, quiet_hours: "22:00-07:00"`).Replace(escalated))
		r.moveTo(t, 21, 10)
		ts := r.await(t, ops, "Herstart de mislukte exports").TS
		r.moveTo(t, 23, 11)
		r.moveTo(t, 3, 0)
		if got, err := r.slack.Press(within(t), ann, ops, ts, "reminder.claim", ""); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		tells := []string{"Opgepakt door <@" + ann + ">"}
		r.awaitThread(t, ts, tells...)

		r.restart(t)
		r.moveTo(t, 6, 58)
		r.moveTo(t, 7, 0)
		tells = append(tells, "Staat nog open: Herstart de mislukte exports")
		r.awaitThread(t, ts, tells...)
		r.moveTo(t, 7, 30)
		r.moveTo(t, 9, 0)
		tells = append(tells, "Geëscaleerd naar <@"+carla+">")
		r.awaitThread(t, ts, tells...)
		r.await(t, r.slack.DM(carla), "Herstart de mislukte exports")
	})
}
