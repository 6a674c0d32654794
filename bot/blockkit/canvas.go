package blockkit

import (
	"bytes"
	"strings"

	"campaignbot/bot"
	"campaignbot/bot/locale"
)

// kind is the sort of block a piece becomes.
type kind uint8

const (
	section kind = iota
	header
	context
	divider
	actions
)

// class says in which order pieces are dropped when a message is too long, the first first.
type class uint8

const (
	small class = iota // sources, small print
	facts
	body
	steps
	lead // the first running text
	press
	title
	kept
)

// piece is one block to be: a stretch of the canvas, or a row of its buttons.
type piece struct {
	kind       kind
	class      class
	step       int // which step of the reply it belongs to, from 1; 0: none
	start, end int // in buf; for actions in buttons
}

// button is one button or menu to be, its texts ready.
type button struct {
	label, action, value string
	primary              bool
	people               bool
	options              []option
}

// option is one choice of a menu to be.
type option struct{ label, value string }

// mode is the mark-up a canvas is written in.
type mode uint8

const (
	mrkdwn mode = iota
	terminal
)

// canvas collects the text of one message, in one buffer, and the pieces it is cut into.
type canvas struct {
	phrases *locale.Phrases
	lang    string
	mode    mode
	buf     []byte
	spans   []locale.Span
	pieces  []piece
	buttons []button
	step    int // steps so far
	hasLead bool
	seen    bool // what is written is looked at, not read out: bars belong to it

	// The piece being written.
	now  piece
	line int // where its current line begins
}

// begin starts a piece of text.
func (c *canvas) begin(k kind, cl class) {
	if cl == body && !c.hasLead {
		cl, c.hasLead = lead, true
	}
	c.now = piece{kind: k, class: cl, start: len(c.buf)}
	if cl == steps {
		c.now.step = c.step
	}
	c.line = len(c.buf)
}

// end closes the piece; an empty one is forgotten.
func (c *canvas) end() {
	c.now.end = len(c.buf)
	if len(bytes.TrimSpace(c.buf[c.now.start:])) == 0 {
		c.buf = c.buf[:c.now.start]
		return
	}
	c.pieces = append(c.pieces, c.now)
}

func (c *canvas) limit() int {
	if c.now.kind == context {
		return maxContext
	}
	return maxSection
}

// newLine starts a line of the piece.
func (c *canvas) newLine() {
	if len(c.buf) > c.now.start {
		c.buf = append(c.buf, '\n')
	}
	c.line = len(c.buf)
}

// endLine checks the line against the limit: what is too much goes into a piece of its own, and a line that is too long
// in itself is split.
func (c *canvas) endLine() {
	limit := c.limit()
	if len(c.buf)-c.now.start <= limit {
		return
	}
	c.breakBefore(c.line)
	if len(c.buf)-c.now.start <= limit {
		return
	}
	chunks := splitLine(append([]byte(nil), c.buf[c.now.start:]...), limit)
	c.buf = c.buf[:c.now.start]
	for i, chunk := range chunks {
		if i > 0 {
			c.breakBefore(len(c.buf))
		}
		c.buf = append(c.buf, chunk...)
	}
	c.line = c.now.start
}

// breakBefore closes the piece before at, a position in buf, and goes on with a new one like it.
func (c *canvas) breakBefore(at int) {
	if at == c.now.start {
		return
	}
	p := c.now
	p.end = at
	if at < len(c.buf) {
		p.end-- // the line break before at
	}
	if len(bytes.TrimSpace(c.buf[p.start:p.end])) > 0 {
		c.pieces = append(c.pieces, p)
	}
	c.now.start = at
	if c.now.class == lead {
		c.now.class = body
	}
}

// write appends a line of the vocabulary, resolved and escaped.
func (c *canvas) write(l bot.Line, st style) {
	c.spans = c.phrases.AppendSpans(c.spans[:0], c.lang, l)
	for i := range c.spans {
		if c.spans[i].Kind == locale.Bars && !c.seen {
			continue
		}
		if c.mode == terminal {
			c.buf = appendTerminal(c.buf, &c.spans[i], st)
		} else {
			c.buf = appendMrkdwn(c.buf, &c.spans[i], st, c.line)
		}
	}
}

// textLine writes a whole line with a prefix; an empty one is left out.
func (c *canvas) textLine(prefix string, l bot.Line, st style) {
	if l.IsZero() {
		return
	}
	c.newLine()
	c.buf = append(c.buf, prefix...)
	c.write(l, st)
	c.endLine()
}

// between writes a line between two marks of mark-up. One that is long goes without them: a split would tear them apart.
func (c *canvas) between(mark byte, l bot.Line) {
	at := len(c.buf)
	c.buf = append(c.buf, mark)
	c.write(l, inline|marked)
	inner := c.buf[at+1:]
	trimmed := bytes.TrimSpace(inner)
	if len(trimmed) == 0 {
		c.buf = c.buf[:at]
		return
	}
	if len(inner) > maxMarked {
		copy(c.buf[at:], trimmed)
		c.buf = c.buf[:at+len(trimmed)]
		return
	}
	copy(c.buf[at+1:], trimmed)
	c.buf = append(c.buf[:at+1+len(trimmed)], mark)
}

// boldLine writes a title on a line of its own.
func (c *canvas) boldLine(l bot.Line) {
	if l.IsZero() {
		return
	}
	c.newLine()
	c.between('*', l)
	c.endLine()
}

// label returns a line for a place without mark-up, escaped, in at most limit units; ok is false when it had to be cut or
// holds something that only mark-up can show.
func (c *canvas) label(l bot.Line, limit int) (s string, ok bool) {
	c.spans = c.phrases.AppendSpans(c.spans[:0], c.lang, l)
	ok = true
	if len(c.spans) == 1 {
		s = c.spans[0].Plain()
		ok = c.spans[0].Kind <= locale.Typed
	} else {
		var b strings.Builder
		for i := range c.spans {
			ok = ok && c.spans[i].Kind <= locale.Typed
			b.WriteString(c.spans[i].Plain())
		}
		s = b.String()
	}
	s = strings.TrimSpace(clean(s, inline))
	short := shorten(s, limit)
	if len(short) != len(s) {
		ok = false
	}
	if strings.ContainsAny(short, "&<>") {
		short = labelEscaper.Replace(short)
	}
	return short, ok
}

var labelEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// appendTerminal appends a span for a terminal: unescaped, but without control characters.
func appendTerminal(dst []byte, s *locale.Span, st style) []byte {
	if s.Kind == locale.Code {
		return append(append(append(dst, '`'), clean(s.Text, inline)...), '`')
	}
	return append(dst, clean(s.Plain(), st)...)
}
