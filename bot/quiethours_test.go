package bot

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestQuietHoursAreWrittenInOneForm(t *testing.T) {
	for _, tt := range []struct{ name, text, problem string }{
		{"none", "", ""},
		{"over midnight", "22:00-07:00", ""},
		{"within a day", "12:30-13:15", ""},
		{"from midnight", "00:00-06:00", ""},
		{"up to midnight", "20:00-00:00", ""},
		{"all but a minute", "00:01-00:00", ""},
		{"equal ends", "07:00-07:00", "ends when it begins"},
		{"equal ends at midnight", "00:00-00:00", "ends when it begins"},
		{"one time", "22:00", "is not from one time of day to another"},
		{"no end", "22:00-", "is not from one time of day to another"},
		{"three times", "22:00-07:00-08:00", "is not from one time of day to another"},
		{"hours alone", "22-07", "is not from one time of day to another"},
		{"one digit", "22:00-7:00", "is not from one time of day to another"},
		{"spaces", "22:00 - 07:00", "is not from one time of day to another"},
		{"an hour that no clock shows", "22:00-24:00", "is not from one time of day to another"},
		{"a minute that no clock shows", "22:60-07:00", "is not from one time of day to another"},
		{"words", "at night", "is not from one time of day to another"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := ParseQuietHours(tt.text)
			if problem := errText(err); problem != tt.problem {
				t.Fatalf("got %q, want %q", problem, tt.problem)
			}
			if err != nil {
				return
			}
			if q.String() != tt.text {
				t.Errorf("written as %q", q)
			}
			var again QuietHours
			if text, err := json.Marshal(q); err != nil || json.Unmarshal(text, &again) != nil || again != q {
				t.Errorf("read again as %q from %s, %v", again, text, err)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func quiet(t *testing.T, hours, zone string) Task {
	t.Helper()
	q, err := ParseQuietHours(hours)
	if err != nil {
		t.Fatal(err)
	}
	return Task{TimeZone: zone, QuietHours: q}
}

// TestNobodyIsRungInQuietHours gives the moments with their distance from UTC: an hour that comes twice is told apart.
func TestNobodyIsRungInQuietHours(t *testing.T) {
	const amsterdam, newYork = "Europe/Amsterdam", "America/New_York"
	for _, tt := range []struct{ name, hours, zone, at, want string }{
		{"before midnight", "22:00-07:00", amsterdam, "2026-12-08T23:10:00+01:00", "2026-12-09T07:00:00+01:00"},
		{"after midnight", "22:00-07:00", amsterdam, "2026-12-09T03:00:00+01:00", "2026-12-09T07:00:00+01:00"},
		{"at midnight", "22:00-07:00", amsterdam, "2026-12-09T00:00:00+01:00", "2026-12-09T07:00:00+01:00"},
		{"a second before they begin", "22:00-07:00", amsterdam, "2026-12-08T21:59:59+01:00", "2026-12-08T21:59:59+01:00"},
		{"when they begin", "22:00-07:00", amsterdam, "2026-12-08T22:00:00+01:00", "2026-12-09T07:00:00+01:00"},
		{"a second before they end", "22:00-07:00", amsterdam, "2026-12-09T06:59:59+01:00", "2026-12-09T07:00:00+01:00"},
		{"when they end", "22:00-07:00", amsterdam, "2026-12-09T07:00:00+01:00", "2026-12-09T07:00:00+01:00"},
		{"at noon", "22:00-07:00", amsterdam, "2026-12-08T12:00:00+01:00", "2026-12-08T12:00:00+01:00"},
		{"within a day: in it", "12:00-14:30", amsterdam, "2026-12-08T13:00:00+01:00", "2026-12-08T14:30:00+01:00"},
		{"within a day: when they begin", "12:00-14:30", amsterdam, "2026-12-08T12:00:00+01:00", "2026-12-08T14:30:00+01:00"},
		{"within a day: when they end", "12:00-14:30", amsterdam, "2026-12-08T14:30:00+01:00", "2026-12-08T14:30:00+01:00"},
		{"within a day: at night", "12:00-14:30", amsterdam, "2026-12-08T23:00:00+01:00", "2026-12-08T23:00:00+01:00"},
		{"from midnight", "00:00-06:00", amsterdam, "2026-12-09T00:00:00+01:00", "2026-12-09T06:00:00+01:00"},
		{"up to midnight", "20:00-00:00", amsterdam, "2026-12-31T20:00:00+01:00", "2027-01-01T00:00:00+01:00"},
		{"as the clocks of the zone show them", "22:00-07:00", newYork, "2026-12-09T04:00:00Z", "2026-12-09T07:00:00-05:00"},
		{"not as those of UTC do", "22:00-07:00", newYork, "2026-12-08T23:00:00Z", "2026-12-08T23:00:00Z"},
		{"a zone with a quarter of an hour", "22:00-07:00", "Asia/Kathmandu", "2026-12-08T16:15:00Z", "2026-12-09T07:00:00+05:45"},

		{"over a night that is an hour short", "22:00-07:00", amsterdam, "2026-03-28T23:10:00+01:00", "2026-03-29T07:00:00+02:00"},
		{"after the jump of that night", "22:00-07:00", amsterdam, "2026-03-29T03:00:00+02:00", "2026-03-29T07:00:00+02:00"},
		{"an end that does not exist is the jump", "22:00-02:30", amsterdam, "2026-03-29T01:59:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"and at the jump they are over", "22:00-02:30", amsterdam, "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00+02:00"},
		{"an end at the jump", "22:00-02:00", amsterdam, "2026-03-29T01:59:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"a begin that does not exist is the jump", "02:30-07:00", amsterdam, "2026-03-29T03:00:00+02:00", "2026-03-29T07:00:00+02:00"},
		{"hours that the clocks jump over are not there", "02:15-02:45", amsterdam, "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00+02:00"},
		{"over a night that is an hour long", "22:00-07:00", amsterdam, "2026-10-24T23:10:00+02:00", "2026-10-25T07:00:00+01:00"},
		{"in the hour that comes twice, the second time", "22:00-07:00", amsterdam, "2026-10-25T02:30:00+01:00", "2026-10-25T07:00:00+01:00"},
		{"an end that comes twice is the second", "22:00-02:30", amsterdam, "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+01:00"},
		{"after the first of the two they go on", "22:00-02:30", amsterdam, "2026-10-25T02:45:00+02:00", "2026-10-25T02:30:00+01:00"},
		{"a begin that comes twice is the first", "02:30-07:00", amsterdam, "2026-10-25T02:30:00+02:00", "2026-10-25T07:00:00+01:00"},
		{"and they go on when the clocks go back before it", "02:30-07:00", amsterdam, "2026-10-25T02:10:00+01:00", "2026-10-25T07:00:00+01:00"},
		{"before the begin that comes twice", "02:30-07:00", amsterdam, "2026-10-25T02:10:00+02:00", "2026-10-25T02:10:00+02:00"},
		{"the clocks jump over midnight", "22:00-00:00", "Africa/Cairo", "2026-04-23T23:00:00+02:00", "2026-04-24T01:00:00+03:00"},
		{"the clocks go back over midnight", "00:00-07:00", "America/St_Johns", "2010-11-06T23:15:00-03:30", "2010-11-07T07:00:00-03:30"},
		{"midnight comes twice", "20:00-00:00", "America/Havana", "2026-10-31T23:00:00-04:00", "2026-11-01T00:00:00-05:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := quiet(t, tt.hours, tt.zone).WorkingTime(instant(t, tt.at)), instant(t, tt.want); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// Both rules hold together. 11 December 2026 is a Friday, the 25th too.
func TestQuietHoursAndWorkingDays(t *testing.T) {
	for _, tt := range []struct{ name, hours, at, want, tomorrow string }{
		{"a night between working days", "22:00-07:00", "2026-12-08T23:10:00+01:00", "2026-12-09T07:00:00+01:00", "2026-12-09T09:00:00+01:00"},
		{"Friday night waits for Monday", "22:00-07:00", "2026-12-11T23:10:00+01:00", "2026-12-14T09:00:00+01:00", "2026-12-14T09:00:00+01:00"},
		{"Sunday night waits for nine o'clock", "22:00-07:00", "2026-12-13T23:10:00+01:00", "2026-12-14T09:00:00+01:00", "2026-12-14T09:00:00+01:00"},
		{"Monday before seven waits for seven", "22:00-07:00", "2026-12-14T05:00:00+01:00", "2026-12-14T07:00:00+01:00", "2026-12-15T09:00:00+01:00"},
		{"the night before the holidays waits for the day after them", "22:00-07:00", "2026-12-24T22:00:00+01:00", "2026-12-29T09:00:00+01:00", "2026-12-29T09:00:00+01:00"},
		{"quiet until ten: ten on the next working day", "22:00-10:00", "2026-12-12T12:00:00+01:00", "2026-12-14T10:00:00+01:00", "2026-12-14T10:00:00+01:00"},
		{"quiet from nine until midnight, over a weekend", "09:00-00:00", "2026-12-11T10:00:00+01:00", "2026-12-15T00:00:00+01:00", "2026-12-15T00:00:00+01:00"},
		{"quiet over lunch leaves the morning", "12:00-13:00", "2026-12-12T12:00:00+01:00", "2026-12-14T09:00:00+01:00", "2026-12-14T09:00:00+01:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			task := quiet(t, tt.hours, "Europe/Amsterdam")
			task.WorkingDaysOnly, task.Holidays = true, []string{"2026-12-25", "2026-12-28"}
			if got, want := task.WorkingTime(instant(t, tt.at)), instant(t, tt.want); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
			if got, want := task.Tomorrow(instant(t, tt.at)), instant(t, tt.tomorrow); !got.Equal(want) {
				t.Errorf("tomorrow is %s, want %s", got, want)
			}
		})
	}
}

// TestWhatIsFoundInQuietHoursWaits looks at tasks as a bot does that was away for a while.
func TestWhatIsFoundInQuietHoursWaits(t *testing.T) {
	evening, night, morning, later := "2026-12-08T21:59:59+01:00", "2026-12-08T23:10:00+01:00", "2026-12-09T07:00:00+01:00", "2026-12-09T09:00:00+01:00"
	for _, tt := range []struct {
		name, overdue, escalate, now string
		want                         []ChangeKind
	}{
		{"overdue in the evening, found then", evening, "", evening, []ChangeKind{ChangeOverdue}},
		{"overdue in the evening, found at night", evening, "", night, nil},
		{"and told in the morning", evening, "", morning, []ChangeKind{ChangeOverdue}},
		{"to be escalated in the evening, found at night", evening, evening, night, nil},
		{"overdue on Friday evening, found on Saturday", "2026-12-11T21:59:59+01:00", "", "2026-12-12T08:00:00+01:00", nil},
		{"and told on Monday", "2026-12-11T21:59:59+01:00", "", "2026-12-14T07:00:00+01:00", []ChangeKind{ChangeOverdue}},
		{"overdue at night is told in the morning, and escalated as long after that as ever", night, "2026-12-09T01:10:00+01:00", morning, []ChangeKind{ChangeOverdue}},
		{"which is then", night, "2026-12-09T01:10:00+01:00", later, []ChangeKind{ChangeOverdue, ChangeEscalated}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			task := quiet(t, "22:00-07:00", "Europe/Amsterdam")
			task.WorkingDaysOnly = true
			task.State, task.EscalateTo, task.Overdue = TaskOpen, "C9", instant(t, tt.overdue)
			if tt.escalate != "" {
				task.Escalate = instant(t, tt.escalate)
			}
			if got := task.Due(instant(t, tt.now)); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	asked := quiet(t, "22:00-07:00", "Europe/Amsterdam")
	asked.State, asked.SnoozedUntil = TaskSnoozed, instant(t, night)
	if got := asked.Due(instant(t, night)); !slices.Equal(got, []ChangeKind{ChangeWoken}) {
		t.Errorf("who asked to be woken at night gets %v", got)
	}
}
