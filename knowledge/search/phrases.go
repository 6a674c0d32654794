package search

import (
	"math"

	"github.com/blevesearch/snowballstem"

	"campaignbot/knowledge"
)

// symptoms compares a question with the phrases of the entries: the words both have, each weighted by how rare it is
// among all phrases of the language.
type symptoms struct {
	postings [languages]map[string][]posting
	rarity   [languages]map[string]float64
	lines    []line
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

func newSymptoms(entries []*knowledge.Entry, words func(string) []token, plain func(string) bool) *symptoms {
	s := &symptoms{}
	type source struct {
		entry int
		trust float32
		stems []string
	}
	env := snowballstem.NewEnv("")
	for i, language := range knowledge.Languages {
		var sources []source
		df, small := map[string]int{}, map[string]bool{}
		add := func(entry int, trust float32, text string) {
			seen := map[string]bool{}
			src := source{entry: entry, trust: trust}
			for _, t := range words(text) {
				if st := stem(env, i, t.text); !seen[st] {
					seen[st] = true
					df[st]++
					small[st] = small[st] || plain(t.text)
					src.stems = append(src.stems, st)
				}
			}
			sources = append(sources, src)
		}
		for e, entry := range entries {
			for _, text := range entry.Symptoms[language] {
				add(e, 1, text)
			}
			for _, sign := range entry.Signs {
				add(e, 0.8, sign[language])
			}
			add(e, 0.8, entry.Title[language])
		}
		s.postings[i], s.rarity[i] = map[string][]posting{}, map[string]float64{}
		for st, n := range df {
			s.rarity[i][st] = math.Log(1 + float64(len(sources))/float64(n))
			if small[st] {
				s.rarity[i][st] *= plainShare
			}
		}
		for _, src := range sources {
			sum := 0.0
			at := int32(len(s.lines))
			for _, st := range src.stems {
				w := s.rarity[i][st]
				sum += w * w
				s.postings[i][st] = append(s.postings[i][st], posting{at, float32(w)})
			}
			if sum > 0 {
				s.lines = append(s.lines, line{int32(src.entry), float32(math.Sqrt(sum)), src.trust})
			} else {
				s.lines = append(s.lines, line{int32(src.entry), 1, 0})
			}
		}
	}
	return s
}

// plainShare is what is left of a word that says nothing by itself: not, is, please.
const plainShare = 0.35

// unknownRarity is the weight of a word no phrase has: it makes the question longer, but it may be just a name.
const unknownRarity = 3.5

// compare raises best[entry] to the likeness, 0 to 1, of the entry's nearest phrase. dot is scratch, one per line.
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
					l := s.lines[p.line]
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
