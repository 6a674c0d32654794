package search_test

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"campaignbot/knowledge/search"
)

// question is one line of a file of questions, as `knowledge eval` reads it. No modules: it must not be answered.
type question struct {
	ID      string   `json:"id"`
	Lang    string   `json:"lang"`
	Text    string   `json:"text"`
	Modules []string `json:"modules"`
}

func questions(t testing.TB, name string) []question {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var list []question
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

// tally counts the outcomes of one language, or of all.
type tally struct {
	positives, accepted, primary, three, silent int
	negatives, answered                         int
}

func measure(t *testing.T, index *search.Index, list []question) map[string]*tally {
	table := map[string]*tally{"all": {}}
	for _, q := range list {
		if table[q.Lang] == nil {
			table[q.Lang] = &tally{}
		}
		result := index.Find(q.Text)
		var names []string
		for _, m := range result.Modules {
			names = append(names, m.Entry.ID)
		}
		for _, c := range []*tally{table["all"], table[q.Lang]} {
			c.count(q, names, result.Sure)
		}
		if wrong := len(q.Modules) == 0 && result.Sure || len(q.Modules) > 0 && (!result.Sure || !slices.Contains(q.Modules, names[0])); wrong {
			t.Logf("MISS %s %s sure=%v tied=%v want %v got %v: %s", q.ID, q.Lang, result.Sure, result.Tied, q.Modules, scores(result), q.Text)
		}
	}
	return table
}

func scores(r search.Result) (list []string) {
	for i, m := range r.Modules {
		if i < 3 {
			list = append(list, m.Entry.ID+" "+string([]byte{'.', byte('0' + int(m.Score*10)), byte('0' + int(m.Score*100)%10)}))
		}
	}
	return list
}

func (c *tally) count(q question, names []string, sure bool) {
	if len(q.Modules) == 0 {
		c.negatives++
		if sure {
			c.answered++
		}
		return
	}
	c.positives++
	if !sure {
		c.silent++
	}
	if sure && slices.Contains(q.Modules, names[0]) {
		c.accepted++
	}
	if sure && q.Modules[0] == names[0] {
		c.primary++
	}
	if slices.ContainsFunc(names[:min(3, len(names))], func(n string) bool { return slices.Contains(q.Modules, n) }) {
		c.three++
	}
}

func share(n, of int) float64 { return float64(n) / float64(max(of, 1)) }

func report(t *testing.T, title string, table map[string]*tally) {
	t.Logf("%s | positives | accepted first | primary first | accepted among 3 | no answer | negatives | answered", title)
	for _, lang := range []string{"all", "en", "nl", "de", "fr"} {
		if c := table[lang]; c != nil {
			t.Logf("%s | %d | %.2f | %.2f | %.2f | %d | %d | %d (%.2f)", lang, c.positives, share(c.accepted, c.positives), share(c.primary, c.positives),
				share(c.three, c.positives), c.silent, c.negatives, c.answered, share(c.answered, c.negatives))
		}
	}
}

func TestDevQuestions(t *testing.T) {
	index := search.New(library(t))
	for _, name := range []string{"symptoms-dev", "own", "more", "defects", "fresh"} {
		report(t, name, measure(t, index, questions(t, "testdata/"+name+".jsonl")))
	}
}
