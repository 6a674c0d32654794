package search

import (
	"maps"
	"slices"
	"strings"

	"campaignbot/knowledge"
)

// role is what a concept says about its clause instead of about a module.
type role uint8

const (
	roleNone       role = iota
	roleBreak           // begins a clause: but
	roleNegation        // not, never
	roleFine            // says, without a negation, that its clause is about what works
	roleCleared         // "it is not the": what follows is not to blame
	roleTrouble         // says that its clause is about what does not work
	roleCourtesy        // says nothing at all: it is left out
	roleSalutation      // the same where it is all of its clause: "Morning all!"
)

var roles = map[string]role{
	"": roleNone, "break": roleBreak, "negation": roleNegation, "fine": roleFine, "cleared": roleCleared, "trouble": roleTrouble,
	"courtesy": roleCourtesy, "salutation": roleSalutation,
}

// meaning is how much something speaks for an entry.
type meaning struct {
	entry  int
	weight float64
}

// compiled is a concept ready to be counted.
type compiled struct {
	label   string // for Explain
	means   []meaning
	domain  float64
	away    float64
	filler  bool
	name    bool // of a module, a process, a file, a setting or a code: it is enough by itself
	role    role
	speaks  bool    // for a module
	most    int     // the entry it speaks for most
	clarity float64 // as a topic: 0 to 2
}

// against reports whether the concept speaks for modules, and the entry is none of them.
func (c *compiled) against(entry int) bool {
	return c.speaks && !slices.ContainsFunc(c.means, func(m meaning) bool { return m.entry == entry && m.weight > 0 })
}

// rule is a together with its concepts by number.
type rule struct {
	label   string // for Explain
	with    [][]int32
	without []int32
	means   []meaning
	away    float64
}

// holds returns how much of the rule counts: as much as the weakest of what it needs.
func (r *rule) holds(weight []float64) float64 {
	for _, c := range r.without {
		if weight[c] > 0 {
			return 0
		}
	}
	least := 1.0
	for _, either := range r.with {
		most := 0.0
		for _, c := range either {
			most = max(most, weight[c])
		}
		if least = min(least, most); least == 0 {
			return 0
		}
	}
	return least
}

// New builds the index of a library.
func New(library *knowledge.Library) *Index {
	return build(library, func(string) bool { return true })
}

// build builds an index that knows the phrases of keep.
func build(library *knowledge.Library, keep func(phrase string) bool) *Index {
	m := concepts()
	x := &Index{library: library, entries: suspects(library), lexicon: newLexicon(), spelling: newSpelling(), glossary: make(map[string]*word, manyWords), numbering: newNumbering()}
	b := &builder{x: x, numbers: map[string]int32{}, heard: make(map[string]bool, manyWords)}
	x.related = newRelated(library)
	own, related, nowhere := collect(x.entries, keep), collect(x.related.entries, keep), elsewhereLines()
	texts, stemmed := stemAside(own, related, nowhere)
	for _, c := range m.Concepts {
		b.numbers[c.ID] = b.concept(c.Words, compiled{
			label: c.ID, means: b.means(c.Means), domain: c.Domain, away: c.Away, filler: c.Filler, role: roles[c.Role],
		})
	}
	worlds := otherWorlds()
	for _, topic := range slices.Sorted(maps.Keys(worlds)) {
		b.concept(worlds[topic], compiled{label: "world:" + topic, away: worldAway})
	}
	for i, e := range x.entries {
		b.names(i, e, slices.Contains(m.Ordinary, e.ID))
	}
	b.codes()
	for _, t := range m.Together {
		b.rule(t)
	}
	m.Common.each(func(_ int, word string) {
		all := stemAll(x.lexicon.env, fold(word))
		w := b.look(fold(word), all) // they are in most questions
		w.numbers = x.numbering.add(&all)
		x.glossary[fold(word)] = w
		b.x.spelling.learn(fold(word), false)
	})
	b.vocabulary()
	for _, lines := range own {
		for _, line := range lines {
			for _, text := range line.texts {
				b.hear(text)
			}
		}
	}
	b.lookUp(texts, stemmed(), own, related, nowhere)
	x.symptoms, x.related.phrases = newSymptoms(x.numbering, own), newSymptoms(x.numbering, related)
	x.terms = newTerms(x, own, related, nowhere)
	x.scratch.New = func() any { return x.newScratch() }
	return x
}

// manyWords is about how many different words there are.
const manyWords = 16_000

// suspects are the modules that a symptom may lead to.
func suspects(library *knowledge.Library) []*knowledge.Entry {
	return slices.DeleteFunc(library.OfKind(knowledge.KindModule), func(e *knowledge.Entry) bool { return !suspect(e) })
}

func suspect(e *knowledge.Entry) bool { return e.Kind == knowledge.KindModule && !e.Brief }

type builder struct {
	x         *Index
	numbers   map[string]int32
	tokenizer tokenizer
	heard     map[string]bool
}

func (b *builder) means(byID map[string]float64) []meaning {
	var list []meaning
	for i, e := range b.x.entries {
		if w, ok := byID[e.ID]; ok {
			list = append(list, meaning{i, w})
		}
	}
	return list
}

func (b *builder) concept(w words, c compiled) int32 {
	for _, m := range c.means {
		if m.weight > c.clarity {
			c.most = m.entry
		}
		c.clarity = max(c.clarity, min(2, m.weight))
	}
	c.speaks = len(c.means) > 0
	b.x.concepts = append(b.x.concepts, c)
	number := int32(len(b.x.concepts) - 1)
	w.each(func(language int, phrase string) {
		if c.away > 0 || c.role == roleCourtesy || c.role == roleSalutation {
			language = -1 // as written: a stem shared between languages must not silence a question
		}
		for _, word := range b.x.lexicon.add(number, language, phrase) {
			b.x.spelling.learn(word, c.speaks)
		}
	})
	return number
}

func (b *builder) rule(t together) {
	r := rule{label: strings.Join(t.With, " + "), means: b.means(t.Means), away: t.Away}
	for _, either := range t.With {
		var list []int32
		for id := range strings.SplitSeq(either, "|") {
			if number, ok := b.numbers[id]; ok { // an overlay's library may lack a module
				list = append(list, number)
			}
		}
		r.with = append(r.with, list)
	}
	for _, id := range t.Without {
		if number, ok := b.numbers[id]; ok {
			r.without = append(r.without, number)
		}
	}
	b.x.together = append(b.x.together, r)
}

// What a module's names are worth. A name that is an everyday word too says little by itself: the concepts know more.
const (
	nameWeight    = 3.0
	processWeight = 3.0 // beside the name: mta@prod, nlserver start mta
	fileWeight    = 1.9
	settingWeight = 2.2
	worldAway     = 3.0 // a word of another world, against
)

// names makes the entry's names, processes and files known.
func (b *builder) names(i int, e *knowledge.Entry, ordinary bool) {
	id := fold(e.ID)
	names := words{}
	if !ordinary {
		names.Any = append(names.Any, id)
	}
	for _, language := range knowledge.Languages {
		for _, alias := range e.Aliases[language] {
			if !b.understood(i, alias) {
				names.Any = append(names.Any, alias)
			}
		}
	}
	b.numbers[namePrefix+e.ID] = b.concept(names, compiled{label: namePrefix + e.ID, name: true, means: []meaning{{i, nameWeight}}})
	process := words{Any: []string{id + "@", "nlserver " + id}}
	for _, verb := range []string{"start", "stop", "restart", "module"} {
		process.Any = append(process.Any, verb+" "+id)
	}
	if !ordinary {
		process.Any = append(process.Any, id+" process")
	}
	b.concept(process, compiled{label: "process:" + e.ID, name: true, means: []meaning{{i, processWeight}}})
	b.concept(words{Any: situations[e.ID]["any"]}, compiled{label: "setting:" + e.ID, name: true, means: []meaning{{i, settingWeight}}, domain: 1})
	b.concept(words{Any: folded(e.Files)}, compiled{label: "file:" + e.ID, name: true, means: []meaning{{i, fileWeight}}})
}

// What an error code is worth for the modules it leads to, the first and the others.
const (
	codeWeight     = 1.5
	nextCodeWeight = 1.0
)

// codes makes the known error codes speak for their modules.
func (b *builder) codes() {
	for _, family := range b.x.library.OfKind(knowledge.KindError) {
		for _, code := range family.Codes {
			weights := map[string]float64{}
			for i, id := range code.Modules {
				weights[id] = nextCodeWeight
				if i == 0 {
					weights[id] = codeWeight
				}
			}
			b.concept(words{Any: folded([]string{code.Code})}, compiled{label: "code:" + code.Code, name: true, means: b.means(weights), domain: 1})
		}
	}
}

func folded(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ReplaceAll(fold(s), "-", "")
	}
	return out
}

// understood reports whether concepts already know that the alias speaks for the entry, or would take it for everyday
// words: "in mail" is a name only when nothing else is said, which Resolve sees.
func (b *builder) understood(i int, alias string) bool {
	words := make([][]int32, 0, 4)
	for _, word := range patternWords(alias) {
		if len(word) < 3 {
			return true
		}
		all := stemAll(b.x.lexicon.env, word)
		words = append(words, b.x.lexicon.words(nil, word, &all))
	}
	for _, h := range b.x.lexicon.match(nil, words) {
		for _, m := range b.x.concepts[h.concept].means {
			if m.entry == i {
				return true
			}
		}
	}
	return false
}

// hear makes a word known, so that it is neither strange nor taken for a typing mistake. What entries mistype on purpose
// stays unknown.
func (b *builder) hear(word string) {
	if b.heard[word] {
		return
	}
	b.heard[word] = true
	if _, mistyped := b.x.spelling.correct(word); !mistyped {
		b.x.spelling.learn(word, false)
	}
}

// vocabulary makes the words of every text of the entries known: those are the words of people who talk about Campaign.
func (b *builder) vocabulary() {
	for _, e := range b.x.entries {
		for text := range e.AllTexts() {
			for _, t := range b.tokenizer.run(prepare(text)) {
				b.hear(t.text)
			}
		}
	}
}

// plain reports whether concepts know the word only as one that says nothing about the subject.
func (b *builder) plain(ids []int32) bool {
	plain := false
	for _, id := range ids {
		for _, p := range b.x.lexicon.starting[id] {
			if len(b.x.lexicon.phrases[p].words) > 1 {
				continue
			}
			c := &b.x.concepts[b.x.lexicon.phrases[p].concept]
			if c.speaks {
				return false
			}
			plain = plain || c.filler || c.role != roleNone && c.role != roleTrouble
		}
	}
	return plain
}
