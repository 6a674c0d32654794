package search_test

import (
	"flag"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v3"

	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

var manyQuestions = flag.Int("questions", 5_000, "how many questions TestMemoryStaysWhereItIs asks")

// tenfold is a library with ten times the entries: nine more of each, with names of their own and every third word of
// what people type changed.
func tenfold(t testing.TB) *knowledge.Library {
	t.Helper()
	overlay := fstest.MapFS{}
	err := fs.WalkDir(knowledge.Builtin(), "entries", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(file, "/error/") {
			return err
		}
		data, err := fs.ReadFile(knowledge.Builtin(), file)
		if err != nil {
			return err
		}
		for n := range 9 {
			var entry map[string]any
			if err := yaml.Unmarshal(data, &entry); err != nil {
				return err
			}
			id := fmt.Sprintf("%s-c%d", entry["id"], n)
			entry["id"] = id
			for _, part := range []string{"files", "told_apart", "needs", "needed_by", "number"} {
				delete(entry, part)
			}
			vary(entry["aliases"], n, 1)
			vary(entry["symptoms"], n, 3)
			out, err := yaml.Marshal(entry)
			if err != nil {
				return err
			}
			overlay[path.Join(fmt.Sprint(entry["kind"]), id+".yaml")] = &fstest.MapFile{Data: out}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := knowledge.LoadOver(knowledge.Builtin(), overlay)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// vary changes every so many words of phrases by language.
func vary(phrases any, n, every int) {
	byLanguage, _ := phrases.(map[string]any)
	for _, list := range byLanguage {
		lines, _ := list.([]any)
		for i, line := range lines {
			words := strings.Fields(fmt.Sprint(line))
			for w := range words {
				if w%every == 0 {
					words[w] += string(rune('a'+n)) + "q"
				}
			}
			text := []rune(strings.Join(words, " "))
			lines[i] = string(text[:min(len(text), 60)])
		}
	}
}

// BenchmarkEntries compares a question's time with today's entries and with ten times as many.
func BenchmarkEntries(b *testing.B) {
	list := questions(b, "testdata/symptoms-dev.jsonl")
	for _, c := range []struct {
		name string
		make func(testing.TB) *knowledge.Library
	}{{"today", library}, {"tenfold", tenfold}} {
		b.Run(c.name, func(b *testing.B) {
			edition := &search.Edition{Library: c.make(b)}
			edition.Index = search.New(edition.Library)
			now := time.Now()
			b.ReportMetric(float64(len(edition.Entries())), "entries")
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				edition.Read(list[i%len(list)].Text, now)
			}
		})
	}
}

// TestMemoryStaysWhereItIs asks many questions and looks at what is left.
func TestMemoryStaysWhereItIs(t *testing.T) {
	edition := built(t)
	list := questions(t, "testdata/symptoms-dev.jsonl")
	n, now := *manyQuestions, time.Now()
	ask := func(n int) {
		for i := range n {
			edition.Read(fmt.Sprintf("%s %d", list[i%len(list)].Text, i), now)
		}
	}
	ask(n / 10)
	before := heap()
	ask(n)
	after := heap()
	runtime.KeepAlive(edition)
	t.Logf("heap %d KiB before and %d KiB after %d questions", before>>10, after>>10, n)
	if after > before+before/10+1<<20 {
		t.Errorf("the heap grew from %d KiB to %d KiB", before>>10, after>>10)
	}
}

func TestBadInputIsReadInNoTime(t *testing.T) {
	edition := built(t)
	for name, text := range map[string]string{
		"one word a million times":    strings.Repeat("workflow ", 1_000_000),
		"one code a million times":    strings.Repeat("PGS-220000 ", 1_000_000),
		"a megabyte without a space":  strings.Repeat("a", 1<<20),
		"a megabyte of at signs":      strings.Repeat("mta@", 1<<18),
		"nested brackets":             strings.Repeat("(", 1<<20),
		"megabytes of a log":          strings.Repeat("2024-03-01T06:00:03.000Z 1 error log X (iRc=-52)\n", 100_000),
		"what makes expressions slow": strings.Repeat("2024-", 200_000) + "!",
		"not UTF-8":                   strings.Repeat("\xff\xfe", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			edition.Read(text, start)
			if took := time.Since(start); took > 3*time.Second { // much more than it is, for a loaded machine
				t.Errorf("took %s", took)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	edition := built(f)
	for _, seed := range []string{"mails gaan niet weg", "No tasks", "mta@prod\nstat@prod", "watchdog (1) - 7 Mb", "PGS-220000 (iRc=-52)", "NEO-30047", "\xff\x00<@U1>"} {
		f.Add(seed)
	}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		r := edition.Read(text, now)
		if r.Sure && len(r.Modules) == 0 || r.Tied && len(r.Modules) < 2 || r.Leads && len(r.Related) == 0 {
			t.Errorf("%q is read as %+v", text, r.Result)
		}
		for _, m := range r.Modules {
			if !(m.Score >= 0 && m.Score <= 1) {
				t.Errorf("%q: %s has the score %v", text, m.Entry.ID, m.Score)
			}
		}
	})
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
