package locale

import (
	"slices"
	"strings"
)

// compare reports what a language has more, less or otherwise than the fallback. Order is the order of keys in a file: a
// missing key is reported at the line it should follow.
func (l *loader) compare(lang string, want map[string]source, wantOrder []string, got map[string]source, gotOrder []string) {
	file := lang + ".yaml"
	after := 1
	for _, key := range wantOrder {
		src, ok := got[key]
		if !ok {
			l.report(file, after, key, "is missing (%s.yaml:%d has it); it belongs below this line", fallback, want[key].line)
			continue
		}
		after = src.line
		l.comparePhrase(file, key, want[key], src)
	}
	for _, key := range gotOrder {
		if _, ok := want[key]; !ok {
			l.report(file, got[key].line, key, "unknown key: %s.yaml does not have it", fallback)
		}
	}
}

func (l *loader) comparePhrase(file, key string, want, got source) {
	if want.broken || got.broken {
		return
	}
	if len(want.forms) != len(got.forms) {
		l.report(file, got.line, key, "plural forms differ from %s.yaml:%d", fallback, want.line)
	}
	for _, form := range []string{"one", "other"} {
		g, ok := got.forms[form]
		if !ok {
			continue
		}
		w, ok := want.forms[form]
		if !ok {
			w = want.forms["other"]
		}
		if a, b := argsOf(w, form), argsOf(g, form); !slices.Equal(a, b) {
			l.report(file, got.line, key, "placeholders differ from %s.yaml:%d: want %s, got %s", fallback, want.line, list(a), list(b))
		}
		if a, b := codesOf(w), codesOf(g); !slices.Equal(a, b) {
			l.report(file, got.line, key, "code differs from %s.yaml:%d: want %s, got %s", fallback, want.line, list(a), list(b))
		}
	}
}

func list(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}

// argsOf returns the names of the placeholders, sorted, each once. The form "one" may leave out the count.
func argsOf(s, form string) []string {
	var out []string
	for _, m := range argForm.FindAllStringSubmatch(s, -1) {
		if m[1] != "count" || form != "one" {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// codesOf returns the code spans, sorted.
func codesOf(s string) []string {
	parts := strings.Split(s, "`")
	var out []string
	for i := 1; i < len(parts); i += 2 {
		out = append(out, parts[i])
	}
	slices.Sort(out)
	return out
}

// parse turns a checked wording into a form.
func parse(s string) *form {
	f := &form{}
	for i, part := range strings.Split(s, "`") {
		code := i%2 == 1
		first := len(f.pieces)
		pos := 0
		for _, m := range argForm.FindAllStringSubmatchIndex(part, -1) {
			if m[0] > pos {
				f.pieces = append(f.pieces, piece{text: part[pos:m[0]], code: code})
			}
			f.pieces = append(f.pieces, piece{arg: part[m[2]:m[3]], code: code})
			pos = m[1]
		}
		if pos < len(part) {
			f.pieces = append(f.pieces, piece{text: part[pos:], code: code})
		}
		if code && len(f.pieces) > first {
			f.pieces[len(f.pieces)-1].end = true
		}
	}
	if slices.ContainsFunc(f.pieces, func(p piece) bool { return p.arg != "" }) {
		return f
	}
	for _, p := range f.pieces {
		kind := Text
		if p.code {
			kind = Code
		}
		f.static = append(f.static, Span{Kind: kind, Text: p.text})
	}
	f.pieces = nil
	return f
}
