package search

import (
	"slices"
	"strings"

	"github.com/blevesearch/snowballstem"
)

// lexicon finds the phrases of concepts in a list of tokens. It is built once and then only read.
type lexicon struct {
	ids      map[string]int32 // every distinct word of a phrase, by how it is written and matched
	exact    map[string][]int32
	stems    [languages]map[string][]int32
	begins   trie      // patterns that start where the word starts
	inside   trie      // patterns that may start anywhere
	starting [][]int32 // by word: the phrases it begins
	phrases  []phrase
	env      *snowballstem.Env // while building
}

// phrase is one way to say a concept.
type phrase struct {
	words   []int32
	concept int32
	gaps    bool // one other word may stand between two of its words
}

func newLexicon() *lexicon {
	l := &lexicon{ids: map[string]int32{}, exact: map[string][]int32{}, env: snowballstem.NewEnv("")}
	for i := range l.stems {
		l.stems[i] = map[string][]int32{}
	}
	return l
}

// add makes the phrase, each of them where it has alternatives, a way to say the concept. It returns their plain words, for
// the spelling.
func (l *lexicon) add(concept int32, language int, text string) []string {
	var plain []string
	begun := make([][]int32, 1, 8)
	for _, word := range patternWords(text) {
		n := len(begun)
		for either := range strings.SplitSeq(word, "|") {
			id, isNew := l.id(language, either)
			for _, ids := range begun[:n] {
				begun = append(begun, append(slices.Clip(ids), id))
			}
			if !strings.HasPrefix(either, "*") {
				plain = append(plain, strings.TrimSuffix(either, "*"))
			}
			if isNew {
				l.learn(id, language, either)
			}
		}
		begun = begun[n:]
	}
	for _, ids := range begun {
		if len(ids) > 0 {
			l.phrases = append(l.phrases, phrase{ids, concept, language >= 0})
			l.starting[ids[0]] = append(l.starting[ids[0]], int32(len(l.phrases)-1))
		}
	}
	return plain
}

// patternWords splits a phrase of the data as a question is split, and keeps the stars.
func patternWords(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return strings.ContainsRune(" '’-:/\\=()", r) })
}

func (l *lexicon) id(language int, word string) (id int32, isNew bool) {
	key := string(rune('a'+language+1)) + word
	if strings.Contains(word, "*") {
		key = "*" + word
	}
	if id, ok := l.ids[key]; ok {
		return id, false
	}
	id = int32(len(l.starting))
	l.ids[key] = id
	l.starting = append(l.starting, nil)
	return id, true
}

func (l *lexicon) learn(id int32, language int, word string) {
	inner := strings.Trim(word, "*")
	switch before, after := strings.HasPrefix(word, "*"), strings.HasSuffix(word, "*"); {
	case before:
		l.inside.add(inner, ending{id, !after})
	case after:
		l.begins.add(inner, ending{id, false})
	case language < 0:
		l.exact[word] = append(l.exact[word], id)
	default:
		l.exact[word] = append(l.exact[word], id)
		if s := stem(l.env, language, word); len(s) >= leastStem {
			l.stems[language][s] = append(l.stems[language][s], id)
		}
	}
}

// leastStem is the length from which two words with one stem are taken for one: with shorter ones the languages run into
// each other (French midi, English mid).
const leastStem = 4

// words appends the ids of the words the token may be.
func (l *lexicon) words(ids []int32, word string, s *stems) []int32 {
	ids = append(ids, l.exact[word]...)
	for i := range l.stems {
		ids = append(ids, l.stems[i][s[i]]...)
	}
	ids = l.begins.find(ids, word, 0)
	for i := range len(word) {
		ids = l.inside.find(ids, word, i)
	}
	return ids
}

// found is a phrase in the question: the concept and the tokens from first to last.
type found struct {
	concept     int32
	first, last int
}

// match appends every phrase in the tokens' words. Between two words of a phrase in a language there may be
// one other word, between those of a name not.
func (l *lexicon) match(hits []found, words [][]int32) []found {
	for i, ids := range words {
		for _, id := range ids {
			for _, p := range l.starting[id] {
				if last, ok := follows(words, &l.phrases[p], i); ok {
					hits = append(hits, found{l.phrases[p].concept, i, last})
				}
			}
		}
	}
	return hits
}

func follows(words [][]int32, p *phrase, at int) (last int, ok bool) {
	for _, id := range p.words[1:] {
		switch {
		case at+1 < len(words) && slices.Contains(words[at+1], id):
			at++
		case p.gaps && at+2 < len(words) && slices.Contains(words[at+2], id):
			at += 2
		default:
			return 0, false
		}
	}
	return at, true
}

// trie is a set of word parts, all of which are looked for at one place of a word in one walk.
type trie struct {
	next    [][letters]int32 // by node; 0: no way on
	endings [][]ending       // by node
}

// letters is how many different ones parts are made of; letterOf gives each a place, 0 to all that no part has.
const letters = 41

var letterOf = func() (table [256]uint8) {
	place := uint8(0)
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyz0123456789_.@%") {
		place++
		table[c] = place
	}
	return table
}()

// ending is a part that ends at a node; atEnd when the word must end there too.
type ending struct {
	id    int32
	atEnd bool
}

func (t *trie) add(part string, e ending) {
	if t.next == nil {
		t.next, t.endings = make([][letters]int32, 1), make([][]ending, 1)
	}
	node := int32(0)
	for i := range len(part) {
		letter := letterOf[part[i]]
		child := t.next[node][letter]
		if child == 0 {
			child = int32(len(t.next))
			t.next, t.endings = append(t.next, [letters]int32{}), append(t.endings, nil)
			t.next[node][letter] = child
		}
		node = child
	}
	t.endings[node] = append(t.endings[node], e)
}

// find appends the ids of the parts that begin at the place.
func (t *trie) find(ids []int32, word string, at int) []int32 {
	if t.next == nil {
		return ids
	}
	node := int32(0)
	for ; at < len(word); at++ {
		letter := letterOf[word[at]]
		node = t.next[node][letter]
		if letter == 0 || node == 0 {
			return ids
		}
		for _, e := range t.endings[node] {
			if !e.atEnd || at == len(word)-1 {
				ids = append(ids, e.id)
			}
		}
	}
	return ids
}
