package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
)

// Chooser finds the language a person reads. It answers within a few hundred milliseconds and always with one of
// Languages.
type Chooser interface {
	Language(ctx context.Context, req Request) string
}

// RouterOptions are what a Router is made of. Allowed, Instance, Observe and Missed may be nil.
type RouterOptions struct {
	Commands []Command
	Actions  []Action
	Symptom  Handler // what is not a command
	Empty    Handler // no text at all
	Chooser  Chooser
	Allowed  func(Request) error // why the request may not be served, as a *UserError; nil: it may
	Instance func(channel string) Instance
	Observe  func(command, outcome string, took time.Duration)
	Missed   func(Request) // a question that nobody could answer; it must not wait
	Log      *slog.Logger
	Deadline time.Duration // for one handler
}

// Router leads a request to its handler and makes a reply of whatever comes back. It is safe for concurrent use.
type Router struct {
	opts    RouterOptions
	verbs   map[string]*Command
	actions map[string]*Action
}

// NewRouter checks the options and returns a router.
func NewRouter(opts RouterOptions) (*Router, error) {
	if opts.Symptom == nil || opts.Empty == nil || opts.Chooser == nil || opts.Log == nil {
		return nil, errors.New("router: Symptom, Empty, Chooser and Log are required")
	}
	if opts.Deadline <= 0 {
		return nil, fmt.Errorf("router: deadline %s is not positive", opts.Deadline)
	}
	r := &Router{opts: opts, verbs: make(map[string]*Command), actions: make(map[string]*Action)}
	for i := range opts.Commands {
		c := &opts.Commands[i]
		if c.Verb == "" || c.Handle == nil || c.Help.Usage == "" || c.Help.Summary.IsZero() || len(c.Help.Examples) == 0 {
			return nil, fmt.Errorf("router: command %q has no verb, handler or help", c.Verb)
		}
		for _, name := range append([]string{c.Verb}, c.Aliases...) {
			if r.verbs[name] != nil {
				return nil, fmt.Errorf("router: verb %q is there twice", name)
			}
			r.verbs[name] = c
		}
	}
	for i := range opts.Actions {
		a := &opts.Actions[i]
		if a.ID == "" || a.Handle == nil || r.actions[a.ID] != nil {
			return nil, fmt.Errorf("router: action %q is empty or there twice", a.ID)
		}
		r.actions[a.ID] = a
	}
	return r, nil
}

// Route answers the request. It always returns a reply: errors and panics become one, with the request's ID as the
// reference.
func (r *Router) Route(ctx context.Context, req Request) (reply Reply) {
	start := time.Now()
	name, outcome := "none", "ok"
	defer func() {
		if p := recover(); p != nil {
			outcome = "panic"
			r.opts.Log.Error("handler panicked", "request", req.ID, "command", name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			reply = internalReply(req)
		}
		if reply.Language == "" {
			reply.Language = req.Language
		}
		took := time.Since(start)
		r.opts.Log.Debug("answered", "request", req.ID, "command", name, "outcome", outcome, "surface", req.Surface,
			"user", req.User, "channel", req.Channel, "language", reply.Language, "took", took)
		if r.opts.Observe != nil {
			r.opts.Observe(name, outcome, took)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, r.opts.Deadline)
	defer cancel()
	req.Language = r.opts.Chooser.Language(ctx, req)
	if r.opts.Instance != nil {
		req.Instance = r.opts.Instance(req.Channel)
	}
	var handle Handler
	name, handle, req.Args = r.find(req)
	var err error
	if r.opts.Allowed != nil {
		err = r.opts.Allowed(req)
	}
	if err == nil {
		reply, err = handle(ctx, req)
	}
	if err != nil {
		reply, outcome = r.errorReply(name, req, err)
	} else if reply.Answer.Kind == KindNone {
		outcome = "unanswered"
		if r.opts.Missed != nil {
			r.opts.Missed(req)
		}
	}
	return reply
}

// find returns the name and the handler for the request, and the text without the verb.
func (r *Router) find(req Request) (string, Handler, string) {
	if req.Surface == Button || req.Surface == Submission {
		if a := r.actions[req.Action]; a != nil {
			return a.ID, a.Handle, req.Value
		}
		return "stale", staleButton, ""
	}
	text := strings.TrimSpace(req.Text)
	if text == "" {
		return "empty", r.opts.Empty, ""
	}
	verb, rest := text, ""
	if i := strings.IndexFunc(text, isSpace); i >= 0 {
		verb, rest = text[:i], strings.TrimSpace(text[i:])
	}
	if c := r.verbs[strings.ToLower(verb)]; c != nil && fits(c, rest) {
		return c.Verb, c.Handle, rest
	}
	return "symptom", r.opts.Symptom, text
}

func fits(c *Command, rest string) bool {
	if c.Fits == nil {
		return rest == ""
	}
	return c.Fits(rest)
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' || r == '\u202f'
}

func staleButton(context.Context, Request) (Reply, error) {
	return Reply{}, &UserError{Kind: Stale, Line: Phrase("error.stale_button")}
}

// errorReply returns what the asker reads, and the outcome for the metrics.
func (r *Router) errorReply(name string, req Request, err error) (Reply, string) {
	var ue *UserError
	if !errors.As(err, &ue) {
		r.opts.Log.Error("handler returned an error", "request", req.ID, "command", name, "error", err)
		return internalReply(req), "error"
	}
	if ue.Err != nil {
		r.opts.Log.Info("request refused", "request", req.ID, "command", name, "kind", ue.Kind, "error", ue.Err)
	}
	reply := Reply{
		To:      ToAsker,
		Private: true,
		Title:   ue.Line,
		Parts:   append([]Part{Paragraph{Lines: []Line{ue.Line}}}, ue.Parts...),
		Answer:  Answer{Kind: KindNone},
	}
	if req.Surface == Submission && ue.Kind == Invalid {
		reply.Fault = &Fault{Input: ue.Input, Line: ue.Line}
	}
	return reply, string(ue.Kind)
}

func internalReply(req Request) Reply {
	line := Phrase("error.internal", "reference", req.ID)
	reply := Reply{
		To:       ToAsker,
		Language: req.Language,
		Private:  true,
		Title:    line,
		Parts:    []Part{Paragraph{Lines: []Line{line}}},
		Answer:   Answer{Kind: KindNone},
	}
	if req.Surface == Submission {
		reply.Fault = &Fault{Line: line}
	}
	return reply
}
