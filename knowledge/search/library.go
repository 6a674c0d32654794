package search

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"campaignbot/knowledge"
)

// Edition is the entries with the index over them, built and checked together. It does not change.
type Edition struct {
	*knowledge.Library
	*Index
}

// Builtin returns the entries that are part of the program, with the index over them. It is built once.
var Builtin = sync.OnceValues(func() (*Edition, error) {
	library, err := knowledge.BuiltinLibrary()
	if err != nil {
		return nil, err
	}
	return &Edition{library, New(library)}, nil
})

// Findings returns what is wrong with the entries besides what Open refuses: symptoms that do not find their own entry
// among the first three.
func (e *Edition) Findings() []knowledge.Problem {
	var problems []knowledge.Problem
	for _, lost := range e.Lost() {
		part := fmt.Sprintf("symptoms.%s[%d]", lost.Language, slices.Index(lost.Entry.Symptoms[lost.Language], lost.Phrase))
		found := "nothing"
		if first := e.firstThree(lost.Phrase, lost.Entry); len(first) > 0 {
			found = strings.Join(first, ", ")
		}
		problems = append(problems, e.Problem(lost.Entry, part,
			fmt.Sprintf("%q finds %s; want %s among the first three", lost.Phrase, found, lost.Entry.ID)))
	}
	return problems
}

// broken returns what entries laid over base take away from it: symptoms that found their built-in entry among the first
// three and do so no longer. A built-in entry that is replaced is its writer's to decide.
func (e *Edition) broken(base *Edition) []knowledge.Problem {
	type pair struct{ over, below *knowledge.Entry }
	var pairs []pair
	taken := map[pair][]Lost{}
	for _, lost := range e.Lost() {
		if _, overlay := e.File(lost.Entry); overlay || !slices.Contains(base.firstThree(lost.Phrase, lost.Entry), lost.Entry.ID) {
			continue
		}
		for _, over := range e.takers(lost) {
			p := pair{over, lost.Entry}
			if taken[p] == nil {
				pairs = append(pairs, p)
			}
			taken[p] = append(taken[p], lost)
		}
	}
	var problems []knowledge.Problem
	for _, p := range pairs {
		all := taken[p]
		file, _ := e.File(p.below)
		text := fmt.Sprintf("with %s laid over, %s (%s) is no longer among the first three for its symptom %q (%s)",
			p.over.ID, p.below.ID, file, all[0].Phrase, all[0].Language)
		if more := len(all) - 1; more > 0 {
			text += fmt.Sprintf(", nor for %d more", more)
		}
		problems = append(problems, e.Problem(p.over, "symptoms", text))
	}
	return problems
}

// takers returns the entries laid over that stand before others for the phrase; all of them where none does, for the words
// of any may be the reason.
func (e *Edition) takers(lost Lost) []*knowledge.Entry {
	var takers, all []*knowledge.Entry
	first := e.firstThree(lost.Phrase, lost.Entry)
	for _, entry := range e.Entries() {
		if _, overlay := e.File(entry); overlay {
			all = append(all, entry)
			if slices.Contains(first, entry.ID) {
				takers = append(takers, entry)
			}
		}
	}
	if len(takers) == 0 {
		return all
	}
	return takers
}

// Library is the edition in force. A change of the overlay folder puts another in its place, whole or not at all.
type Library struct {
	builtin fs.FS
	dir     string
	base    *Edition // without the overlay
	current atomic.Pointer[Edition]
	failure atomic.Pointer[error]
	hash    string // of the overlay as it was last read; Watch alone uses it
}

// Open reads the entries of builtin, lays those of the folder dir over them, and builds the index. An empty dir is none.
// The error joins every problem of every file; one is that an entry laid over keeps a built-in one from being found.
func Open(builtin fs.FS, dir string) (*Library, error) {
	base, err := below(builtin)
	if err != nil {
		return nil, err
	}
	l := &Library{builtin: builtin, dir: dir, base: base}
	if dir == "" {
		l.current.Store(l.base)
		return l, nil
	}
	_, l.hash = knowledge.Scan(os.DirFS(dir))
	edition, err := l.read()
	if err != nil {
		return nil, err
	}
	l.current.Store(edition)
	return l, nil
}

// below returns the entries that a folder is laid over.
func below(builtin fs.FS) (*Edition, error) {
	if builtin == knowledge.Builtin() {
		return Builtin()
	}
	library, err := knowledge.Load(builtin)
	if err != nil {
		return nil, err
	}
	return &Edition{library, New(library)}, nil
}

func (l *Library) read() (*Edition, error) {
	library, err := knowledge.LoadOver(l.builtin, os.DirFS(l.dir))
	if err != nil {
		return nil, err
	}
	edition := &Edition{library, New(library)}
	if err := knowledge.Join(edition.broken(l.base)); err != nil {
		return nil, err
	}
	return edition, nil
}

// Current returns the edition in force.
func (l *Library) Current() *Edition { return l.current.Load() }

// Failure says why the folder as it is now is not in force: every problem, a line each. Nil: it is.
func (l *Library) Failure() error {
	if err := l.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// reload reads the folder again if anything in it changed, and reports whether it did. What is wrong in any way changes
// nothing but Failure.
func (l *Library) reload() (changed bool) {
	_, hash := knowledge.Scan(os.DirFS(l.dir))
	if hash == l.hash {
		return false
	}
	l.hash = hash
	edition, err := l.read()
	if err != nil {
		l.failure.Store(&err)
		return true
	}
	l.current.Store(edition)
	l.failure.Store(nil)
	return true
}
