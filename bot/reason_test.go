package bot

import (
	"fmt"
	"testing"
)

func TestReasonsAreReadAsTheyAreWritten(t *testing.T) {
	cases := []struct{ name, text, reason, detail string }{
		{"a weekend", SkipWeekend, SkipWeekend, ""},
		{"a holiday that moves nowhere", SkipHoliday, SkipHoliday, ""},
		{"a holiday that moves", fmt.Sprintf(SkipMoved, "2026-12-28 08:30"), SkipMoved, "2026-12-28 08:30"},
		{"missed", fmt.Sprintf(SkipCovered, "2026-12-28 08:30"), SkipCovered, "2026-12-28 08:30"},
		{"too late", SkipLate, SkipLate, ""},
		{"too late, with the end of the window", fmt.Sprintf(SkipLateUntil, "2026-12-28 08:30 CET"), SkipLateUntil, "2026-12-28 08:30 CET"},
		{"a kind that is not there", fmt.Sprintf(SkipKind, "status"), SkipKind, "status"},
		{"refused", ReasonChannel, ReasonChannel, ""},
		{"half of a form", "holiday (moved to 2026", "holiday (moved to 2026", ""},
		{"a text of another version", "moon in the wrong phase", "moon in the wrong phase", ""},
		{"nothing", "", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if reason, detail := SplitReason(c.text); reason != c.reason || detail != c.detail {
				t.Errorf("got %q and %q", reason, detail)
			}
		})
	}
}
