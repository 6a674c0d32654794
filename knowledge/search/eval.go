package search

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"campaignbot/knowledge"
)

// Question is one line of a file of questions: what somebody asks, and the modules that are right.
type Question struct {
	Line       int      `json:"-"`
	Text       string   `json:"text"`
	Modules    []string `json:"modules"` // accepted, the best first; none: it must not be answered
	Lang       string   `json:"lang"`
	Difficulty string   `json:"difficulty"`
}

// hard is the difficulty that is counted by itself.
const hard = "hard"

var difficulties = []string{"easy", "medium", hard}

// ReadQuestions reads a file with one JSON object a line; keys it does not know are left alone. The error joins every bad
// line. Known reports whether there is such a module.
func ReadQuestions(file string, in io.Reader, known func(module string) bool) ([]Question, error) {
	var list []Question
	var problems []knowledge.Problem
	lines := bufio.NewReader(in)
	for number := 1; ; number++ {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
		if strings.TrimSpace(line) != "" {
			q, wrong := readQuestion(line, known)
			if wrong != "" {
				problems = append(problems, knowledge.Problem{File: file, Line: number, Text: wrong})
			}
			q.Line = number
			list = append(list, q)
		}
		if err != nil {
			return list, knowledge.Join(problems)
		}
	}
}

func readQuestion(line string, known func(module string) bool) (q Question, wrong string) {
	err := json.Unmarshal([]byte(line), &q)
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return q, fmt.Sprintf("%s: want %s, found a JSON %s", mistyped.Field, jsonName(mistyped.Type.Kind().String()), mistyped.Value)
	case err != nil:
		return q, "want one JSON object: " + err.Error()
	case strings.TrimSpace(q.Text) == "":
		return q, "text: missing"
	case q.Modules == nil:
		return q, "modules: missing (an empty list for what must not be answered)"
	case q.Lang == "":
		return q, "lang: missing"
	case q.Difficulty != "" && !slices.Contains(difficulties, q.Difficulty):
		return q, fmt.Sprintf("difficulty: %q, want %s, or nothing", q.Difficulty, strings.Join(difficulties, ", "))
	}
	for _, module := range q.Modules {
		if !known(module) {
			return q, fmt.Sprintf("modules: there is no module %q", module)
		}
	}
	return q, ""
}

func jsonName(kind string) string {
	if kind == "slice" {
		return "a list of texts"
	}
	return "a text"
}

// Given is what was answered.
type Given struct {
	Answered bool
	Modules  []string // best first; empty when not answered
}

// Tally counts questions by what became of them. A positive is a question that has an answer.
type Tally struct {
	Positives, Accepted, Primary, AmongThree int
	Negatives, Answered                      int
}

func (t *Tally) count(q Question, g Given) (missed bool) {
	if len(q.Modules) == 0 {
		t.Negatives++
		if g.Answered {
			t.Answered++
		}
		return g.Answered
	}
	t.Positives++
	if !g.Answered || len(g.Modules) == 0 {
		return true
	}
	if g.Modules[0] == q.Modules[0] {
		t.Primary++
	}
	if slices.Contains(g.Modules[:min(leastShown, len(g.Modules))], q.Modules[0]) {
		t.AmongThree++
	}
	if !slices.Contains(q.Modules, g.Modules[0]) {
		return true
	}
	t.Accepted++
	return false
}

// MarshalJSON writes the counts of questions and the shares of the outcomes; a share of nothing is null.
func (t Tally) MarshalJSON() ([]byte, error) {
	share := func(n, of int) *float64 {
		if of == 0 {
			return nil
		}
		s := math.Round(1e4*float64(n)/float64(of)) / 1e4
		return &s
	}
	return json.Marshal(struct {
		Positives  int      `json:"positives"`
		Accepted   *float64 `json:"accepted_first"`
		Primary    *float64 `json:"primary_first"`
		AmongThree *float64 `json:"primary_among_three"`
		Negatives  int      `json:"negatives"`
		Answered   *float64 `json:"negatives_answered"`
	}{
		t.Positives, share(t.Accepted, t.Positives), share(t.Primary, t.Positives), share(t.AmongThree, t.Positives),
		t.Negatives, share(t.Answered, t.Negatives),
	})
}

// Missed is a question that was answered wrongly, not at all, or although it must not be.
type Missed struct {
	Line     int      `json:"line"`
	Lang     string   `json:"lang"`
	Text     string   `json:"text"`
	Want     []string `json:"want"`
	Answered bool     `json:"answered"`
	Got      []string `json:"got"`
}

// Measured is how well a list of questions is answered.
type Measured struct {
	All       Tally             `json:"all"`
	Languages map[string]*Tally `json:"languages"`
	Hard      Tally             `json:"hard"`
	Misses    []Missed          `json:"-"`
}

// Measure asks every question and compares. An answer without a module is wrong.
func Measure(list []Question, ask func(text string) Given) Measured {
	m := Measured{Languages: map[string]*Tally{}}
	for _, q := range list {
		given := ask(q.Text)
		if m.All.count(q, given) {
			m.Misses = append(m.Misses, Missed{q.Line, q.Lang, q.Text, q.Modules, given.Answered, slices.Concat([]string{}, given.Modules)})
		}
		if m.Languages[q.Lang] == nil {
			m.Languages[q.Lang] = &Tally{}
		}
		m.Languages[q.Lang].count(q, given)
		if q.Difficulty == hard {
			m.Hard.count(q, given)
		}
	}
	return m
}

// Table returns the measures as a table in Markdown, which reads well in a terminal too: all, by language, the hard ones.
func (m Measured) Table() string {
	rows := [][]string{{"questions", "positives", "accepted first", "primary first", "primary among three", "negatives", "negatives answered"}}
	add := func(name string, t Tally) {
		share := func(n, of int) string {
			if of == 0 {
				return "–"
			}
			return fmt.Sprintf("%.2f", float64(n)/float64(of))
		}
		rows = append(rows, []string{
			name, fmt.Sprint(t.Positives), share(t.Accepted, t.Positives), share(t.Primary, t.Positives),
			share(t.AmongThree, t.Positives), fmt.Sprint(t.Negatives), share(t.Answered, t.Negatives),
		})
	}
	add("all", m.All)
	for _, lang := range m.languages() {
		add(lang, *m.Languages[lang])
	}
	add(hard, m.Hard)
	var b strings.Builder
	for i, row := range rows {
		for j, cell := range row {
			format := "| %*s "
			if j == 0 {
				format = "| %-*s "
			}
			fmt.Fprintf(&b, format, len(rows[0][j]), cell)
		}
		b.WriteString("|\n")
		if i == 0 {
			for j, head := range row {
				rule := strings.Repeat("-", len(head)+1) + ":"
				if j == 0 {
					rule = strings.Repeat("-", len(head)+2)
				}
				b.WriteString("|" + rule)
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

// languages returns the languages of the questions: the reader languages in their order, then others by name.
func (m Measured) languages() []string {
	var list, others []string
	for _, lang := range knowledge.Languages {
		if m.Languages[lang] != nil {
			list = append(list, lang)
		}
	}
	for lang := range m.Languages {
		if !slices.Contains(list, lang) {
			others = append(others, lang)
		}
	}
	slices.Sort(others)
	return append(list, others...)
}
