package blockkit

import (
	"bytes"
	"strings"

	"campaignbot/bot"
)

const (
	bullet = "• "
	dot    = " · "
	arrow  = "→ "
	fence  = "```"
)

// part lays out one part as pieces.
func (c *canvas) part(part bot.Part) {
	switch p := part.(type) {
	case bot.Heading:
		c.heading(p.Line)
	case bot.Paragraph:
		c.list("", p.Title, p.Lines)
	case bot.List:
		c.list(bullet, p.Title, p.Items)
	case bot.Steps:
		for i := range p.Items {
			c.stepPiece(max(p.From, 1)+i, &p.Items[i])
		}
	case bot.Fields:
		c.fields(p.Items)
	case bot.Links:
		c.links(p)
	case bot.Note:
		c.begin(context, small)
		for _, l := range p.Lines {
			c.textLine("", l, 0)
		}
		c.end()
	case bot.Divider:
		c.pieces = append(c.pieces, piece{kind: divider, class: body})
	case bot.Buttons:
		c.buttonRows(p.Items)
	}
}

// heading lays out a title line: a header block, or bold text when it is too long for one or rings a person.
func (c *canvas) heading(l bot.Line) {
	if l.IsZero() {
		return
	}
	text, ok := c.label(l, maxHeader)
	if !ok {
		c.begin(section, title)
		c.boldLine(l)
		c.end()
		return
	}
	c.begin(header, title)
	c.buf = append(c.buf, text...)
	c.end()
}

func (c *canvas) list(prefix string, title bot.Line, lines []bot.Line) {
	c.begin(section, body)
	c.boldLine(title)
	for _, l := range lines {
		c.textLine(prefix, l, 0)
	}
	c.end()
}

// stepPiece lays out one step. The risk stands beside the title: it is read before the command is copied.
func (c *canvas) stepPiece(n int, s *bot.Step) {
	c.step++
	c.begin(section, steps)
	c.newLine()
	c.stepTitle(n, s.Title)
	if !s.Risk.IsZero() {
		c.buf = append(c.buf, dot...)
		c.between('_', s.Risk)
	}
	if s.Ours {
		c.buf = append(c.buf, dot...)
		c.between('_', ours)
	}
	c.endLine()
	c.textLine("", s.Text, 0)
	system := ""
	for _, sh := range s.Commands {
		if sh.OS != system {
			system = sh.OS
			c.textLine("", systemName(system), inline)
		}
		c.fenced(sh.Text)
	}
	c.textLine(arrow, s.Expect, 0)
	if !s.Else.IsZero() {
		c.newLine()
		c.write(elseLabel, inline)
		c.buf = append(c.buf, ' ')
		c.write(s.Else, 0)
		c.endLine()
	}
	for _, l := range s.Next {
		c.textLine("", l, 0)
	}
	c.end()
}

// stepTitle writes the number and the title in bold; of a long title the number only.
func (c *canvas) stepTitle(n int, l bot.Line) {
	c.buf = append(c.buf, '*')
	c.buf = appendInt(c.buf, int64(n))
	c.buf = append(c.buf, ". "...)
	at := len(c.buf)
	c.write(l, inline|marked)
	text := bytes.TrimSpace(c.buf[at:])
	switch {
	case len(text) == 0:
		c.buf = append(c.buf[:at-1], '*')
	case len(text) > maxMarked:
		text = bytes.Clone(text)
		c.buf = append(append(c.buf[:at-1], "* "...), text...)
	default:
		copy(c.buf[at:], text)
		c.buf = append(c.buf[:at+len(text)], '*')
	}
}

var (
	ours      = bot.Phrase("card.ours")
	elseLabel = bot.Phrase("card.else")
	osLinux   = bot.Phrase("os.linux")
	osWindows = bot.Phrase("os.windows")
	osAll     = bot.Phrase("card.all_os")
)

// systemName returns the label of an operating system; the empty one is every system, and labelled only behind another.
func systemName(os string) bot.Line {
	switch os {
	case "":
		return osAll
	case "linux":
		return osLinux
	case "windows":
		return osWindows
	}
	return bot.Typed(os)
}

// fenced writes a command as a code block. One that is longer than a section is split into several blocks.
func (c *canvas) fenced(text string) {
	text = commandText(text)
	if text == "" {
		return
	}
	c.newLine()
	c.openFence()
	for i, line := range strings.Split(text, "\n") {
		at := len(c.buf)
		if i > 0 {
			c.buf = append(c.buf, '\n')
		}
		c.buf = appendFenced(c.buf, line)
		if len(c.buf)-c.line+len(fence)+1 <= maxSection {
			continue
		}
		rest := append([]byte(nil), bytes.TrimPrefix(c.buf[at:], []byte{'\n'})...)
		c.buf = c.buf[:at]
		c.refence(rest)
	}
	c.closeFence()
}

// refence goes on with a code line in as many further code blocks as it takes.
func (c *canvas) refence(line []byte) {
	const room = maxSection - 2*len(fence) - 2
	for first := true; len(line) > 0; first = false {
		cut := len(line)
		if cut > room {
			cut = 0
			for n := unit(line); cut+n <= room; n = unit(line[cut:]) {
				cut += n
			}
		}
		if !first || len(c.buf)-c.line > len(fence)+1 {
			c.closeFence()
			c.newLine()
			c.openFence()
		}
		c.buf = append(c.buf, line[:cut]...)
		line = line[cut:]
	}
}

func (c *canvas) openFence() { c.buf = append(c.buf, fence+"\n"...) }

func (c *canvas) closeFence() {
	c.buf = append(c.buf, "\n"+fence...)
	if len(c.buf)-c.now.start > maxSection {
		c.breakBefore(c.line)
	}
}

// commandText returns a command ready to paste: valid, without blank lines around it.
func commandText(s string) string {
	s = strings.Trim(clean(s, 0), "\n")
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return strings.ReplaceAll(s, fence, substitute+substitute+substitute)
}

// appendFenced appends a line of code; a single backtick is part of many a shell command and stays.
func appendFenced(dst []byte, s string) []byte {
	for {
		i := strings.IndexAny(s, "&<>")
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		dst = append(dst, entity(s[i])...)
		s = s[i+1:]
	}
}

func entity(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	}
	return "&gt;"
}

// fields lays out short facts, one name a line.
func (c *canvas) fields(items []bot.Field) {
	c.begin(section, facts)
	for i := range items {
		f := &items[i]
		if len(f.Values) == 0 {
			continue
		}
		c.newLine()
		c.between('*', f.Name)
		c.buf = append(c.buf, ' ')
		c.values(f.Values)
		c.endLine()
	}
	c.end()
}

// values puts lines behind each other.
func (c *canvas) values(lines []bot.Line) {
	for i, l := range lines {
		if i > 0 {
			c.buf = append(c.buf, dot...)
		}
		c.write(l, 0)
	}
}

func (c *canvas) links(p bot.Links) {
	c.begin(context, small)
	if !p.Title.IsZero() {
		c.newLine()
		c.between('*', p.Title)
		c.buf = append(c.buf, ' ')
		c.endLine()
	}
	for i, l := range p.Items {
		at := len(c.buf)
		if i > 0 {
			c.buf = append(c.buf, dot...)
		}
		c.link(l)
		if len(c.buf)-c.now.start > c.limit() {
			rest := bytes.TrimPrefix(append([]byte(nil), c.buf[at:]...), []byte(dot))
			c.buf = c.buf[:at]
			c.breakBefore(at)
			c.line = at
			c.buf = append(c.buf, rest...)
		}
	}
	c.end()
}

// link writes one link; an address that Slack would not take is left out and its title stays.
func (c *canvas) link(l bot.Link) {
	text, _ := c.label(l.Title, maxHeader)
	url, ok := linkURL(l.URL)
	if text == "" {
		text = labelEscaper.Replace(shorten(clean(l.URL, inline), maxHeader))
	}
	text = linkText(text)
	if !ok {
		c.buf = append(c.buf, text...)
		return
	}
	c.buf = append(append(c.buf, '<'), url...)
	c.buf = append(append(append(c.buf, '|'), text...), '>')
}
