package search

import (
	"embed"
	"strings"

	"campaignbot/knowledge"
)

// situationsFiles hold what people describe, by module: one situation a line behind its language, "en: the shops miss their
// list". They say more ways than an entry's symptoms, which people read.
//
//go:embed situations/*.txt
var situationsFiles embed.FS

// situations returns the lines of the module's file in the language; none for a module without a file.
func situations(module, language string) []string {
	data, err := situationsFiles.ReadFile("situations/" + module + ".txt")
	if err != nil {
		return nil // an operator's own module
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, language+": "); ok {
			list = append(list, strings.TrimSpace(rest))
		}
	}
	return list
}

// phrasesOf are the phrases of an entry in a language as people type them: its symptoms, and situations.
func phrasesOf(e *knowledge.Entry, language string) []string {
	if !suspect(e) {
		return e.Symptoms[language]
	}
	return append(situations(e.ID, language), e.Symptoms[language]...)
}
