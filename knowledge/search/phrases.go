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
	postings [languages][][]posting // by stem
	rarity   [languages][]float64   // by stem; unheard where no line has it
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

// collect returns the lines of the entries by language, of their phrases those of keep, before their words are looked up.
func collect(entries []*knowledge.Entry, keep func(phrase string) bool) (all [languages][]source) {
	inParts(languages, func(from, to int) {
		var t tokenizer
		for i := from; i < to; i++ {
			for e, entry := range entries {
				all[i] = t.collect(all[i], e, entry, knowledge.Languages[i], keep)
			}
		}
	}).Wait()
	return all
}

func (t *tokenizer) collect(lines []source, number int, entry *knowledge.Entry, language string, keep func(phrase string) bool) []source {
	add := func(trust float32, text string) {
		lines = append(lines, source{entry: number, trust: trust, texts: t.words(text)})
	}
	for _, text := range phrasesOf(entry, language) {
		if keep(text) {
			add(symptomTrust, text)
		}
	}
	for _, sign := range entry.Signs {
		add(entryTrust, sign[language])
	}
	add(entryTrust, entry.Title[language])
	if suspect(entry) {
		return lines // its names are worth more, and counted apart
	}
	for _, alias := range entry.Aliases[language] {
		add(entryTrust, alias)
	}
	return lines
}

// elsewhereLines returns the lines that are about no module.
func elsewhereLines() (all [languages][]source) {
	inParts(languages, func(from, to int) {
		var t tokenizer
		for i := from; i < to; i++ {
			for _, text := range situations[elsewhere][knowledge.Languages[i]] {
				all[i] = append(all[i], source{texts: t.words(text)})
			}
		}
	}).Wait()
	return all
}

func newSymptoms(n *numbering, lines [languages][]source) *symptoms {
	s := &symptoms{}
	var all sync.WaitGroup
	for i := range lines {
		all.Go(func() {
			s.weigh(i, len(n.of[i]), lines[i])
			s.index(i, lines[i])
		})
	}
	all.Wait()
	return s
}

// unheard is the rarity of a stem that stands in no line.
const unheard = -1

// weigh works out how rare each word of a language is.
func (s *symptoms) weigh(language, stems int, sources []source) {
	lines, plain := make([]int, stems), make([]bool, stems)
	for _, src := range sources {
		for st, w := range src.distinct(language) {
			lines[st]++
			plain[st] = plain[st] || w.plain
		}
	}
	s.rarity[language], s.postings[language] = make([]float64, stems), make([][]posting, stems)
	for st, n := range lines {
		rarity := math.Log(1 + float64(len(sources))/float64(n))
		switch {
		case n == 0:
			rarity = unheard
		case n > min(len(sources)/commonShare, commonLines):
			rarity = 0
		case plain[st]:
			rarity *= plainShare
		}
		s.rarity[language][st] = rarity
		if rarity > 0 {
			s.postings[language][st] = make([]posting, 0, n)
		}
	}
}

// index notes for each word in which lines it stands.
func (s *symptoms) index(language int, sources []source) {
	s.lines[language] = make([]line, 0, len(sources))
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

// distinct yields the number of each stem of the line once.
func (src source) distinct(language int) iter.Seq2[int32, *word] {
	return func(yield func(int32, *word) bool) {
		for i, w := range src.words {
			st := w.numbers[language]
			if !slices.ContainsFunc(src.words[:i], func(o *word) bool { return o.numbers[language] == st }) && !yield(st, w) {
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

// compare raises best[entry] to the likeness, 0 to 1, of the entry's nearest phrase. dot is scratch, one for each line of a
// language.
func (s *symptoms) compare(best []float64, dot []float32, question []numbers) {
	known, most := s.known(question)
	for i := range s.postings {
		if 2*known[i] < most {
			continue // the question is hardly in this language
		}
		sum := 0.0
		for q := range question {
			st := question[q][i]
			if st == unnumbered || s.rarity[i][st] == unheard {
				sum += unknownRarity * unknownRarity
				continue
			}
			if seenBefore(question[:q], i, st) {
				continue
			}
			w := s.rarity[i][st]
			sum += w * w
			for _, p := range s.postings[i][st] {
				dot[p.line] += p.weight * float32(w)
			}
		}
		if sum > 0 {
			s.nearest(i, best, dot, question, math.Sqrt(sum))
		}
	}
}

// nearest turns the products of one language into likeness, and clears them.
func (s *symptoms) nearest(language int, best []float64, dot []float32, question []numbers, length float64) {
	for q := range question {
		st := question[q][language]
		if st == unnumbered {
			continue
		}
		for _, p := range s.postings[language][st] {
			if d := dot[p.line]; d > 0 {
				dot[p.line] = 0
				l := &s.lines[language][p.line]
				likeness := min(1, float64(d/l.length*l.trust)/length)
				best[l.entry] = max(best[l.entry], likeness)
			}
		}
	}
}

// known counts the words of the question that lines of each language hold.
func (s *symptoms) known(question []numbers) (known [languages]int, most int) {
	for i := range s.rarity {
		for q := range question {
			if st := question[q][i]; st != unnumbered && s.rarity[i][st] != unheard {
				known[i]++
			}
		}
		most = max(most, known[i])
	}
	return known, most
}

func seenBefore(question []numbers, language int, st int32) bool {
	for i := range question {
		if question[i][language] == st {
			return true
		}
	}
	return false
}
