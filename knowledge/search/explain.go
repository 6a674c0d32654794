package search

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// leastExplained is the evidence for an entry that Explain names.
const leastExplained = 0.3

// Explain says why the text is answered as it is, a line each: which of its words are which concepts and what they speak
// for, what concepts mean beside each other, and what that makes of the entries.
func (x *Index) Explain(text string) []string {
	s := x.newScratch()
	e := s.weigh(text)
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if len(s.courtesy) > 0 {
		add("%q is courtesy: left out", textOf(s.courtesy))
	}
	add("Campaign %.1f, elsewhere %.1f, topics %.1f, unknown words %d", e.domain, e.away, e.topics, e.alien)
	for number, weight := range s.weight {
		if weight == 0 {
			continue
		}
		c := &x.concepts[number]
		says := x.means(c.means, weight)
		if c.domain > 0 {
			says += fmt.Sprintf(" Campaign %.1f", c.domain*weight)
		}
		if c.away > 0 {
			says += fmt.Sprintf(" elsewhere %.1f", c.away)
		}
		add("%q is %s:%s", s.wordsOf(int32(number)), c.label, orNothing(says))
	}
	for i := range x.together {
		if r := &x.together[i]; r.holds(s.weight) > 0 {
			says := x.means(r.means, r.holds(s.weight))
			if r.away > 0 {
				says += fmt.Sprintf(" elsewhere %.1f", r.away)
			}
			add("together %s:%s", r.label, orNothing(says))
		}
	}
	for i, entry := range x.entries {
		if s.total[i] > leastExplained {
			add("%s %.1f: %.1f for names and concepts; its words %.1f, the phrase it is like %.1f, what else is like it %.1f, together %.1f at most",
				entry.ID, s.total[i], s.concepts[i], s.said[i], s.alike[i], s.voted[i], spokenMost)
		}
	}
	return lines
}

// ExplainRead is Explain for a text as Read takes it: with what was pasted, the codes, and the entries it is like.
func (e *Edition) ExplainRead(text string, now time.Time) []string {
	r := e.Read(text, now)
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if r.Output.Any() {
		add("pasted: %d processes, %d missing, log lines %d with %d errors and %d warnings; searched: %q",
			len(r.Output.Processes), len(r.Absent), r.Output.Log.Lines, r.Output.Log.Errors, r.Output.Log.Warnings, r.Searched)
	}
	for _, a := range r.Absent {
		add("missing: %s@%s", a.Entry.ID, a.Instance)
	}
	for _, c := range r.Codes {
		known := "known"
		if c.Known == nil {
			known = "only its family"
		}
		add("code %s of %s: %s", c.Code, c.Family.ID, known)
	}
	lines = append(lines, e.Explain(r.Searched)...)
	for i, l := range r.Related {
		role := ""
		if i == 0 && r.Leads {
			role = ", it is the answer"
		}
		add("like %s %s: %.2f%s", l.Entry.Kind, l.Entry.ID, l.Likeness, role)
	}
	add("sure %v, tied %v", r.Sure, r.Tied)
	return lines
}

func (x *Index) means(list []meaning, weight float64) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, " %s %+.1f", x.entries[m.entry].ID, m.weight*weight)
	}
	return b.String()
}

func orNothing(s string) string {
	if s == "" {
		return " says nothing by itself"
	}
	return s
}

// wordsOf returns the words of the last text that were taken for the concept.
func (s *scratch) wordsOf(concept int32) string {
	var phrases []string
	for _, h := range s.hits {
		if h.concept != concept {
			continue
		}
		if phrase := textOf(s.tokenizer.tokens[h.first : h.last+1]); !slices.Contains(phrases, phrase) {
			phrases = append(phrases, phrase)
		}
	}
	return strings.Join(phrases, ", ")
}

func textOf(tokens []token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.text
	}
	return strings.Join(words, " ")
}
