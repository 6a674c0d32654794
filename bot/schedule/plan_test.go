package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"campaignbot/bot"
)

// clockTime reads "2026-03-28 12:00" in a zone; it must exist there once.
func clockTime(t testing.TB, loc *time.Location, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// posts lists the due times after from, at which something is posted, with their offsets.
func posts(p *Plan, from time.Time, n int) []string {
	var list []string
	for at := p.Next(from); len(list) < n && !at.IsZero(); at = p.Next(at) {
		list = append(list, at.Format("01-02 15:04 -07"))
	}
	return list
}

func TestNextWhenTheClocksChange(t *testing.T) {
	for _, c := range []struct{ name, cron, zone, after, want string }{
		{"a daily time that does not exist is due at the first valid moment",
			"30 2 * * *", "Europe/Amsterdam", "2026-03-28 01:00", "03-28 02:30 +01, 03-29 03:00 +02, 03-30 02:30 +02"},
		{"a daily time that exists twice is due the first time",
			"30 2 * * *", "Europe/Amsterdam", "2026-10-24 12:00", "10-25 02:30 +02, 10-26 02:30 +01"},
		{"a time outside the change is not touched",
			"30 8 * * *", "Europe/Amsterdam", "2026-03-28 12:00", "03-29 08:30 +02, 03-30 08:30 +02"},
		{"two times in the missing hour are due once, together",
			"0,30 2 * * *", "Europe/Amsterdam", "2026-03-28 12:00", "03-29 03:00 +02, 03-30 02:00 +02"},
		{"a missing time and the first valid moment are due once",
			"0 2,3 * * *", "Europe/Amsterdam", "2026-03-28 12:00", "03-29 03:00 +02, 03-30 02:00 +02"},
		{"an hourly schedule in spring has no due time of the missing hour",
			"30 * * * *", "Europe/Amsterdam", "2026-03-29 00:45", "03-29 01:30 +01, 03-29 03:30 +02, 03-29 04:30 +02"},
		{"an hourly schedule in autumn is due in every real hour",
			"0 * * * *", "Europe/Amsterdam", "2026-10-25 00:30", "10-25 01:00 +02, 10-25 02:00 +02, 10-25 02:00 +01, 10-25 03:00 +01"},
		{"a quarter-hourly schedule in autumn keeps to real time",
			"*/30 * * * *", "Europe/Amsterdam", "2026-10-25 01:45", "10-25 02:00 +02, 10-25 02:30 +02, 10-25 02:00 +01, 10-25 02:30 +01, 10-25 03:00 +01"},
		{"New York in spring",
			"15 2 * * *", "America/New_York", "2026-03-07 12:00", "03-08 03:00 -04, 03-09 02:15 -04"},
		{"New York in autumn",
			"15 1 * * *", "America/New_York", "2026-10-31 12:00", "11-01 01:15 -04, 11-02 01:15 -05"},
		{"Santiago, where midnight is missing in its spring",
			"0 0 * * *", "America/Santiago", "2026-09-05 12:00", "09-06 01:00 -03, 09-07 00:00 -03"},
		{"Santiago, where the hour before midnight comes twice in its autumn",
			"30 23 * * *", "America/Santiago", "2026-04-04 12:00", "04-04 23:30 -03, 04-05 23:30 -04"},
		{"Beirut, where midnight is missing",
			"0 0 * * *", "Asia/Beirut", "2026-03-28 12:00", "03-29 01:00 +03, 03-30 00:00 +03"},
		{"Sydney, in the southern hemisphere, spring",
			"30 2 * * *", "Australia/Sydney", "2026-10-03 12:00", "10-04 03:00 +11, 10-05 02:30 +11"},
		{"Sydney, in the southern hemisphere, autumn",
			"30 2 * * *", "Australia/Sydney", "2026-04-04 12:00", "04-05 02:30 +11, 04-06 02:30 +10"},
		{"Lord Howe, where the clocks move by half an hour",
			"15 2 * * *", "Australia/Lord_Howe", "2026-10-03 12:00", "10-04 02:30 +11, 10-05 02:15 +11"},
		{"Apia, where 30 December 2011 is missing",
			"0 9 * * *", "Pacific/Apia", "2011-12-29 08:00", "12-29 09:00 -10, 12-31 00:00 +14, 12-31 09:00 +14"},
		{"St. John's in 2010, where the clocks went back over midnight",
			"*/30 * * * *", "America/St_Johns", "2010-11-06 23:15", "11-06 23:30 -02, 11-07 00:00 -02, 11-06 23:30 -03, 11-07 00:00 -03, 11-07 00:30 -03"},
		{"Kathmandu, with a quarter of an hour in its offset",
			"0 9 * * *", "Asia/Kathmandu", "2026-01-01 10:00", "01-02 09:00 +05"},
		{"a weekly time on the day of the change",
			"30 2 * * 0", "Europe/Amsterdam", "2026-03-23 12:00", "03-29 03:00 +02, 04-05 02:30 +02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustParse(t, with(c.cron, c.zone))
			got := posts(p, clockTime(t, p.Location(), c.after), strings.Count(c.want, ",")+1)
			if diff := cmp.Diff(strings.Split(c.want, ", "), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct{ name, cron, after, want string }{
		{"the due time itself is not after itself", "30 8 * * *", "2026-01-01 08:30", "2026-01-02 08:30"},
		{"a weekday", "30 8 * * 1-5", "2026-01-02 09:00", "2026-01-05 08:30"},
		{"day of the month or weekday: the weekday comes first", "0 9 13 * 5", "2026-01-01 12:00", "2026-01-02 09:00"},
		{"day of the month or weekday: the date comes first", "0 9 13 * 5", "2026-01-09 12:00", "2026-01-13 09:00"},
		{"29 February, two years on", "0 9 29 2 *", "2026-01-01 00:00", "2028-02-29 09:00"},
		{"29 February, eight years on", "0 9 29 2 *", "2096-03-01 00:00", "2104-02-29 09:00"},
		{"the end of a year", "0 0 1 1 *", "2026-01-01 00:00", "2027-01-01 00:00"},
		{"the 31st in months that have one", "0 0 31 * *", "2026-03-31 12:00", "2026-05-31 00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustParse(t, with(c.cron, "UTC"))
			if got := p.Next(clockTime(t, time.UTC, c.after)).Format("2006-01-02 15:04"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNextIsZeroWhenThereIsNone(t *testing.T) {
	never := mustParse(t, bot.Schedule{Cron: "0 9 29 2 *", TimeZone: "UTC", WorkingDaysOnly: true})
	never.weekdays = 1 // only on a Sunday, and not on Sundays
	if got := never.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); !got.IsZero() {
		t.Errorf("got %s", got)
	}
	always := mustParse(t, with("* * * * *", "UTC"))
	if got := always.Next(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); !got.IsZero() {
		t.Errorf("beyond the last year: %s", got)
	}
	if got := always.Next(time.Time{}); got.IsZero() {
		t.Error("nothing after the zero time")
	}
}

func dues(list []Due) []string {
	var texts []string
	for _, d := range list {
		text := d.At.Format("Mon 01-02 15:04")
		if d.Skip != "" {
			text += " skipped: " + d.Skip
		}
		if d.Note != "" {
			text += " [" + d.Note + "]"
		}
		texts = append(texts, text)
	}
	return texts
}

func TestHolidaysAndWeekends(t *testing.T) {
	// In 2026, 24 December is a Thursday.
	xmas := []string{"2026-12-25", "2026-12-26"}
	for _, c := range []struct {
		name     string
		s        bot.Schedule
		from, to string
		want     []string
	}{
		{"a holiday is skipped when the next working day has its own",
			bot.Schedule{Cron: "30 8 * * 1-5", Holidays: xmas}, "2026-12-24 00:00", "2026-12-29 00:00",
			[]string{"Thu 12-24 08:30", "Fri 12-25 08:30 skipped: holiday", "Mon 12-28 08:30"}},
		{"a weekly reminder on a holiday moves to the next working day",
			bot.Schedule{Cron: "30 8 * * 5", Holidays: xmas}, "2026-12-24 00:00", "2027-01-02 00:00",
			[]string{"Fri 12-25 08:30 skipped: holiday (moved to 2026-12-28 08:30)", "Mon 12-28 08:30 [moved from the holiday 2026-12-25]", "Fri 01-01 08:30"}},
		{"all times of the day move",
			bot.Schedule{Cron: "0 9,17 25 * *", Holidays: xmas}, "2026-12-24 00:00", "2027-01-02 00:00",
			[]string{"Fri 12-25 09:00 skipped: holiday (moved to 2026-12-28 09:00)", "Fri 12-25 17:00 skipped: holiday (moved to 2026-12-28 17:00)",
				"Mon 12-28 09:00 [moved from the holiday 2026-12-25]", "Mon 12-28 17:00 [moved from the holiday 2026-12-25]"}},
		{"two holidays in a row move to one due time",
			bot.Schedule{Cron: "0 9 24,25 * *", Holidays: []string{"2026-12-24", "2026-12-25"}}, "2026-12-23 00:00", "2027-01-02 00:00",
			[]string{"Thu 12-24 09:00 skipped: holiday (moved to 2026-12-28 09:00)", "Fri 12-25 09:00 skipped: holiday (moved to 2026-12-28 09:00)",
				"Mon 12-28 09:00 [moved from the holiday 2026-12-25]"}},
		{"a working day after the weekend that is a holiday too is passed over",
			bot.Schedule{Cron: "0 9 * * 5", Holidays: []string{"2026-12-25", "2026-12-28"}}, "2026-12-24 00:00", "2026-12-31 00:00",
			[]string{"Fri 12-25 09:00 skipped: holiday (moved to 2026-12-29 09:00)", "Tue 12-29 09:00 [moved from the holiday 2026-12-25]"}},
		{"a due time on a weekend is posted unless it must not be",
			bot.Schedule{Cron: "0 9 * * *"}, "2026-12-11 12:00", "2026-12-14 12:00",
			[]string{"Sat 12-12 09:00", "Sun 12-13 09:00", "Mon 12-14 09:00"}},
		{"on working days only, a weekend is skipped and does not move",
			bot.Schedule{Cron: "0 9 * * 6,1", WorkingDaysOnly: true}, "2026-12-11 12:00", "2026-12-15 00:00",
			[]string{"Sat 12-12 09:00 skipped: weekend", "Mon 12-14 09:00"}},
		{"on working days only, a holiday on a Saturday is a weekend",
			bot.Schedule{Cron: "0 9 26 * *", WorkingDaysOnly: true, Holidays: xmas}, "2026-12-24 00:00", "2027-01-02 00:00",
			[]string{"Sat 12-26 09:00 skipped: weekend"}},
		{"otherwise a holiday on a Saturday moves to Monday",
			bot.Schedule{Cron: "0 9 26 * *", Holidays: xmas}, "2026-12-24 00:00", "2027-01-02 00:00",
			[]string{"Sat 12-26 09:00 skipped: holiday (moved to 2026-12-28 09:00)", "Mon 12-28 09:00 [moved from the holiday 2026-12-26]"}},
		{"the bounds: after the first, up to the second",
			bot.Schedule{Cron: "0 9 * * *"}, "2026-12-08 09:00", "2026-12-10 09:00",
			[]string{"Wed 12-09 09:00", "Thu 12-10 09:00"}},
		{"nothing when the bounds are the wrong way round",
			bot.Schedule{Cron: "0 9 * * *"}, "2026-12-10 09:00", "2026-12-08 09:00", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.s.TimeZone = "Europe/Amsterdam"
			p := mustParse(t, c.s)
			from, to := clockTime(t, p.Location(), c.from), clockTime(t, p.Location(), c.to)
			list, earlier := p.Due(from, to)
			if diff := cmp.Diff(c.want, dues(list)); diff != "" || earlier != 0 {
				t.Errorf("earlier %d, %s", earlier, diff)
			}
			if diff := cmp.Diff(c.want, dues(p.upTo(from, to, MostDue))); diff != "" {
				t.Errorf("from the front: %s", diff)
			}
			at := from
			for _, d := range list {
				next, _ := p.next(at)
				if !next.Equal(d.At) {
					t.Fatalf("after %s comes %s, not %s", at, next, d.At)
				}
				at = next
			}
		})
	}
}

func TestDueIsBounded(t *testing.T) {
	p := mustParse(t, with("* * * * *", "Europe/Amsterdam"))
	to := clockTime(t, p.Location(), "2026-11-01 12:00")
	for _, c := range []struct {
		name    string
		from    time.Time
		listed  int
		earlier int
	}{
		{"exactly as many as are listed", to.Add(-MostDue * time.Minute), MostDue, 0},
		{"one more", to.Add(-(MostDue + 1) * time.Minute), MostDue, 1},
		{"a year with its two clock changes", to.Add(-365 * 24 * time.Hour), MostDue, 365*1440 - MostDue},
		{"a span in the middle of a day", to.Add(-100*24*time.Hour - 90*time.Minute), MostDue, 100*1440 + 90 - MostDue},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, earlier := p.Due(c.from, to)
			if len(list) != c.listed || earlier != c.earlier {
				t.Errorf("got %d and %d earlier, want %d and %d", len(list), earlier, c.listed, c.earlier)
			}
			if !list[len(list)-1].At.Equal(to) {
				t.Errorf("the newest is %s", list[len(list)-1].At)
			}
		})
	}
	if list, earlier := p.Due(time.Time{}, to); len(list) != MostDue || earlier > horizon*1440 {
		t.Errorf("since year 1: %d and %d", len(list), earlier)
	}
}

// zones is a choice of zones with every kind of clock change.
var zones = []string{"Europe/Amsterdam", "America/New_York", "America/Santiago", "Asia/Beirut", "Australia/Sydney", "Australia/Lord_Howe",
	"America/Havana", "America/Nuuk", "Africa/Casablanca", "Africa/Cairo", "Asia/Kathmandu", "Asia/Tehran", "America/Sao_Paulo", "America/St_Johns",
	"Pacific/Chatham", "Atlantic/Azores", "Pacific/Apia", "Europe/Dublin", "UTC"}

// TestEverySlotRunsOnce compares with the plain way: a look at the clock in every minute of some days around a clock
// change.
func TestEverySlotRunsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := func(name string, values *rapid.Generator[int]) string {
			if rapid.Bool().Draw(t, name+" is a star") {
				return "*"
			}
			return joinNumbers(rapid.SliceOfNDistinct(values, 1, 3, rapid.ID[int]).Draw(t, name))
		}
		cron := strings.Join([]string{
			field("minute", rapid.IntRange(0, 59)),
			field("hour", rapid.SampledFrom([]int{0, 1, 2, 3, 4, 22, 23})), // where the clocks change
			field("day", rapid.IntRange(1, 31)), "*", field("weekday", rapid.IntRange(0, 6)),
		}, " ")
		p := mustParse(t, with(cron, rapid.SampledFrom(zones).Draw(t, "zone")))
		year := rapid.IntRange(1975, 2090).Draw(t, "year")
		begin := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).In(p.loc)
		if _, change := begin.ZoneBounds(); !change.IsZero() {
			begin = change
		}
		begin = begin.Add(-3 * 24 * time.Hour).Truncate(24 * time.Hour)
		end := begin.Add(6 * 24 * time.Hour)
		want := slowly(p, begin, end)
		var got []int64
		for at := p.Next(begin); !at.IsZero() && !at.After(end); at = p.Next(at) {
			got = append(got, at.Unix())
		}
		if !slices.Equal(got, want) {
			t.Fatalf("Next: %s in %s from %s: %s", cron, p.loc, begin, differences(p, got, want))
		}
		list, _ := p.Due(begin, end)
		var due []int64
		for _, d := range list {
			due = append(due, d.At.Unix())
		}
		if !slices.Equal(due, want) {
			t.Fatalf("Due: %s in %s from %s: %s", cron, p.loc, begin, differences(p, due, want))
		}
	})
}

// differences names the first few instants that are in one list only.
func differences(p *Plan, got, want []int64) string {
	var texts []string
	say := func(what string, in, out []int64) {
		for _, at := range in {
			if !slices.Contains(out, at) && len(texts) < 10 {
				texts = append(texts, what+" "+time.Unix(at, 0).In(p.loc).Format(time.RFC3339))
			}
		}
	}
	say("got", got, want)
	say("missing", want, got)
	return strings.Join(texts, ", ")
}

// slowly looks at the clock in every minute: a wall time that it shows for the first time is a slot that is due then;
// one that it jumps over is due at the moment of the jump.
func slowly(p *Plan, begin, end time.Time) []int64 {
	const lead = 3 * 24 * 60 // minutes before begin, to know what has been shown already
	due := map[int64]bool{}
	shown := map[int64]bool{}
	named := func(wall int64) bool {
		return slices.Contains(p.times, wall-dayOf(wall)*secondsPerDay) && p.matches(dayOf(wall))
	}
	last := int64(-1)
	for at := begin.Unix() - lead*60; at <= end.Unix(); at += 60 {
		wall := wallOf(p.loc, at)
		if last >= 0 && !p.hourly {
			for skipped := last + 60; skipped < wall; skipped += 60 {
				if !shown[skipped] && named(skipped) {
					due[at] = true
				}
			}
		}
		if named(wall) && (p.hourly || !shown[wall]) {
			due[at] = true
		}
		shown[wall], last = true, wall
	}
	var list []int64
	for at := range due {
		if at > begin.Unix() {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return list
}
