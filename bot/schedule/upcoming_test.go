package schedule

import (
	"testing"
	"time"

	"campaignbot/bot"
)

func TestUpcoming(t *testing.T) {
	ams, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	schedules := []bot.Schedule{
		{ID: "night", Cron: "30 2 * * *", TimeZone: "Europe/Amsterdam"},
		{ID: "weekly", Cron: "30 8 * * 1", TimeZone: "Europe/Amsterdam", Holidays: []string{"2026-03-30"}},
		{ID: "tokyo", When: "every weekday at 15:30", TimeZone: "Asia/Tokyo"},
		{ID: "workdays", Cron: "0 9 * * *", TimeZone: "Europe/Amsterdam", WorkingDaysOnly: true},
	}
	for _, c := range []struct {
		name string
		now  string
		days int
		want []string
	}{
		{"clock changes, holidays and weekends are named, each time is local to its schedule", "2026-03-28 12:00", 3, []string{
			"night 03-29 03:00 CEST [clock change: 02:30 does not exist on 2026-03-29]",
			"workdays 03-29 09:00 CEST (skipped) [skipped: weekend]",
			"night 03-30 02:30 CEST",
			"tokyo 03-30 15:30 JST",
			"weekly 03-30 08:30 CEST (skipped) [skipped: holiday (moved to 2026-03-31 08:30)]",
			"workdays 03-30 09:00 CEST",
			"night 03-31 02:30 CEST",
			"tokyo 03-31 15:30 JST",
			"weekly 03-31 08:30 CEST [moved from the holiday 2026-03-30]",
			"workdays 03-31 09:00 CEST",
		}},
		{"a time that comes twice", "2026-10-24 23:00", 1, []string{
			"night 10-25 02:30 CEST [clock change: 02:30 comes twice, posted the first time]",
			"workdays 10-25 09:00 CET (skipped) [skipped: weekend]",
		}},
		{"no days", "2026-03-28 12:00", 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := clockTime(t, ams, c.now)
			list, err := Preview(schedules, now, c.days)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range list {
				text := u.Schedule.ID + " " + u.At.Format("01-02 15:04 MST")
				if u.Skipped {
					text += " (skipped)"
				}
				if u.Note != "" {
					text += " [" + u.Note + "]"
				}
				got = append(got, text)
			}
			same(t, "preview", got, c.want)
		})
	}
	if _, err := Preview([]bot.Schedule{{ID: "bad"}}, time.Now(), 1); err == nil {
		t.Error("a bad schedule: no error")
	}
}

func TestUpcomingKeepsToThePlannersWord(t *testing.T) {
	m := newMemory()
	s := bot.Schedule{ID: "s", Cron: "*/20 1-4 25,29 3,10 *", TimeZone: "Europe/Amsterdam", CatchUp: time.Hour, Holidays: []string{"2026-03-25"}}
	p := newPlanner(t, m, s)
	for _, month := range []string{"03", "10"} {
		begin := at(t, month+"-24 00:00")
		want := map[time.Time]bool{}
		list, err := Preview([]bot.Schedule{s}, begin, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list {
			want[u.At.UTC()] = u.Skipped
		}
		for minute := range 7 * 24 * 60 {
			if err := p.EnqueueDue(t.Context(), begin.Add(time.Duration(minute)*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		got := map[time.Time]bool{}
		for _, o := range m.occurrences {
			if o.Due.After(begin) {
				got[o.Due] = o.State == bot.Skipped
			}
		}
		same(t, "month "+month, got, want)
	}
}
