package search_test

import (
	"strings"
	"sync"
	"testing"

	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

func library(t testing.TB) *knowledge.Library {
	t.Helper()
	l, err := knowledge.BuiltinLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func built(t testing.TB) *search.Edition {
	t.Helper()
	edition, err := search.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return edition
}

// first returns the answer, or "" when there is none.
func first(r search.Result) string {
	if !r.Sure {
		return ""
	}
	return r.Modules[0].Entry.ID
}

func TestFind(t *testing.T) {
	index := built(t)
	for _, c := range []struct{ name, text, want string }{
		{"a name and a question mark", "syslogd??", "syslogd"},
		{"an everyday word is a name when nothing else is said", "web", "web"},
		{"and with words that say nothing", "is export down?", "export"},
		{"a mistyped name", "watchdgo", "watchdog"},
		{"a machine-translated name", "module Bundesland läuft nicht", "stat"},
		{"a process", "stat@prod", "stat"},
		{"a process among other words", "no trace of wfserver@prod in the list", "wfserver"},
		{"a command", "nlserver start stat@prod does nothing", "stat"},
		{"a file that says nothing is about the log writer", "mta.log is empty since 3 am", "syslogd"},
		{"a setting", "what is a good maxSharedLogs", "trackinglogd"},
		{"a port", "who listens on 6666", "syslogd"},
		{"the d decides", "trackinglogd is not running", "trackinglogd"},
		{"two languages in one question", "hallo, die workflows are stuck seit heute", "wfserver"},
		{"a compound", "Bouncemailverarbeitung steht", "inMail"},
		{"typing mistakes", "wrokflow does not satrt", "wfserver"},
		{"umlauts written out", "keine Oeffnungen und Klicks im Bericht", "tracking"},
		{"full-width letters", "ｗｆｓｅｒｖｅｒ down", "wfserver"},
		{"a module that is not to blame", "it is not the mta, mails leave fine, but the console does not open", "web"},
		{"a module that works", "stat draait prima, maar de workflows starten niet", "wfserver"},
		{"Slack's markup", "<@U02OPSBOT> <#C012|ops> :fire: bounces are not coming in", "inMail"},
		{"Slack's link", "<https://acc.example.com/nl/jsp/logon.jsp|this page> stays blank", "web"},
		{"Slack's entities and quotes", "&gt; workflow &amp; scheduler hang\n", "wfserver"},
		{"thanks", "thank you, solved", ""},
		{"nothing", "", ""},
		{"only Slack's markup", "<@U02OPSBOT> :eyes:", ""},
		{"another product", "the jira workflow is stuck", ""},
		{"another tracking", "the tracking number of my parcel does not work", ""},
		{"another export", "customs wants an export licence", ""},
		{"another watchdog", "the watch dog next door barks, ask the neighbour", ""},
		{"another Bundesland", "in welchem Bundesland liegt Kassel", ""},
		{"a plea", "please help, urgent", ""},
		{"not UTF-8", "\xff\xfe\xfd", ""},
		{"only the mail address in brackets", "<mailto:mta@example.com|mta@example.com>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := first(index.Find(c.text)); got != c.want {
				t.Errorf("Find(%q) = %q, want %q; %v", c.text, got, c.want, scores(index.Find(c.text)))
			}
		})
	}
}

func TestFindShowsTheNearestWhenNotSure(t *testing.T) {
	result := built(t).Find("something with a csv file")
	if result.Sure || len(result.Modules) < 3 {
		t.Errorf("sure %v, %d modules; want at least three to choose from", result.Sure, len(result.Modules))
	}
}

func TestTied(t *testing.T) {
	index := built(t)
	for _, c := range []struct {
		name, text string
		want       bool
		pair       string
	}{
		{"tracking logs may be missing on either side", "tracking logs are missing", true, "tracking trackinglogd"},
		{"mails stay: either may hold them back", "mails are not leaving", true, "mta stat"},
		{"the same in Dutch", "er wordt niets verzonden", true, "mta stat"},
		{"a proof is the mta's alone", "proof does not arrive", false, ""},
		{"a process says which", "wfserver@prod", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := index.Find(c.text)
			if r.Tied != c.want {
				t.Fatalf("tied = %v; %v", r.Tied, scores(r))
			}
			if r.Tied && (!strings.Contains(c.pair, r.Modules[0].Entry.ID) || !strings.Contains(c.pair, r.Modules[1].Entry.ID)) {
				t.Errorf("pair = %v, want %s", scores(r), c.pair)
			}
		})
	}
}

func TestFindIsBounded(t *testing.T) {
	index := built(t)
	noise := strings.Repeat("é", 16<<10)
	if got := first(index.Find(noise + " wfserver@prod is down")); got != "" {
		t.Errorf("answered %q from behind the bound", got)
	}
	if got := first(index.Find("wfserver@prod is down " + noise)); got != "wfserver" {
		t.Errorf("got %q before the bound", got)
	}
}

func TestFindManyAtOnce(t *testing.T) {
	index := built(t)
	list := questions(t, "testdata/symptoms-dev.jsonl")
	want := make([]string, len(list))
	for i, q := range list {
		want[i] = first(index.Find(q.Text))
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, q := range list {
				if got := first(index.Find(q.Text)); got != want[i] {
					t.Errorf("%s: %q, alone it was %q", q.ID, got, want[i])
				}
			}
		})
	}
	group.Wait()
}

func TestEverySymptomFindsItsEntry(t *testing.T) {
	for _, lost := range built(t).Lost() {
		t.Errorf("%s is not among the first three for its symptom in %s: %s", lost.Entry.ID, lost.Language, lost.Phrase)
	}
}

func FuzzFind(f *testing.F) {
	index := built(f)
	for _, seed := range []string{"", "mta@prod", "<@U1> <https://x|y> :a: &gt; ", "\xff", "L'export a échoué", "XSV-350014", "a.b/c-d_e:f@g", "<", "::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := index.Find(text)
		if r.Sure && len(r.Modules) == 0 || r.Tied && (!r.Sure || len(r.Modules) < 2) {
			t.Errorf("sure %v, tied %v with %d modules", r.Sure, r.Tied, len(r.Modules))
		}
		last := 1.0
		for _, m := range r.Modules {
			if m.Entry == nil || m.Score < 0 || m.Score > last {
				t.Errorf("score %v after %v", m.Score, last)
			}
			last = m.Score
		}
	})
}

func BenchmarkFind(b *testing.B) {
	index := built(b)
	list := questions(b, "testdata/symptoms-dev.jsonl")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		index.Find(list[i%len(list)].Text)
	}
}

func BenchmarkFindLongest(b *testing.B) {
	index := built(b)
	text := strings.Repeat("the workflow@prod wrote tracking-logs.log to redir/log, ", 400)
	b.ReportAllocs()
	for b.Loop() {
		index.Find(text)
	}
}

func BenchmarkNew(b *testing.B) {
	l := library(b)
	b.ReportAllocs()
	for b.Loop() {
		search.New(l)
	}
}
