// Package search finds the modules a question is about. A question may be in any reader language, or in several at once;
// the language of the answer plays no part.
//
// What a question means is found in three ways that add up: concepts (concepts.yaml: what people talk about, in four
// languages, and which modules it speaks for, alone and together), names (of modules, processes and their files), and
// likeness to the symptoms the entries list. Too little evidence, or evidence of something else, is no answer.
//
// The package knows neither Slack nor the texts of an answer.
package search

import (
	"cmp"
	"slices"
	"sync"

	"campaignbot/knowledge"
)

// Match is one module with how well it fits, from 0 to 1.
type Match struct {
	Entry *knowledge.Entry
	Score float64
}

// Result is what a question may be about.
type Result struct {
	Modules []Match // best first; the nearest three at least, when anything is near
	Sure    bool    // the first may be given as the answer
	Tied    bool    // sure, and the first two are equally likely: show both with the question that tells them apart
	Related []Like  // runbooks, short cards, defects and conflicts it is like, the likest first
	Leads   bool    // the first of them says it better than any module does
}

// Index answers questions from one library. It does not change and may be used by many goroutines at once.
type Index struct {
	library   *knowledge.Library
	entries   []*knowledge.Entry
	concepts  []compiled
	together  []rule
	lexicon   *lexicon
	spelling  *spelling
	glossary  map[string]*word
	numbering *numbering
	symptoms  *symptoms
	related   *related
	terms     *terms
	scratch   sync.Pool
}

// The limits of the decision, in the unit of the concepts' weights.
const (
	enough       = 1.7  // evidence for an answer
	near         = 0.6  // evidence for "did you mean"
	leastShown   = 3    // how many are named when any is near
	half         = 2.5  // evidence that makes a score of one half
	tie          = 0.80 // the second has this share of the first: nobody can say which
	toldApart    = 0.50 // the same between modules that fail alike, where a question tells which
	manyTopics   = 3.2  // topics that cannot all be a coincidence
	alienDoubt   = 0.35 // what a word from elsewhere takes away
	mostAlien    = 4.0
	otherProduct = 4.0 // what is away from Campaign beyond doubt
	likenessMax  = 4.0 // what a question is worth that is word for word a symptom
	spokenMost   = 3.0 // what all that people say can be worth, however much of it the question is like
)

// Find returns the modules the text may be about. It never fails: an empty or senseless text gives an empty result.
func (x *Index) Find(text string) Result {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	evidence := s.weigh(text)
	var result Result
	result.Related = slices.Clone(s.related)
	for i, e := range x.entries {
		if s.total[i] > 0 {
			result.Modules = append(result.Modules, Match{e, s.total[i]})
		}
	}
	slices.SortStableFunc(result.Modules, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	result.Leads = s.leads(result.Related, evidence)
	result.cut()
	if len(result.Modules) == 0 {
		return result
	}
	first := result.Modules[0].Score
	result.Sure = first+min(evidence.domain, 1)-evidence.doubt() >= enough && first >= enough/2 && !s.scrap()
	result.Tied = result.Sure && len(result.Modules) > 1 && x.tied(s, result.Modules[0], result.Modules[1])
	for i := range result.Modules {
		result.Modules[i].Score /= result.Modules[i].Score + half
	}
	return result
}

// The limits of an answer that is no module.
const (
	leadLike  = 0.75 // likeness from which an entry may be the answer
	leadAhead = 0.1  // how much liker it is than any module
	exactLike = 0.9  // likeness from which a runbook is the answer though a module says it as well
)

// leads reports whether the first related entry is the answer: it says nearly word for word what was asked, no module says
// it as well, and the question is about Campaign.
func (s *scratch) leads(related []Like, e evidence) bool {
	if len(related) == 0 {
		return false
	}
	least := leadLike
	for _, likeness := range s.likeness {
		least = max(least, likeness+leadAhead)
	}
	if first := related[0]; first.Entry.Kind == knowledge.KindRunbook {
		least = min(least, exactLike)
	}
	if related[0].Likeness < least {
		return false
	}
	return likenessMax*related[0].Likeness*related[0].Likeness+min(e.domain, 1)-e.doubt() >= enough
}

// scrap reports whether the question is no more than one word, and that is no name: "timeout", "it hangs".
func (s *scratch) scrap() bool {
	said := 0
	for i, t := range s.tokenizer.tokens {
		if len(t.text) > 2 && !s.filler(i) && !t.joined {
			said++
		}
	}
	return said < 2 && !s.whole && !slices.ContainsFunc(s.hits, func(h found) bool { return s.x.concepts[h.concept].name })
}

// doubt is what speaks against the question being about Campaign. Many topics at once are no coincidence: then strange
// words do not matter, and everyday ones (a newsletter about a course) only half.
func (e *evidence) doubt() float64 {
	switch {
	case e.topics < manyTopics:
		return e.away + min(float64(e.alien), mostAlien)*alienDoubt
	case e.away < otherProduct:
		return e.away / 2
	}
	return e.away
}

// tied reports whether the question does not say which of the two, and there is a question that does. Only names and concepts
// count then: a symptom may be word for word in one entry and still mean both.
func (x *Index) tied(s *scratch, first, second Match) bool {
	if !failAlike(first.Entry, second.Entry) {
		return false
	}
	a, b := slices.Index(x.entries, first.Entry), slices.Index(x.entries, second.Entry)
	return second.Score >= tie*first.Score || s.concepts[b] >= toldApart*s.concepts[a]
}

// cut leaves the near ones, and a few more so that there is a choice.
func (r *Result) cut() {
	if len(r.Modules) == 0 || r.Modules[0].Score < near {
		r.Modules = nil
		return
	}
	n := 0
	for n < len(r.Modules) && (n < leastShown || r.Modules[n].Score >= near) {
		n++
	}
	r.Modules = r.Modules[:n]
}

// failAlike reports whether the two need a question to be told apart.
func failAlike(a, b *knowledge.Entry) bool {
	return slices.ContainsFunc(a.ToldApart, func(t knowledge.ToldApart) bool { return t.From == b.ID })
}

// Lost is a symptom whose own entry is not among the first three.
type Lost struct {
	Entry    *knowledge.Entry
	Language string
	Phrase   string
}

// Lost asks every symptom of every entry and returns those that lead elsewhere, for people who write entries.
func (x *Index) Lost() []Lost {
	var lost []Lost
	for _, e := range slices.Concat(x.entries, x.related.entries) {
		for _, language := range knowledge.Languages {
			for _, phrase := range e.Symptoms[language] {
				if !slices.Contains(x.firstThree(phrase, e), e.ID) {
					lost = append(lost, Lost{e, language, phrase})
				}
			}
		}
	}
	return lost
}

// firstThree returns the ids of what is found for a phrase among the entries of the same sort: suspects, or related ones.
func (x *Index) firstThree(phrase string, like *knowledge.Entry) []string {
	found := x.Find(phrase)
	var list []string
	if suspect(like) {
		for _, m := range found.Modules {
			list = append(list, m.Entry.ID)
		}
	} else {
		for _, l := range found.Related {
			list = append(list, l.Entry.ID)
		}
	}
	return list[:min(leastShown, len(list))]
}
