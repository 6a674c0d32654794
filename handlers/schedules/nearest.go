package schedules

import (
	"cmp"
	"slices"
	"strings"
)

// mostNear is how many names are offered in the place of one that is not there.
const mostNear = 3

// Nearest returns the names most like a name that is not among them, the likest first: those that hold it or are held by
// it, and those a few letters off.
func Nearest(name string, names []string) []string {
	type near struct {
		name string
		off  int
	}
	var list []near
	for _, n := range names {
		off := distance(name, n)
		if len(name) >= 3 && (strings.Contains(n, name) || len(n) >= 3 && strings.Contains(name, n)) {
			off = min(off, 1)
		}
		if off <= max(1, len(name)/3) {
			list = append(list, near{n, off})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.name, b.name)) })
	found := make([]string, 0, mostNear)
	for _, n := range list[:min(mostNear, len(list))] {
		found = append(found, n.name)
	}
	return found
}

// distance counts the letters to insert, drop or change to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			off := before
			if a[i] != b[j] {
				off = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], off
		}
	}
	return row[len(b)]
}
