package search

import (
	"math"
	"slices"
	"sync"

	"campaignbot/knowledge"
)

// terms are the words of what people say, each with how much it speaks for each module, and for no module at all. It is a
// naive Bayes classifier over the same phrases that the likeness compares with: a question is near a phrase when they share
// most words, and near a module when its words are those that people use about it.
type terms struct {
	byStem [languages]map[string][]float32 // by class: log of how much oftener it is said there than anywhere
}

// The weights of terms.
const (
	termsWeight   = 0.6  // of the evidence of all words together
	termsMost     = 3    // what it can be worth at most
	termsAway     = 1.5  // of what speaks for no module
	termsAwayMost = 1.0  // what that can be worth at most: a name is worth more
	unknownTerm   = 0.3  // of a word that nobody says: it makes the question longer
	oftenEnough   = 0.2  // added to every count, so that a word never rules a class out
	fewLines      = 10   // added to the size of a class, so that a small one does not win by a single phrase
	relatedFirst  = 0.6  // of a phrase of another entry, for the module that is about first of all
	relatedNext   = 0.25 // for the others it is about
)

// elsewhere is the file of situations that are about no module.
const elsewhere = "elsewhere"

// termCounter counts in how many phrases of each class a word stands. The last class is no module.
type termCounter struct {
	counts map[string][]float64
	lines  []float64
}

func newTerms(x *Index, own, related, nowhere [languages][]source) *terms {
	out := &terms{}
	about := shares(x.entries, x.related.entries)
	nothing := []meaning{{len(x.entries), 1}}
	var all sync.WaitGroup
	for i := range knowledge.Languages {
		all.Go(func() {
			c := &termCounter{counts: map[string][]float64{}, lines: make([]float64, len(x.entries)+1)}
			for _, src := range own[i] {
				if src.trust == symptomTrust {
					c.add(src, i, []meaning{{src.entry, 1}})
				}
			}
			for _, src := range related[i] {
				if src.trust == symptomTrust {
					c.add(src, i, about[src.entry])
				}
			}
			for _, src := range nowhere[i] {
				c.add(src, i, nothing)
			}
			out.byStem[i] = c.lifts()
		})
	}
	all.Wait()
	return out
}

// shares says which modules each related entry is about, and how much.
func shares(modules, related []*knowledge.Entry) [][]meaning {
	list := make([][]meaning, len(related))
	for r, e := range related {
		for i, module := range modules {
			switch slices.Index(e.About, module.ID) {
			case -1:
			case 0:
				list[r] = append(list[r], meaning{i, relatedFirst})
			default:
				list[r] = append(list[r], meaning{i, relatedNext})
			}
		}
	}
	return list
}

func (c *termCounter) add(src source, language int, classes []meaning) {
	for _, class := range classes {
		c.lines[class.entry] += class.weight
	}
	for st := range src.distinct(language) {
		counts := c.counts[st]
		if counts == nil {
			counts = make([]float64, len(c.lines))
			c.counts[st] = counts
		}
		for _, class := range classes {
			counts[class.entry] += class.weight
		}
	}
}

// lifts turns counts into evidence. A class without phrases is as if nobody had said anything yet: no word speaks for it.
func (c *termCounter) lifts() map[string][]float32 {
	out := make(map[string][]float32, len(c.counts))
	rates := make([]float64, len(c.lines))
	for st, counts := range c.counts {
		mean, classes := 0.0, 0.0
		for i, n := range c.lines {
			if n > 0 {
				rates[i] = (counts[i] + oftenEnough) / (n + fewLines)
				mean += rates[i]
				classes++
			}
		}
		lift := make([]float32, len(rates))
		for i, n := range c.lines {
			if n > 0 {
				lift[i] = float32(math.Log(rates[i] * classes / mean))
			}
		}
		out[st] = lift
	}
	return out
}

// weigh works out what the words of a question say. A word is taken in the language in which most of the words are known.
func (t *terms) weigh(s *scratch, tokens []token, e *evidence) {
	language := t.language(s, tokens)
	clear(s.said)
	n := 0.0
	for q := range tokens {
		if repeated(tokens, q) {
			continue
		}
		lift := t.of(s.stems[q], language)
		if lift == nil {
			n += unknownTerm
			continue
		}
		n++
		w := s.clauses[tokens[q].clause]
		for i, l := range lift {
			s.said[i] += float64(l) * w
		}
	}
	if n == 0 {
		return
	}
	last, most := len(s.said)-1, 0.0
	for i, said := range s.said[:last] {
		s.said[i] = min(termsMost, max(0, said*termsWeight/math.Sqrt(n)))
		most = max(most, said)
	}
	e.away += min(termsAwayMost, termsAway/math.Sqrt(n)*max(0, s.said[last]-most))
}

// language returns the language in which most of the words are known.
func (t *terms) language(s *scratch, tokens []token) int {
	best, most := 0, 0
	for i := range t.byStem {
		known := 0
		for q := range tokens {
			if _, ok := t.byStem[i][s.stems[q][i]]; ok {
				known++
			}
		}
		if known > most {
			best, most = i, known
		}
	}
	return best
}

// of returns the lifts of a word: in the language, or else in another one.
func (t *terms) of(st stems, language int) []float32 {
	if lift := t.byStem[language][st[language]]; lift != nil {
		return lift
	}
	for i := range t.byStem {
		if lift := t.byStem[i][st[i]]; lift != nil {
			return lift
		}
	}
	return nil
}

// repeated reports whether the word stands before in the question.
func repeated(tokens []token, i int) bool {
	return slices.ContainsFunc(tokens[:i], func(t token) bool { return t.text == tokens[i].text })
}
