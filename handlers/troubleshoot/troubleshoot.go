// Package troubleshoot answers what is wrong: the card of a module, the list of modules, and the search by symptom. It
// reads the knowledge and never invents an answer.
package troubleshoot

import (
	"context"
	"errors"
	"strings"
	"time"

	"campaignbot/bot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

// Knowledge is what the answers are taken from.
type Knowledge interface {
	OfKind(kind knowledge.Kind) []*knowledge.Entry
	About(kind knowledge.Kind, module string) []*knowledge.Entry
	Entry(id string) (*knowledge.Entry, bool)
	Resolve(kind knowledge.Kind, name string) (*knowledge.Entry, knowledge.How)
	Near(kind knowledge.Kind, name string, n int) []*knowledge.Entry
	Codes(text string) []knowledge.Coded
	Link(tag, language string) (title, address string)
	Read(text string, now time.Time) search.Reading
	Version() string
}

// Options are what the feature is made of. Knowledge returns the entries in force; they may be others at any time.
// ChannelLanguage tells the language of what a channel reads, Instance what is known of an instance by its id.
type Options struct {
	Knowledge       func() Knowledge
	ChannelLanguage func(channel string) string
	Instance        func(id string) bot.Instance
	Clock           bot.Clock
}

// The ids of the buttons.
const (
	actionShow     = "module"
	actionOpen     = "open"
	actionStart    = "runbook.start"
	actionStep     = "runbook.step"
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
	if opts.Knowledge == nil || opts.ChannelLanguage == nil || opts.Instance == nil || opts.Clock == nil {
		return nil, errors.New("troubleshoot: an option is missing")
	}
	return &Feature{opts: opts}, nil
}

// Commands returns the verbs of the feature.
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
		{
			Verb:   "error",
			Help:   bot.Help{Usage: "error <code>", Summary: bot.Phrase("command.error.summary"), Examples: []string{"error PGS-220000", "error iRc=-52", "error NEO-30047"}},
			Fits:   f.fitsError,
			Handle: f.errorCode,
		},
		{
			Verb:   "runbook",
			Help:   bot.Help{Usage: "runbook [id]", Summary: bot.Phrase("command.runbook.summary"), Examples: []string{"runbook", "runbook emails-not-leaving", "runbook disk-full@prod"}},
			Fits:   f.fitsRunbook,
			Handle: f.runbook,
		},
	}
}

// Actions returns the buttons that show something, share an answer, and walk through a runbook.
func (f *Feature) Actions() []bot.Action {
	return []bot.Action{
		{ID: actionShow, Handle: f.module},
		{ID: actionOpen, Handle: f.open},
		{ID: actionStart, Handle: f.start},
		{ID: actionStep, Handle: f.step},
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
	_, how := f.opts.Knowledge().Resolve(knowledge.KindModule, name)
	return how != knowledge.None
}

func (f *Feature) module(_ context.Context, req bot.Request) (bot.Reply, error) {
	name, instance := splitInstance(req.Args)
	if name == "" {
		return f.list(req), nil
	}
	entry, how := f.opts.Knowledge().Resolve(knowledge.KindModule, name)
	if how == knowledge.None {
		return bot.Reply{}, f.unknown(name, instance)
	}
	return f.single(req, entry, instance, 1), nil
}

// unknown says that there is no such module, with the nearest names as buttons.
func (f *Feature) unknown(name, instance string) error {
	near := f.opts.Knowledge().Near(knowledge.KindModule, name, nearest)
	if len(near) == 0 {
		all := f.opts.Knowledge().OfKind(knowledge.KindModule)
		return &bot.UserError{Kind: bot.NotFound, Line: bot.Phrase("error.unknown_module_bare", "name", name), Parts: []bot.Part{moduleButtons(all[:min(modulesOffered, len(all))], instance)}}
	}
	return &bot.UserError{Kind: bot.NotFound, Line: bot.Phrase("error.unknown_module", "name", name), Parts: []bot.Part{moduleButtons(near, instance)}}
}

// single is the answer with the card of one module.
func (f *Feature) single(req bot.Request, e *knowledge.Entry, instance string, score float64) bot.Reply {
	c := f.card(req, instance)
	command := again(e, instance)
	reply := f.cards.get(c.key(command), func() bot.Reply {
		return bot.Reply{Title: c.title(e), Parts: append(c.parts(e), bot.Buttons{Items: []bot.ReplyButton{shareButton(command)}})}
	})
	reply.Answer = bot.Answer{Answered: true, Kind: bot.KindModule, Modules: []bot.Ranked{{Name: e.ID, Score: score}}}
	return reply
}

// Card returns the card of an entry of whatever kind.
func (f *Feature) Card(req bot.Request, e *knowledge.Entry) bot.Reply { return f.entry(req, e, "") }

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

// share shows an answer to the whole channel, in the channel's language. The value is the command that gives the answer, or
// names modules that were tied or missing.
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
	case verb == "several":
		handle = f.severalAgain
	case verb == "module" && rest != "":
		handle = f.module
	case verb == "error":
		handle = f.errorCode
	case verb == "runbook":
		handle = f.runbook
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
