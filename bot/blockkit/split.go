package blockkit

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ellipsis stands where something was cut.
const ellipsis = "…"

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// unit returns the length of what must stay together at the beginning of a rendered text: an entity, a <…> span, or a
// character.
func unit(b []byte) int {
	switch b[0] {
	case '&':
		if i := bytes.IndexByte(b, ';'); i > 0 {
			return i + 1
		}
	case '<':
		if i := bytes.IndexByte(b, '>'); i > 0 {
			return i + 1
		}
	}
	_, n := utf8.DecodeRune(b)
	return n
}

// splitLine splits a rendered text that is longer than limit bytes: at a line break or a blank where there is one in the
// second half, else between characters. Code that is split is closed and opened again.
func splitLine(b []byte, limit int) [][]byte {
	var out [][]byte
	for open := false; ; {
		chunk := make([]byte, 0, min(limit, len(b)+1))
		if open {
			chunk = append(chunk, '`')
		}
		if len(chunk)+len(b) <= limit {
			return append(out, append(chunk, b...))
		}
		cut, code := cutPoint(b, limit-2, open)
		chunk = append(chunk, b[:cut]...)
		if code {
			chunk = append(chunk, '`')
		}
		out = append(out, chunk)
		b, open = bytes.TrimLeft(b[cut:], " \n"), code
	}
}

// cutPoint returns where to cut b, that begins within code or not, so that at most limit bytes come before, and whether
// the cut is within code. The closing backtick may come on top of the limit.
func cutPoint(b []byte, limit int, code bool) (cut int, inCode bool) {
	var blankCode bool
	i, blank, line := 0, 0, 0
	for i < len(b) {
		n := unit(b[i:])
		if i+n > limit {
			break
		}
		switch b[i] {
		case '`':
			code = !code
		case '\n':
			line = i
		case ' ':
			blank, blankCode = i, code
		}
		i += n
	}
	switch {
	case line > limit/2:
		return line, false
	case blank > limit/2:
		return blank, blankCode
	case i == 0: // a <…> span longer than the limit; the limits on its parts rule that out
		return limit, false
	case code && i < len(b) && b[i] == '`':
		return i + 1, false
	case code && i > 1 && b[i-1] == '`': // not right behind an opening backtick
		return i - 1, false
	}
	return i, code
}

// cutText cuts a rendered text to at most limit bytes, at a line border where there is one, and says so with an ellipsis.
func cutText(b []byte, limit int) []byte {
	if len(b) <= limit {
		return b
	}
	room := limit - len(ellipsis) - 2
	cut, code := cutPoint(b, room, false)
	if i := bytes.LastIndexByte(b[:cut], '\n'); i > room/4 {
		cut, code = i, false
	}
	out := append([]byte(nil), bytes.TrimRight(b[:cut], " \n")...)
	if code {
		out = append(out, '`')
	}
	if cut < len(b) && b[cut] == '\n' {
		out = append(out, '\n')
	}
	return append(out, ellipsis...)
}

// units returns the length of an escaped text as Slack's clients count it.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// escapedUnits returns how long a character is once it is escaped.
func escapedUnits(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	}
	return max(1, utf16.RuneLen(r))
}

// shorten cuts a plain text so that it takes at most limit units once it is escaped.
func shorten(s string, limit int) string {
	n, fits := 0, 0
	for i, r := range s {
		if n <= limit-1 {
			fits = i
		}
		if n += escapedUnits(r); n > limit {
			return strings.TrimRight(s[:fits], " ") + ellipsis
		}
	}
	return s
}
