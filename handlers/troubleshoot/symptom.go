package troubleshoot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"campaignbot/bot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

// Symptom answers a description of what is wrong, or pasted output: what is read in it comes first, then an exact error
// code, then what the words are about.
func (f *Feature) Symptom(_ context.Context, req bot.Request) (bot.Reply, error) {
	if !readable(req.Args) {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.unreadable")}
	}
	r := f.opts.Knowledge().Read(req.Args, f.opts.Clock.Now())
	instance := f.instanceIn(req.Args)
	reply := f.answer(req, r, instance)
	if r.Sure && len(r.Absent) == 0 {
		reply.Answer.Modules = ranked(r.Modules)
	}
	if seen := f.seen(r); len(seen) > 0 {
		reply.Same = ""
		reply.Parts = slices.Insert(slices.Clone(reply.Parts), 0, seen...)
	}
	return offerLanguage(f.withRelated(req, reply, r), req), nil
}

// answer chooses what a reading is answered with.
func (f *Feature) answer(req bot.Request, r search.Reading, instance string) bot.Reply {
	switch {
	case len(r.Absent) > 0:
		return f.absent(req, r)
	case len(r.Codes) > 0 && (r.Codes[0].Known != nil || r.Codes[0].Family.Kind == knowledge.KindDefect):
		return f.coded(req, r.Codes[0], instance)
	case r.Leads && !r.Tied:
		return f.entry(req, r.Related[0].Entry, instance)
	case r.Tied:
		return f.tied(req, r.Modules[0].Entry, r.Modules[1].Entry, instance)
	case r.Sure:
		return f.single(req, r.Modules[0].Entry, instance, r.Modules[0].Score)
	case len(r.Codes) > 0:
		return f.coded(req, r.Codes[0], instance)
	case r.Frozen > 0:
		return f.frozen(req, r, instance)
	case r.Output.Pdump || r.Output.Monitor:
		return f.complete(r)
	}
	return f.unsure(req, r)
}

// absent shows what to do about modules that a pasted list shows to be missing: the card of one, the first steps of several.
func (f *Feature) absent(req bot.Request, r search.Reading) bot.Reply {
	first := r.Absent[0]
	if len(r.Absent) == 1 {
		return f.single(req, first.Entry, first.Instance, 1)
	}
	lead := bot.Phrase("read.missing_many", "count", len(r.Absent))
	parts := []bot.Part{}
	var answer bot.Answer
	var entries []*knowledge.Entry
	for i, a := range r.Absent {
		answer.Modules = append(answer.Modules, bot.Ranked{Name: a.Entry.ID, Score: 1})
		if slices.Contains(entries, a.Entry) {
			continue
		}
		entries = append(entries, a.Entry)
		if i >= mostAbsent {
			continue
		}
		c := f.card(req, a.Instance)
		parts = append(parts, bot.Divider{}, bot.Heading{Line: title(a.Entry, req.Language)}, bot.Paragraph{Lines: []bot.Line{c.text(a.Entry.Does)}},
			bot.Steps{Items: c.steps(a.Entry.Steps[:min(stepsWhenTied, len(a.Entry.Steps))])})
	}
	answer.Answered, answer.Kind = true, bot.KindModule
	return bot.Reply{Title: lead, Parts: append(parts, moduleButtons(entries[:min(len(entries), modulesOffered)])), Answer: answer}
}

// mostAbsent is how many missing modules are shown with their steps; the others are named.
const mostAbsent = 3

// frozen answers a log that shows no error but ends long ago.
func (f *Feature) frozen(req bot.Request, r search.Reading, instance string) bot.Reply {
	e, ok := f.opts.Knowledge().Entry("syslogd")
	if !ok {
		return f.unsure(req, r)
	}
	return f.single(req, e, instance, 1)
}

// complete answers a list in which nothing is missing.
func (f *Feature) complete(r search.Reading) bot.Reply {
	line := bot.Phrase("read.complete")
	if r.Output.Monitor {
		line = bot.Phrase("read.none_missing")
	}
	return bot.Reply{
		Title:  line,
		Parts:  []bot.Part{bot.Paragraph{Lines: []bot.Line{line, bot.Phrase("answer.unsure_hint")}}},
		Answer: bot.Answer{Answered: true, Kind: bot.KindHelp},
	}
}

// seen says what was read in pasted output.
func (f *Feature) seen(r search.Reading) []bot.Part {
	o := r.Output
	if !o.Any() {
		return nil
	}
	list := bot.List{Title: bot.Phrase("read.title")}
	add := func(key string, pairs ...any) { list.Items = append(list.Items, bot.Phrase(key, pairs...)) }
	if o.Build != 0 {
		add("read.build", "build", strconv.Itoa(o.Build))
	}
	if n := len(o.Processes); n > 0 {
		add("read.processes", "count", n)
	}
	if o.NoTasks() {
		add("read.no_tasks")
	}
	var names []string
	for _, a := range r.Absent {
		name := a.Entry.ID
		if a.Instance != "" {
			name += "@" + a.Instance
		}
		names = append(names, name)
	}
	if len(names) > 0 && !o.NoTasks() {
		add("read.missing", "names", codeList(names))
		if o.Pdump {
			add("read.if_expected")
		}
	}
	if o.Log.Lines > 0 {
		add("read.log", "lines", o.Log.Lines, "errors", o.Log.Errors, "warnings", o.Log.Warnings)
	}
	if r.Frozen > 0 {
		add("read.frozen", "age", r.Frozen)
	}
	if len(o.Workflows) > 0 {
		add("read.workflows", "names", codeList(o.Workflows))
	}
	if len(o.Deliveries) > 0 {
		add("read.deliveries", "names", codeList(o.Deliveries))
	}
	return []bot.Part{list}
}

// codeList is a list of names, each set as code.
func codeList(names []string) bot.Line {
	return bot.Text("`" + strings.Join(names, "`, `") + "`")
}

// unsure says that the bot does not know, and offers what is nearest.
func (f *Feature) unsure(req bot.Request, r search.Reading) bot.Reply {
	reply := bot.Reply{
		Title:  bot.Phrase("answer.unsure"),
		Parts:  []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.unsure"), bot.Phrase("answer.unsure_hint")}}},
		Answer: bot.Answer{Kind: bot.KindNone},
	}
	var entries []*knowledge.Entry
	for _, l := range r.Related {
		if l.Likeness >= offeredLike && len(entries) < nearest {
			entries = append(entries, l.Entry)
		}
	}
	for _, m := range r.Modules {
		if len(entries) < nearest {
			entries = append(entries, m.Entry)
		}
	}
	if len(entries) > 0 {
		reply.Parts = append(reply.Parts, bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.nearest")}}, entryButtons(req.Language, entries))
	}
	return reply
}

// offeredLike is the likeness from which an entry that is no module is offered before the modules.
const offeredLike = 0.55

// withRelated adds buttons for what the question is like besides what is shown.
func (f *Feature) withRelated(req bot.Request, reply bot.Reply, r search.Reading) bot.Reply {
	if !reply.Answer.Answered {
		return reply
	}
	var entries []*knowledge.Entry
	name := reply.Same + "|related"
	for i, l := range r.Related {
		if (i > 0 || reply.Answer.Kind == bot.KindModule) && len(entries) < nearest {
			entries = append(entries, l.Entry)
			name += " " + l.Entry.ID
		}
	}
	if len(entries) == 0 {
		return reply
	}
	add := func() bot.Reply {
		whole := reply
		whole.Parts = append(slices.Clip(reply.Parts), bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.related")}}, entryButtons(req.Language, entries))
		return whole
	}
	if reply.Same == "" {
		return add()
	}
	whole := f.cards.get(name, add)
	whole.Answer = reply.Answer
	return whole
}
