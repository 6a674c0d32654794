package blockkit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"campaignbot/bot/locale"
)

// style says where a text stands.
type style uint8

const (
	inline style = 1 << iota // a line break becomes a blank
	marked                   // within bold or italic
)

// substitute stands for a backtick that must not open or close code.
const substitute = "ʼ"

// What a byte calls for before a text is copied as it is.
const (
	mark    = 1 << iota // an entity, or a look at the word
	control             // the text has to be cleaned
	lead2               // a look at the character: it may be one that is left out
	high                // a check that the text is valid
)

var looks = func() (t [256]uint8) {
	for i := range 0x20 {
		t[i] = control
	}
	t[0x7f] = control
	for _, c := range "&<>`*_~" {
		t[c] = mark
	}
	for i := 0x80; i < 0x100; i++ {
		t[i] = high
	}
	t[0xc2], t[0xe2], t[0xef] = lead2, lead2, lead2
	return t
}()

// simple reports whether s can be copied as it is, looking at the bytes of the given sorts.
func simple(s string, sorts uint8) bool {
	var seen uint8
	for i := 0; i < len(s); i++ {
		l := looks[s[i]]
		if l == 0 {
			continue
		}
		if l&sorts != 0 {
			return false
		}
		if l == lead2 {
			if r, _ := utf8.DecodeRuneInString(s[i:]); unwanted(r) {
				return false
			}
		}
		seen |= l
	}
	return seen&(lead2|high) == 0 || utf8.ValidString(s)
}

// unwanted reports whether a character is left out: controls, and marks that reorder what follows.
func unwanted(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0, r == utf8.RuneError, r == 0xfeff:
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// clean returns s as valid UTF-8 without unwanted characters.
func clean(s string, st style) string {
	if simple(s, control) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n' && st&inline != 0, r == 0x2028, r == 0x2029:
			return ' '
		case unwanted(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// appendMrkdwn appends a span in Slack's mark-up. Bol is where the current line begins in dst.
func appendMrkdwn(dst []byte, s *locale.Span, st style, bol int) []byte {
	switch s.Kind {
	case locale.Code:
		return appendCode(dst, clean(s.Text, inline), bol)
	case locale.Person:
		if isID(s.Text, "UW") {
			return append(append(append(dst, "<@"...), s.Text...), '>')
		}
		if isID(s.Text, "S") {
			return append(append(append(dst, "<!subteam^"...), s.Text...), '>')
		}
		return appendText(dst, "@"+s.Text, st, bol)
	case locale.Channel:
		if isID(s.Text, "CG") {
			return append(append(append(dst, "<#"...), s.Text...), '>')
		}
		return appendText(dst, "#"+s.Text, st, bol)
	case locale.Instant:
		return appendInstant(dst, s)
	}
	return appendText(dst, s.Text, st, bol)
}

// isID reports whether s is a Slack id that begins with one of the letters.
func isID(s, letters string) bool {
	if len(s) < 2 || len(s) > 24 || strings.IndexByte(letters, s[0]) < 0 {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// appendCode appends a code span. Two that touch become one: a double backtick is not code.
func appendCode(dst []byte, s string, bol int) []byte {
	if strings.TrimSpace(s) == "" {
		return append(dst, s...)
	}
	if len(dst) > bol && dst[len(dst)-1] == '`' {
		dst = dst[:len(dst)-1]
	} else {
		dst = append(dst, '`')
	}
	return append(appendEscaped(dst, s), '`')
}

// appendEscaped appends a clean text with entities, and without backticks.
func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var with string
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '`':
			with = substitute
		default:
			continue
		}
		dst = append(append(dst, s[from:i]...), with...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// appendText appends running or typed text. A word that Slack would read as mark-up is shown as code.
func appendText(dst []byte, s string, st style, bol int) []byte {
	if simple(s, control|mark) {
		return append(dst, s...)
	}
	s = clean(s, st)
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] != ' ' && s[end] != '\n' {
			end++
		}
		if end == i {
			dst = append(dst, s[i])
			i++
			continue
		}
		word := s[i:end]
		switch {
		case word[0] == '>' && (len(dst) == bol || dst[len(dst)-1] == '\n'):
			dst = appendCode(dst, word, bol)
		case !strings.ContainsAny(word, "*_~"):
			dst = appendEscaped(dst, word)
		case len(word) == 1 && i > 0 && end < len(s) && st&marked == 0:
			dst = append(dst, word[0])
		case risky(word):
			dst = appendRisky(dst, word, bol)
		default:
			dst = appendEscaped(dst, word)
		}
		i = end
	}
	return dst
}

// risky reports whether a word holds a mark that does not stand between two letters or digits.
func risky(word string) bool {
	for i := 0; i < len(word); i++ {
		if c := word[i]; c != '*' && c != '_' && c != '~' {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(word[:i])
		after, _ := utf8.DecodeRuneInString(word[i+1:])
		if !isWord(before) || !isWord(after) {
			return true
		}
	}
	return false
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// appendRisky appends the word as code, but for the punctuation around it.
func appendRisky(dst []byte, word string, bol int) []byte {
	core := strings.TrimLeft(word, `("'«„“`)
	head := word[:len(word)-len(core)]
	tail := core
	core = strings.TrimRight(core, `.,;:!?)"'»”`)
	tail = tail[len(core):]
	dst = appendEscaped(dst, head)
	dst = appendCode(dst, core, bol)
	return appendEscaped(dst, tail)
}

// appendInstant appends a point in time that Slack shows in each reader's zone and language.
func appendInstant(dst []byte, s *locale.Span) []byte {
	plain := locale.FormatInstant(s.At)
	unix := s.At.Unix()
	if s.At.IsZero() || unix < 0 {
		return appendEscaped(dst, plain)
	}
	dst = append(dst, "<!date^"...)
	dst = appendInt(dst, unix)
	dst = append(dst, "^{date_short_pretty} {time}|"...)
	dst = appendEscaped(dst, plain)
	return append(dst, '>')
}
