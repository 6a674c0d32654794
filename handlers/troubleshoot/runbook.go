package troubleshoot

import (
	"context"
	"slices"
	"strings"

	"campaignbot/bot"
	"campaignbot/knowledge"
)

// A walk goes through a runbook one step at a time, in one message that is changed at each press. Its state is the value of
// its buttons: the runbook, the step, and what came of the steps before. So it survives restarts, anybody may go on, and
// two presses at the same step lead to the same message.

// walked is one step that was tried.
type walked struct {
	step    string
	outcome byte // one of outcomes
	user    string
}

// The outcomes of a step, as in a button's value.
const (
	fixed     = 'f'
	notHelped = 'n'
	cannot    = 'c'
)

// outcomes are the outcomes in the order of their buttons, with the keys of their phrases.
var outcomes = []struct {
	mark byte
	key  string
}{{fixed, "fixed"}, {notHelped, "not_helped"}, {cannot, "cannot"}}

// fitsRunbook: one known or nearly known name, one word that may be a name, or nothing at all.
func (f *Feature) fitsRunbook(rest string) bool {
	if len(rest) > 200 {
		return false
	}
	if !strings.ContainsAny(rest, " \t\n") {
		return true
	}
	name, _ := splitInstance(rest)
	_, how := f.opts.Knowledge().Resolve(knowledge.KindRunbook, name)
	return how != knowledge.None
}

func (f *Feature) runbook(_ context.Context, req bot.Request) (bot.Reply, error) {
	name, instance := splitInstance(req.Args)
	if name == "" {
		return f.runbooks(req), nil
	}
	k := f.opts.Knowledge()
	e, how := k.Resolve(knowledge.KindRunbook, name)
	if how == knowledge.None {
		near := k.Near(knowledge.KindRunbook, name, nearest)
		line := bot.Phrase("error.unknown_runbook", "name", name)
		if len(near) == 0 {
			line = bot.Phrase("error.unknown_runbook_bare", "name", name)
		}
		return bot.Reply{}, &bot.UserError{Kind: bot.NotFound, Line: line, Parts: []bot.Part{entryButtons(req.Language, near, instance)}}
	}
	return f.entry(req, e, instance), nil
}

// entry is the answer with the card of an entry that is no module.
func (f *Feature) entry(req bot.Request, e *knowledge.Entry, instance string) bot.Reply {
	if e.Kind == knowledge.KindModule {
		return f.single(req, e, instance, 1)
	}
	c := f.card(req, instance)
	command := again(e, instance)
	reply := f.cards.get(c.key(command), func() bot.Reply {
		row := bot.Buttons{}
		if e.Kind == knowledge.KindRunbook {
			row.Items = append(row.Items, bot.ReplyButton{Action: actionStart, Value: e.ID + "@" + instance, Label: bot.Phrase("button.start"), Primary: true})
		}
		row.Items = append(row.Items, c.moduleRow(e.About).Items...)
		row.Items = append(row.Items, shareButton(command))
		return bot.Reply{Title: c.title(e), Parts: append(c.parts(e), row)}
	})
	kind := bot.KindRunbook
	if e.Kind == knowledge.KindError || e.Kind == knowledge.KindDefect {
		kind = bot.KindError
	}
	reply.Answer = bot.Answer{Answered: true, Kind: kind, Modules: rankedIDs(e.About)}
	return reply
}

// entryButtons are buttons that show entries, named in the reader's language.
func entryButtons(language string, entries []*knowledge.Entry, instance string) bot.Buttons {
	var b bot.Buttons
	for _, e := range entries {
		label := bot.Text(e.Title.In(language))
		if e.Kind == knowledge.KindModule {
			label = bot.Phrase("button.module", "name", e.ID)
		}
		b.Items = append(b.Items, bot.ReplyButton{Action: actionOpen, Value: again(e, instance), Label: label})
	}
	return b
}

// open shows the entry that a button names by its command.
func (f *Feature) open(_ context.Context, req bot.Request) (bot.Reply, error) {
	_, name, _ := strings.Cut(req.Value, " ")
	id, instance := splitInstance(name)
	e, ok := f.opts.Knowledge().Entry(id)
	if !ok {
		return bot.Reply{}, stale()
	}
	return f.entry(req, e, instance), nil
}

// runbooks lists the runbooks and the routine checks.
func (f *Feature) runbooks(req bot.Request) bot.Reply {
	k := f.opts.Knowledge()
	line := func(e *knowledge.Entry) bot.Line {
		return bot.Phrase("card.detail", "name", bot.Text("`"+e.ID+"`"), "detail", bot.Text(e.Title.In(req.Language)))
	}
	all := bot.List{}
	for _, e := range k.OfKind(knowledge.KindRunbook) {
		all.Items = append(all.Items, line(e))
	}
	parts := []bot.Part{bot.Heading{Line: bot.Phrase("runbook.title")}, all}
	for _, period := range []knowledge.Period{knowledge.Daily, knowledge.Weekly, knowledge.Monthly} {
		checks := bot.List{Title: bot.Phrase("card.every." + string(period))}
		for _, e := range k.OfKind(knowledge.KindCheck) {
			if e.Every == period {
				checks.Items = append(checks.Items, line(e))
			}
		}
		if len(checks.Items) > 0 {
			parts = append(parts, checks)
		}
	}
	parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("runbook.more")}})
	return bot.Reply{
		Title:  bot.Phrase("runbook.title"),
		Parts:  append(parts, bot.Buttons{Items: []bot.ReplyButton{shareButton("runbook")}}),
		Answer: bot.Answer{Answered: true, Kind: bot.KindHelp},
	}
}

// start begins a walk where everybody sees it.
func (f *Feature) start(_ context.Context, req bot.Request) (bot.Reply, error) {
	id, instance := splitInstance(req.Value)
	e, ok := f.opts.Knowledge().Entry(id)
	if !ok || e.Kind != knowledge.KindRunbook || strings.ContainsAny(req.Value, " \n\t") {
		return bot.Reply{}, stale()
	}
	req.Language = f.opts.ChannelLanguage(req.Channel)
	reply := f.card(req, instance).walk(e, instance, nil, e.Steps[0].ID)
	reply.To, reply.Language = bot.ToChannel, req.Language
	return reply, nil
}

// step takes what came of a step and shows the next.
func (f *Feature) step(_ context.Context, req bot.Request) (bot.Reply, error) {
	e, instance, trail, at, ok := f.readWalk(req.Value)
	if !ok {
		return bot.Reply{}, stale()
	}
	trail[len(trail)-1].user = req.User
	req.Language = f.opts.ChannelLanguage(req.Channel)
	reply := f.card(req, instance).walk(e, instance, trail, leadsTo(e, at, trail[len(trail)-1].outcome))
	reply.To, reply.Language = bot.InPlace, req.Language
	return reply, nil
}

// readWalk reads a button's value: "disk-full@prod space:n:U1 logs:f:", the last step being the one that was pressed.
func (f *Feature) readWalk(value string) (e *knowledge.Entry, instance string, trail []walked, at int, ok bool) {
	fields := strings.Fields(value)
	if len(fields) < 2 {
		return nil, "", nil, 0, false
	}
	id, instance := splitInstance(fields[0])
	e, found := f.opts.Knowledge().Entry(id)
	if !found || e.Kind != knowledge.KindRunbook {
		return nil, "", nil, 0, false
	}
	for _, field := range fields[1:] {
		parts := strings.Split(field, ":")
		at = slices.IndexFunc(e.Steps, func(s knowledge.Step) bool { return s.ID == parts[0] })
		if len(parts) != 3 || at < 0 || len(parts[1]) != 1 || outcomeKey(parts[1][0]) == "" {
			return nil, "", nil, 0, false
		}
		trail = append(trail, walked{parts[0], parts[1][0], parts[2]})
	}
	return e, instance, trail, at, true
}

// leadsTo is where an outcome of a step leads: the id of a step, Done, Stop, or another entry.
func leadsTo(e *knowledge.Entry, at int, outcome byte) string {
	next := e.Steps[at].Next
	switch {
	case outcome == fixed && next.Fixed != "":
		return next.Fixed
	case outcome == fixed:
		return knowledge.Done
	case outcome == notHelped && next.NotHelped != "":
		return next.NotHelped
	case outcome == cannot && next.Cannot != "":
		return next.Cannot
	case at+1 < len(e.Steps):
		return e.Steps[at+1].ID
	}
	return knowledge.Stop
}

// walk is the message of a walk that has come to a step, or to its end.
func (c *card) walk(e *knowledge.Entry, instance string, trail []walked, to string) bot.Reply {
	parts := []bot.Part{bot.Heading{Line: c.title(e)}}
	if len(trail) == 0 {
		parts = append(parts, c.hosting(e.About...)...)
		parts = append(parts, bot.Paragraph{Lines: []bot.Line{c.first()}})
	} else {
		parts = append(parts, bot.List{Title: bot.Phrase("runbook.so_far"), Items: c.trail(e, trail)})
	}
	if at := slices.IndexFunc(e.Steps, func(s knowledge.Step) bool { return s.ID == to }); at >= 0 {
		parts = append(parts, bot.Steps{Items: c.steps(e.Steps[at : at+1]), From: at + 1}, pressOne(e, instance, trail, to))
	} else {
		parts = append(parts, c.end(e, to)...)
	}
	return bot.Reply{Title: c.title(e), Parts: parts, Answer: bot.Answer{Answered: true, Kind: bot.KindRunbook, Modules: rankedIDs(e.About)}}
}

// trail says what came of each step, to be read or copied into a ticket.
func (c *card) trail(e *knowledge.Entry, trail []walked) []bot.Line {
	var lines []bot.Line
	for _, w := range trail {
		i := slices.IndexFunc(e.Steps, func(s knowledge.Step) bool { return s.ID == w.step })
		outcome := bot.Phrase("runbook." + outcomeKey(w.outcome))
		lines = append(lines, bot.Phrase("runbook.walked", "step", c.text(e.Steps[i].Title), "outcome", outcome, "user", bot.Person(w.user)))
	}
	return lines
}

// outcomeKey is the key of an outcome's phrase; empty for what is none.
func outcomeKey(mark byte) string {
	for _, o := range outcomes {
		if o.mark == mark {
			return o.key
		}
	}
	return ""
}

// pressOne are the buttons for what came of a step.
func pressOne(e *knowledge.Entry, instance string, trail []walked, step string) bot.Buttons {
	var value strings.Builder
	value.WriteString(e.ID + "@" + instance)
	for _, w := range trail {
		value.WriteString(" " + w.step + ":" + string(w.outcome) + ":" + w.user)
	}
	var row bot.Buttons
	for _, o := range outcomes {
		row.Items = append(row.Items, bot.ReplyButton{
			Action: actionStep, Value: value.String() + " " + step + ":" + string(o.mark) + ":", Label: bot.Phrase("runbook." + o.key), Primary: o.mark == fixed,
		})
	}
	return row
}

// end is what a walk ends with: it is fixed, somebody must be called, or another entry goes on.
func (c *card) end(e *knowledge.Entry, to string) []bot.Part {
	switch other, ok := c.knowledge.Entry(entryID(to)); {
	case to == knowledge.Done:
		return []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("runbook.ended")}}}
	case ok:
		return []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("runbook.goes_on")}}, entryButtons(c.language, []*knowledge.Entry{other}, c.instance.ID)}
	}
	return append([]bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("runbook.stopped")}}}, c.stop(e)...)
}

// entryID is the id in a branch that leads to another entry: runbook:disk-full.
func entryID(to string) string {
	_, id, _ := strings.Cut(to, ":")
	return id
}
