package search

import (
	"iter"
	"math"
	"slices"
	"sync"

	"campaignbot/knowledge"
)

// symptoms compares a question with the phrases of the entries: the words both have, each weighted by how rare it is
// among all phrases of the language.
type symptoms struct {
	postings [languages]map[string][]posting
	rarity   [languages]map[string]float64
	lines    [languages][]line
}

// posting is a word's place in a line.
type posting struct {
	line   int32
	weight float32
}

// line is one phrase of an entry.
type line struct {
	entry  int32
	length float32 // of its vector, for the cosine
	trust  float32 // a phrase as people type it says more than a sign or a title
}

// source is a line while the index is built.
type source struct {
	entry int
	trust float32
	texts []string
	words []*word
}

// The trust in a line.
const (
	symptomTrust = 1
	entryTrust   = 0.8
)

// collect returns the lines of the entries by language, before their words are looked up.
func (b *builder) collect(entries []*knowledge.Entry, hear func(string)) (all [languages][]source) {
	for i, language := range knowledge.Languages {
		for e, entry := range entries {
			add := func(trust float32, text string) {
				all[i] = append(all[i], source{entry: e, trust: trust, texts: b.split(text, hear)})
			}
			for _, text := range phrasesOf(entry, language) {
				add(symptomTrust, text)
			}
			for _, sign := range entry.Signs {
				add(entryTrust, sign[language])
			}
			add(entryTrust, entry.Title[language])
			if suspect(entry) {
				continue // its names are worth more, and counted apart
			}
			for _, alias := range entry.Aliases[language] {
				add(entryTrust, alias)
			}
		}
	}
	return all
}

// elsewhere returns the lines that are about no module.
func (b *builder) elsewhere() (all [languages][]source) {
	for i, language := range knowledge.Languages {
		for _, text := range situations[elsewhere][language] {
			all[i] = append(all[i], source{texts: b.split(text, ignore)})
		}
	}
	return all
}

func newSymptoms(lines [languages][]source) *symptoms {
	s := &symptoms{}
	var all sync.WaitGroup
	for i := range lines {
		all.Go(func() {
			s.weigh(i, lines[i])
			s.index(i, lines[i])
		})
	}
	all.Wait()
	return s
}

// weigh works out how rare each word of a language is.
func (s *symptoms) weigh(language int, sources []source) {
	lines, plain := map[string]int{}, map[string]bool{}
	for _, src := range sources {
		for st, w := range src.distinct(language) {
			lines[st]++
			plain[st] = plain[st] || w.plain
		}
	}
	s.rarity[language] = make(map[string]float64, len(lines))
	for st, n := range lines {
		rarity := math.Log(1 + float64(len(sources))/float64(n))
		switch {
		case n > min(len(sources)/commonShare, commonLines):
			rarity = 0
		case plain[st]:
			rarity *= plainShare
		}
		s.rarity[language][st] = rarity
	}
}

// index notes for each word in which lines it stands.
func (s *symptoms) index(language int, sources []source) {
	s.postings[language] = map[string][]posting{}
	for _, src := range sources {
		at, sum := int32(len(s.lines[language])), 0.0
		for st := range src.distinct(language) {
			if w := s.rarity[language][st]; w > 0 {
				sum += w * w
				s.postings[language][st] = append(s.postings[language][st], posting{at, float32(w)})
			}
		}
		s.lines[language] = append(s.lines[language], line{int32(src.entry), float32(math.Sqrt(sum)), src.trust})
	}
}

// distinct yields each stem of the line once.
func (src source) distinct(language int) iter.Seq2[string, *word] {
	return func(yield func(string, *word) bool) {
		for i, w := range src.words {
			st := w.stems[language]
			if !slices.ContainsFunc(src.words[:i], func(o *word) bool { return o.stems[language] == st }) && !yield(st, w) {
				return
			}
		}
	}
}

// plainShare is what is left of a word that says nothing by itself: not, is, please.
const plainShare = 0.35

// commonShare: a word in more than one line of so many tells nothing, and would cost most of the time.
const commonShare = 12

// commonLines is the most lines a word may stand in, however many there are: it bounds the time of a question.
const commonLines = 250

// unknownRarity is the weight of a word no phrase has: it makes the question longer, but it may be just a name.
const unknownRarity = 3.5

// most is the number of lines of the language that has most.
func (s *symptoms) most() (n int) {
	for _, lines := range s.lines {
		n = max(n, len(lines))
	}
	return n
}

// compare raises best[entry] to the likeness, 0 to 1, of the entry's nearest phrase. dot is scratch, one for each line of a language.
func (s *symptoms) compare(best []float64, dot []float32, question []stems) {
	for i := range s.postings {
		sum := 0.0
		for q := range question {
			st := question[q][i]
			if seenBefore(question[:q], i, st) {
				continue
			}
			w, ok := s.rarity[i][st]
			if !ok {
				sum += unknownRarity * unknownRarity
				continue
			}
			sum += w * w
			for _, p := range s.postings[i][st] {
				dot[p.line] += p.weight * float32(w)
			}
		}
		if sum == 0 {
			continue
		}
		length := math.Sqrt(sum)
		for q := range question {
			for _, p := range s.postings[i][question[q][i]] {
				if d := dot[p.line]; d > 0 {
					dot[p.line] = 0
					l := s.lines[i][p.line]
					likeness := min(1, float64(d/l.length*l.trust)/length)
					best[l.entry] = max(best[l.entry], likeness)
				}
			}
		}
	}
}

func seenBefore(question []stems, language int, st string) bool {
	for i := range question {
		if question[i][language] == st {
			return true
		}
	}
	return false
}
