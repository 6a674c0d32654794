package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
)

func (m *memory) Schedules() []bot.Schedule {
	list := slices.Clone(m.timetable)
	for _, s := range m.made {
		if s.Deleted.IsZero() {
			list = append(list, s)
		}
	}
	return list
}

func (m *memory) Next(id string, after time.Time) time.Time {
	if id == "once" {
		return time.Time{}
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return time.Date(after.Year(), after.Month(), after.Day()+1, 8, 30, 0, 0, zone)
}

func (m *memory) Occurrences(_ context.Context, schedule string, since time.Time, limit int) ([]bot.Occurrence, error) {
	var list []bot.Occurrence
	for _, o := range m.past {
		if o.Schedule == schedule && !o.Due.Before(since) && len(list) < limit {
			list = append(list, o)
		}
	}
	return list, m.down
}

func timetable() []bot.Schedule {
	reminder := failedExports(noon, 0).Schedule
	reminder.Cron, reminder.TimeZone, reminder.CatchUp = "30 8 * * 1-5", "Europe/Amsterdam", 12*time.Hour
	reminder.WorkingDaysOnly, reminder.Holidays = true, []string{"2026-12-25", "2026-12-26"}
	return []bot.Schedule{
		reminder,
		{ID: "overview", When: "elke werkdag om 17:00", TimeZone: "Europe/Amsterdam", Channel: "C1", Kind: bot.KindDigest},
		{ID: "once", Cron: "0 9 1 1 *", TimeZone: "UTC", Channel: "C2", Kind: bot.KindReminder, Text: map[string]string{"": "Renew the certificate"},
			Escalate: bot.Escalation{After: time.Hour, To: "U0LEAD001"}},
	}
}

// outcomes is a history of one schedule with everything that can become of a due time, newest first.
func outcomes(schedule string) []bot.Occurrence {
	list := []bot.Occurrence{
		{State: bot.Planned},
		{State: bot.Posted},
		{State: bot.PostedLate},
		{State: bot.PostedLate, Missed: 2},
	}
	for _, reason := range []string{
		bot.SkipWeekend, bot.SkipHoliday, bot.SkipPaused, bot.SkipDeleted, fmt.Sprintf(bot.SkipMoved, "2026-12-28 08:30"), fmt.Sprintf(bot.SkipCovered, "2026-11-20 08:30"), bot.SkipLate,
		fmt.Sprintf(bot.SkipLateUntil, "2026-11-20 20:30 CET"), bot.SkipUnknown, fmt.Sprintf(bot.SkipKind, "status"), bot.ReasonUnknown,
		bot.ReasonRateLimited, bot.ReasonUnavailable, bot.ReasonAuth, bot.ReasonScope, bot.ReasonChannel, bot.ReasonRefused,
		fmt.Sprintf(bot.SkipMoved, "some day"), "moon in the *wrong* phase",
	} {
		list = append(list, bot.Occurrence{State: bot.Skipped, Reason: reason})
	}
	list = append(list, bot.Occurrence{State: bot.Skipped, Reason: bot.SkipLate, Missed: 40})
	for i := range list {
		list[i].Schedule, list[i].Due = schedule, noon.AddDate(0, 0, -i)
		list[i].At = list[i].Due.Add(2*time.Second + time.Duration(min(i, 3)/2)*130*time.Minute)
	}
	return list
}

// TestRemindIsWhatPeopleRead compares the answers of remind with a golden file for each language.
func TestRemindIsWhatPeopleRead(t *testing.T) {
	for _, lang := range bot.Languages() {
		t.Run(lang, func(t *testing.T) {
			r := newRig(t, lang)
			var b strings.Builder
			show := func(what string, reply bot.Reply) {
				if !reply.Private {
					t.Errorf("%s: everybody could see it", what)
				}
				b.WriteString("=== " + what + "\n\n" + r.renderer.Plain(reply) + "\n\n")
			}
			show("no schedules", r.ask("remind"))
			r.memory.timetable = timetable()
			for _, text := range []string{"remind", "help remind", "remind show failed-exports", "remind show overview", "remind show once",
				"remind show failed-export", "remind history exports", "remind show frobnicate", "remind history overview"} {
				show("/campaign "+text, r.ask(text))
			}
			all := outcomes("failed-exports")
			for i := 0; i < len(all); i += 14 {
				r.memory.past = all[i:]
				show("/campaign remind history failed-exports", r.ask("remind history failed-exports"))
			}
			r.memory.past = outcomes("removed")[:2]
			show("/campaign remind history removed", r.ask("remind history removed"))
			r.memory.timetable = nil
			for i := range 52 {
				r.memory.timetable = append(r.memory.timetable, bot.Schedule{ID: fmt.Sprintf("s%d", i), Cron: "* * * * *", TimeZone: "UTC", Channel: "C1", Kind: bot.KindDigest})
			}
			many := r.renderer.Plain(r.ask("remind"))
			b.WriteString("=== many schedules end with\n\n" + many[strings.LastIndex(many, "•"):] + "\n\n")
			r.memory.down = errors.New("down")
			show("the history without the store", r.ask("remind history s1"))
			golden(t, "remind."+lang+".txt", b.String())
		})
	}
}

func TestRemindOrSymptom(t *testing.T) {
	r := newRig(t, "en")
	r.memory.timetable = timetable()
	list := r.renderer.Plain(r.ask("remind"))
	for _, c := range []struct {
		name, text string
		want       string // in the answer; empty: it is a symptom
	}{
		{"remind alone", "remind", list},
		{"list", "remind list", list},
		{"in capitals, as a telephone writes it", "Remind List", list},
		{"show without a name", "remind show", list},
		{"history without a name", "remind history", list},
		{"show", "remind show overview", "elke werkdag om 17:00"},
		{"a name in backticks", "remind show `Overview`", "elke werkdag om 17:00"},
		{"history", "remind  history\toverview", "Due times of overview"},
		{"a name that is not there", "remind history overvieuw", "[overview]"},
		{"a sentence that does not say when", "remind me to call Bob", "This does not say when."},
		{"a sentence that begins with a word of ours", "remind list of failed exports", "This does not say when."},
		{"two names", "remind show overview once", "This does not say when."},
		{"something of the configuration to be changed", "remind pause overview", "configuration file"},
		{"a long text", "remind every day at 9:00 " + strings.Repeat("x", 600), "too long: 500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.renderer.Plain(r.ask(c.text))
			symptom := r.renderer.Plain(r.ask("find " + c.text))
			if c.want == "" && got != symptom {
				t.Errorf("taken for the verb:\n%s", got)
			}
			if c.want != "" && (got == symptom || !strings.Contains(got, c.want)) {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func TestRemindButtons(t *testing.T) {
	r := newRig(t, "en")
	r.memory.timetable, r.memory.past = timetable(), outcomes("failed-exports")
	for value, want := range map[string]string{
		"history failed-exports": "Due times of failed-exports",
		"show overview":          "elke werkdag om 17:00",
		"show gone":              "No schedule is called `gone`.",
		"delete overview":        "configuration file",
	} {
		if got := r.renderer.Plain(r.press("U0ANN0001", "remind", value)); !strings.Contains(got, want) {
			t.Errorf("the button %q answered:\n%s", value, got)
		}
	}
}
