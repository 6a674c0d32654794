package knowledge

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// report takes one problem of an entry: the part it is about, and what is wrong.
type report func(path, format string, args ...any)

// rule is something every entry obeys, whatever the others say.
type rule struct {
	name   string
	check  func(*draft, report)
	broken []string // the files in testdata/invalid that break it
}

var rules = []rule{
	{"id", checkID, []string{"id-missing", "id-shape", "id-differs-from-file"}},
	{"kind", checkKind, []string{"kind-unknown"}},
	{"parts of the kind", checkParts, []string{
		"type-unknown", "type-missing", "part-of-another-kind", "family-shape", "check-every-unknown", "defect-fixed-missing", "escalate-team-unknown",
	}},
	{"languages", checkLanguages, []string{"text-missing", "language-missing", "language-unknown"}},
	{"length", checkLength, []string{"step-title-too-long", "sign-too-long", "text-too-long", "spaces-around"}},
	{"backticks", checkBackticks, []string{"backtick-alone", "code-missing-in-language", "code-only-in-language"}},
	{"placeholders", checkPlaceholders, []string{"placeholder-in-text", "placeholder-element-outside-code", "placeholder-in-log"}},
	{"phrases", checkPhrases, []string{"alias-twice", "alias-missing-language", "symptom-too-long", "symptom-empty", "symptoms-too-few"}},
	{"files", checkFiles, []string{"file-with-folder"}},
	{"counts", checkCounts, []string{"signs-too-few", "steps-missing", "escalate-missing", "about-nothing", "conflict-one-sided"}},
	{"steps", checkSteps, []string{"step-without-risk", "step-risk-unknown", "step-id-twice", "step-id-shape", "step-title-full-stop"}},
	{"branches", checkBranches, []string{"branch-nowhere", "branch-backwards", "branch-in-a-module"}},
	{"commands", checkCommands, []string{"command-os-unknown", "command-empty"}},
	{"ports", checkPorts, []string{"port-out-of-range", "port-protocol-unknown", "port-direction-missing"}},
	{"config", checkConfig, []string{"config-element-shape", "config-file-missing"}},
	{"blocks", checkBlocks, []string{"step-too-long", "card-too-long"}},
	{"owner and date", checkCare, []string{"owner-too-long", "verified-no-date"}},
	{"dependencies", checkDependencies, []string{"dependency-both", "dependency-on-itself"}},
}

// checkEntry applies every rule to the entry. An entry that could not be read is not judged further.
func checkEntry(d *draft) []Problem {
	if d.broken {
		return nil
	}
	var problems []Problem
	for _, r := range rules {
		r.check(d, d.reporter(&problems))
	}
	return problems
}

func (d *draft) reporter(problems *[]Problem) report {
	return func(path, format string, args ...any) {
		text := label(path) + ": " + fmt.Sprintf(format, args...)
		*problems = append(*problems, Problem{d.file, d.places.line(path), text})
	}
}

var (
	idShape     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`)
	stepIDShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	fileShape   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
)

func checkID(d *draft, wrong report) {
	switch base := fileID(d.file); {
	case d.ID == "":
		wrong("id", "missing")
	case !idShape.MatchString(d.ID):
		wrong("id", "%q: want letters, digits and single hyphens", d.ID)
	case d.ID != base:
		wrong("id", "%q, but the file is named %q", d.ID, base)
	}
}

// fileID is the id an entry must have by its file.
func fileID(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }

func checkKind(d *draft, wrong report) {
	if _, ok := shapes[d.Kind]; !ok {
		wrong("kind", "unknown kind %q (known: %s)", d.Kind, strings.Join(kinds(), ", "))
	} else if folder := path.Base(path.Dir(d.file)); folder != string(d.Kind) {
		wrong("kind", "%q, but the folder is named %q", d.Kind, folder)
	}
}

// oneOf reports a value that is not among the known ones.
func oneOf(wrong report, path, value string, known ...string) {
	if value == "" {
		wrong(path, "missing (known: %s)", strings.Join(known, ", "))
	} else if !slices.Contains(known, value) {
		wrong(path, "unknown value %q (known: %s)", value, strings.Join(known, ", "))
	}
}

func checkLanguages(d *draft, wrong report) {
	for _, f := range textFields(&d.Entry) {
		if f.optional && f.text.empty() {
			continue
		}
		var missing []string
		for _, language := range Languages {
			if strings.TrimSpace(f.text[language]) == "" && (language == "en" || !d.overlay) {
				missing = append(missing, language)
			}
		}
		if len(missing) > 0 {
			wrong(f.path, "missing in %s", strings.Join(missing, ", "))
		}
		unknownLanguages(f.path, f.text, wrong)
	}
}

func unknownLanguages[T any](path string, byLanguage map[string]T, wrong report) {
	for language := range byLanguage {
		if !isLanguage(language) {
			wrong(path+"."+language, "unknown language (known: %s)", strings.Join(Languages[:], ", "))
		}
	}
}

func checkLength(d *draft, wrong report) {
	for _, f := range textFields(&d.Entry) {
		for language, text := range f.text {
			if n := utf8.RuneCountInString(text); n > f.limit {
				wrong(f.path+"."+language, "%d characters, at most %d", n, f.limit)
			}
			if strings.TrimSpace(text) != text || strings.Contains(text, "\n") {
				wrong(f.path+"."+language, "one line, without spaces around it")
			}
		}
	}
}

func checkBackticks(d *draft, wrong report) {
	for _, f := range textFields(&d.Entry) {
		want, _, ok := codeSpans(f.text["en"])
		if !ok {
			wrong(f.path+".en", "a backtick without its partner")
			continue
		}
		for _, language := range Languages[1:] {
			text := f.text[language]
			if text == "" {
				continue // for checkLanguages
			}
			spans, _, ok := codeSpans(text)
			if !ok {
				wrong(f.path+"."+language, "a backtick without its partner")
				continue
			}
			for _, span := range without(want, spans) {
				wrong(f.path+"."+language, "code `%s` of the English text is missing", span)
			}
			for _, span := range without(spans, want) {
				wrong(f.path+"."+language, "code `%s` is not in the English text", span)
			}
		}
	}
}

// without returns the elements of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func checkPlaceholders(d *draft, wrong report) {
	for _, f := range textFields(&d.Entry) {
		for language, text := range f.text {
			spans, rest, _ := codeSpans(text)
			found := placeholder(rest, false)
			for _, span := range spans {
				if s := placeholder(span, true); found == "" {
					found = s
				}
			}
			if found != "" {
				wrong(f.path+"."+language, "%s: the only placeholder is %s; an XML element stands in backticks", found, instance)
			}
		}
	}
	for i, log := range d.Logs {
		if found := placeholder(log, false); found != "" {
			wrong("logs["+itoa(i)+"]", "%s: the only placeholder is %s", found, instance)
		}
	}
}

func checkPhrases(d *draft, wrong report) {
	for _, list := range []struct {
		path    string
		phrases Phrases
		limit   int
		least   int
	}{{"aliases", d.Aliases, limitAlias, d.shape().aliases}, {"symptoms", d.Symptoms, limitPhrase, d.shape().symptoms}} {
		unknownLanguages(list.path, list.phrases, wrong)
		for _, language := range Languages {
			phrases := list.phrases[language]
			if len(phrases) < list.least && (language == "en" || !d.overlay) {
				wrong(list.path+"."+language, "%d phrases, at least %d", len(phrases), list.least)
			}
			seen := map[string]bool{}
			for i, phrase := range phrases {
				path := list.path + "." + language + "[" + itoa(i) + "]"
				switch n := utf8.RuneCountInString(phrase); {
				case strings.TrimSpace(phrase) == "":
					wrong(path, "empty")
				case n > list.limit:
					wrong(path, "%d characters, at most %d", n, list.limit)
				case seen[strings.ToLower(phrase)]:
					wrong(path, "%q is there twice", phrase)
				}
				seen[strings.ToLower(phrase)] = true
			}
		}
	}
}

func checkFiles(d *draft, wrong report) {
	for i, file := range d.Files {
		if !fileShape.MatchString(file) {
			wrong("files["+itoa(i)+"]", "%q: want a file name without folder", file)
		}
	}
	if len(d.Files) > mostFileNames {
		wrong("files", "%d names, at most %d", len(d.Files), mostFileNames)
	}
}

func checkCare(d *draft, wrong report) {
	if n := utf8.RuneCountInString(d.Owner); n > limitName {
		wrong("owner", "%d characters, at most %d", n, limitName)
	}
	if _, err := time.Parse(time.DateOnly, string(d.Verified)); err != nil && d.Verified != "" {
		wrong("verified", "%q: want a day, such as 2026-03-31", d.Verified)
	}
}
