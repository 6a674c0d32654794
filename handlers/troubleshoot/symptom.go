package troubleshoot

import (
	"context"
	"slices"

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
	return offerLanguage(f.withRelated(req, reply, r, instance), req), nil
}

// answer chooses what a reading is answered with.
func (f *Feature) answer(req bot.Request, r search.Reading, instance string) bot.Reply {
	switch {
	case len(r.Absent) > 0:
		return f.absent(req, r.Absent)
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
	case (r.Output.Pdump || r.Output.Monitor) && !r.Output.Cut && len(r.Others) == 0:
		return f.complete(r)
	}
	return f.unsure(req, r, instance)
}

// unsure says that the bot does not know, and offers what is nearest.
func (f *Feature) unsure(req bot.Request, r search.Reading, instance string) bot.Reply {
	reply := bot.Reply{
		Title:  bot.Phrase("answer.unsure"),
		Parts:  []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.unsure"), bot.Phrase("answer.unsure_hint")}}},
		Answer: bot.Answer{Kind: bot.KindNone},
	}
	var entries []*knowledge.Entry
	if e, ok := f.opts.Knowledge().Entry("syslogd"); ok && r.Frozen > 0 {
		entries = append(entries, e)
	}
	for _, l := range r.Related {
		if l.Likeness >= offeredLike && len(entries) < nearest {
			entries = append(entries, l.Entry)
		}
	}
	for _, m := range r.Modules {
		if len(entries) < nearest && !slices.Contains(entries, m.Entry) {
			entries = append(entries, m.Entry)
		}
	}
	if len(entries) > 0 {
		reply.Parts = append(reply.Parts, bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.nearest")}}, entryButtons(req.Language, entries, instance))
	}
	return reply
}

// offeredLike is the likeness from which an entry that is no module is offered before the modules.
const offeredLike = 0.55

// withRelated adds buttons for what the question is like besides what is shown.
func (f *Feature) withRelated(req bot.Request, reply bot.Reply, r search.Reading, instance string) bot.Reply {
	if !reply.Answer.Answered {
		return reply
	}
	var entries []*knowledge.Entry
	name := reply.Same + "|related " + instance
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
		whole.Parts = append(slices.Clip(reply.Parts), bot.Paragraph{Lines: []bot.Line{bot.Phrase("answer.related")}}, entryButtons(req.Language, entries, instance))
		return whole
	}
	if reply.Same == "" {
		return add()
	}
	whole := f.cards.get(name, add)
	whole.Answer = reply.Answer
	return whole
}
