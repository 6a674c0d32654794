package blockkit

import (
	"strings"

	"campaignbot/bot"

	"github.com/slack-go/slack"
)

// buttonRows lays out buttons and menus, 25 a row. One that could not be led back to its action, because its id or value is
// empty or too long, is left out.
func (c *canvas) buttonRows(items []bot.ReplyButton) {
	start := len(c.buttons)
	row := func() {
		c.pieces = append(c.pieces, piece{kind: actions, class: press, start: start, end: len(c.buttons)})
		start = len(c.buttons)
	}
	for i := range items {
		it := &items[i]
		b := button{action: it.Action, value: strings.ToValidUTF8(it.Value, "\uFFFD"), primary: it.Primary, people: it.People, options: c.options(it.Menu)}
		if !usable(it, &b) {
			continue
		}
		if b.label, _ = c.label(it.Label, maxLabel); b.label == "" {
			b.label = ellipsis
		}
		c.buttons = append(c.buttons, b)
		if len(c.buttons)-start == maxButtons {
			row()
		}
	}
	if len(c.buttons) > start {
		row()
	}
}

// usable reports whether Slack takes the button and brings back what it stands for.
func usable(it *bot.ReplyButton, b *button) bool {
	const room = 4 // for what ActionID and menuID add
	switch {
	case it.Action == "" || len(it.Action) > maxAction-room:
		return false
	case !b.people && len(it.Menu) == 0:
		return units(it.Value) <= maxValue
	}
	return (b.people || len(b.options) > 0) && len(it.Action)+len(b.value) <= maxAction-room
}

// options makes the choices of a menu. One that Slack would not take, or that is there already, is left out.
func (c *canvas) options(items []bot.MenuOption) []option {
	if len(items) == 0 {
		return nil
	}
	var list []option
	seen := make(map[string]bool, len(items))
	for i := range items {
		it := &items[i]
		if it.Value == "" || units(it.Value) > maxChoice || seen[it.Value] || len(list) == maxOptions {
			continue
		}
		seen[it.Value] = true
		label, _ := c.label(it.Label, maxLabel)
		if label == "" {
			label = ellipsis
		}
		list = append(list, option{label: label, value: strings.ToValidUTF8(it.Value, "\uFFFD")})
	}
	return list
}

// labels returns how many texts a button has, and how long they are together.
func (b *button) labels() (count, size int) {
	for _, o := range b.options {
		size += len(o.label)
	}
	return 1 + len(b.options), size + len(b.label)
}

func (c *canvas) actionBlock(p *piece, text func(kind, s string) *slack.TextBlockObject) slack.Block {
	row := c.buttons[p.start:p.end]
	set := make([]slack.BlockElement, len(row))
	for i := range row {
		b := &row[i]
		same := 0
		for _, other := range row[:i] {
			if other.action == b.action {
				same++
			}
		}
		set[i] = b.element(same, text)
	}
	return slack.NewActionBlock("", set...)
}

// element makes the nth button or menu of its action.
func (b *button) element(n int, text func(kind, s string) *slack.TextBlockObject) slack.BlockElement {
	label := text(slack.PlainTextType, b.label)
	switch {
	case b.people:
		return &slack.SelectBlockElement{Type: slack.OptTypeUser, Placeholder: label, ActionID: menuID(b.action, b.value, n)}
	case len(b.options) > 0:
		menu := &slack.SelectBlockElement{Type: slack.OptTypeStatic, Placeholder: label, ActionID: menuID(b.action, b.value, n)}
		for _, o := range b.options {
			menu.Options = append(menu.Options, &slack.OptionBlockObject{Text: text(slack.PlainTextType, o.label), Value: o.value})
		}
		return menu
	}
	made := &slack.ButtonBlockElement{Type: slack.METButton, Text: label, ActionID: ActionID(b.action, n), Value: b.value}
	if b.primary {
		made.Style = slack.StylePrimary
	}
	return made
}

// plainButtons writes the labels in one line, so that the choice they offer is not lost.
func (c *canvas) plainButtons(items []bot.ReplyButton) {
	c.line = len(c.buf)
	for i := range items {
		if i > 0 {
			c.buf = append(c.buf, ' ')
		}
		c.buf = append(c.buf, '[')
		c.write(items[i].Label, inline)
		for n, o := range items[i].Menu {
			if n == 0 {
				c.colon()
			} else {
				c.buf = append(c.buf, dot...)
			}
			c.write(o.Label, inline)
		}
		c.buf = append(c.buf, ']')
	}
	if len(items) > 0 {
		c.buf = append(c.buf, '\n')
	}
}
