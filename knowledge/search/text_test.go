package search

import (
	"strings"
	"testing"

	"github.com/blevesearch/snowballstem"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"lower case without accents", "Élan für Öffnungen", "elan fur offnungen"},
		{"an apostrophe ends a word", "l'export d’hier", "l export d hier"},
		{"a clause ends at a comma", "mta, stat", "mta | stat"},
		{"a clause ends at a full stop and a colon", "mta: down. stat", "mta | down | stat"},
		{"a hyphen joins and parts", "in-mail", "inmail in mail"},
		{"a process", "mta@prod", "mta@ mta prod"},
		{"a file is one word", "mta.log", "mta.log"},
		{"the file of a path", "/var/prod/log/mta.log", "mta.log var prod log mta log"},
		{"a setting with its parts", "NmsTracking_Pointer", "nmstracking_pointer nmstracking pointer"},
		{"a code", "XSV-350014", "xsv350014 xsv 350014"},
		{"an emoji", ":sob: mta", "mta"},
		{"an address without its host", "https://acc.example.com/nl/jsp/logon.jsp", "logon.jsp nl jsp logon jsp"},
		{"a person, a channel, everybody", "<@U1> <#C1|ops> <!here> mta", "mta"},
		{"a mail address in brackets", "<mailto:a@b.c|a@b.c> mta", "mta"},
		{"an element stays", "what about <mta>", "what about mta"},
		{"an open bracket stays", "size < 10 mb", "size 10 mb"},
		{"entities", "a &lt; b &amp; c", "a b c"},
		{"a word too long to be one", strings.Repeat("x", 400) + " mta", "mta"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tok tokenizer
			var b strings.Builder
			clause := 0
			for i, token := range tok.run(prepare(c.text)) {
				if i > 0 {
					b.WriteByte(' ')
				}
				if token.clause != clause && i > 0 {
					b.WriteString("| ")
				}
				clause = token.clause
				b.WriteString(token.text)
			}
			if got := b.String(); got != c.want {
				t.Errorf("tokens of %q = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestSpelling(t *testing.T) {
	s := newSpelling()
	for _, word := range []string{"workflow", "console", "bounce"} {
		s.learn(word, true)
	}
	s.learn("bounces", false)
	for _, c := range []struct{ name, typed, want string }{
		{"a letter missing", "worklow", "workflow"},
		{"a letter too many", "workfloow", "workflow"},
		{"another letter", "workflaw", "workflow"},
		{"two letters swapped", "wrokflow", "workflow"},
		{"the last letters swapped", "consoel", "console"},
		{"two mistakes are too many", "wrokflaw", ""},
		{"two letters at different places", "bonuse", ""},
		{"a short word is never corrected", "wrkf", ""},
		{"a name with digits is never corrected", "console1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := s.correct(c.typed); got != c.want {
				t.Errorf("correct(%q) = %q, want %q", c.typed, got, c.want)
			}
		})
	}
}

func TestLexicon(t *testing.T) {
	l := newLexicon()
	for i, phrase := range []string{"open rate", "logbestand*", "*mailbox", "*werkstroom*"} {
		l.add(int32(i), 0, phrase)
	}
	l.add(4, -1, "mail server")
	l.add(5, -1, "good|fine morning|evening")
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"another form of a word", "open rates", 0},
		{"a word between", "open the rate", 0},
		{"two words between", "open up the rate", -1},
		{"no word between those of a name", "mail the server", -1},
		{"one of two words", "fine morning", 5},
		{"and one of the next two", "good evening", 5},
		{"a beginning", "logbestanden", 1},
		{"a beginning elsewhere in the word", "tracklogbestanden", -1},
		{"an end", "bouncemailbox", 2},
		{"an end elsewhere", "mailboxes", -1},
		{"inside", "dewerkstroomserver", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := snowballstem.NewEnv("")
			var words [][]int32
			for _, word := range strings.Fields(c.text) {
				all := stemAll(env, word)
				words = append(words, l.words(nil, word, &all))
			}
			got := -1
			for _, h := range l.match(nil, words) {
				got = int(h.concept)
			}
			if got != c.want {
				t.Errorf("concept in %q = %d, want %d", c.text, got, c.want)
			}
		})
	}
}
