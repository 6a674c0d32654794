package blockkit

import "github.com/slack-go/slack"

// blocks makes the blocks of the pieces. All texts share one string, and blocks of one kind one array: a message is built
// with a handful of allocations.
func (c *canvas) blocks() []slack.Block {
	var n [actions + 1]int
	for i := range c.pieces {
		n[c.pieces[i].kind]++
	}
	all := string(c.buf)
	texts := make([]slack.TextBlockObject, 0, n[section]+n[header]+n[context]+len(c.buttons))
	text := func(kind, s string) *slack.TextBlockObject {
		o := slack.TextBlockObject{Type: kind, Text: s}
		if kind == slack.MarkdownType {
			o.Verbatim = true
		} else {
			o.Emoji = &noEmoji
		}
		texts = append(texts, o)
		return &texts[len(texts)-1]
	}
	sections := make([]slack.SectionBlock, 0, n[section])
	contexts := make([]slack.ContextBlock, 0, n[context])
	elements := make([]slack.MixedElement, 0, n[context])
	out := make([]slack.Block, 0, len(c.pieces))
	for i := range c.pieces {
		p := &c.pieces[i]
		switch p.kind {
		case header:
			out = append(out, slack.NewHeaderBlock(text(slack.PlainTextType, all[p.start:p.end])))
		case section:
			sections = append(sections, slack.SectionBlock{Type: slack.MBTSection, Text: text(slack.MarkdownType, all[p.start:p.end])})
			out = append(out, &sections[len(sections)-1])
		case context:
			elements = append(elements, text(slack.MarkdownType, all[p.start:p.end]))
			contexts = append(contexts, slack.ContextBlock{
				Type:            slack.MBTContext,
				ContextElements: slack.ContextElements{Elements: elements[len(elements)-1:]},
			})
			out = append(out, &contexts[len(contexts)-1])
		case divider:
			out = append(out, slack.NewDividerBlock())
		case actions:
			out = append(out, c.actionBlock(p, text))
		}
	}
	return out
}

// noEmoji is pointed to by every plain text: what stands between colons there stays as it is. It is never changed.
var noEmoji = false

func (c *canvas) actionBlock(p *piece, text func(kind, s string) *slack.TextBlockObject) slack.Block {
	row := c.buttons[p.start:p.end]
	buttons := make([]slack.ButtonBlockElement, len(row))
	set := make([]slack.BlockElement, len(row))
	for i := range row {
		b := &row[i]
		same := 0
		for _, other := range row[:i] {
			if other.action == b.action {
				same++
			}
		}
		buttons[i] = slack.ButtonBlockElement{
			Type:     slack.METButton,
			Text:     text(slack.PlainTextType, b.label),
			ActionID: ActionID(b.action, same),
			Value:    b.value,
		}
		if b.primary {
			buttons[i].Style = slack.StylePrimary
		}
		set[i] = &buttons[i]
	}
	return slack.NewActionBlock("", set...)
}
