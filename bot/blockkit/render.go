// Package blockkit renders a bot.Reply once, in one language: as Slack blocks with a text for screen readers and
// notifications, and as plain text for a terminal. Escaping, layout and Slack's limits live here and nowhere else.
//
// It does no input or output and knows no token, channel or request.
package blockkit

import (
	"bytes"
	"sync"

	"campaignbot/bot"
	"campaignbot/bot/locale"

	"github.com/slack-go/slack"
)

// Slack's limits, and the ones kept here where Slack documents none. Texts are counted escaped and in bytes, which is
// never less than Slack counts; headers and labels in UTF-16 units.
const (
	maxBlocks  = 50
	maxSection = 3000
	maxContext = 2000
	maxHeader  = 150
	maxLabel   = 75
	maxValue   = 2000
	maxAction  = 255
	maxOptions = 100   // in one menu
	maxChoice  = 150   // value of an option
	maxButtons = 25    // in one block
	maxTotal   = 12000 // all texts of all blocks
	maxText    = 3899  // the text beside the blocks
	maxURL     = 1500
	maxMarked  = 300 // a longer title is not set in bold: a split would tear the marks apart
)

// Message is a rendered reply. Text is never empty and says everything the blocks say, as far as it fits: screen readers
// read nothing else.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// Renderer renders replies. It is safe for concurrent use.
type Renderer struct {
	phrases *locale.Phrases
	pool    sync.Pool
}

// New returns a renderer that speaks with the phrases.
func New(phrases *locale.Phrases) *Renderer {
	r := &Renderer{phrases: phrases}
	r.pool.New = func() any { return &canvas{phrases: phrases} }
	return r
}

// Message renders the reply for Slack, in the reply's language, within all limits. What does not fit is dropped: sources
// and small print first, then facts, then running text, steps last; the message says so.
func (r *Renderer) Message(reply bot.Reply) Message {
	c := r.canvas(reply.Language)
	defer r.release(c)
	c.seen = true
	for _, part := range reply.Parts {
		c.part(part)
	}
	if len(c.pieces) == 0 {
		c.begin(section, lead)
		c.textLine("", reply.Title, 0)
		c.end()
	}
	if len(c.pieces) == 0 {
		c.begin(section, lead)
		c.buf = append(c.buf, ellipsis...)
		c.end()
	}
	c.fit()
	m := Message{Blocks: c.blocks()}
	m.Text = r.text(reply)
	return m
}

// Plain renders the reply as plain text for a terminal, in the reply's language: nothing escaped, nothing cut, commands
// on lines of their own and indented by four spaces. It ends with a line break.
func (r *Renderer) Plain(reply bot.Reply) string {
	c := r.canvas(reply.Language)
	defer r.release(c)
	c.mode = terminal
	for _, part := range reply.Parts {
		c.plainPart(part)
	}
	if len(bytes.TrimSpace(c.buf)) == 0 {
		c.buf = c.buf[:0]
		c.plainLine("", reply.Title, 0)
	}
	return string(bytes.TrimSpace(c.buf)) + "\n"
}

// text renders the text beside the blocks.
func (r *Renderer) text(reply bot.Reply) string {
	c := r.canvas(reply.Language)
	defer r.release(c)
	c.plainLine("", reply.Title, inline)
	title := len(c.buf)
	for _, part := range reply.Parts {
		c.plainPart(part)
	}
	all := c.buf
	if rest := bytes.TrimLeft(all[title:], "\n"); title > 0 && bytes.HasPrefix(rest, all[:title]) {
		all = rest // the first line says what the title says
	}
	all = bytes.TrimSpace(all)
	if len(all) == 0 {
		return ellipsis
	}
	return string(cutText(all, maxText))
}

func (r *Renderer) canvas(lang string) *canvas {
	c := r.pool.Get().(*canvas)
	if !bot.KnownLanguage(lang) {
		lang = bot.Languages()[0]
	}
	c.lang = lang
	return c
}

// release takes the canvas back for the next reply, without what it held.
func (r *Renderer) release(c *canvas) {
	if cap(c.buf) > 1<<16 || cap(c.spans) > 256 || cap(c.pieces) > 256 {
		return
	}
	clear(c.spans[:cap(c.spans)])
	clear(c.buttons[:cap(c.buttons)])
	*c = canvas{phrases: r.phrases, buf: c.buf[:0], spans: c.spans[:0], pieces: c.pieces[:0], buttons: c.buttons[:0]}
	r.pool.Put(c)
}
