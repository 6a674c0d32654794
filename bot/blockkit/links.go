package blockkit

import (
	"strings"

	"campaignbot/bot"
)

// linkURL returns an address as it may stand in a link, and whether it may.
func linkURL(s string) (string, bool) {
	host, ok := strings.CutPrefix(s, "https://")
	if !ok {
		host, ok = strings.CutPrefix(s, "http://")
	}
	if !ok || host == "" {
		return "", false
	}
	clear := true
	for i := 0; i < len(s) && clear; i++ {
		c := s[i]
		clear = c > 0x20 && c < 0x7f && c != '&' && c != '<' && c != '>' && c != '|' && c != '`' && c != '"'
	}
	if clear {
		return s, len(s) <= maxURL
	}
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&':
			b = append(b, "&amp;"...)
		case c <= 0x20 || c >= 0x7f || c == '<' || c == '>' || c == '|' || c == '`' || c == '"':
			b = append(b, '%', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return string(b), len(b) <= maxURL
}

// linkText returns an escaped title with nothing in it that Slack reads as mark-up: there is no code within a link, so a
// mark at the border of a word gets a word joiner to its side.
func linkText(s string) string {
	if !strings.ContainsAny(s, "*_~`") {
		return s
	}
	var b strings.Builder
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		word = strings.ReplaceAll(word, "`", substitute)
		if !risky(word) {
			b.WriteString(word)
			continue
		}
		for _, r := range word {
			b.WriteRune(r)
			if r == '*' || r == '_' || r == '~' {
				b.WriteRune('\u2060')
			}
		}
	}
	return b.String()
}

// buttonRows lays out buttons, 25 a row. A button that could not be led back to its action, because its id or value is
// too long for Slack, is left out.
func (c *canvas) buttonRows(items []bot.ReplyButton) {
	start := len(c.buttons)
	for i := range items {
		it := &items[i]
		if it.Action == "" || len(it.Action) > maxAction-4 || units(it.Value) > maxValue {
			continue
		}
		label, _ := c.label(it.Label, maxLabel)
		if label == "" {
			label = ellipsis
		}
		c.buttons = append(c.buttons, button{label: label, action: it.Action, value: strings.ToValidUTF8(it.Value, "\uFFFD"), primary: it.Primary})
		if len(c.buttons)-start == maxButtons {
			c.pieces = append(c.pieces, piece{kind: actions, class: press, start: start, end: len(c.buttons)})
			start = len(c.buttons)
		}
	}
	if len(c.buttons) > start {
		c.pieces = append(c.pieces, piece{kind: actions, class: press, start: start, end: len(c.buttons)})
	}
}
