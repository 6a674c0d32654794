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

// mostAbsent is how many missing modules are shown with their steps; the others are named.
const mostAbsent = 3

// absent shows what to do about modules that a pasted list shows to be missing: the card of one, the first steps of several.
func (f *Feature) absent(req bot.Request, missing []search.Absent) bot.Reply {
	if len(missing) == 1 {
		return f.single(req, missing[0].Entry, missing[0].Instance, 1)
	}
	lead := bot.Phrase("read.missing_many", "count", len(missing))
	parts := []bot.Part{}
	answer := bot.Answer{Answered: true, Kind: bot.KindModule}
	row, again, open := bot.Buttons{}, "several", false
	var shown []*knowledge.Entry
	for _, a := range missing {
		again += " " + at(a.Entry.ID, a.Instance)
		if slices.Contains(shown, a.Entry) {
			continue
		}
		shown = append(shown, a.Entry)
		answer.Modules = append(answer.Modules, bot.Ranked{Name: a.Entry.ID, Score: 1})
		row.Items = append(row.Items, moduleButtons([]*knowledge.Entry{a.Entry}, a.Instance).Items...)
		if len(shown) > mostAbsent {
			continue
		}
		c := f.card(req, a.Instance)
		parts = append(parts, bot.Divider{}, bot.Heading{Line: title(a.Entry, req.Language)}, bot.Paragraph{Lines: []bot.Line{c.text(a.Entry.Does)}},
			bot.Steps{Items: c.steps(a.Entry.Steps[:min(stepsWhenTied, len(a.Entry.Steps))])})
		open = open || c.open
	}
	if open {
		parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("card.inst_hint")}})
	}
	row.Items = row.Items[:min(len(row.Items), modulesOffered-1)]
	if len(again) <= longestValue {
		row.Items = append(row.Items, shareButton(again))
	}
	return bot.Reply{Title: lead, Parts: append(parts, row), Answer: answer}
}

// longestValue is the most bytes in a button's value. Slack takes 2,000 characters.
const longestValue = 2000

// severalAgain shows several missing modules again: wfserver@prod mta@prod.
func (f *Feature) severalAgain(_ context.Context, req bot.Request) (bot.Reply, error) {
	var missing []search.Absent
	for _, field := range strings.Fields(req.Args) {
		id, instance := splitInstance(field)
		e, ok := f.opts.Knowledge().Entry(id)
		if !ok || e.Kind != knowledge.KindModule {
			return bot.Reply{}, stale()
		}
		missing = append(missing, search.Absent{Entry: e, Instance: instance})
	}
	if len(missing) == 0 {
		return bot.Reply{}, stale()
	}
	return f.absent(req, missing), nil
}

// complete answers a list in which nothing is missing.
func (f *Feature) complete(r search.Reading) bot.Reply {
	line := bot.Phrase("read.complete")
	switch {
	case r.Output.Monitor:
		line = bot.Phrase("read.none_missing")
	case r.Front:
		line = bot.Phrase("read.no_instance")
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
	add := func(when bool, key string, pairs ...any) {
		if when {
			list.Items = append(list.Items, bot.Phrase(key, pairs...))
		}
	}
	missing := slices.Clone(r.Others)
	for _, a := range r.Absent {
		missing = append(missing, at(a.Entry.ID, a.Instance))
	}
	listed := len(missing) > 0 && !o.NoTasks()
	add(o.Build != 0, "read.build", "build", strconv.Itoa(o.Build))
	add(len(o.Processes) > 0, "read.processes", "count", len(o.Processes))
	add(o.NoTasks(), "read.no_tasks")
	add(listed, "read.missing", "names", codeList(missing))
	add(listed && o.Pdump, "read.if_expected")
	add(r.Front && len(r.Absent) > 0, "read.no_instance")
	add(o.Cut, "read.cut")
	add(o.Log.Lines > 0, "read.log", "lines", o.Log.Lines, "errors", o.Log.Errors, "warnings", o.Log.Warnings)
	add(r.Frozen > 0, "read.frozen", "age", r.Frozen)
	add(len(o.Workflows) > 0, "read.workflows", "names", codeList(o.Workflows))
	add(len(o.Deliveries) > 0, "read.deliveries", "names", codeList(o.Deliveries))
	return []bot.Part{list}
}

// codeList is a list of names, each set as code.
func codeList(names []string) bot.Line {
	return bot.Text("`" + strings.Join(names, "`, `") + "`")
}
