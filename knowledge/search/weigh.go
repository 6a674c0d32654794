package search

import (
	"slices"
	"strings"

	"github.com/blevesearch/snowballstem"

	"campaignbot/knowledge"
)

// evidence is what speaks for or against the question being about Campaign at all.
type evidence struct {
	domain float64 // Campaign, whichever module
	away   float64 // something else
	topics float64 // how many concepts speak for a module, the clear ones twice
	alien  int     // words that neither the data nor any entry knows
}

// scratch is the memory one question needs, kept for the next.
type scratch struct {
	x         *Index
	env       *snowballstem.Env
	tokenizer tokenizer
	numbers   []numbers
	words     [][]int32
	pool      []int32
	hits      []found
	long      []found   // those of several words
	polite    []bool    // by word as typed: it is courtesy
	courtesy  []token   // the words that were left out
	weight    []float64 // by concept: how much of it counts, 0 when absent
	clauses   []float64 // by clause: how much of what it says counts
	total     []float64 // by entry
	concepts  []float64 // by entry: the part of total that is not likeness
	likeness  []float64
	dot       []float32

	said        []float64 // by entry, and last for none: what its words say
	whole       bool      // the question is nothing but a name
	alike       []float64 // by entry: what its nearest phrase says
	voted       []float64 // by entry: what the related entry that is likest says
	related     []Like
	relatedBest []float64 // by related entry
	relatedDot  []float32
}

func (x *Index) newScratch() *scratch {
	return &scratch{
		x:        x,
		env:      snowballstem.NewEnv(""),
		weight:   make([]float64, len(x.concepts)),
		total:    make([]float64, len(x.entries)),
		likeness: make([]float64, len(x.entries)),
		dot:      make([]float32, x.symptoms.most()),

		alike:       make([]float64, len(x.entries)),
		voted:       make([]float64, len(x.entries)),
		said:        make([]float64, len(x.entries)+1),
		relatedBest: make([]float64, len(x.related.entries)),
		relatedDot:  make([]float32, x.related.phrases.most()),
	}
}

// weigh fills total with the evidence for each entry.
func (s *scratch) weigh(text string) evidence {
	s.whole = false
	clear(s.total)
	clear(s.likeness)
	clear(s.weight)
	tokens := s.tokenizer.run(prepare(text))
	s.read(tokens)
	s.hits = s.x.lexicon.match(s.hits[:0], s.words)
	tokens = s.dropCourtesy(tokens)
	s.hideShorter()
	s.judgeClauses(tokens)
	for _, h := range s.hits {
		w := s.clauses[tokens[h.first].clause]
		if tokens[h.first].guessed {
			w *= guessedShare
		}
		s.weight[h.concept] = max(s.weight[h.concept], w)
	}
	e := s.addConcepts()
	e.alien = s.alien(tokens)
	s.addTogether(&e)
	s.addWhole(tokens)
	s.x.symptoms.compare(s.likeness, s.dot, s.numbers)
	s.concepts = append(s.concepts[:0], s.total...)
	s.x.terms.weigh(s, tokens, &e)
	s.related = s.x.related.find(s, tokens)
	s.vote()
	trust := s.sincere(tokens)
	for i, l := range s.likeness {
		s.alike[i] = likenessMax * l * l * trust
		s.total[i] += min(spokenMost, s.alike[i]+s.said[i]+s.voted[i])
	}
	return e
}

// hideShorter drops what speaks for one module inside a longer phrase that speaks for others: in "tracking log daemon"
// nobody talks about logs.
func (s *scratch) hideShorter() {
	s.long = s.long[:0]
	for _, h := range s.hits {
		if h.last > h.first && s.x.concepts[h.concept].speaks {
			s.long = append(s.long, h)
		}
	}
	if len(s.long) == 0 {
		return
	}
	s.hits = slices.DeleteFunc(s.hits, func(short found) bool {
		c := &s.x.concepts[short.concept]
		if !c.speaks {
			return false
		}
		for _, long := range s.long { // in the order of where they begin
			if long.first > short.first {
				break
			}
			if short.last <= long.last && long.last-long.first > short.last-short.first && s.x.concepts[long.concept].against(c.most) {
				return true
			}
		}
		return false
	})
}

// read works out what each token may mean, mistyped ones included.
func (s *scratch) read(tokens []token) {
	s.numbers, s.words, s.pool = s.numbers[:0], s.words[:0], s.pool[:0]
	for i := range tokens {
		all, ids := s.look(tokens[i].text)
		if len(ids) == 0 && !s.x.spelling.known[tokens[i].text] {
			if meant, ok := s.meant(tokens[i].text); ok {
				tokens[i].text, tokens[i].guessed = meant, true
				all, ids = s.look(meant)
			}
		}
		s.numbers, s.words = append(s.numbers, all), append(s.words, ids)
	}
}

// look returns the numbers of the word's stems and what it may be. The ids are valid until the next question.
func (s *scratch) look(text string) (numbers, []int32) {
	if w := s.x.glossary[text]; w != nil {
		return w.numbers, w.ids
	}
	all := stemAll(s.env, text)
	start := len(s.pool)
	s.pool = s.x.lexicon.words(s.pool, text, &all)
	return s.x.numbering.find(&all), s.pool[start:len(s.pool):len(s.pool)]
}

// meant returns the known word that was probably meant.
func (s *scratch) meant(text string) (string, bool) {
	if plain := undouble.Replace(text); plain != text {
		if _, ids := s.look(plain); len(ids) > 0 || s.x.spelling.known[plain] {
			return plain, true
		}
	}
	return s.x.spelling.correct(text)
}

// What is left of a clause that only says what works, or what is not to blame.
const (
	fineShare    = 0.3
	clearedShare = 0.1
	guessedShare = 0.8 // of a word that was corrected, and may be another one spelled right
	clearedReach = 4   // tokens between "it is not" and what it is not
)

// judgeClauses looks for clauses that name a module only to say that it is well.
func (s *scratch) judgeClauses(tokens []token) {
	n := 1
	if len(tokens) > 0 {
		n = tokens[len(tokens)-1].clause + 1
	}
	s.splitAtBreaks(tokens)
	if len(tokens) > 0 {
		n = max(n, tokens[len(tokens)-1].clause+1)
	}
	s.clauses = s.clauses[:0]
	for range n {
		s.clauses = append(s.clauses, 1)
	}
	for _, h := range s.hits {
		clause := tokens[h.first].clause
		switch s.x.concepts[h.concept].role {
		case roleFine:
			if !s.has(tokens, clause, roleNegation) && !s.has(tokens, clause, roleTrouble) {
				s.clauses[clause] = min(s.clauses[clause], fineShare)
			}
		case roleBreak:
			if clause > 0 && s.wrong(tokens, clause) && !s.wrong(tokens, clause-1) {
				s.clauses[clause-1] = min(s.clauses[clause-1], fineShare) // mails leave, but nobody clicks
			}
		case roleCleared:
			for _, other := range s.hits {
				if s.x.concepts[other.concept].speaks && tokens[other.first].clause == clause &&
					other.first > h.last && other.first <= h.last+clearedReach {
					s.clauses[clause] = clearedShare
				}
			}
		}
	}
}

// splitAtBreaks begins a new clause at every "but".
func (s *scratch) splitAtBreaks(tokens []token) {
	for _, h := range s.hits {
		if s.x.concepts[h.concept].role == roleBreak {
			for i := h.first; i < len(tokens); i++ {
				tokens[i].clause++
			}
		}
	}
}

// wrong reports whether a clause says that something does not work.
func (s *scratch) wrong(tokens []token, clause int) bool {
	return s.has(tokens, clause, roleNegation) || s.has(tokens, clause, roleTrouble)
}

func (s *scratch) has(tokens []token, clause int, r role) bool {
	for _, h := range s.hits {
		if s.x.concepts[h.concept].role == r && tokens[h.first].clause == clause {
			return true
		}
	}
	return false
}

func (s *scratch) addConcepts() evidence {
	var e evidence
	for c, w := range s.weight {
		if w == 0 {
			continue
		}
		concept := &s.x.concepts[c]
		e.domain += concept.domain * w
		e.away += concept.away
		for _, m := range concept.means {
			s.total[m.entry] += m.weight * w
		}
		if concept.speaks {
			e.topics += concept.clarity * w
		}
	}
	return e
}

// alien counts the words of the question that nothing here knows. Numbers and ids do not count.
func (s *scratch) alien(tokens []token) int {
	n := 0
	for i := range tokens {
		if s.strange(tokens, i) {
			n++
		}
	}
	return n
}

func (s *scratch) strange(tokens []token, i int) bool {
	t := tokens[i]
	return len(s.words[i]) == 0 && len(t.text) > 2 && !t.joined && !s.x.spelling.known[t.text] && !strings.ContainsAny(t.text, "0123456789._@")
}

// sincere is the share of the words that stand in clauses that count in full.
func (s *scratch) sincere(tokens []token) float64 {
	if len(tokens) == 0 {
		return 0
	}
	sum := 0.0
	for _, t := range tokens {
		sum += s.clauses[t.clause]
	}
	return sum / float64(len(tokens))
}

func (s *scratch) addTogether(e *evidence) {
	for i := range s.x.together {
		r := &s.x.together[i]
		if w := r.holds(s.weight); w > 0 {
			e.away += r.away * w
			for _, m := range r.means {
				s.total[m.entry] += m.weight * w
			}
		}
	}
}

// wholeName is what a question is worth that is nothing but a name: "watchdog??", "inmail down?".
const wholeName = 4

// addWhole looks at what is left without the words that say nothing. If that is a name, it is what the question is about.
func (s *scratch) addWhole(tokens []token) {
	var b strings.Builder
	left, known := 0, false
	for i := range tokens {
		if s.filler(i) {
			continue
		}
		if left++; left > 4 {
			return
		}
		known = len(s.words[i]) > 0 || s.x.spelling.known[tokens[i].text]
		b.WriteString(tokens[i].text)
		b.WriteByte(' ')
	}
	if left == 0 {
		return
	}
	entry, ok := s.x.library.Lookup(knowledge.KindModule, b.String())
	if !ok && left == 1 && !known && len(s.courtesy) == 0 { // "thanks, Webb" is no typing mistake
		entry, _ = s.x.library.Resolve(knowledge.KindModule, b.String())
	}
	if entry == nil {
		return
	}
	for i, e := range s.x.entries {
		if e == entry {
			s.whole = true
			s.total[i] += wholeName
		}
	}
}

func (s *scratch) filler(token int) bool {
	for _, h := range s.hits {
		if s.x.concepts[h.concept].filler && h.first <= token && token <= h.last {
			return true
		}
	}
	return false
}
