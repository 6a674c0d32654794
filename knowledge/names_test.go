package knowledge

import (
	"strings"
	"testing"
)

func builtinLibrary(t testing.TB) *Library {
	t.Helper()
	l, err := BuiltinLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestModulesKeepTheOrderOfTheTable(t *testing.T) {
	var ids []string
	for _, e := range builtinLibrary(t).OfKind(KindModule) {
		if !e.Brief {
			ids = append(ids, e.ID)
		}
	}
	want := "export import inMail mta stat syslogd tracking trackinglogd watchdog web wfserver"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("modules = %s, want %s", got, want)
	}
}

func TestResolve(t *testing.T) {
	l := builtinLibrary(t)
	for _, c := range []struct {
		name, typed, want string
		how               How
	}{
		{"the name itself", "mta", "mta", Exact},
		{"case does not matter", "INMAIL", "inMail", Exact},
		{"with its instance", "wfserver@prod", "wfserver", Exact},
		{"behind the program's name", "nlserver web", "web", Exact},
		{"with a hyphen", "in-mail", "inMail", Exact},
		{"with a space", "wf server", "wfserver", Exact},
		{"in quotes of code", "`stat`", "stat", Exact},
		{"the d at the end matters", "trackinglogd", "trackinglogd", Exact},
		{"without the d it is another", "tracking", "tracking", Exact},
		{"the d apart", "trackinglog d", "trackinglogd", Exact},
		{"a Dutch machine translation", "waakhond", "watchdog", Exact},
		{"another", "bijhouden", "tracking", Exact},
		{"a German machine translation", "Bundesland", "stat", Exact},
		{"another", "Wachhund", "watchdog", Exact},
		{"a French name", "chien de garde", "watchdog", Exact},
		{"an umlaut written out", "Ruecklaeufer", "inMail", Exact},
		{"an umlaut left out", "Rucklaufer", "inMail", Exact},
		{"a letter missing", "wfsever", "wfserver", Typo},
		{"two letters swapped", "watchdgo", "watchdog", Typo},
		{"two letters swapped in a long alias", "tracking log deamon", "trackinglogd", Typo},
		{"a letter too many", "syslogdd", "syslogd", Typo},
		{"a short name is not guessed", "mtb", "", None},
		{"a sentence is no name", "module stat start niet na de reboot", "", None},
		{"nothing", "", "", None},
		{"only punctuation", "??", "", None},
		{"not UTF-8", "\xff\xfe", "", None},
		{"endless", strings.Repeat("web", 10_000), "", None},
	} {
		t.Run(c.name, func(t *testing.T) {
			entry, how := l.Resolve(KindModule, c.typed)
			got := ""
			if entry != nil {
				got = entry.ID
			}
			if got != c.want || how != c.how {
				t.Errorf("Resolve(%q) = %q, %s; want %q, %s", c.typed, got, how, c.want, c.how)
			}
			if _, ok := l.Lookup(KindModule, c.typed); ok != (c.how == Exact) {
				t.Errorf("Lookup(%q) = %v", c.typed, ok)
			}
		})
	}
}

func TestNear(t *testing.T) {
	l := builtinLibrary(t)
	near := l.Near(KindModule, "trackinglogdd", 3)
	if len(near) == 0 || near[0].ID != "trackinglogd" {
		t.Errorf("near = %v, want trackinglogd first", near)
	}
	if near := l.Near(KindModule, "kubernetes", 3); len(near) > 3 {
		t.Errorf("%d entries, want at most 3", len(near))
	}
}

func TestEveryNameFindsItsEntry(t *testing.T) {
	l := builtinLibrary(t)
	for _, e := range l.Entries() {
		names := []string{e.ID}
		for _, aliases := range e.Aliases {
			names = append(names, aliases...)
		}
		for _, name := range names {
			if got, ok := l.Lookup(e.Kind, name); !ok || got != e {
				t.Errorf("Lookup(%q) is not %s", name, e.ID)
			}
		}
	}
}

// TestTheKnowledgeIsWhole counts what the bot must know: the modules of the table and the others, the runbooks by number, the
// families of codes, the checks of each period, the conflicts.
func TestTheKnowledgeIsWhole(t *testing.T) {
	l := builtinLibrary(t)
	numbers := map[int]bool{}
	for _, e := range l.OfKind(KindRunbook) {
		numbers[e.Number] = true
	}
	for n := 1; n <= 30; n++ {
		if !numbers[n] {
			t.Errorf("there is no runbook RB-%02d", n)
		}
	}
	every := map[Period]int{}
	for _, e := range l.OfKind(KindCheck) {
		every[e.Every]++
	}
	codes := 0
	for _, e := range l.OfKind(KindError) {
		codes += len(e.Codes)
	}
	for what, c := range map[string]struct{ got, least int }{
		"modules": {len(l.OfKind(KindModule)), 41}, "families of codes": {len(l.OfKind(KindError)), 16}, "codes": {codes, 20},
		"defects": {len(l.OfKind(KindDefect)), 24}, "conflicts": {len(l.OfKind(KindConflict)), 20},
		"daily checks": {every[Daily], 8}, "weekly checks": {every[Weekly], 4}, "monthly checks": {every[Monthly], 4},
	} {
		if c.got < c.least {
			t.Errorf("%d %s, want %d at least", c.got, what, c.least)
		}
	}
}

func FuzzCodes(f *testing.F) {
	l := builtinLibrary(f)
	for _, seed := range []string{"PGS-220000", "iRc=-52 errno = 18", "550-5.1.1", "SMTP 452", "NEO-30047", "\xff-123456", "XSV350014xsv-350014", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes := l.Codes(text)
		if len(codes) > mostCodes {
			t.Errorf("%d codes", len(codes))
		}
		for _, c := range codes {
			if c.Family == nil || c.Known != nil && c.Known.Code != c.Code || !LooksLikeCode(c.Code) {
				t.Errorf("%q holds %+v", text, c)
			}
		}
	})
}

func FuzzLookup(f *testing.F) {
	l := builtinLibrary(f)
	for _, seed := range []string{"mta", "wfserver@prod", "nlserver start stat", "tracking log deamon", "Bundesland", "\xff", "@", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		exact, ok := l.Lookup(KindModule, name)
		entry, how := l.Resolve(KindModule, name)
		if ok != (how == Exact) || ok && exact != entry {
			t.Errorf("Lookup and Resolve disagree on %q", name)
		}
		if (how == None) != (entry == nil) {
			t.Errorf("Resolve(%q) = %v, %s", name, entry, how)
		}
		if near := l.Near(KindModule, name, 3); len(near) > 3 {
			t.Errorf("%d near entries", len(near))
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	l := builtinLibrary(b)
	b.ReportAllocs()
	for b.Loop() {
		l.Resolve(KindModule, "tracking log deamon")
	}
}
