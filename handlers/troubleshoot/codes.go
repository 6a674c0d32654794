package troubleshoot

import (
	"context"
	"strconv"

	"campaignbot/bot"
	"campaignbot/knowledge"
)

// fitsError: something written like an error code, or the name of a family of them.
func (f *Feature) fitsError(rest string) bool {
	name, _ := splitInstance(rest)
	return knowledge.LooksLikeCode(name) || f.family(name) != nil
}

// family returns the family of codes, or the defect, that the text names.
func (f *Feature) family(text string) *knowledge.Entry {
	for _, kind := range []knowledge.Kind{knowledge.KindError, knowledge.KindDefect} {
		if e, how := f.opts.Knowledge().Resolve(kind, text); how == knowledge.Exact {
			return e
		}
	}
	return nil
}

// errorCode answers with what is known of a code: PGS-220000, PGS-220000@prod.
func (f *Feature) errorCode(_ context.Context, req bot.Request) (bot.Reply, error) {
	name, instance := splitInstance(req.Args)
	if !f.fitsError(name) {
		name, instance = req.Args, ""
	}
	if codes := f.opts.Knowledge().Codes(name); len(codes) > 0 {
		return f.coded(req, codes[0], instance), nil
	}
	if e := f.family(name); e != nil {
		return f.entry(req, e, instance), nil
	}
	return bot.Reply{}, &bot.UserError{
		Kind: bot.NotFound, Line: bot.Phrase("error.unknown_code", "code", name),
		Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("error.code_hint", "families", codeList(f.familyNames()))}}},
	}
}

func (f *Feature) familyNames() []string {
	var names []string
	for _, e := range f.opts.Knowledge().OfKind(knowledge.KindError) {
		names = append(names, e.ID)
	}
	return names
}

// coded is the answer for one code: the code's own card, its family's when only that is known, or a defect's.
func (f *Feature) coded(req bot.Request, code knowledge.Coded, instance string) bot.Reply {
	if code.Family.Kind == knowledge.KindDefect {
		return f.entry(req, code.Family, instance)
	}
	c := f.card(req, instance)
	again := "error " + at(code.Code, instance)
	reply := f.cards.get(c.key(again), func() bot.Reply { return c.code(code, again) })
	reply.Answer = bot.Answer{Answered: true, Kind: bot.KindError}
	if code.Known != nil {
		reply.Answer.Modules = rankedIDs(code.Known.Modules)
	}
	return reply
}

func rankedIDs(ids []string) []bot.Ranked {
	var list []bot.Ranked
	for i, id := range ids {
		list = append(list, bot.Ranked{Name: id, Score: 1 / float64(i+1)})
	}
	return list
}

// code is the card of one code.
func (c *card) code(code knowledge.Coded, again string) bot.Reply {
	family, known := code.Family, code.Known
	heading := bot.Phrase("card.title_error", "name", code.Code, "what", c.text(family.Title))
	parts := []bot.Part{bot.Heading{Line: heading}}
	if known != nil {
		parts = append(parts, c.hosting(known.Modules...)...)
	}
	fields, sources, steps := bot.Fields{}, family.Sources, family.Steps
	if known == nil {
		parts = append(parts, bot.Paragraph{Lines: []bot.Line{bot.Phrase("codes.only_family", "code", code.Code, "family", family.ID), c.text(family.Does)}})
		fields = c.see(fields, family.See)
	} else {
		parts = append(parts, bot.Paragraph{Lines: []bot.Line{c.marked(c.text(known.Means), known.Ours)}})
		fields.Items = append(fields.Items, bot.Field{Name: bot.Phrase("card.about"), Values: c.modules(known.Modules)})
		fields = c.see(fields, known.See)
		steps = known.Steps
		if len(known.Sources) > 0 {
			sources = known.Sources
		}
	}
	parts = append(parts, bot.Paragraph{Title: bot.Phrase("card.steps")}, bot.Steps{Items: c.steps(steps)}, fields)
	if known == nil {
		parts = append(parts, c.notes(family)...)
	}
	parts = append(parts, c.links(sources))
	if c.open {
		parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("card.inst_hint")}})
	}
	parts = c.fallback(family, parts)
	row := bot.Buttons{}
	if known != nil {
		row = c.moduleRow(known.Modules)
	}
	row.Items = append(row.Items, shareButton(again))
	return bot.Reply{Title: heading, Parts: append(parts, row)}
}

func (c *card) moduleRow(ids []string) bot.Buttons {
	var entries []*knowledge.Entry
	for _, id := range ids {
		if e, ok := c.knowledge.Entry(id); ok {
			entries = append(entries, e)
		}
	}
	return moduleButtons(entries, c.instance.ID)
}

// family is the card of a family of codes.
func (c *card) family(e *knowledge.Entry) []bot.Part {
	parts := c.head(e)
	if len(e.Codes) > 0 {
		list := bot.List{Title: bot.Phrase("codes.known")}
		for _, k := range e.Codes {
			list.Items = append(list.Items, bot.Phrase("card.detail", "name", bot.Text("`"+k.Code+"`"), "detail", c.text(k.Means)))
		}
		parts = append(parts, list)
	}
	parts = append(parts, c.stepsOf(e)...)
	parts = append(parts, c.notes(e)...)
	return append(parts, c.see(bot.Fields{}, e.See))
}

// defect is the card of a fault of some builds.
func (c *card) defect(e *knowledge.Entry) []bot.Part {
	parts := append(c.head(e), bot.Paragraph{Lines: []bot.Line{c.release(e), c.affected(e)}})
	parts = append(parts, c.notes(e)...)
	return append(parts, c.about(e))
}

func (c *card) release(e *knowledge.Entry) bot.Line {
	if e.Fixed.Build == 0 {
		return bot.Phrase("defect.fixed_version", "version", e.Fixed.Version)
	}
	return bot.Phrase("defect.fixed", "version", e.Fixed.Version, "build", strconv.Itoa(e.Fixed.Build))
}

// affected says whether the reader's instance has the fault, as far as its build tells.
func (c *card) affected(e *knowledge.Entry) bot.Line {
	build, err := strconv.Atoi(c.instance.Build)
	switch {
	case err != nil || e.Fixed.Build == 0:
		return bot.Phrase("defect.which_build")
	case build < e.Fixed.Build:
		return bot.Phrase("defect.before", "instance", c.instance.ID, "build", c.instance.Build)
	}
	return bot.Phrase("defect.after", "instance", c.instance.ID, "build", c.instance.Build)
}

// defectsOf lists the known defects of the module that the instance's build still has; nothing when the build is unknown.
func (c *card) defectsOf(e *knowledge.Entry) []bot.Part {
	build, err := strconv.Atoi(c.instance.Build)
	if err != nil {
		return nil
	}
	list := bot.List{Title: bot.Phrase("defect.known", "build", c.instance.Build)}
	for _, d := range c.knowledge.About(knowledge.KindDefect, e.ID) {
		if build < d.Fixed.Build {
			list.Items = append(list.Items, bot.Phrase("defect.line", "name", d.ID, "what", c.text(d.Title), "release", c.release(d)))
		}
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []bot.Part{list}
}
