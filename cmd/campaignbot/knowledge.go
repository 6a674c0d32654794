package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
	"campaignbot/config"
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
				return nil, overlayProblem(overlay, err)
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

// overlayProblem says what to do when the overlay folder cannot be read. What is wrong in an entry says it itself.
func overlayProblem(overlay string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return config.Problems{{
		Path: "knowledge.dir", What: fmt.Sprintf("%s cannot be read: %v", overlay, err),
		Todo: "name a folder with entries, or leave it out; a relative path starts at the folder the bot is started in",
	}}
}
