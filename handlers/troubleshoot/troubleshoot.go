// Package troubleshoot answers what is wrong: the card of a module, the list of modules, and the search by symptom. It
// reads the knowledge and never invents an answer.
package troubleshoot

import (
	"context"
	"errors"
	"strings"

	"campaignbot/bot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

// Knowledge is what the answers are taken from.
type Knowledge interface {
	Modules() []*knowledge.Entry
	Entry(id string) (*knowledge.Entry, bool)
	Resolve(name string) (*knowledge.Entry, knowledge.How)
	Near(name string, n int) []*knowledge.Entry
	Link(tag, language string) (title, address string)
	Find(text string) search.Result
	Version() string
}

// Options are what the feature is made of. Knowledge returns the entries in force; they may be others at any time.
// ChannelLanguage tells the language of what a channel reads.
type Options struct {
	Knowledge       func() Knowledge
	ChannelLanguage func(channel string) string
}

// The ids of the buttons.
const (
	actionShow     = "module"
	actionShare    = "share"
	actionLanguage = "language" // of package language
)

// nearest is how many modules are offered when the bot does not know, modulesOffered when nothing is near. Slack takes 25
// buttons in a row.
const (
	nearest        = 3
	modulesOffered = 25
)

// Feature answers what is wrong.
type Feature struct {
	opts  Options
	cards memo
}

// New returns the feature.
func New(opts Options) (*Feature, error) {
	if opts.Knowledge == nil || opts.ChannelLanguage == nil {
		return nil, errors.New("troubleshoot: an option is missing")
	}
	return &Feature{opts: opts}, nil
}

// Commands returns the verbs module, modules and find.
func (f *Feature) Commands() []bot.Command {
	return []bot.Command{
		{
			Verb:   "module",
			Help:   bot.Help{Usage: "module <name>", Summary: bot.Phrase("command.module.summary"), Examples: []string{"module wfserver", "module mta@prod"}},
			Fits:   f.fitsModule,
			Handle: f.module,
		},
		{
			Verb:   "modules",
			Help:   bot.Help{Usage: "modules", Summary: bot.Phrase("command.modules.summary"), Examples: []string{"modules"}},
			Handle: f.modules,
		},
		{
			Verb:   "find",
			Help:   bot.Help{Usage: "find <symptom>", Summary: bot.Phrase("command.find.summary"), Examples: []string{"find mails are not leaving", "find xtk:session error"}},
			Fits:   func(rest string) bool { return rest != "" },
			Handle: f.Symptom,
		},
	}
}

// Actions returns the buttons that show a module and share an answer.
func (f *Feature) Actions() []bot.Action {
	return []bot.Action{
		{ID: actionShow, Handle: f.module},
		{ID: actionShare, Handle: f.share},
	}
}

// fitsModule: one known or nearly known name, one word that may be a name, or nothing at all.
func (f *Feature) fitsModule(rest string) bool {
	if len(rest) > 200 {
		return false
	}
	name, _ := splitInstance(rest)
	if !strings.ContainsAny(name, " \t\n") {
		return true
	}
	_, how := f.opts.Knowledge().Resolve(name)
	return how != knowledge.None
}

func (f *Feature) module(_ context.Context, req bot.Request) (bot.Reply, error) {
	name, instance := splitInstance(req.Args)
	if name == "" {
		return f.list(req), nil
	}
	entry, how := f.opts.Knowledge().Resolve(name)
	if how == knowledge.None {
		return bot.Reply{}, f.unknown(name)
	}
	return f.single(req, entry, instance, 1), nil
}

// unknown says that there is no such module, with the nearest names as buttons.
func (f *Feature) unknown(name string) error {
	near := f.opts.Knowledge().Near(name, nearest)
	if len(near) == 0 {
		all := f.opts.Knowledge().Modules()
		return &bot.UserError{Kind: bot.NotFound, Line: bot.Phrase("error.unknown_module_bare", "name", name), Parts: []bot.Part{moduleButtons(all[:min(modulesOffered, len(all))])}}
	}
	return &bot.UserError{Kind: bot.NotFound, Line: bot.Phrase("error.unknown_module", "name", name), Parts: []bot.Part{moduleButtons(near)}}
}

// single is the answer with the card of one module.
func (f *Feature) single(req bot.Request, e *knowledge.Entry, instance string, score float64) bot.Reply {
	c := f.card(req, instance)
	again := "module " + e.ID
	if instance != "" {
		again += "@" + instance
	}
	reply := f.cards.get(c.key(again), func() bot.Reply {
		return bot.Reply{Title: c.title(e), Parts: append(c.parts(e), buttons(again)...)}
	})
	reply.Answer = bot.Answer{Answered: true, Kind: bot.KindModule, Modules: []bot.Ranked{{Name: e.ID, Score: score}}}
	return reply
}

// Symptom answers a description of what is wrong, or pasted output.
func (f *Feature) Symptom(_ context.Context, req bot.Request) (bot.Reply, error) {
	if !readable(req.Args) {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.unreadable")}
	}
	found := f.opts.Knowledge().Find(req.Args)
	if !found.Sure || len(found.Modules) == 0 {
		return offerLanguage(f.unsure(found.Modules), req), nil
	}
	first, instance := found.Modules[0], f.instanceIn(req.Args)
	var reply bot.Reply
	if found.Tied && len(found.Modules) > 1 {
		reply = f.tied(req, first.Entry, found.Modules[1].Entry, instance)
	} else {
		reply = f.single(req, first.Entry, instance, first.Score)
	}
	reply.Answer.Modules = ranked(found.Modules)
	return offerLanguage(reply, req), nil
}

func stale() error { return &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.stale_button")} }

// again shows two modules that were tied.
func (f *Feature) again(_ context.Context, req bot.Request) (bot.Reply, error) {
	name, rest, _ := strings.Cut(req.Args, " ")
	other, instance, _ := strings.Cut(rest, " ")
	first, ok := f.opts.Knowledge().Entry(name)
	second, also := f.opts.Knowledge().Entry(other)
	if !ok || !also {
		return bot.Reply{}, stale()
	}
	return f.tied(req, first, second, instance), nil
}

func (f *Feature) modules(_ context.Context, req bot.Request) (bot.Reply, error) {
	return f.list(req), nil
}

// share shows an answer to the whole channel, in the channel's language. The value names the answer: modules, a module, or
// two that were tied.
func (f *Feature) share(ctx context.Context, req bot.Request) (bot.Reply, error) {
	verb, rest, _ := strings.Cut(req.Value, " ")
	req.Args = rest
	req.Language = f.opts.ChannelLanguage(req.Channel)
	var handle bot.Handler
	switch {
	case verb == "modules":
		handle = f.modules
	case verb == "tied":
		handle = f.again
	case verb == "module" && rest != "":
		handle = f.module
	default:
		return bot.Reply{}, stale()
	}
	reply, err := handle(ctx, req)
	if err != nil {
		return bot.Reply{}, err
	}
	reply.Same = ""
	reply.To = bot.ToChannel
	reply.Language = req.Language
	reply.Parts = append(withoutShare(reply.Parts), bot.Note{Lines: []bot.Line{bot.Phrase("answer.shared_by", "user", bot.Person(req.User))}})
	return reply, nil
}
