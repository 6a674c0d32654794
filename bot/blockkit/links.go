package blockkit

import "strings"

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
