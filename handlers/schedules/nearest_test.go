package schedules

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNearest(t *testing.T) {
	names := []string{"failed-exports", "failed-imports", "overview", "import-duplicates", "once", "daily", "a"}
	for _, c := range []struct {
		name, typed string
		want        []string
	}{
		{"a letter is missing", "failed-export", []string{"failed-exports", "failed-imports"}},
		{"a letter is wrong", "overvieuw", []string{"overview"}},
		{"a part of the name", "exports", []string{"failed-exports"}},
		{"a part of several names", "import", []string{"failed-imports", "import-duplicates"}},
		{"more than the name", "daily-check", []string{"daily"}},
		{"a short name, one letter off", "onze", []string{"once"}},
		{"a short name, too far off", "gone", []string{}},
		{"nothing like it", "frobnicate", []string{}},
		{"nothing at all", "", []string{"a"}},
		{"letters of another alphabet", "обзор", []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Nearest(c.typed, names)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := Nearest("s", []string{"s1", "s2", "s3", "s4"}); len(got) != mostNear {
		t.Errorf("%d names", len(got))
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "list", "show failed-exports", "history `x`", "me to call", "show ’", "\x00 \xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		word, id, line := parse(text)
		known := slices.Contains([]string{wordList, wordShow, wordHistory, wordPause, wordResume, wordRun, wordDelete, wordRestore}, word)
		if word != wordAdd && (!known || line != "") || word == wordAdd && id != "" || !strings.Contains(text, line) {
			t.Errorf("%q is %q, %q, %q", text, word, id, line)
		}
		Nearest(id, []string{"failed-exports", "overview"})
	})
}
