package schedules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
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
		off := levenshtein.ComputeDistance(name, n)
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
