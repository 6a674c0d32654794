package knowledge

import (
	_ "embed" // skeleton.yaml
	"fmt"
	"slices"
	"strings"
)

//go:embed skeleton.yaml
var skeleton string

// onlyFor begins the first line of a part of the skeleton that only entries of the kinds named behind it have.
const onlyFor = "#: "

// Skeleton returns the file of a new entry, as it is called in an operator's folder, with every key of its kind and what it
// is for. The error says what is wrong with the kind or the id.
func Skeleton(kind Kind, id string) (name, content string, err error) {
	if _, ok := shapes[kind]; !ok {
		return "", "", fmt.Errorf("%q: there is no such kind (known: %s)", kind, strings.Join(kinds(), ", "))
	}
	if !idShape.MatchString(id) {
		return "", "", fmt.Errorf("%q: want letters, digits and single hyphens", id)
	}
	var parts []string
	for part := range strings.SplitSeq(skeleton, "\n\n") {
		if first, rest, ok := strings.Cut(part, "\n"); ok && strings.HasPrefix(first, onlyFor) {
			if !slices.Contains(strings.Fields(first), string(kind)) {
				continue
			}
			part = rest
		}
		parts = append(parts, part)
	}
	filled := strings.NewReplacer("{{id}}", id, "{{kind}}", string(kind)).Replace(strings.Join(parts, "\n\n"))
	return string(kind) + "/" + id + ".yaml", strings.TrimRight(filled, "\n") + "\n", nil
}

// kinds are the kinds of entry, as people write them.
func kinds() []string {
	return []string{string(KindModule), string(KindRunbook), string(KindError), string(KindDefect), string(KindCheck), string(KindConflict)}
}
