// Package locale holds every word the bot says by itself, in every reader language (folder phrases), resolves a bot.Line
// into typed spans, and chooses the language a person reads.
//
// It knows neither Slack's mark-up nor a screen: escaping and layout belong to package blockkit.
package locale

import (
	"embed"
	"io/fs"
	"strings"

	"campaignbot/bot"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed phrases/*.yaml
var files embed.FS

// Phrases are all phrases in all languages, parsed and checked. They never change and are safe for concurrent use.
type Phrases struct {
	tables map[string]*table // by language
}

// table is one language.
type table struct {
	tag     language.Tag
	phrases map[string]*phrase
}

// phrase is one parsed phrase. Where the language tells one from many, one is the other form; else it is nil.
type phrase struct {
	other, one *form
}

// form is one wording. Static is set when it has no placeholders, pieces otherwise.
type form struct {
	static []Span
	pieces []piece
}

// piece is literal text, or a placeholder when arg is not empty. Pieces of one code span follow each other; the last of
// them has end set.
type piece struct {
	text string
	arg  string
	code bool
	end  bool
}

// Load parses and checks the built-in phrases. Its error is a *ProblemsError that holds every problem found.
func Load() (*Phrases, error) {
	sub, err := fs.Sub(files, "phrases")
	if err != nil {
		return nil, err
	}
	return load(sub)
}

// MatchLanguage returns the reader language for a locale such as "fr-CA", or an empty string where there is none.
func MatchLanguage(locale string) string {
	s := strings.ToLower(strings.TrimSpace(locale))
	if i := strings.IndexAny(s, "-_."); i >= 0 {
		s = s[:i]
	}
	if bot.KnownLanguage(s) {
		return s
	}
	return ""
}

// Keys returns how many phrases there are.
func (p *Phrases) Keys() int { return len(p.tables[fallback].phrases) }

// Has reports whether there is a phrase of that key.
func (p *Phrases) Has(key string) bool { return p.tables[fallback].phrases[key] != nil }

const fallback = "en"

func (p *Phrases) table(lang string) *table {
	if t := p.tables[lang]; t != nil {
		return t
	}
	return p.tables[fallback]
}

// pick returns the form for the arguments; the argument "count" decides.
func (t *table) pick(ph *phrase, args bot.Args) *form {
	if ph.one == nil {
		return ph.other
	}
	n, ok := integer(args["count"])
	if !ok {
		return ph.other
	}
	return t.pickCount(ph, n)
}

func (t *table) pickCount(ph *phrase, n int64) *form {
	if ph.one == nil {
		return ph.other
	}
	if n < 0 {
		n = -n
	}
	if plural.Cardinal.MatchPlural(t.tag, int(n), 0, 0, 0, 0) == plural.One {
		return ph.one
	}
	return ph.other
}

// integer returns v as a number, and whether it is one.
func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case uint32:
		return int64(n), true
	}
	return 0, false
}
