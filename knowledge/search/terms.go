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
	byStem  [languages][]float32 // by stem, and by class: log of how much oftener it is said there than anywhere
	classes int
}

// The weights of terms.
const (
	termsWeight   = 0.8  // of the evidence of all words together
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
	counts []float64 // by stem, and by class
	lines  []float64 // by class
}

func newTerms(x *Index, own, related, nowhere [languages][]source) *terms {
	out := &terms{classes: len(x.entries) + 1}
	about := shares(x.entries, x.related.entries)
	nothing := []meaning{{len(x.entries), 1}}
	var all sync.WaitGroup
	for i := range knowledge.Languages {
		all.Go(func() {
			c := &termCounter{counts: make([]float64, out.classes*len(x.numbering.of[i])), lines: make([]float64, out.classes)}
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
		counts := c.counts[int(st)*len(c.lines):]
		for _, class := range classes {
			counts[class.entry] += class.weight
		}
	}
}

// lifts turns counts into evidence. A class without phrases is as if nobody had said anything yet: no word speaks for it.
func (c *termCounter) lifts() []float32 {
	out := make([]float32, len(c.counts))
	classes := len(c.lines)
	rates := make([]float64, classes)
	for at := 0; at < len(c.counts); at += classes {
		said, mean, used := 0.0, 0.0, 0.0
		for i, n := range c.lines {
			if n > 0 {
				said += c.counts[at+i]
				rates[i] = (c.counts[at+i] + oftenEnough) / (n + fewLines)
				mean += rates[i]
				used++
			}
		}
		if said == 0 {
			out[at] = neverSaid
			continue
		}
		for i, n := range c.lines {
			if n > 0 {
				out[at+i] = float32(math.Log(rates[i] * used / mean))
			}
		}
	}
	return out
}

// neverSaid marks a stem that stands in no phrase of the language.
const neverSaid = -1000

// weigh works out what the words of a question say. A word is taken in the language in which most of the words are known.
func (t *terms) weigh(s *scratch, tokens []token, e *evidence) {
	language := t.language(s, tokens)
	clear(s.said)
	n := 0.0
	for q := range tokens {
		if repeated(tokens, q) {
			continue
		}
		lift := t.of(&s.numbers[q], language)
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
			if t.lift(i, s.numbers[q][i]) != nil {
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
func (t *terms) of(n *numbers, language int) []float32 {
	if lift := t.lift(language, n[language]); lift != nil {
		return lift
	}
	for i := range t.byStem {
		if lift := t.lift(i, n[i]); lift != nil {
			return lift
		}
	}
	return nil
}

func (t *terms) lift(language int, stem int32) []float32 {
	at := int(stem) * t.classes
	if stem == unnumbered || at >= len(t.byStem[language]) || t.byStem[language][at] == neverSaid {
		return nil
	}
	return t.byStem[language][at : at+t.classes]
}

// repeated reports whether the word stands before in the question.
func repeated(tokens []token, i int) bool {
	return slices.ContainsFunc(tokens[:i], func(t token) bool { return t.text == tokens[i].text })
}
