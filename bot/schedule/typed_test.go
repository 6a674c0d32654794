package schedule

import (
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct{ name, line, when, what string }{
		{"English, when first", "every weekday at 08:30 re-run failed exports", "every weekday at 08:30", "re-run failed exports"},
		{"English, when last", "re-run failed exports every weekday at 08:30", "every weekday at 08:30", "re-run failed exports"},
		{"English, joined by to", "every day at 8am to check the imports", "every day at 8am", "check the imports"},
		{"Dutch", "elke werkdag om 08:30 mislukte exports opnieuw draaien", "elke werkdag om 08:30", "mislukte exports opnieuw draaien"},
		{"German", "werktags um 8:30 fehlgeschlagene Exporte wiederholen", "werktags um 8:30", "fehlgeschlagene Exporte wiederholen"},
		{"French", "chaque jour ouvré à 8h30 relancer les exports en échec", "chaque jour ouvré à 8h30", "relancer les exports en échec"},
		{"cron", "30 8 * * 1-5 re-run failed exports", "30 8 * * 1-5", "re-run failed exports"},
		{"cron with steps, last", "check the queues */15 8-18 * * mon-fri", "*/15 8-18 * * mon-fri", "check the queues"},
		{"a descriptor", "@daily clean up", "@daily", "clean up"},
		{"a number belongs to the text", "every monday at 9:00 3 exports to check", "every monday at 9:00", "3 exports to check"},
		{"a colon between", "every monday at 9:00: exports", "every monday at 9:00", "exports"},
		{"several lines", "every monday at 9:00\nexports\nimports", "every monday at 9:00", "exports\nimports"},
		{"quotes around what", `"re-run failed exports" every monday at 9:00`, "every monday at 9:00", "re-run failed exports"},
		{"quotes within what", `every monday at 9:00 "prod" and "acc"`, "every monday at 9:00", `"prod" and "acc"`},
		{"only when", "every monday at 9:00", "every monday at 9:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			when, what, ok := Split(c.line)
			if !ok || when != c.when || what != c.what {
				t.Errorf("when %q, what %q, %v", when, what, ok)
			}
		})
	}
	for _, line := range []string{"", "  ", "me to call", "every blursday at 9:00 exports", "why does mta not start", "61 8 * * 1-5 exports"} {
		if when, what, ok := Split(line); ok {
			t.Errorf("%q says when: %q, and what: %q", line, when, what)
		}
	}
}

func TestFaultOfWhatIsTyped(t *testing.T) {
	for _, c := range []struct {
		name, when, zone string
		want             Fault
		wrong            bool
	}{
		{"a phrase", "every weekday at 08:30", "UTC", FaultOther, false},
		{"an expression", "30 8 * * 1-5", "UTC", FaultOther, false},
		{"no phrase", "every blursday at 9:00", "UTC", FaultWhen, true},
		{"no time of day", "every weekday", "UTC", FaultTime, true},
		{"times that do not go together", "every day at 8:30 and 9:15", "UTC", FaultTimes, true},
		{"a day that not every month has", "on the 31st of every month at 9:00", "UTC", FaultDay, true},
		{"an uneven interval", "every 7 minutes", "UTC", FaultUneven, true},
		{"a wrong field", "61 8 * * 1-5", "UTC", FaultCron, true},
		{"an unknown descriptor", "@every 5m", "UTC", FaultCron, true},
		{"a date that never comes", "0 9 31 2 *", "UTC", FaultNever, true},
		{"an unknown zone", "every weekday at 08:30", "Mars/Olympus", FaultZone, true},
		{"nothing", "", "UTC", FaultOther, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if f, wrong := FaultOf(Typed(bot.Schedule{TimeZone: c.zone}, c.when)); f != c.want || wrong != c.wrong {
				t.Errorf("%q, %v", f, wrong)
			}
		})
	}
}

func TestNextTimes(t *testing.T) {
	s := Typed(bot.Schedule{TimeZone: "Europe/Amsterdam"}, "elke werkdag om 08:30")
	friday := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	var got []string
	for _, at := range NextTimes(s, friday, 3) {
		got = append(got, at.Format("Mon 2 Jan 15:04"))
	}
	if strings.Join(got, ", ") != "Mon 23 Nov 08:30, Tue 24 Nov 08:30, Wed 25 Nov 08:30" {
		t.Errorf("%v", got)
	}
	s.Paused = bot.Mark{By: "U1", At: friday}
	if got := NextTimes(s, friday, 3); len(got) > 0 {
		t.Errorf("paused, and yet %v", got)
	}
}

func FuzzSplit(f *testing.F) {
	for _, line := range []string{"every weekday at 08:30 x", "30 8 * * 1-5 x", "x elke werkdag om 08:30", "@daily", "\x00 \xff", "- - -"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		when, what, ok := Split(line)
		if !ok {
			return
		}
		if !strings.Contains(line, when) || !strings.Contains(line, what) {
			t.Errorf("%q is split into %q and %q", line, when, what)
		}
		if fault, wrong := FaultOf(Typed(bot.Schedule{TimeZone: "UTC"}, when)); wrong && fault != FaultNever {
			t.Errorf("%q says when with %q, which is wrong", line, when)
		}
	})
}
