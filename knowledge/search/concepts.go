package search

import (
	"bytes"
	_ "embed" // concepts.yaml
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed concepts.yaml
var conceptsFile []byte

// words are the words of a concept by language. A word matches its other forms by stem; "any" holds names that belong to
// no language and match as they are. A star stands for any letters: workflow*, *server, *logbestand*; a bar for either:
// "good morning|evening". Several words match in order with at most one word in between.
type words struct {
	Any []string `yaml:"any"`
	EN  []string `yaml:"en"`
	NL  []string `yaml:"nl"`
	DE  []string `yaml:"de"`
	FR  []string `yaml:"fr"`
}

// each calls do for every phrase with the index of its language; -1 for none.
func (w *words) each(do func(language int, phrase string)) {
	for i, list := range [][]string{w.Any, w.EN, w.NL, w.DE, w.FR} {
		for _, phrase := range list {
			do(i-1, phrase)
		}
	}
}

// concept is something people talk about, whatever the words.
type concept struct {
	ID     string             `yaml:"id"`
	Means  map[string]float64 `yaml:"means"`  // how much it speaks for a module, alone; 2 is enough for an answer
	Domain float64            `yaml:"domain"` // how much it speaks for Campaign, whichever module
	Away   float64            `yaml:"away"`   // how much it speaks for something else
	Filler bool               `yaml:"filler"` // says nothing about what the question is about
	Role   string             `yaml:"role"`   // what it says about its clause: break, negation, fine, cleared, trouble, courtesy, salutation
	Words  words              `yaml:"words"`
}

// together is what concepts mean beside each other, beyond what each means alone.
type together struct {
	With    []string           `yaml:"with"`    // all of these; "a|b" is either
	Without []string           `yaml:"without"` // none of these
	Means   map[string]float64 `yaml:"means"`
	Away    float64            `yaml:"away"`
}

// namePrefix makes a module's name a concept: "name:mta".
const namePrefix = "name:"

// model is the file concepts.yaml.
type model struct {
	Concepts []concept  `yaml:"concepts"`
	Together []together `yaml:"together"`
	Common   words      `yaml:"common"`   // everyday words: they tell nothing, but they are not strange either
	Ordinary []string   `yaml:"ordinary"` // module names that are also everyday words
}

// concepts returns the data that is part of the program, read once.
var concepts = sync.OnceValue(func() *model {
	m, err := readModel(conceptsFile)
	if err != nil {
		panic(err) // every test reads it
	}
	return m
})

// readModel reads the data strictly: an unknown key, a concept that does not exist or a role
// that does not exist is an error.
func readModel(data []byte) (*model, error) {
	var m model
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&m); err != nil {
		return nil, fmt.Errorf("concepts.yaml: %w", err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("concepts.yaml: want one document")
	}
	var errs []error
	known := map[string]bool{}
	for i, c := range m.Concepts {
		if c.ID == "" || known[c.ID] {
			errs = append(errs, fmt.Errorf("concepts.yaml: concepts[%d]: id %q missing or there twice", i, c.ID))
		}
		known[c.ID] = true
		if _, ok := roles[c.Role]; !ok {
			errs = append(errs, fmt.Errorf("concepts.yaml: %s: no role %q", c.ID, c.Role))
		}
		c.Words.each(func(_ int, phrase string) {
			for word := range strings.FieldsSeq(phrase) {
				for either := range strings.SplitSeq(word, "|") {
					if inner := strings.Trim(either, "*"); inner == "" || strings.Contains(inner, "*") {
						errs = append(errs, fmt.Errorf("concepts.yaml: %s: %q: letters, with a star at either end", c.ID, phrase))
					}
				}
			}
			if phrase == "" {
				errs = append(errs, fmt.Errorf("concepts.yaml: %s: empty word", c.ID))
			}
		})
	}
	for i, t := range m.Together {
		for _, list := range [][]string{t.With, t.Without} {
			for _, either := range list {
				for id := range strings.SplitSeq(either, "|") {
					if !known[id] && !strings.HasPrefix(id, namePrefix) {
						errs = append(errs, fmt.Errorf("concepts.yaml: together[%d]: no concept %q", i, id))
					}
				}
			}
		}
	}
	return &m, errors.Join(errs...)
}
