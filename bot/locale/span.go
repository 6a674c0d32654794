package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaignbot/bot"
)

// SpanKind says what a span is, and with that how it has to be shown.
type SpanKind uint8

// The kinds of span.
const (
	Text    SpanKind = iota // running text of ours
	Code                    // code, without its backticks
	Typed                   // from outside: shown literally, whatever it holds
	Person                  // a bot.Person; Text is the id
	Channel                 // a bot.ChannelRef; Text is the id
	Instant                 // a point in time; At is set, Text is empty
	Bars                    // a row of bars for the eye; the numbers stand before it, so plain text leaves it out
)

// Span is a stretch of text of one kind.
type Span struct {
	Kind SpanKind
	Text string
	At   time.Time
}

// maxDepth bounds lines within lines.
const maxDepth = 6

// Spans resolves the line in the language; an unknown language is read as English. What is returned may be shared:
// it must not be changed.
func (p *Phrases) Spans(lang string, l bot.Line) []Span {
	if l.Key != "" {
		if ph := p.table(lang).phrases[l.Key]; ph != nil && ph.one == nil && ph.other.static != nil {
			return ph.other.static
		}
	}
	return p.AppendSpans(nil, lang, l)
}

// AppendSpans is Spans for callers that keep a buffer: it appends to dst and returns it.
func (p *Phrases) AppendSpans(dst []Span, lang string, l bot.Line) []Span {
	r := resolver{table: p.table(lang)}
	return r.line(dst, l)
}

// String resolves the line in the language as plain text on its own: code without backticks, persons as @id, times with
// their zone. A phrase that does not exist is shown as !key!.
func (p *Phrases) String(lang string, l bot.Line) string {
	spans := p.Spans(lang, l)
	if len(spans) == 1 && spans[0].Kind <= Typed {
		return spans[0].Text
	}
	var b strings.Builder
	for i := range spans {
		b.WriteString(spans[i].Plain())
	}
	return b.String()
}

// Plain returns the span as plain text.
func (s *Span) Plain() string {
	switch s.Kind {
	case Person:
		return "@" + s.Text
	case Channel:
		return "#" + s.Text
	case Instant:
		return FormatInstant(s.At)
	case Bars:
		return ""
	}
	return s.Text
}

// FormatInstant returns the time as plain text, in the zone it carries, with the zone's name.
func FormatInstant(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2006-01-02 15:04 MST")
}

// resolver resolves one line in one language.
type resolver struct {
	table *table
	depth int
}

func (r *resolver) line(dst []Span, l bot.Line) []Span {
	if l.Key == "" {
		switch {
		case l.Text == "":
			return dst
		case l.Raw:
			return append(dst, Span{Kind: Typed, Text: l.Text})
		}
		return appendEntryText(dst, l.Text)
	}
	ph := r.table.phrases[l.Key]
	if ph == nil {
		return append(dst, missing(l.Key))
	}
	f := r.table.pick(ph, l.Args)
	if f.static != nil {
		return append(dst, f.static...)
	}
	for i := 0; i < len(f.pieces); i++ {
		pc := &f.pieces[i]
		switch {
		case pc.code:
			var span Span
			span, i = r.code(f.pieces, i, l.Args)
			dst = append(dst, span)
		case pc.arg == "":
			dst = append(dst, Span{Text: pc.text})
		default:
			dst = r.value(dst, pc.arg, l.Args[pc.arg])
		}
	}
	return dst
}

// code joins the pieces of the code span that begins at i and returns the index of its last piece.
func (r *resolver) code(pieces []piece, i int, args bot.Args) (Span, int) {
	first := i
	for !pieces[i].end {
		i++
	}
	if first == i && pieces[i].arg == "" {
		return Span{Kind: Code, Text: pieces[i].text}, i
	}
	if first == i {
		if s, ok := args[pieces[i].arg].(string); ok {
			return Span{Kind: Code, Text: s}, i
		}
	}
	var b strings.Builder
	for _, pc := range pieces[first : i+1] {
		b.WriteString(pc.text)
		if pc.arg != "" {
			for _, s := range r.value(nil, pc.arg, args[pc.arg]) {
				b.WriteString(s.Plain())
			}
		}
	}
	return Span{Kind: Code, Text: b.String()}, i
}

// value appends the value of a placeholder.
func (r *resolver) value(dst []Span, name string, v any) []Span {
	switch x := v.(type) {
	case nil:
		return append(dst, missing(name))
	case string:
		return append(dst, Span{Kind: Typed, Text: x})
	case bot.Line:
		if r.depth >= maxDepth {
			return append(dst, missing(name))
		}
		r.depth++
		dst = r.line(dst, x)
		r.depth--
		return dst
	case bot.Person:
		return append(dst, Span{Kind: Person, Text: string(x)})
	case bot.ChannelRef:
		return append(dst, Span{Kind: Channel, Text: string(x)})
	case time.Time:
		return append(dst, Span{Kind: Instant, At: x})
	case time.Duration:
		return r.duration(dst, x)
	case bot.Trend:
		return appendTrend(dst, x)
	}
	if n, ok := integer(v); ok {
		return append(dst, Span{Text: strconv.FormatInt(n, 10)})
	}
	return append(dst, Span{Kind: Typed, Text: fmt.Sprint(v)})
}

func missing(name string) Span { return Span{Kind: Typed, Text: "!" + name + "!"} }

// appendEntryText splits a text at its pairs of backticks. A backtick without a partner, and an empty pair, stay text.
func appendEntryText(dst []Span, s string) []Span {
	start := 0 // of the running text
	for i := 0; i < len(s); {
		open := strings.IndexByte(s[i:], '`')
		if open < 0 {
			break
		}
		open += i
		end := strings.IndexByte(s[open+1:], '`')
		if end < 0 {
			break
		}
		end += open + 1
		if end == open+1 {
			i = end + 1
			continue
		}
		if open > start {
			dst = append(dst, Span{Text: s[start:open]})
		}
		dst = append(dst, Span{Kind: Code, Text: s[open+1 : end]})
		start, i = end+1, end+1
	}
	if start < len(s) {
		dst = append(dst, Span{Text: s[start:]})
	}
	return dst
}
