package blockkit

import (
	"bytes"
	"strings"

	"campaignbot/bot"
)

const indent = "    " // of a command

// plainPart lays out one part as plain lines, with a blank line before it. In mrkdwn mode the lines are escaped: they are
// the text beside the blocks.
func (c *canvas) plainPart(part bot.Part) {
	if len(c.buf) > 0 && !bytes.HasSuffix(c.buf, []byte("\n\n")) {
		c.buf = append(c.buf, '\n')
	}
	switch p := part.(type) {
	case bot.Heading:
		c.plainHeading(p.Line)
	case bot.Paragraph:
		c.plainList("", p.Title, p.Lines)
	case bot.List:
		c.plainList(bullet, p.Title, p.Items)
	case bot.Steps:
		for i := range p.Items {
			if i > 0 {
				c.buf = append(c.buf, '\n')
			}
			c.plainStep(max(p.From, 1)+i, &p.Items[i])
		}
	case bot.Fields:
		for i := range p.Items {
			c.plainField(&p.Items[i])
		}
	case bot.Links:
		c.plainLinks(p)
	case bot.Note:
		c.plainList("", bot.Line{}, p.Lines)
	case bot.Buttons:
		c.plainButtons(p.Items)
	}
}

// plainLine writes one line; an empty one is left out.
func (c *canvas) plainLine(prefix string, l bot.Line, st style) {
	if l.IsZero() {
		return
	}
	c.line = len(c.buf)
	c.buf = append(c.buf, prefix...)
	c.write(l, st)
	c.buf = append(c.buf, '\n')
}

// plainHeading writes a title: without backticks in a terminal, as in a header block.
func (c *canvas) plainHeading(l bot.Line) {
	if c.mode != terminal {
		c.plainLine("", l, inline)
		return
	}
	if s := c.phrases.String(c.lang, l); s != "" {
		c.buf = append(c.buf, clean(s, inline)...)
		c.buf = append(c.buf, '\n')
	}
}

func (c *canvas) plainList(prefix string, title bot.Line, lines []bot.Line) {
	c.plainLine("", title, inline)
	for _, l := range lines {
		c.plainLine(prefix, l, 0)
	}
}

func (c *canvas) plainStep(n int, s *bot.Step) {
	c.line = len(c.buf)
	c.buf = appendInt(c.buf, int64(n))
	c.buf = append(c.buf, ". "...)
	c.write(s.Title, inline)
	c.plainMarks(s)
	c.buf = append(c.buf, '\n')
	margin := ""
	if c.mode == terminal {
		margin = "   "
	}
	c.plainLine(margin, s.Text, 0)
	system := ""
	for _, sh := range s.Commands {
		if sh.OS != system {
			system = sh.OS
			c.plainLine(margin, systemName(system), inline)
		}
		c.plainCommand(sh.Text)
	}
	c.plainLine(margin+arrow, s.Expect, 0)
	if !s.Else.IsZero() {
		c.line = len(c.buf)
		c.buf = append(c.buf, margin...)
		c.write(elseLabel, inline)
		c.buf = append(c.buf, ' ')
		c.write(s.Else, 0)
		c.buf = append(c.buf, '\n')
	}
	for _, l := range s.Next {
		c.plainLine(margin, l, 0)
	}
}

// plainMarks writes what a step may do, and whether it is ours, in brackets behind the title.
func (c *canvas) plainMarks(s *bot.Step) {
	switch {
	case s.Risk.IsZero() && !s.Ours:
		return
	case s.Risk.IsZero():
		c.buf = append(c.buf, " ("...)
		c.write(ours, inline)
	default:
		c.buf = append(c.buf, " ("...)
		c.write(s.Risk, inline)
		if s.Ours {
			c.buf = append(c.buf, ", "...)
			c.write(ours, inline)
		}
	}
	c.buf = append(c.buf, ')')
}

// plainCommand writes a command to be copied: as it is in a terminal, as code in a message.
func (c *canvas) plainCommand(text string) {
	if c.mode == terminal {
		text = strings.Trim(clean(text, 0), "\n")
	} else {
		text = commandText(text)
	}
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		c.line = len(c.buf)
		if c.mode == terminal {
			c.buf = append(append(c.buf, indent...), line...)
		} else {
			c.buf = appendCode(c.buf, line, c.line)
		}
		c.buf = append(c.buf, '\n')
	}
}

func (c *canvas) plainField(f *bot.Field) {
	if len(f.Values) == 0 {
		return
	}
	c.line = len(c.buf)
	c.write(f.Name, inline)
	c.colon()
	c.values(f.Values)
	c.buf = append(c.buf, '\n')
}

// colon writes a colon and a blank, in French with a no-break space before it.
func (c *canvas) colon() {
	if c.lang == "fr" {
		c.buf = append(c.buf, "\u00a0"...)
	}
	c.buf = append(c.buf, ": "...)
}

func (c *canvas) plainLinks(p bot.Links) {
	c.plainLine("", p.Title, inline)
	for _, l := range p.Items {
		c.line = len(c.buf)
		if c.mode != terminal {
			c.buf = append(c.buf, bullet...)
			c.link(l)
			c.buf = append(c.buf, '\n')
			continue
		}
		c.buf = append(c.buf, bullet...)
		if !l.Title.IsZero() {
			c.write(l.Title, inline)
			c.colon()
		}
		c.buf = append(c.buf, clean(l.URL, inline)...)
		c.buf = append(c.buf, '\n')
	}
}
