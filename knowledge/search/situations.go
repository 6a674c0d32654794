package search

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"campaignbot/knowledge"
)

// situationsFiles hold what people describe, by module: one situation a line behind its language, "en: the shops miss their
// list", and behind "any" the names of settings and tables that point to the module. They say more ways than an entry's
// symptoms, which people read. elsewhere.txt has what is about no module, worlds.txt words of other worlds.
//
//go:embed situations/*.txt
var situationsFiles embed.FS

// situations are the lines of the files by name and by what stands before the colon.
var situations = readSituations()

func readSituations() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	files, err := fs.Glob(situationsFiles, "situations/*.txt")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, file := range files {
		data, err := situationsFiles.ReadFile(file)
		if err != nil {
			panic(err) // part of the program
		}
		lines := map[string][]string{}
		for line := range strings.Lines(string(data)) {
			if head, text, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
				lines[head] = append(lines[head], text)
			}
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, "situations/"), ".txt")
		all[name] = lines
	}
	return all
}

// phrasesOf are the phrases of an entry in a language as people type them: its symptoms, and situations.
func phrasesOf(e *knowledge.Entry, language string) []string {
	if !suspect(e) {
		return e.Symptoms[language]
	}
	return slices.Concat(situations[e.ID][language], e.Symptoms[language])
}

// worldsFile has what people talk about when it is not Campaign, by topic: "office en: mail merge".
const worldsFile = "worlds"

// otherWorlds returns the words of other worlds by topic.
func otherWorlds() map[string]words {
	topics := map[string]words{}
	for head, phrases := range situations[worldsFile] {
		topic, language, _ := strings.Cut(head, " ")
		w := topics[topic]
		switch language {
		case "any":
			w.Any = phrases
		case "en":
			w.EN = phrases
		case "nl":
			w.NL = phrases
		case "de":
			w.DE = phrases
		case "fr":
			w.FR = phrases
		}
		topics[topic] = w
	}
	return topics
}
