package bot

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

type always string

func (a always) Language(context.Context, Request) string { return string(a) }

// says returns a handler that answers with its name and what it was given.
func says(name string) Handler {
	return func(_ context.Context, req Request) (Reply, error) {
		return Reply{Title: Text(name + "|" + req.Args + "|" + req.Language)}, nil
	}
}

func newTestRouter(t *testing.T, change func(*RouterOptions)) *Router {
	t.Helper()
	help := Help{Usage: "x", Summary: Text("x"), Examples: []string{"x"}}
	opts := RouterOptions{
		Commands: []Command{
			{Verb: "open", Help: help, Handle: says("open")},
			{Verb: "module", Help: help, Fits: func(rest string) bool { return !strings.Contains(rest, " ") }, Handle: says("module")},
			{Verb: "help", Aliases: []string{"hulp"}, Help: help, Handle: says("help")},
			{Verb: "panic", Help: help, Handle: func(context.Context, Request) (Reply, error) { panic("secret detail") }},
			{Verb: "broken", Help: help, Handle: func(context.Context, Request) (Reply, error) { return Reply{}, errors.New("secret detail") }},
			{Verb: "refuse", Help: help, Handle: func(context.Context, Request) (Reply, error) {
				return Reply{}, &UserError{Kind: Invalid, Line: Phrase("error.x"), Parts: []Part{Divider{}}}
			}},
		},
		Actions:  []Action{{ID: "press", Handle: says("press")}},
		Symptom:  says("symptom"),
		Empty:    says("empty"),
		Chooser:  always("nl"),
		Log:      slog.New(slog.NewTextHandler(io.Discard, nil)),
		Deadline: time.Second,
	}
	if change != nil {
		change(&opts)
	}
	r, err := NewRouter(opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRoute(t *testing.T) {
	r := newTestRouter(t, nil)
	for _, c := range []struct {
		name string
		req  Request
		want string
	}{
		{"a verb alone is a command", Request{Text: "open"}, "open||nl"},
		{"a verb is read in any case, with spaces around it", Request{Text: "  Module\u00a0 mta "}, "module|mta|nl"},
		{"a verb that stands alone is a word when more follows", Request{Text: "open rate is 0%"}, "symptom|open rate is 0%|nl"},
		{"a verb whose form does not fit is a symptom", Request{Text: "module stat start niet"}, "symptom|module stat start niet|nl"},
		{"an alias is the verb", Request{Text: "hulp"}, "help||nl"},
		{"anything else is a symptom, lines and all", Request{Text: "mails\nhang"}, "symptom|mails\nhang|nl"},
		{"no text is answered with the empty handler", Request{Text: " \n "}, "empty||nl"},
		{"a button goes to its action with its value", Request{Surface: Button, Action: "press", Value: "v"}, "press|v|nl"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.Route(context.Background(), c.req).Title.Text; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRouteTurnsEveryFailureIntoAReply(t *testing.T) {
	var outcome string
	r := newTestRouter(t, func(o *RouterOptions) {
		o.Observe = func(_, got string, _ time.Duration) { outcome = got }
		o.Allowed = func(req Request) error {
			if req.Channel == "C0FORBIDDEN" {
				return &UserError{Kind: Denied, Line: Phrase("error.channel_not_allowed")}
			}
			return nil
		}
	})
	for _, c := range []struct {
		name        string
		req         Request
		key, counts string
	}{
		{"a panic is answered with the reference", Request{ID: "ref1", Text: "panic"}, "error.internal", "panic"},
		{"an error is answered with the reference", Request{ID: "ref1", Text: "broken"}, "error.internal", "error"},
		{"a refusal is answered with its own words", Request{ID: "ref1", Text: "refuse"}, "error.x", "invalid"},
		{"an unknown button is out of date", Request{ID: "ref1", Surface: Button, Action: "gone"}, "error.stale_button", "stale"},
		{"a channel that is not allowed is told so", Request{ID: "ref1", Channel: "C0FORBIDDEN", Text: "open"}, "error.channel_not_allowed", "denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			reply := r.Route(context.Background(), c.req)
			if reply.Title.Key != c.key || !reply.Private || reply.Language != "nl" || outcome != c.counts {
				t.Errorf("got %q, private %v, language %q, outcome %q; want %q, %q", reply.Title.Key, reply.Private, reply.Language, outcome, c.key, c.counts)
			}
			if c.key == "error.internal" && reply.Title.Args["reference"] != "ref1" {
				t.Errorf("reference is %v", reply.Title.Args["reference"])
			}
		})
	}
}

func TestNewRouterRefusesWhatPeopleCouldNotUse(t *testing.T) {
	help := Help{Usage: "x", Summary: Text("x"), Examples: []string{"x"}}
	for _, c := range []struct {
		name     string
		commands []Command
	}{
		{"a command without help", []Command{{Verb: "a", Handle: says("a")}}},
		{"a command without an example", []Command{{Verb: "a", Handle: says("a"), Help: Help{Usage: "x", Summary: Text("x")}}}},
		{"a verb that is there twice", []Command{{Verb: "a", Handle: says("a"), Help: help}, {Verb: "b", Aliases: []string{"a"}, Handle: says("b"), Help: help}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewRouter(RouterOptions{
				Commands: c.commands, Symptom: says("s"), Empty: says("e"), Chooser: always("en"),
				Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Deadline: time.Second,
			})
			if err == nil {
				t.Error("no error")
			}
		})
	}
}
