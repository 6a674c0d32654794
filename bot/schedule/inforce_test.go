package schedule

import (
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
)

func TestInForce(t *testing.T) {
	first := bot.Schedule{ID: "first", Cron: "0 9 * * *", TimeZone: "Europe/Amsterdam"}
	yearly := bot.Schedule{ID: "yearly", Cron: "0 9 8 12 *", TimeZone: "UTC"}
	p := newPlanner(t, newMemory(), first, yearly)
	now := at(t, "12-08 10:00")
	for id, want := range map[string]string{"first": "12-09 09:00 CET", "yearly": "12-08 09:00 UTC", "unknown": ""} {
		got := ""
		if next := p.Next(id, now); !next.IsZero() {
			got = next.Format("01-02 15:04 MST")
		}
		if got != want {
			t.Errorf("%s is due next at %q, want %q", id, got, want)
		}
	}
	if list := p.Schedules(); len(list) != 2 || list[0].ID != "first" || list[1].ID != "yearly" {
		t.Errorf("in force: %+v", list)
	}
	if err := p.Replace([]bot.Schedule{yearly}); err != nil {
		t.Fatal(err)
	}
	if list := p.Schedules(); len(list) != 1 || list[0].ID != "yearly" || !p.Next("first", now).IsZero() {
		t.Errorf("in force after a change: %+v", list)
	}
}

func TestToComeIsWhatIsPosted(t *testing.T) {
	p := newPlanner(t, newMemory(),
		bot.Schedule{ID: "noon", Cron: "0 12 * * *", TimeZone: "UTC", Channel: "C1"},
		bot.Schedule{ID: "daily", Cron: "0 9 * * *", TimeZone: "Europe/Amsterdam", Channel: "C1", Holidays: []string{"2026-12-10"}},
		bot.Schedule{ID: "elsewhere", Cron: "0 9 * * *", TimeZone: "UTC", Channel: "C2"},
	)
	var got []string
	for _, due := range p.ToCome("C1", at(t, "12-08 12:00"), at(t, "12-10 12:00")) {
		got = append(got, due.Due.Format("01-02 15:04 MST ")+due.Schedule.ID)
	}
	same(t, "to come", got, []string{"12-09 09:00 CET daily", "12-09 12:00 UTC noon", "12-10 12:00 UTC noon"})
}

func TestWaiting(t *testing.T) {
	daily := bot.Schedule{ID: "s", Cron: "0 9 * * *", TimeZone: "UTC", Holidays: []string{"2026-12-09"}}
	minutely := bot.Schedule{ID: "s", Cron: "* * * * *", TimeZone: "UTC"}
	for _, c := range []struct {
		name, fingerprint, cursor, now string
		s                              bot.Schedule
		want                           string
		earlier                        int
	}{
		{"nothing before the next due time", "0 9 * * * UTC", "12-08 09:00", "12-09 08:59", daily, "", 0},
		{"what the planner has not seen, holidays too", "0 9 * * * UTC", "12-07 09:00", "12-10 09:00", daily, "08 09 10", 0},
		{"a cursor that is ahead of the clock", "0 9 * * * UTC", "12-10 09:00", "12-09 09:00", daily, "", 0},
		{"a schedule that was changed", "0 10 * * * UTC", "12-07 09:00", "12-10 09:00", daily, "", 0},
		{"more than can be listed", "* * * * * UTC", "12-01 00:00", "12-08 00:00", minutely, "", 7*24*60 - MostDue},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, earlier, err := Waiting(c.s, c.fingerprint, at(t, c.cursor), at(t, c.now))
			if err != nil || earlier != c.earlier {
				t.Fatalf("%d earlier ones, want %d; %v", earlier, c.earlier, err)
			}
			var days []string
			for _, d := range list {
				days = append(days, d.At.Format("02"))
			}
			if got := strings.Join(days, " "); earlier == 0 && got != c.want {
				t.Errorf("due on %q, want %q", got, c.want)
			}
		})
	}
	if _, _, err := Waiting(bot.Schedule{ID: "s", Cron: "61 9 * * *", TimeZone: "UTC"}, "", time.Time{}, time.Time{}); err == nil {
		t.Error("a bad schedule was read")
	}
}
