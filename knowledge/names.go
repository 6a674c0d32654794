package knowledge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How says how a typed name was recognised.
type How int

// The ways to recognise a name. Typo: one or two letters off a name, and no other entry is as near.
const (
	None How = iota
	Typo
	Exact
)

// String returns the way in lower case.
func (h How) String() string { return [...]string{"none", "typo", "exact"}[h] }

// space is the kind whose names an entry's name must differ from: what people type behind one verb.
func (k Kind) space() Kind {
	if k == KindCheck || k == KindConflict {
		return KindRunbook
	}
	return k
}

// names are the ways to write the entries' names of one space, reduced to their letters.
type names struct {
	list  []name
	byKey map[string]*Entry
}

// name is one of them.
type name struct {
	key   string
	entry *Entry
}

// maxName bounds the work for a text that cannot be a name anyway, in runes.
const maxName = 64

// indexNames collects ids first, then aliases, so that an id is never taken by another entry's alias.
func (l *Library) indexNames() {
	for _, e := range l.entries {
		l.space(e.Kind).add(e.ID, e)
	}
	for _, e := range l.entries {
		names := l.space(e.Kind)
		for _, language := range Languages {
			for _, alias := range e.Aliases[language] {
				names.add(alias, e)
			}
		}
		if e.Number != 0 {
			for _, short := range []string{"RB-%02d", "RB-%d", "%d"} {
				names.byKey[nameKey(fmt.Sprintf(short, e.Number))] = e
			}
		}
	}
}

func (l *Library) space(kind Kind) *names {
	n := l.names[kind.space()]
	if n == nil {
		n = &names{byKey: map[string]*Entry{}}
		l.names[kind.space()] = n
	}
	return n
}

func (n *names) add(s string, e *Entry) {
	key := nameKey(s)
	if _, taken := n.byKey[key]; key == "" || taken {
		return
	}
	n.byKey[key] = e
	n.list = append(n.list, name{key, e})
}

// Lookup returns the entry with this name: id, alias or localized name, whatever its case, accents, spaces and hyphens,
// with or without "nlserver" before it and "@instance" behind it. Checks and conflicts are named like runbooks, which can
// also be called by their number: RB-07.
func (l *Library) Lookup(kind Kind, name string) (*Entry, bool) {
	if l.names[kind.space()] == nil {
		return nil, false
	}
	e, ok := l.names[kind.space()].byKey[nameKey(name)]
	return e, ok
}

// Resolve is Lookup that forgives a typing mistake. The longest name wins among names equally near; two entries equally
// near are none.
func (l *Library) Resolve(kind Kind, name string) (*Entry, How) {
	if e, ok := l.Lookup(kind, name); ok {
		return e, Exact
	}
	key := nameKey(name)
	near := l.distances(kind, key, allowed(key))
	if len(near) == 0 || len(near) > 1 && near[0].distance == near[1].distance && near[0].length == near[1].length {
		return nil, None
	}
	return near[0].entry, Typo
}

// Near returns up to n entries whose names are nearest in spelling, nearest first; fewer when nothing else is near.
func (l *Library) Near(kind Kind, name string, n int) []*Entry {
	key := nameKey(name)
	var entries []*Entry
	for _, c := range l.distances(kind, key, max(allowed(key), len(key)/3)) {
		if len(entries) < n {
			entries = append(entries, c.entry)
		}
	}
	return entries
}

type candidate struct {
	entry    *Entry
	distance int
	length   int
}

// distances returns each entry that has a name within the limit, nearest first.
func (l *Library) distances(kind Kind, key string, limit int) []candidate {
	names := l.names[kind.space()]
	if key == "" || len(key) > maxName || names == nil {
		return nil
	}
	best := map[*Entry]candidate{}
	for _, n := range names.list {
		d, ok := distance(key, n.key, limit)
		if !ok {
			continue
		}
		old, seen := best[n.entry]
		if !seen || d < old.distance || d == old.distance && len(n.key) > old.length {
			best[n.entry] = candidate{n.entry, d, len(n.key)}
		}
	}
	list := make([]candidate, 0, len(best))
	for _, c := range best {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.length, a.length),
			cmp.Compare(rank(a.entry.ID), rank(b.entry.ID)), cmp.Compare(a.entry.ID, b.entry.ID))
	})
	return list
}

// allowed is how many letters a name of this length may be off: short names are too much alike for any.
func allowed(key string) int {
	switch n := len(key); {
	case n < 4:
		return 0
	case n < 9:
		return 1
	}
	return 2
}

// digraphs folds the two ways German is typed without umlauts into one; it is applied to both sides of a comparison, so
// it need not be right as spelling.
var digraphs = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "ss", "s")

// nameKey reduces a name to what is compared: lower case, without accents, separators, program and instance.
func nameKey(s string) string {
	if len(s) > 8*maxName {
		return ""
	}
	s = strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, "")))
	if before, _, ok := strings.Cut(s, "@"); ok && before != "" {
		s = before
	}
	if rest, ok := strings.CutPrefix(strings.TrimSpace(s), "nlserver "); ok {
		s = rest
	}
	s = strings.ReplaceAll(s, "ß", "ss")
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return digraphs.Replace(b.String())
}

// maxKey bounds a name of the library, in bytes; an alias has at most 60 runes.
const maxKey = 4 * limitAlias

// distance counts the letters to insert, drop, change or swap with their neighbour between a and b; not ok beyond the
// limit. Names are short, so three rows and no cleverness are enough.
func distance(a, b string, limit int) (int, bool) {
	if d := len(a) - len(b); d > limit || -d > limit || len(b) > maxKey {
		return 0, false
	}
	var rows [3][maxKey + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return 0, false
		}
		before, last, row = last, row, before
	}
	return last[len(b)], last[len(b)] <= limit
}
