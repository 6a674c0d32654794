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
	labels := 0
	for i := range c.buttons {
		count, _ := c.buttons[i].labels()
		labels += count
	}
	texts := make([]slack.TextBlockObject, 0, n[section]+n[header]+n[context]+labels)
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
