package schedule

import (
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
)

func with(cron, zone string) bot.Schedule {
	return bot.Schedule{ID: "s", Cron: cron, TimeZone: zone, CatchUp: 12 * time.Hour}
}

func mustParse(t interface {
	Helper()
	Fatalf(string, ...any)
}, s bot.Schedule) *Plan {
	t.Helper()
	p, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q %q in %q): %v", s.Cron, s.When, s.TimeZone, err)
	}
	return p
}

func TestParseCron(t *testing.T) {
	for _, c := range []struct{ name, cron, want string }{
		{"five numbers", "5 6 7 8 1", "5 6 7 8 1"},
		{"working days", "30 8 * * 1-5", "30 8 * * 1-5/1"},
		{"names in any case", "0 9 * Jan,JUL Mon", "0 9 * 1,7 1"},
		{"a range of names", "0 9 * * mon-fri", "0 9 * * 1-5/1"},
		{"steps", "*/15 8-18/2 * * *", "*/15 8-18/2 * * *"},
		{"a start with a step runs to the end of the field", "5/20 * * * *", "5-59/20 * * * *"},
		{"leading zeros", "05 08 01 * *", "5 8 1 * *"},
		{"any white space", " 30\t8  * *\u00a01 ", "30 8 * * 1"},
		{"weekday 7 is Sunday", "0 9 * * 7", "0 9 * * 0"},
		{"a range that ends with weekday 7", "0 9 * * 5-7", "0 9 * * 5,6,0"},
		{"Saturday to Sunday", "0 9 * * sat-sun", "0 9 * * 6,0"},
		{"every weekday by its number", "0 9 * * 0-7", "0 9 * * 0,1,2,3,4,5,6,0"},
		{"weekday 7 with a step", "0 9 * * 7/2", "0 9 * * 0-6/2"},
		{"a step of one", "*/1 * * * *", "* * * * *"},
		{"hourly", "@hourly", "0 * * * *"},
		{"daily in capitals", "@Daily", "0 0 * * *"},
		{"yearly", "@yearly", "0 0 1 1 *"},
		{"29 February", "0 9 29 2 *", "0 9 29 2 *"},
		{"a date that no month has, or a weekday", "0 9 30 2 1", "0 9 30 2 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := mustParse(t, with(c.cron, "UTC")).Cron(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const fields = "write five: minute, hour, day, month, weekday"
	for _, c := range []struct {
		name string
		s    bot.Schedule
		want string
	}{
		{"nothing at all", with("", "UTC"), `cron is missing (say when, e.g. cron: "30 8 * * 1-5" or when: every weekday at 08:30)`},
		{"white space only", with(" \t", "UTC"), `cron is missing (say when`},
		{"an interval", with("@every 5m", "UTC"), `cron "@every 5m" has no fixed times of day (write minutes or hours, e.g. */15 * * * *)`},
		{"a zero interval", with("@every 0s", "UTC"), `has no fixed times of day`},
		{"a negative interval", with("@every -1h", "UTC"), `has no fixed times of day`},
		{"an unknown descriptor", with("@reboot", "UTC"), `cron "@reboot" is not known (use @hourly, @daily`},
		{"a seconds field", with("0 30 8 * * 1-5", "UTC"), `has 6 fields; seconds and years cannot be set (` + fields + `)`},
		{"a field too few", with("30 8 * *", "UTC"), `has 4 of five fields (` + fields + `, e.g. 30 8 * * 1-5)`},
		{"a zone prefix", with("TZ=Europe/Amsterdam 30 8 * * *", "UTC"), `names a time zone (leave it out and set time_zone)`},
		{"a cron zone prefix", with("CRON_TZ=UTC 30 8 * * *", "UTC"), `names a time zone`},
		{"a zone prefix with nothing behind it", with("TZ=", "UTC"), `cron "TZ=" names a time zone`},
		{"a cron zone prefix with nothing behind it", with("CRON_TZ=UTC", "UTC"), `names a time zone`},
		{"an empty zone prefix", with("TZ= 30 8 * * *", "UTC"), `names a time zone`},
		{"a minute out of range", with("60 8 * * *", "UTC"), `has a wrong minute: "60" cannot stand there (use 0 to 59; * for all, a-b for a range, commas for a list)`},
		{"an hour out of range", with("0 24 * * *", "UTC"), `has a wrong hour: "24" cannot stand there`},
		{"day zero", with("0 0 0 * *", "UTC"), `has a wrong day of the month: "0"`},
		{"an unknown month", with("0 0 1 foo *", "UTC"), `has a wrong month: "foo" cannot stand there (use 1 to 12, or jan to dec;`},
		{"weekday 8", with("0 0 * * 8", "UTC"), `has a wrong weekday: "8" cannot stand there (use 0 to 6, or sun to sat;`},
		{"a question mark", with("0 0 ? * 1", "UTC"), `has a wrong day of the month: "?"`},
		{"the last day of the month", with("0 0 L * *", "UTC"), `has a wrong day of the month: "l"`},
		{"a range that runs backwards", with("0 18-8 * * *", "UTC"), `the range "18-8" runs backwards (write two parts with a comma between them)`},
		{"a range that ends nowhere", with("0 8- * * *", "UTC"), `this value cannot end a range`},
		{"a step of zero", with("*/0 * * * *", "UTC"), `the step "0" does not fit (use 1 to 59)`},
		{"a step beyond the hour", with("*/90 * * * *", "UTC"), `the step "90" does not fit`},
		{"two steps", with("*/5/5 * * * *", "UTC"), `the step "5/5" does not fit`},
		{"an empty part of a list", with("0,,5 * * * *", "UTC"), `has a wrong minute: this value cannot stand there`},
		{"a lonely comma", with(", * * * *", "UTC"), `has a wrong minute`},
		{"a sign", with("+5 * * * *", "UTC"), `has a wrong minute: "+5"`},
		{"a star with an end", with("*-5 * * * *", "UTC"), `has a wrong minute: "*"`},
		{"30 February", with("0 9 30 2 *", "UTC"), `cron "0 9 30 2 *" names a date that no month has (correct the day or the month)`},
		{"31 in short months", with("0 9 31 4,6,9,11 *", "UTC"), `names a date that no month has`},
		{"a token by mistake", with("xoxb-1 8 * * *", "UTC"), `cron this value has a wrong minute: this value cannot stand there`},
		{"no zone", with("0 9 * * *", ""), `time_zone is missing (say which time zone, e.g. Europe/Amsterdam)`},
		{"an unknown zone", with("0 9 * * *", "Europe/Amsterdm"), `time_zone "Europe/Amsterdm" is not a time zone (e.g. Europe/Amsterdam or UTC)`},
		{"the machine's zone", with("0 9 * * *", "Local"), `time_zone "Local" is not a time zone`},
		{"a zone outside the zone folder", with("0 9 * * *", "../../etc/passwd"), `is not a time zone`},
		{"a holiday that is no date", bot.Schedule{Cron: "0 9 * * *", TimeZone: "UTC", Holidays: []string{"2026-12-25", "2026-02-30"}}, `holidays[1] "2026-02-30" is not a date (write it as YYYY-MM-DD)`},
		{"an expression and a phrase", bot.Schedule{Cron: "0 9 * * *", When: "every hour", TimeZone: "UTC"}, `cron and when are both set (keep one)`},
		{"a phrase that nobody understands", bot.Schedule{When: "every fortnight", TimeZone: "UTC"}, `when "every fortnight" is not understood (e.g. "every weekday at 08:30" or "every monday and thursday at 17:00"; or set cron)`},
		{"working days only, on weekends", bot.Schedule{Cron: "0 9 * * 6,0", TimeZone: "UTC", WorkingDaysOnly: true}, `is due on Saturday and Sunday only, and working_days_only is set (change one of the two)`},
		{"two things at once", with("0 9 * *", ""), "time_zone is missing (say which time zone, e.g. Europe/Amsterdam)\ncron \"0 9 * *\" has 4 of five fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.s)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "xox") {
				t.Errorf("the error repeats a token: %v", err)
			}
		})
	}
}

func TestCheckNamesEverySchedule(t *testing.T) {
	good := with("0 9 * * *", "UTC")
	good.ID = "good"
	bad := with("0 9 * *", "Mars/Phobos")
	bad.ID = "failed-exports"
	noID := with("61 9 * * *", "UTC")
	noID.ID = ""
	var got []string
	for _, err := range Check([]bot.Schedule{good, bad, noID, good}) {
		got = append(got, err.Error())
	}
	want := []string{
		`schedules[1] failed-exports: time_zone "Mars/Phobos" is not a time zone (e.g. Europe/Amsterdam or UTC)`,
		`schedules[1] failed-exports: cron "0 9 * *" has 4 of five fields (write five: minute, hour, day, month, weekday, e.g. 30 8 * * 1-5)`,
		`schedules[2]: cron "61 9 * * *" has a wrong minute: "61" cannot stand there (use 0 to 59; * for all, a-b for a range, commas for a list)`,
		`schedules[2]: id is missing (e.g. failed-exports)`,
		`schedules[3] good: id is the same as that of schedules[0] (each needs its own; remove one or rename it)`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if errs := Check([]bot.Schedule{good}); errs != nil {
		t.Errorf("a good schedule: %v", errs)
	}
}

// FuzzParse checks that no input makes the parser panic, and that what it accepts can be searched.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"30 8 * * 1-5", "TZ=", "CRON_TZ=UTC", "TZ= 1 2 3 4 5", "@every -1s", "@daily", "* * * * 7", "0 0 30 2 *", "1-2-3/4 , * * *", "*/0 * * * *", "0 0 29 2 5-7"} {
		f.Add(s, "Europe/Amsterdam")
	}
	f.Add("* * * * *", "")
	after := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expr, zone string) {
		p, err := Parse(bot.Schedule{Cron: expr, TimeZone: zone})
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error without a text")
			}
			return
		}
		next := p.Next(after)
		if next.IsZero() || !next.After(after) {
			t.Fatalf("Next(%s) of %q = %s", after, expr, next)
		}
		if again := mustParse(t, with(p.Cron(), p.loc.String())); again.Cron() != p.Cron() && !again.Next(after).Equal(next) {
			t.Fatalf("%q reads as %q, and that as %q", expr, p.Cron(), again.Cron())
		}
	})
}
