package knowledge

import (
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Languages are the reader languages, by ISO 639-1 code, English first.
var Languages = [...]string{"en", "nl", "de", "fr"}

func isLanguage(s string) bool { return slices.Contains(Languages[:], s) }

// Has reports whether the text exists in the language itself, so that In does not fall back.
func (t Texts) Has(language string) bool { return t[language] != "" }

// empty reports whether the text exists in no language.
func (t Texts) empty() bool {
	for _, text := range t {
		if text != "" {
			return false
		}
	}
	return true
}

// textField is one text of an entry: where it stands and how long it may be in any language, in runes.
type textField struct {
	path     string
	text     Texts
	limit    int
	optional bool
}

// The limits, in runes. A step's title is one line on a phone; a text is three.
const (
	limitName     = 60
	limitSign     = 100
	limitStep     = 80
	limitText     = 300
	limitPhrase   = 100
	limitAlias    = 60
	limitCommand  = 400
	limitBlock    = 2000 // a step with its commands: Slack shows it in one block
	limitCard     = 9000 // everything: Slack takes no more in one message
	mostFileNames = 40
)

// textFields lists every text of the entry; a rule about texts is written once and sees them all.
func textFields(e *Entry) []textField {
	fields := []textField{{"title", e.Title, limitName, false}, {"does", e.Does, limitText, false}}
	add := func(path string, t Texts, limit int, optional bool) {
		fields = append(fields, textField{path, t, limit, optional})
	}
	steps := func(path string, list []Step) {
		for i, s := range list {
			at := path + "steps[" + itoa(i) + "]"
			add(at+".title", s.Title, limitStep, false)
			add(at+".text", s.Text, limitText, true)
			add(at+".expect", s.Expect, limitText, false)
			add(at+".else", s.Else, limitText, true)
		}
	}
	dependencies := func(path string, list []Dependency) {
		for i, d := range list {
			add(path+"["+itoa(i)+"].name", d.Name, limitName, true)
			add(path+"["+itoa(i)+"].text", d.Text, limitText, true)
		}
	}
	for i, s := range e.Signs {
		add("signs["+itoa(i)+"]", s, limitSign, false)
	}
	steps("", e.Steps)
	for i, c := range e.Codes {
		add("codes["+itoa(i)+"].means", c.Means, limitText, false)
		steps("codes["+itoa(i)+"].", c.Steps)
	}
	for i, n := range e.Notes {
		add("notes["+itoa(i)+"].text", n.Text, limitText, false)
	}
	for i, s := range e.Sides {
		add("sides["+itoa(i)+"].says", s.Says, limitText, false)
	}
	add("takes", e.Takes, limitText, e.Kind != KindConflict)
	for i, x := range e.Escalate {
		add("escalate["+itoa(i)+"].when", x.When, limitText, false)
	}
	for i, p := range e.Ports {
		add("ports["+itoa(i)+"].text", p.Text, limitText, false)
	}
	add("config.text", e.Config.Text, limitText, true)
	dependencies("needs", e.Needs)
	dependencies("needed_by", e.NeededBy)
	for i, t := range e.ToldApart {
		add("told_apart["+itoa(i)+"].question", t.Question, limitText, false)
	}
	return fields
}

// Lacks returns the parts that the entry has in English and not in the language. Readers see the English ones instead.
func (e *Entry) Lacks(language string) []string {
	var parts []string
	for _, f := range textFields(e) {
		if f.text.Has("en") && !f.text.Has(language) {
			parts = append(parts, f.path)
		}
	}
	if len(e.Aliases["en"]) > 0 && len(e.Aliases[language]) == 0 {
		parts = append(parts, "aliases")
	}
	if len(e.Symptoms["en"]) > 0 && len(e.Symptoms[language]) == 0 {
		parts = append(parts, "symptoms")
	}
	return parts
}

// AllTexts yields every text of the entry in every language: what it says, not the phrases it is found by.
func (e *Entry) AllTexts() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range textFields(e) {
			for _, language := range Languages {
				if text := f.text[language]; text != "" && !yield(text) {
					return
				}
			}
		}
	}
}

// codeSpans returns the parts between backticks, sorted, and the text without them; not ok when a backtick is alone.
func codeSpans(s string) (spans []string, rest string, ok bool) {
	parts := strings.Split(s, "`")
	for i := 1; i < len(parts); i += 2 {
		spans = append(spans, parts[i])
		parts[i] = " "
	}
	slices.Sort(spans)
	return slices.Compact(spans), strings.Join(parts, ""), len(parts)%2 == 1
}

const instance = "<inst>"

var (
	angled  = regexp.MustCompile(`<[^<>]{0,80}>`)
	element = regexp.MustCompile(`^</?[A-Za-z][A-Za-z0-9]*(\s+[A-Za-z]+(="[^"]*")?)*\s*/?>$`)
)

// placeholder returns the first thing in angle brackets that is neither the instance nor, where elements are allowed,
// an XML element; empty when there is none.
func placeholder(s string, elements bool) string {
	for _, found := range angled.FindAllString(s, -1) {
		if found != instance && (!elements || !element.MatchString(found)) {
			return found
		}
	}
	return ""
}

func itoa(i int) string { return strconv.Itoa(i) }
