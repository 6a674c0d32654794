package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
	"campaignbot/config"
	"campaignbot/handlers/troubleshoot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

// texts is everything that is read from the binary and an overlay folder before anything can be answered.
type texts struct {
	knowledge *search.Library // follows the overlay folder
	phrases   *locale.Phrases
	renderer  *blockkit.Renderer
}

// current returns the entries in force.
func (t *texts) current() troubleshoot.Knowledge { return t.knowledge.Current() }

// loadTexts loads the knowledge, with the entries of the overlay folder over it, and the phrases.
func loadTexts(overlay string) (*texts, error) {
	entries, err := openKnowledge(overlay)
	if err != nil {
		return nil, err
	}
	phrases, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return &texts{knowledge: entries, phrases: phrases, renderer: blockkit.New(phrases)}, nil
}

// openKnowledge loads the knowledge, with the entries of the overlay folder over it.
func openKnowledge(overlay string) (*search.Library, error) {
	if overlay != "" {
		if _, err := os.ReadDir(overlay); err != nil {
			return nil, overlayProblem(overlay, err)
		}
	}
	return search.Open(knowledge.Builtin(), overlay)
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

// entriesDir returns the overlay folder: the one of the flag, or else of the configuration. Empty: there is none.
func entriesDir(w world, flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	cfg, err := config.Load(config.Options{Environ: w.environ})
	if err != nil {
		return "", refused(fmt.Errorf("%w\n(the configuration names the folder with your entries; --dir does without it)", err))
	}
	return cfg.Knowledge.Dir, nil
}

// openEntries opens the knowledge with the overlay folder, and prints what is wrong with the entries.
func openEntries(w world, flag string) (entries *search.Edition, dir string, err error) {
	if dir, err = entriesDir(w, flag); err != nil {
		return nil, "", err
	}
	if dir != "" {
		if _, err := os.ReadDir(dir); err != nil {
			return nil, "", refused(fmt.Errorf("%s cannot be read: %w (name a folder with entries: --dir, or knowledge.dir)", dir, reason(err)))
		}
	}
	library, err := openKnowledge(dir)
	if err != nil {
		return nil, "", printFound(w, lines(err))
	}
	return library.Current(), dir, nil
}

// reason leaves out the path that a file error repeats.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// cardOf returns the card of an entry, as people read it.
func cardOf(entries *search.Edition, entry *knowledge.Entry, lang string) (string, error) {
	t, err := loadTexts("") // the phrases
	if err != nil {
		return "", err
	}
	feature, err := answersFrom(entries, lang)
	if err != nil {
		return "", err
	}
	reply := feature.Card(bot.Request{ID: "show", Surface: bot.Terminal, Language: lang}, entry)
	reply.Language = lang
	return t.renderer.Plain(reply), nil
}

// answersFrom returns the answers of the entries for a reader in a terminal.
func answersFrom(entries *search.Edition, lang string) (*troubleshoot.Feature, error) {
	return troubleshoot.New(troubleshoot.Options{
		Knowledge:       func() troubleshoot.Knowledge { return entries },
		ChannelLanguage: func(string) string { return lang },
		Instance:        func(id string) bot.Instance { return bot.Instance{ID: id} },
		Clock:           bot.SystemClock{},
	})
}
