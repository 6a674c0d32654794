package search

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"

	"campaignbot/knowledge"
)

// languages is the number of reader languages; a question is read in all of them at once, so its own is never guessed.
const languages = len(knowledge.Languages)

var stemmers = [languages]func(*snowballstem.Env) bool{english.Stem, dutch.Stem, german.Stem, french.Stem}

// stems is a word's stem in each language.
type stems [languages]string

// stemAll stems a folded word in every language. Words with digits are names and stay.
func stemAll(env *snowballstem.Env, word string) stems {
	var all stems
	for i := range all {
		all[i] = stem(env, i, word)
	}
	return all
}

func stem(env *snowballstem.Env, language int, word string) string {
	if len(word) < 4 || marks.in(word) {
		return word
	}
	env.SetCurrent(word)
	stemmers[language](env)
	return env.Current()
}

// word is what is known about a word of the data, worked out once.
type word struct {
	numbers numbers
	ids     []int32 // of the phrases' words it may be
	plain   bool    // it says nothing about the subject
}

// numbers are a word's stems by number, in each language; unnumbered where no phrase has it.
type numbers [languages]int32

const unnumbered = -1

// numbering gives the stems of phrases numbers, so that what is known about them can stand in lists.
type numbering struct {
	of [languages]map[string]int32
}

func newNumbering() *numbering {
	n := &numbering{}
	for i := range n.of {
		n.of[i] = make(map[string]int32, manyWords)
	}
	return n
}

// add numbers the stems of a word.
func (n *numbering) add(all *stems) (out numbers) {
	for i, st := range all {
		number, ok := n.of[i][st]
		if !ok {
			number = int32(len(n.of[i]))
			n.of[i][st] = number
		}
		out[i] = number
	}
	return out
}

// find returns the numbers of a word that may be none of the phrases'.
func (n *numbering) find(all *stems) (out numbers) {
	for i, st := range all {
		out[i] = unnumbered
		if number, ok := n.of[i][st]; ok {
			out[i] = number
		}
	}
	return out
}

// undouble folds the German way to write umlauts without the dots: "laeuft" is "lauft". Applied only to words that are
// unknown as they are, since Dutch is full of "oe".
var undouble = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// spelling knows every word of the data and finds the one that is a letter away.
type spelling struct {
	known   map[string]bool
	deletes map[string][]string // a known word with one letter left out, and the words it came from
}

// leastTypo is the length from which a word may be a mistyped one; shorter words are too much alike.
const leastTypo = 5

func newSpelling() *spelling {
	return &spelling{known: make(map[string]bool, manyWords), deletes: make(map[string][]string, 2*manyWords)}
}

// learn adds a word. A word that may be corrected to is one that carries meaning; the others only count as known.
func (s *spelling) learn(word string, target bool) {
	if !target {
		s.known[word] = true
		return
	}
	if len(word) < leastTypo || marks.in(word) {
		s.known[word] = true
		return
	}
	if len(s.deletes[word]) > 0 && s.deletes[word][0] == word {
		return
	}
	s.known[word] = true
	s.deletes[word] = append([]string{word}, s.deletes[word]...)
	for i := 1; i < len(word); i++ { // the first letter is seldom the wrong one
		short := word[:i] + word[i+1:]
		s.deletes[short] = append(s.deletes[short], word)
	}
}

// correct returns the known word one letter off: one missing, added, changed, or two swapped.
func (s *spelling) correct(word string) (string, bool) {
	if len(word) < leastTypo || marks.in(word) {
		return "", false
	}
	if words := s.deletes[word]; len(words) > 0 { // the typed word lacks a letter
		return words[0], true
	}
	var buffer [maxWord]byte
	for i := 1; i < len(word); i++ {
		short := append(append(buffer[:0], word[:i]...), word[i+1:]...)
		for _, candidate := range s.deletes[string(short)] {
			if oneOff(word, candidate) {
				return candidate, true
			}
		}
	}
	return "", false
}

// oneOff reports whether two words that share all but one letter are one mistake apart, not two.
func oneOff(a, b string) bool {
	if len(a) != len(b) {
		return true // a has a letter too many
	}
	first := 0
	for first < len(a) && a[first] == b[first] {
		first++
	}
	last := len(a) - 1
	for last > first && a[last] == b[last] {
		last--
	}
	return last == first || last == first+1 && a[first] == b[last] && a[last] == b[first]
}
