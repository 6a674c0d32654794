package knowledge

import (
	_ "embed" // skeleton.yaml
	"fmt"
	"strings"
)

//go:embed skeleton.yaml
var skeleton string

// Skeleton returns the file of a new entry, as it is called in an operator's folder, with every key and what it is for.
// The error says what is wrong with the id.
func Skeleton(id string) (name, content string, err error) {
	if !idShape.MatchString(id) {
		return "", "", fmt.Errorf("%q: want letters, digits and single hyphens", id)
	}
	return string(KindModule) + "/" + id + ".yaml", strings.ReplaceAll(skeleton, "{{id}}", id), nil
}
