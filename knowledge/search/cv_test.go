package search

import (
	"os"
	"strings"
	"testing"

	"campaignbot/knowledge"
)

func TestHeldOut(t *testing.T) {
	library := must(t)
	x := New(library)
	x.symptoms = newSymptoms(nil, nil, nil)
	total, ok, silent := map[string]int{}, map[string]int{}, map[string]int{}
	for _, e := range x.entries {
		for lang, list := range e.Symptoms {
			for _, p := range list {
				r := x.Find(p)
				total[e.ID]++
				total[lang]++
				total["all"]++
				if !r.Sure {
					silent[e.ID]++
					silent["all"]++
				}
				if r.Sure && r.Modules[0].Entry.ID == e.ID {
					ok[e.ID]++
					ok[lang]++
					ok["all"]++
				} else {
					got := "-"
					for _, m := range r.Modules {
						got += m.Entry.ID + " "
					}
					t.Logf("MISS %v %s %s: %s -> %s", r.Sure, e.ID, lang, p, got)
				}
			}
		}
	}
	for k, n := range total {
		t.Logf("SUM %s %d %.2f silent %d", k, n, float64(ok[k])/float64(n), silent[k])
	}
	for _, f := range []string{"slack-platform.md", "libraries.md", "what-users-ask.md"} {
		data, _ := os.ReadFile("/work/shared/facts/" + f)
		n, a := 0, 0
		for _, l := range strings.Split(string(data), "\n") {
			if len(l) < 20 {
				continue
			}
			n++
			if r := x.Find(l); r.Sure {
				a++
				t.Logf("NEG %s: %.120s", r.Modules[0].Entry.ID, l)
			}
		}
		t.Logf("SUM %s %d %.3f", f, n, float64(a)/float64(n))
	}
}

func must(t testing.TB) *knowledge.Library {
	t.Helper()
	l, err := knowledge.Load(knowledge.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return l
}
