package main

import (
	"fmt"
	"os"

	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

// texts is everything that is read from the binary and an overlay folder before anything can be answered.
type texts struct {
	library  *knowledge.Library
	index    *search.Index
	phrases  *locale.Phrases
	renderer *blockkit.Renderer
}

// loadTexts loads the knowledge, with the entries of the overlay folder over it, and the phrases.
func loadTexts(overlay string) (*texts, error) {
	load := func() (*knowledge.Library, error) { return knowledge.Load(knowledge.Builtin()) }
	if overlay != "" {
		load = func() (*knowledge.Library, error) {
			if _, err := os.ReadDir(overlay); err != nil {
				return nil, fmt.Errorf("knowledge.dir: %w", err)
			}
			return knowledge.LoadOver(knowledge.Builtin(), os.DirFS(overlay))
		}
	}
	library, err := load()
	if err != nil {
		return nil, err
	}
	phrases, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return &texts{library: library, index: search.New(library), phrases: phrases, renderer: blockkit.New(phrases)}, nil
}
