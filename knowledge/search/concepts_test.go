package search

import (
	"flag"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"campaignbot/knowledge"
)

var explain = flag.String("explain", "the bounce mailbox is full", "a question: log what is found in it")

func builtin(t testing.TB) *knowledge.Library {
	t.Helper()
	l, err := knowledge.BuiltinLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestConceptsSpeakOfModulesThatExist(t *testing.T) {
	m, err := readModel(conceptsFile)
	if err != nil {
		t.Fatal(err)
	}
	l := builtin(t)
	check := func(where, id string) {
		if _, ok := l.Entry(id); !ok {
			t.Errorf("%s: no module %q", where, id)
		}
	}
	for _, c := range m.Concepts {
		for id := range c.Means {
			check(c.ID, id)
		}
	}
	for _, rule := range m.Together {
		where := strings.Join(rule.With, "+")
		for id := range rule.Means {
			check(where, id)
		}
		for _, either := range slices.Concat(rule.With, rule.Without) {
			for id := range strings.SplitSeq(either, "|") {
				if name, ok := strings.CutPrefix(id, namePrefix); ok {
					check(where, name)
				}
			}
		}
	}
}

func TestReadModelIsStrict(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"an unknown key", "concepts:\n  - id: a\n    wrods: {en: [x]}\n", "wrods"},
		{"a key twice", "concepts: []\nconcepts: []\n", "already defined"},
		{"a concept twice", "concepts:\n  - id: a\n  - id: a\n", `"a" missing or there twice`},
		{"a concept without an id", "concepts:\n  - means: {mta: 1}\n", `"" missing or there twice`},
		{"an empty word", "concepts:\n  - id: a\n    words: {en: ['']}\n", "empty word"},
		{"only a star", "concepts:\n  - id: a\n    words: {en: ['*']}\n", "at either end"},
		{"nothing behind a bar", "concepts:\n  - id: a\n    words: {en: ['a| b']}\n", "at either end"},
		{"a star inside a word", "concepts:\n  - id: a\n    words: {en: ['a*b']}\n", "at either end"},
		{"an unknown role", "concepts:\n  - id: a\n    role: hero\n", `no role "hero"`},
		{"a rule about nothing", "concepts:\n  - id: a\ntogether:\n  - with: [a, b]\n", `no concept "b"`},
		{"two documents", "concepts: []\n---\nconcepts: []\n", "one document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readModel([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want it to say %q", err, c.want)
			}
		})
	}
}

// TestCourtesyIsNothingElse holds that no word is left out of a question that another concept needs, such as "not", and that
// nothing is found in courtesy alone.
func TestCourtesyIsNothingElse(t *testing.T) {
	x := New(builtin(t))
	s := x.newScratch()
	each := func(w words, do func(phrase string)) {
		w.each(func(_ int, phrase string) {
			for n := range 1 + strings.Count(phrase, "|") { // each alternative in one of them at least
				said := strings.Fields(strings.ReplaceAll(phrase, "*", ""))
				for i, word := range said {
					either := strings.Split(word, "|")
					said[i] = either[n%len(either)]
				}
				do(strings.Join(said, " "))
			}
		})
	}
	for _, c := range concepts().Concepts {
		each(c.Words, func(phrase string) {
			switch s.weigh(phrase); {
			case roles[c.Role] < roleCourtesy && len(s.courtesy) > 0:
				t.Errorf("%s: %q loses %q", c.ID, phrase, textOf(s.courtesy))
			case roles[c.Role] >= roleCourtesy && x.Find(phrase).Sure:
				t.Errorf("%s: %q is answered", c.ID, phrase)
			}
		})
	}
	for topic, w := range otherWorlds() {
		each(w, func(phrase string) {
			if s.weigh(phrase); len(s.courtesy) > 0 {
				t.Errorf("%s: %q loses %q", topic, phrase, textOf(s.courtesy))
			}
		})
	}
}

// TestHeldOut asks the symptoms of each entry of an index that does not know them: only names and concepts are left.
func TestHeldOut(t *testing.T) {
	x := New(builtin(t))
	x.symptoms, x.related = newSymptoms(x.numbering, [languages][]source{}), &related{phrases: newSymptoms(x.numbering, [languages][]source{})}
	x.terms = &terms{}
	type count struct{ asked, right, silent int }
	counts := map[string]*count{"all": {}}
	for _, e := range x.entries {
		counts[e.ID] = &count{}
		for _, language := range knowledge.Languages {
			for _, phrase := range e.Symptoms[language] {
				r := x.Find(phrase)
				right := r.Sure && r.Modules[0].Entry == e
				for _, c := range []*count{counts["all"], counts[e.ID]} {
					c.asked++
					if right {
						c.right++
					}
					if !r.Sure {
						c.silent++
					}
				}
				if !right {
					t.Logf("missed %s %s, sure %v: %s", e.ID, language, r.Sure, phrase)
				}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		c := counts[id]
		t.Logf("%-12s | %4d | right %.2f | no answer %.2f", id, c.asked, float64(c.right)/float64(c.asked), float64(c.silent)/float64(c.asked))
	}
	if c := counts["all"]; float64(c.right) < 0.8*float64(c.asked) {
		t.Errorf("%d of %d right, want 0.80", c.right, c.asked)
	}
}

// TestFolds asks each fifth of the phrases of an index that does not know that fifth.
func TestFolds(t *testing.T) {
	const folds = 5
	fold := func(phrase string) int {
		h := fnv.New32a()
		h.Write([]byte(phrase))
		return int(h.Sum32() % folds)
	}
	l := builtin(t)
	asked, right, first, silent := 0, 0, 0, 0
	for held := range folds {
		x := build(l, func(phrase string) bool { return fold(phrase) != held })
		for _, e := range x.entries {
			for _, language := range knowledge.Languages {
				for _, phrase := range phrasesOf(e, language) {
					if fold(phrase) != held {
						continue
					}
					r := x.Find(phrase)
					asked++
					if len(r.Modules) > 0 && r.Modules[0].Entry == e {
						first++
						if r.Sure {
							right++
						}
					}
					if !r.Sure {
						silent++
					}
				}
			}
		}
	}
	share := func(n int) float64 { return float64(n) / float64(asked) }
	t.Logf("%d phrases: right %.2f, first though perhaps unsure %.2f, no answer %.2f", asked, share(right), share(first), share(silent))
	if share(right) < 0.65 {
		t.Errorf("%.2f right, want 0.65", share(right))
	}
}

// TestExplain logs why a question is answered as it is, for those who write concepts:
// go test ./knowledge/search -run TestExplain -v -explain 'mails do not leave'
func TestExplain(t *testing.T) {
	lines := New(builtin(t)).Explain(*explain)
	t.Logf("\n%s", strings.Join(lines, "\n"))
	if len(lines) < 2 {
		t.Error("nothing is found in it")
	}
}

func TestEverySettingOfASituationIsAName(t *testing.T) {
	for file, lines := range situations {
		for _, setting := range lines["any"] {
			signs := strings.FieldsFunc(setting, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if len(strings.Join(signs, "")) < 3 {
				t.Errorf("%s: any: %s would be found in texts about anything", file, setting)
			}
		}
	}
}
