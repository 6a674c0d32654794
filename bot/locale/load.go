package locale

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"campaignbot/bot"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

var (
	keyForm    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$`)
	argForm    = regexp.MustCompile(`\{\{\.([a-z][a-z0-9_]*)\}\}`)
	entityForm = regexp.MustCompile(`&#?[A-Za-z0-9]+;`)
)

// source is one phrase as it stands in a file.
type source struct {
	line   int
	forms  map[string]string // by plural form; "other" alone for a phrase without
	broken bool              // so wrong that a comparison would only repeat it
}

// loader collects what the files hold and what is wrong with them.
type loader struct {
	problems []Problem
}

func (l *loader) report(file string, line int, key, format string, args ...any) {
	l.problems = append(l.problems, Problem{File: file, Line: line, Key: key, Text: fmt.Sprintf(format, args...)})
}

// load reads a file for each language and checks them one by one and against the fallback's.
func load(fsys fs.FS) (*Phrases, error) {
	var l loader
	langs := bot.Languages()
	sources := make(map[string]map[string]source, len(langs))
	orders := make(map[string][]string, len(langs))
	for _, lang := range langs {
		sources[lang], orders[lang] = l.read(fsys, lang)
	}
	l.unexpected(fsys, langs)
	if sources[fallback] != nil {
		for _, lang := range langs {
			if lang != fallback && sources[lang] != nil {
				l.compare(lang, sources[fallback], orders[fallback], sources[lang], orders[lang])
			}
		}
	}
	if len(l.problems) > 0 {
		slices.SortStableFunc(l.problems, func(a, b Problem) int {
			if c := strings.Compare(a.File, b.File); c != 0 {
				return c
			}
			return a.Line - b.Line
		})
		return nil, &ProblemsError{Problems: l.problems}
	}
	p := &Phrases{tables: make(map[string]*table, len(langs))}
	for _, lang := range langs {
		t := &table{tag: language.Make(lang), phrases: make(map[string]*phrase, len(sources[lang]))}
		for key, src := range sources[lang] {
			ph := &phrase{other: parse(src.forms["other"])}
			if one, ok := src.forms["one"]; ok {
				ph.one = parse(one)
			}
			t.phrases[key] = ph
		}
		p.tables[lang] = t
	}
	return p, nil
}

// unexpected reports phrase files of languages that do not exist.
func (l *loader) unexpected(fsys fs.FS, langs []string) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return
	}
	for _, name := range names {
		if !slices.Contains(langs, strings.TrimSuffix(name, ".yaml")) {
			l.report(name, 0, "", "no such language (allowed: %s)", strings.Join(langs, ", "))
		}
	}
}

// read returns the phrases of one file and their keys in order; nil when the file cannot be read at all.
func (l *loader) read(fsys fs.FS, lang string) (map[string]source, []string) {
	file := lang + ".yaml"
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		l.report(file, 0, "", "cannot be read: %v", err)
		return nil, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		l.report(file, 0, "", "not YAML: %v", err)
		return nil, nil
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		l.report(file, 1, "", "must be a list of `key: text`")
		return nil, nil
	}
	nodes := doc.Content[0].Content
	out, order := make(map[string]source, len(nodes)/2), make([]string, 0, len(nodes)/2)
	for i := 0; i+1 < len(nodes); i += 2 {
		key, value := nodes[i], nodes[i+1]
		if !keyForm.MatchString(key.Value) {
			l.report(file, key.Line, key.Value, "not a key (lower case, words joined by _, groups by a dot)")
		}
		if old, ok := out[key.Value]; ok {
			l.report(file, key.Line, key.Value, "stands here twice (first in line %d)", old.line)
			continue
		}
		out[key.Value] = l.phrase(file, key, value)
		order = append(order, key.Value)
	}
	return out, order
}

// phrase returns one phrase with its forms, each checked on its own.
func (l *loader) phrase(file string, key, value *yaml.Node) source {
	src := source{line: key.Line, forms: make(map[string]string, 2)}
	switch value.Kind {
	case yaml.ScalarNode:
		l.scalar(file, key, value, "other", &src)
	case yaml.MappingNode:
		for i := 0; i+1 < len(value.Content); i += 2 {
			form := value.Content[i]
			_, twice := src.forms[form.Value]
			switch {
			case form.Value != "one" && form.Value != "other":
				l.report(file, form.Line, key.Value, "unknown plural form %q (allowed: one, other)", form.Value)
			case twice:
				l.report(file, form.Line, key.Value, "form %q stands here twice", form.Value)
			default:
				l.scalar(file, key, value.Content[i+1], form.Value, &src)
			}
		}
		for _, form := range []string{"one", "other"} {
			if _, ok := src.forms[form]; !ok {
				l.report(file, key.Line, key.Value, "plural form %q is missing", form)
				src.broken = true
			}
		}
	default:
		l.report(file, value.Line, key.Value, "must be a text, or one text for each plural form")
		src.broken = true
	}
	return src
}

func (l *loader) scalar(file string, key, value *yaml.Node, form string, src *source) {
	if value.Kind != yaml.ScalarNode || value.Tag != "!!str" {
		l.report(file, value.Line, key.Value, "must be a text; put it in quotes")
		src.forms[form], src.broken = "", true
		return
	}
	src.forms[form] = value.Value
	src.broken = src.broken || strings.Count(value.Value, "`")%2 != 0
	for _, text := range faults(value.Value) {
		l.report(file, value.Line, key.Value, "%s", text)
	}
}

// faults returns what is wrong with one wording, looked at alone.
func faults(s string) []string {
	var out []string
	if strings.TrimSpace(s) == "" {
		return []string{"is empty"}
	}
	if strings.TrimSpace(s) != s || strings.ContainsAny(s, "\n\r\t") {
		out = append(out, "has blanks around it, or a line break")
	}
	if strings.Count(s, "`")%2 != 0 {
		out = append(out, "a backtick has no partner")
	}
	if strings.Contains(s, "``") {
		out = append(out, "two backticks with nothing between them")
	}
	if rest := argForm.ReplaceAllString(s, ""); strings.ContainsAny(rest, "{}") {
		out = append(out, "a placeholder is not of the form {{.name}}")
	}
	text := proseOf(s)
	if strings.ContainsAny(text, "*_~<>") {
		out = append(out, "holds mark-up (* _ ~ < >) outside code")
	}
	if entityForm.MatchString(text) {
		out = append(out, "holds an HTML entity")
	}
	return out
}

// proseOf returns the wording without its code and placeholders.
func proseOf(s string) string {
	parts := strings.Split(s, "`")
	var b strings.Builder
	for i := 0; i < len(parts); i += 2 {
		b.WriteString(parts[i])
		b.WriteByte(' ')
	}
	return argForm.ReplaceAllString(b.String(), "")
}
