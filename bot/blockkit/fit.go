package blockkit

import "campaignbot/bot"

// Room kept for the lines that say what was dropped.
const (
	markBlocks = 2
	markText   = 300
)

// size returns how much text a piece holds.
func (c *canvas) size(p *piece) int {
	switch p.kind {
	case divider:
		return 0
	case actions:
		n := 0
		for i := p.start; i < p.end; i++ {
			_, size := c.buttons[i].labels()
			n += size
		}
		return n
	}
	return p.end - p.start
}

// fit drops pieces until the message is within Slack's limits, class by class and from the end, and says so.
func (c *canvas) fit() {
	total, count := 0, len(c.pieces)
	for i := range c.pieces {
		total += c.size(&c.pieces[i])
	}
	if count <= maxBlocks && total <= maxTotal {
		return
	}
	dropped := make([]bool, len(c.pieces))
	for cl := small; cl < kept; cl++ {
		for i := len(c.pieces) - 1; i >= 0 && (count > maxBlocks-markBlocks || total > maxTotal-markText); i-- {
			if c.pieces[i].class == cl {
				dropped[i] = true
				count--
				total -= c.size(&c.pieces[i])
			}
		}
	}
	c.remove(dropped)
}

// remove takes the dropped pieces out. Where steps went a line says how many; at the end one says that there was more.
func (c *canvas) remove(dropped []bool) {
	cut, last, at, more := 0, 0, 0, false
	out := make([]piece, 0, len(c.pieces))
	for i, p := range c.pieces {
		switch {
		case !dropped[i]:
			out = append(out, p)
		case p.class != steps:
			more = true
		case p.step != last:
			cut, last = cut+1, p.step
			if cut == 1 {
				at = len(out)
			}
		}
	}
	if cut > 0 {
		mark := c.mark(bot.Phrase("message.steps_cut", "count", cut))
		out = append(out[:at], append([]piece{mark}, out[at:]...)...)
	}
	if more {
		out = append(out, c.mark(bot.Phrase("message.cut")))
	}
	c.pieces = out
}

// mark writes a line of small print that stays.
func (c *canvas) mark(l bot.Line) piece {
	c.begin(context, kept)
	c.textLine("", l, inline)
	c.now.end = len(c.buf)
	return c.now
}
