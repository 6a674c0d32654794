package search

import (
	"os"
	"sort"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	if os.Getenv("Q") == "" {
		t.Skip()
	}
	x := New(must(t))
	m, _ := readModel(conceptsFile)
	for _, q := range strings.Split(os.Getenv("Q"), "#") {
		s := x.newScratch()
		e := s.weigh(q)
		t.Logf("== %s away %.1f domain %.1f topics %.1f alien %d", q, e.away, e.domain, e.topics, e.alien)
		var out []string
		for c, w := range s.weight {
			if w > 0 {
				id := "name"
				if c < len(m.Concepts) {
					id = m.Concepts[c].ID
				}
				line := id
				for _, mm := range x.concepts[c].means {
					line += " " + x.entries[mm.entry].ID
				}
				out = append(out, line)
			}
		}
		sort.Strings(out)
		t.Log(strings.Join(out, "; "))
		for i := range x.together {
			if x.together[i].holds(s.weight) > 0 {
				t.Logf("  rule %v %v", m.Together[i].With, m.Together[i].Means)
			}
		}
		for i, en := range x.entries {
			if s.total[i] > 0.3 {
				t.Logf("  %s %.1f (like %.2f)", en.ID, s.total[i], s.likeness[i])
			}
		}
	}
}
