package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"campaignbot/bot/store/storetest"
)

func TestKnowledgeMisses(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url)
		file := filepath.Join(t.TempDir(), "campaignbot.yaml")
		writeFile(t, file, "{}")
		print := func(flags missesFlags) string {
			t.Helper()
			flags.config = file
			var out strings.Builder
			if err := printMisses(t.Context(), world{out: &out, environ: []string{"DATABASE_URL=" + url}}, flags, told); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
		if got := print(missesFlags{days: 30}); got != "no question of the last 30 days was left without an answer\n" {
			t.Errorf("of an empty store: %q", got)
		}
		for _, m := range []struct {
			text, language string
			daysAgo        int
		}{
			{"wie zapft den Server an", "de", 3}, {"the audit trail\nis\x1b[31m empty", "en", 2}, {"Wie zapft  den Server an", "de", 1}, {"an old question", "en", 31},
		} {
			if err := s.Missed(t.Context(), m.text, m.language, told.AddDate(0, 0, -m.daysAgo)); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, "misses/all.txt", print(missesFlags{days: 30}))
		golden(t, "misses/all.json", print(missesFlags{days: 30, json: true}))
		if got := strings.Count(print(missesFlags{days: 400, json: true}), "\n"); got != 3 {
			t.Errorf("%d questions in 400 days, want 3", got)
		}
	})
}

func TestKnowledgeMissesRefuses(t *testing.T) {
	for _, days := range []int{0, 401} {
		err := printMisses(t.Context(), world{}, missesFlags{days: days}, time.Now())
		if err == nil || err.Error() != "--days: use 1 to 400" {
			t.Errorf("%d days: %v", days, err)
		}
	}
}
