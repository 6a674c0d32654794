// Package language lets a person choose the language of the answers.
package language

import (
	"context"
	"errors"
	"strings"

	"campaignbot/bot"
)

// auto is the word for no choice of one's own.
const auto = "auto"

const action = "language"

// Choices keeps what people chose. An empty language is no choice.
type Choices interface {
	Language(ctx context.Context, user string) (string, error)
	SetLanguage(ctx context.Context, user, language string) error
}

// Options are what the feature is made of. Chooser finds the language of a person's next answer
// after a change.
type Options struct {
	Choices Choices
	Changed func(user string) // forget what is remembered of the person
	Chooser bot.Chooser
}

// Feature keeps people's choice of language.
type Feature struct{ opts Options }

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Choices == nil || opts.Changed == nil || opts.Chooser == nil {
		return nil, errors.New("language: an option is missing")
	}
	return &Feature{opts}, nil
}

// Commands returns the verb language.
func (f *Feature) Commands() []bot.Command {
	return []bot.Command{{
		Verb:   "language",
		Help:   bot.Help{Usage: "language <en|nl|de|fr|auto>", Summary: bot.Phrase("command.language.summary"), Examples: []string{"language nl", "language auto"}},
		Fits:   func(rest string) bool { return !strings.ContainsAny(rest, " \t\n") },
		Handle: f.language,
	}}
}

// Actions returns the buttons that choose a language.
func (f *Feature) Actions() []bot.Action { return []bot.Action{{ID: action, Handle: f.language}} }

func (f *Feature) language(ctx context.Context, req bot.Request) (bot.Reply, error) {
	choice := strings.ToLower(req.Args)
	switch {
	case choice == "":
		return f.current(req), nil
	case choice == auto:
		choice = ""
	case !bot.KnownLanguage(choice):
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.unknown_language", "name", req.Args), Parts: []bot.Part{choices()}}
	}
	if err := f.opts.Choices.SetLanguage(ctx, req.User, choice); err != nil {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
	}
	f.opts.Changed(req.User)
	line := bot.Phrase("language.auto")
	if choice != "" {
		req.Language = choice
		line = bot.Phrase("language.saved", "language", name(choice))
	} else {
		req.Language = ""
		req.Language = f.opts.Chooser.Language(ctx, req)
	}
	return reply(req.Language, line), nil
}

func (f *Feature) current(req bot.Request) bot.Reply {
	r := reply(req.Language, bot.Phrase("language.current", "language", name(req.Language)))
	r.Parts = append(r.Parts, bot.Paragraph{Lines: []bot.Line{bot.Phrase("language.choose")}}, choices())
	return r
}

func reply(lang string, line bot.Line) bot.Reply {
	return bot.Reply{
		Language: lang,
		Title:    line,
		Parts:    []bot.Part{bot.Paragraph{Lines: []bot.Line{line}}},
		Private:  true,
		Answer:   bot.Answer{Answered: true, Kind: bot.KindHelp},
	}
}

func name(code string) bot.Line { return bot.Phrase("language.name." + code) }

func choices() bot.Buttons {
	var b bot.Buttons
	for _, l := range bot.Languages() {
		b.Items = append(b.Items, bot.ReplyButton{Action: action, Value: l, Label: name(l)})
	}
	return b
}
