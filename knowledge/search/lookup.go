package search

import (
	"runtime"
	"sync"

	"github.com/blevesearch/snowballstem"
)

// words returns the words of a phrase as they are looked up.
func (t *tokenizer) words(text string) []string {
	tokens := t.run(prepare(text))
	list := make([]string, len(tokens))
	for i, token := range tokens {
		list[i] = token.text
	}
	return list
}

// stemAside returns the distinct words of the lines, and has them stemmed while the caller goes on: it is half of the work.
func stemAside(lists ...[languages][]source) (texts []string, stemmed func() []stems) {
	seen := make(map[string]bool, manyWords)
	for _, list := range lists {
		for _, lines := range list {
			for _, line := range lines {
				for _, text := range line.texts {
					if !seen[text] {
						seen[text] = true
						texts = append(texts, text)
					}
				}
			}
		}
	}
	all := make([]stems, len(texts))
	done := inParts(len(texts), func(from, to int) {
		env := snowballstem.NewEnv("")
		for i := from; i < to; i++ {
			all[i] = stemAll(env, texts[i])
		}
	})
	return texts, func() []stems { done.Wait(); return all }
}

// inParts does the work in as many parts as it pays, at once.
func inParts(n int, work func(from, to int)) *sync.WaitGroup {
	done := &sync.WaitGroup{}
	part := n/runtime.GOMAXPROCS(0) + 1
	for from := 0; from < n; from += part {
		done.Go(func() { work(from, min(from+part, n)) })
	}
	return done
}

// lookUp works out what each word of the lines means and keeps it. The lexicon must be complete.
func (b *builder) lookUp(texts []string, all []stems, lists ...[languages][]source) {
	words := make([]*word, len(texts))
	inParts(len(texts), func(from, to int) {
		for i := from; i < to; i++ {
			words[i] = b.look(texts[i], all[i])
		}
	}).Wait()
	for i, text := range texts {
		if b.x.glossary[text] == nil {
			words[i].numbers = b.x.numbering.add(&all[i])
			b.x.glossary[text] = words[i]
		}
	}
	for _, list := range lists {
		for _, lines := range list {
			for i := range lines {
				lines[i].words = make([]*word, len(lines[i].texts))
				for w, text := range lines[i].texts {
					lines[i].words[w] = b.x.glossary[text]
				}
			}
		}
	}
}

// look works out what a word means.
func (b *builder) look(text string, all stems) *word {
	w := &word{ids: b.x.lexicon.words(nil, text, &all)}
	w.plain = b.plain(w.ids)
	return w
}
