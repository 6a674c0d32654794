package schedules

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	mostWords = 5  // of a text that become a name
	mostName  = 40 // bytes of a name; what makes it unique comes behind them
	noName    = "reminder"
)

// nameFor returns a name for a reminder: the first words of its text in a-z, 0-9 and -, as the configuration wants the ids
// of schedules.
func nameFor(text string) string {
	text = strings.NewReplacer("ß", "ss", "œ", "oe", "æ", "ae", "ø", "o").Replace(strings.ToLower(text))
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	words := strings.FieldsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := strings.Join(words[:min(mostWords, len(words))], "-")
	if len(name) > mostName {
		name = strings.TrimRight(name[:mostName], "-")
	}
	if name == "" {
		return noName
	}
	return name
}
