package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const previewed = `
schedules:
  - {id: night, cron: "30 2 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001, text: Look at the night}
  - {id: work, when: every weekday at 08:30, time_zone: Europe/Amsterdam, channel: C0OPS0002, text: Begin, working_days_only: true, holidays: [2027-03-29]}
`

func TestSchedulePreview(t *testing.T) {
	file := filepath.Join(t.TempDir(), "campaignbot.yaml")
	if err := os.WriteFile(file, []byte(previewed), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, 27, 12, 0, 0, 0, time.UTC) // the night before the clock goes forward
	show := func(json bool) string {
		var out strings.Builder
		if err := previewSchedules(t.Context(), world{out: &out}, previewFlags{config: file, days: 3, json: json}, now); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	table := show(false)
	for _, want := range []string{"Sun 2027-03-28 03:00 CEST  night", "Mon 2027-03-29 02:30 CEST  night", "Mon 2027-03-29 08:30 CEST  work", "skipped: holiday", "Tue 2027-03-30 08:30 CEST  work"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in\n%s", want, table)
		}
	}
	if lines := strings.Count(show(true), "\n"); lines != strings.Count(table, "\n")-1 {
		t.Errorf("%d objects for\n%s", lines, table)
	}
}

func TestSchedulePreviewThatCannotBe(t *testing.T) {
	for name, args := range map[string][]string{
		"no days":            {"schedule", "preview", "--days", "0"},
		"an unknown command": {"schedule", "prevue"},
		"a file of nobody":   {"schedule", "preview", "--config", "nowhere.yaml"},
	} {
		if code, _, errs := once(t, nil, "", args...); code != exitRefused || errs == "" {
			t.Errorf("%s: exit %d, %q", name, code, errs)
		}
	}
}
