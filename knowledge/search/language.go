package search

import "strings"

// functionWords are the small words that tell the languages apart, by the language they belong to. Words that two of
// them share (is, die, pas) are left out.
var functionWords = byWord(map[string]string{
	"en": "the are not does do did no our my since from with of to it they has have been there this that anymore why how can",
	"nl": "het een niet geen zijn wij onze mijn sinds naar van voor meer wordt worden ik je dat deze maar wel nog bij uit hoe waarom kan heeft",
	"de": "der das nicht kein keine ist sind wir unser mein seit und mit auf für vom zum zur mehr wird werden ein eine einen es ich aber wie warum kann hat",
	"fr": "le la les ne est sont nous notre mon depuis et avec sur pour un une aux dans il elle ce cette mais comment pourquoi peut",
})

func byWord(lists map[string]string) map[string]string {
	words := map[string]string{}
	for language, list := range lists {
		for _, w := range strings.Fields(list) {
			words[w] = language
		}
	}
	return words
}

// A text is clearly in a language when this many of its small words are, and this many times as many as of any other.
const (
	leastSmallWords = 2
	timesAnyOther   = 3
)

// Language returns the language that the text is clearly in, as ISO 639-1 code; empty when that is not clear.
func Language(text string) string {
	counts := map[string]int{}
	for _, w := range strings.FieldsFunc(strings.ToLower(prepare(text)), func(r rune) bool { return strings.ContainsRune(" \t\n\r.,;:!?()'\"’", r) }) {
		if l := functionWords[w]; l != "" {
			counts[l]++
		}
	}
	best, most, next := "", 0, 0
	for l, n := range counts {
		switch {
		case n > most:
			best, most, next = l, n, most
		case n > next:
			next = n
		}
	}
	if most < leastSmallWords || most < timesAnyOther*next {
		return ""
	}
	return best
}
