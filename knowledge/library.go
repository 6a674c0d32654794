package knowledge

import "slices"

// tableOrder is the order of the modules in the table of modules and frequent issues, which people know.
var tableOrder = []string{
	"export", "import", "inMail", "mta", "stat", "syslogd", "tracking", "trackinglogd", "watchdog", "web", "wfserver",
}

// rank is an entry's place in the table of modules; everything else comes after it.
func rank(id string) int {
	if i := slices.Index(tableOrder, id); i >= 0 {
		return i
	}
	return len(tableOrder)
}

// Library holds the checked entries. It does not change: a reload makes a new one.
type Library struct {
	entries []*Entry
	byID    map[string]*Entry
	names   map[Kind]*names
	codes   map[string]codeAt
	pages   map[string]Page
	drafts  map[*Entry]*draft // where each is from
	version string
}

func newLibrary(drafts []*draft, pages map[string]Page, version string) *Library {
	l := &Library{
		byID: map[string]*Entry{}, names: map[Kind]*names{}, codes: map[string]codeAt{},
		pages: pages, drafts: map[*Entry]*draft{}, version: version,
	}
	for _, d := range drafts {
		e := &d.Entry
		l.entries = append(l.entries, e)
		l.byID[e.ID] = e
		l.drafts[e] = d
	}
	l.indexNames()
	l.indexCodes()
	return l
}

// Entries returns every entry, in the order of OfKind. The caller must not change them.
func (l *Library) Entries() []*Entry { return l.entries }

// OfKind returns the entries of a kind: modules of the source table first and in its order, runbooks by number, the others
// by id.
func (l *Library) OfKind(kind Kind) []*Entry {
	var list []*Entry
	for _, e := range l.entries {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
	return list
}

// About returns the entries of a kind that are about the module, in the order of OfKind.
func (l *Library) About(kind Kind, module string) []*Entry {
	return slices.DeleteFunc(l.OfKind(kind), func(e *Entry) bool { return !slices.Contains(e.About, module) })
}

// Entry returns the entry with exactly this id.
func (l *Library) Entry(id string) (*Entry, bool) {
	e, ok := l.byID[id]
	return e, ok
}

// Named returns the entry with this id, or with this name in whatever kind.
func (l *Library) Named(name string) (*Entry, bool) {
	if e, ok := l.byID[name]; ok {
		return e, true
	}
	for _, kind := range kinds() {
		if e, ok := l.Lookup(Kind(kind), name); ok {
			return e, true
		}
	}
	return nil, false
}

// NearNames is Near in every kind.
func (l *Library) NearNames(name string, n int) []*Entry {
	var list []*Entry
	for _, kind := range []Kind{KindModule, KindRunbook, KindError, KindDefect} {
		list = append(list, l.Near(kind, name, n-len(list))...)
	}
	return list
}

// File returns the file the entry was read from, and whether that is of the folder laid over the built-in ones.
func (l *Library) File(e *Entry) (name string, overlay bool) {
	d := l.drafts[e]
	return d.file, d.overlay
}

// Problem returns a problem of the entry, at the line where the part of it stands: "symptoms.nl[3]".
func (l *Library) Problem(e *Entry, part, text string) Problem {
	d := l.drafts[e]
	return Problem{File: d.file, Line: d.places.line(part), Text: label(part) + ": " + text}
}

// Version is a short hash of everything the library was read from: two programs with the same one answer alike.
func (l *Library) Version() string { return l.version }
