package config

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// ErrNoFile is in the error of Load when the file named by Options.File does not exist.
var ErrNoFile = errors.New("no such configuration file")

// Problem is one thing that is wrong with the configuration. No part of it holds a secret.
type Problem struct {
	Path string // where: slack.mode, schedules[3] failed-exports, campaignbot.yaml:12
	What string // what is wrong there
	Todo string // what to do about it; may be empty
	Err  error  // for errors.Is; never printed; usually nil
}

// String returns "path: problem (what to do)".
func (p Problem) String() string {
	text := p.Path + ": " + p.What
	if p.Todo != "" {
		text += " (" + p.Todo + ")"
	}
	return text
}

// Problems is a list of problems, and the error that Load returns.
type Problems []Problem

// Error returns one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the causes of the problems that have one.
func (ps Problems) Unwrap() []error {
	var causes []error
	for _, p := range ps {
		if p.Err != nil {
			causes = append(causes, p.Err)
		}
	}
	return causes
}

// Err returns the list as an error, or nil when it is empty.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Join puts lists together, sorted by path, each problem once.
func Join(lists ...Problems) Problems {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(comparePaths(a.Path, b.Path), strings.Compare(a.What, b.What), strings.Compare(a.Todo, b.Todo))
	})
	return slices.CompactFunc(all, func(a, b Problem) bool { return a.String() == b.String() })
}

// comparePaths compares two paths so that schedules[2] comes before schedules[10].
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		na, nb := leadingDigits(a), leadingDigits(b)
		if na == 0 || nb == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		da, db := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
		if c := cmp.Or(cmp.Compare(len(da), len(db)), strings.Compare(da, db)); c != 0 {
			return c
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingDigits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}
