package search

import (
	"slices"
	"time"

	"campaignbot/knowledge"
	"campaignbot/knowledge/pasted"
)

// Reading is all that a text says: output that was pasted, error codes, and what its words are about.
type Reading struct {
	Result
	Output   pasted.Output
	Codes    []knowledge.Coded // in the order of the text, the known ones first
	Absent   []Absent          // modules that a pasted list shows to be missing, in the order they are started
	Others   []string          // missing processes that no entry is about, as in the list: soap@prod
	Front    bool              // the list of pdump has no process of an instance
	Searched string            // the words: the text without what was read in it
	Frozen   time.Duration     // how old the last line of a pasted log is that shows no error; 0: there is none such
}

// Absent is a module that is missing from a list.
type Absent struct {
	Entry    *knowledge.Entry
	Instance string // empty when no process of the list names one
}

// The ages between which a log whose last line is so old may have stopped being written.
const (
	frozenFrom = time.Hour
	frozenTo   = 14 * 24 * time.Hour
)

// Read reads a text as of now.
func (e *Edition) Read(text string, now time.Time) Reading {
	r := Reading{Output: pasted.Read(text, e.isModule)}
	words := text
	if r.Output.Any() {
		words = r.Output.Rest
	}
	r.Searched, r.Result = words, e.Find(words)
	r.Codes = e.Codes(text)
	slices.SortStableFunc(r.Codes, func(a, b knowledge.Coded) int { return unknownLast(a) - unknownLast(b) })
	switch {
	case r.Output.Monitor:
		for _, p := range r.Output.Missing {
			r.absent(e, p.Module, p.Instance)
		}
	case r.Output.Pdump:
		r.expected(e)
	}
	if log := r.Output.Log; log.Lines > 0 && log.Errors+log.Warnings == 0 && !log.Last.IsZero() {
		if age := now.Sub(log.Last); age >= frozenFrom && age <= frozenTo {
			r.Frozen = age
		}
	}
	return r
}

func (e *Edition) isModule(name string) bool {
	_, ok := e.Lookup(knowledge.KindModule, name)
	return ok
}

func unknownLast(c knowledge.Coded) int {
	if c.Known == nil && c.Family.Kind == knowledge.KindError {
		return 1
	}
	return 0
}

// startOrder is the order in which modules are started: what others need comes first.
var startOrder = []string{"watchdog", "syslogd", "web", "stat", "mta", "inMail", "wfserver"}

// everyInstance is the instance of a process that serves them all.
const everyInstance = "default"

func (r *Reading) absent(e *Edition, module, instance string) {
	entry, ok := e.Lookup(knowledge.KindModule, module)
	if !ok {
		r.Others = append(r.Others, module+"@"+instance)
		return
	}
	if instance == everyInstance {
		instance = ""
	}
	r.Absent = append(r.Absent, Absent{entry, instance})
	slices.SortStableFunc(r.Absent, func(a, b Absent) int { return startPlace(a) - startPlace(b) })
}

func startPlace(a Absent) int {
	if i := slices.Index(startOrder, a.Entry.ID); i >= 0 {
		return i
	}
	return len(startOrder)
}

// expected compares a list of pdump with what a stand-alone server runs. A machine without any process of an instance
// serves as a front: then only the processes that all machines have are expected.
func (r *Reading) expected(e *Edition) {
	if r.Output.NoTasks() {
		r.absent(e, "watchdog", "")
		return
	}
	if r.Output.Cut {
		return
	}
	there := map[pasted.Process]bool{}
	var instances []string
	for _, p := range r.Output.Processes {
		entry, ok := e.Lookup(knowledge.KindModule, p.Module)
		if !ok {
			continue
		}
		if entry.Type != knowledge.MonoInstance {
			p.Instance = ""
		} else if !slices.Contains(instances, p.Instance) {
			instances = append(instances, p.Instance)
		}
		there[pasted.Process{Module: entry.ID, Instance: p.Instance}] = true
	}
	r.Front = len(instances) == 0
	for _, entry := range e.OfKind(knowledge.KindModule) {
		if !entry.Expected {
			continue
		}
		of := instances
		if entry.Type != knowledge.MonoInstance {
			of = []string{""}
		}
		for _, instance := range of {
			if !there[pasted.Process{Module: entry.ID, Instance: instance}] {
				r.absent(e, entry.ID, instance)
			}
		}
	}
}
