package troubleshoot

import (
	"strconv"

	"campaignbot/bot"
	"campaignbot/knowledge"
)

// parts are those of an entry's card, whatever its kind.
func (c *card) parts(e *knowledge.Entry) []bot.Part {
	var parts []bot.Part
	switch e.Kind {
	case knowledge.KindModule:
		parts = c.module(e)
	case knowledge.KindDefect:
		parts = c.defect(e)
	case knowledge.KindConflict:
		parts = c.conflict(e)
	case knowledge.KindError:
		parts = c.family(e)
	default:
		parts = c.procedure(e)
	}
	parts = append(parts, c.links(e.Sources))
	if c.open {
		parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("card.inst_hint")}})
	}
	return c.fallback(e, parts)
}

// fallback says that an entry is not whole in the reader's language.
func (c *card) fallback(e *knowledge.Entry, parts []bot.Part) []bot.Part {
	if len(e.Lacks(c.language)) == 0 {
		return parts
	}
	return append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("card.english")}})
}

// title names an entry: what it is, and for a module how it runs.
func (c *card) title(e *knowledge.Entry) bot.Line {
	if e.Kind == knowledge.KindModule {
		return bot.Phrase("card.title", "title", title(e, c.language), "type", bot.Phrase("type."+string(e.Type)))
	}
	return bot.Phrase("card.title_"+string(e.Kind), "name", e.ID, "what", c.text(e.Title))
}

func (c *card) head(e *knowledge.Entry) []bot.Part {
	return []bot.Part{bot.Heading{Line: c.title(e)}, bot.Paragraph{Lines: []bot.Line{c.text(e.Does)}}}
}

func (c *card) module(e *knowledge.Entry) []bot.Part {
	parts := append(c.head(e), c.hosting(e.ID)...)
	parts = append(parts, c.signs(e)...)
	parts = append(parts, c.stepsOf(e)...)
	parts = append(parts, c.defectsOf(e)...)
	parts = append(parts, c.notes(e)...)
	return append(parts, c.facts(e))
}

// procedure is the card of a runbook or a check.
func (c *card) procedure(e *knowledge.Entry) []bot.Part {
	parts := append(c.head(e), c.hosting(e.About...)...)
	if e.Kind == knowledge.KindRunbook {
		parts = append(parts, bot.Paragraph{Lines: []bot.Line{c.first()}})
	} else {
		parts = append(parts, bot.Paragraph{Lines: []bot.Line{bot.Phrase("card.every." + string(e.Every))}})
	}
	parts = append(parts, c.signs(e)...)
	parts = append(parts, c.stepsOf(e)...)
	parts = append(parts, c.stop(e)...)
	parts = append(parts, c.notes(e)...)
	return append(parts, c.about(e))
}

// first is what must be known before the first step; what the configuration tells is filled in.
func (c *card) first() bot.Line {
	i := c.instance
	if i.ID == "" {
		return bot.Phrase("runbook.first")
	}
	known := []any{"instance", i.ID, "hosting", bot.Phrase("hosting.unknown"), "os", bot.Phrase("os.unknown")}
	if i.Hosting != "" {
		known[3] = bot.Phrase("hosting." + i.Hosting)
	}
	if i.OS != "" {
		known[5] = bot.Phrase("os." + i.OS)
	}
	return bot.Phrase("runbook.first_known", known...)
}

func (c *card) signs(e *knowledge.Entry) []bot.Part {
	if len(e.Signs) == 0 {
		return nil
	}
	signs := bot.List{Title: bot.Phrase("card.you_see")}
	for _, s := range e.Signs {
		signs.Items = append(signs.Items, c.text(s))
	}
	return []bot.Part{signs}
}

func (c *card) stepsOf(e *knowledge.Entry) []bot.Part {
	if len(e.Steps) == 0 {
		return nil
	}
	key := "card.steps"
	if e.Kind == knowledge.KindConflict {
		key = "card.live_check"
	}
	steps := c.steps(e.Steps)
	for i := range steps {
		steps[i].Next = c.branches(e, i)
	}
	return []bot.Part{bot.Paragraph{Title: bot.Phrase(key)}, bot.Steps{Items: steps}}
}

// branches are the ways on from a step that are not simply the next one.
func (c *card) branches(e *knowledge.Entry, step int) []bot.Line {
	var lines []bot.Line
	next := e.Steps[step].Next
	for _, b := range []struct{ outcome, to string }{{"fixed", next.Fixed}, {"not_helped", next.NotHelped}, {"cannot", next.Cannot}} {
		if b.to != "" {
			lines = append(lines, bot.Phrase("runbook.branch", "outcome", bot.Phrase("runbook."+b.outcome), "to", c.destination(e, b.to)))
		}
	}
	return lines
}

// destination says where a branch leads.
func (c *card) destination(e *knowledge.Entry, to string) bot.Line {
	switch to {
	case knowledge.Done:
		return bot.Phrase("runbook.to_done")
	case knowledge.Stop:
		return bot.Phrase("runbook.to_stop")
	}
	for i, s := range e.Steps {
		if s.ID == to {
			return bot.Phrase("runbook.to_step", "number", strconv.Itoa(i+1))
		}
	}
	if other, ok := c.knowledge.Entry(entryID(to)); ok {
		return c.pointer(other)
	}
	return bot.Phrase("runbook.to_stop")
}

// stop says when to stop, and whom to call.
func (c *card) stop(e *knowledge.Entry) []bot.Part {
	if len(e.Escalate) == 0 {
		return nil
	}
	list := bot.List{Title: bot.Phrase("runbook.stop")}
	for _, x := range e.Escalate {
		list.Items = append(list.Items, c.marked(bot.Phrase("runbook.call", "team", bot.Phrase("team."+string(x.To)), "when", c.text(x.When)), x.Ours))
	}
	return []bot.Part{list}
}

func (c *card) notes(e *knowledge.Entry) []bot.Part {
	if len(e.Notes) == 0 {
		return nil
	}
	notes := bot.List{Title: bot.Phrase("card.notes")}
	for _, n := range e.Notes {
		notes.Items = append(notes.Items, c.marked(c.text(n.Text), n.Ours))
	}
	return []bot.Part{notes}
}

// about names the modules of an entry, and what to read next.
func (c *card) about(e *knowledge.Entry) bot.Part {
	var fields bot.Fields
	fields.Items = append(fields.Items, bot.Field{Name: bot.Phrase("card.about"), Values: c.modules(e.About)})
	return c.see(fields, e.See)
}

func (c *card) see(fields bot.Fields, ids []string) bot.Fields {
	var lines []bot.Line
	for _, id := range ids {
		if other, ok := c.knowledge.Entry(id); ok {
			lines = append(lines, c.pointer(other))
		}
	}
	fields.Items = append(fields.Items, bot.Field{Name: bot.Phrase("card.see"), Values: lines})
	return fields
}

func (c *card) modules(ids []string) []bot.Line {
	var lines []bot.Line
	for _, id := range ids {
		lines = append(lines, bot.Text("`"+id+"`"))
	}
	return lines
}

// pointer names another entry by the command that shows it.
func (c *card) pointer(e *knowledge.Entry) bot.Line {
	return bot.Phrase("card.detail", "name", bot.Text("`"+again(e, "")+"`"), "detail", c.text(e.Title))
}

// again is the command that shows an entry, for the instance if there is one.
func again(e *knowledge.Entry, instance string) string {
	verb := "runbook "
	switch e.Kind {
	case knowledge.KindModule:
		verb = "module "
	case knowledge.KindError, knowledge.KindDefect:
		verb = "error "
	}
	return verb + at(e.ID, instance)
}

func (c *card) conflict(e *knowledge.Entry) []bot.Part {
	parts := c.head(e)
	sides := bot.List{Title: bot.Phrase("card.sides")}
	for _, s := range e.Sides {
		sides.Items = append(sides.Items, c.text(s.Says))
	}
	parts = append(parts, sides, bot.Paragraph{Title: bot.Phrase("card.takes"), Lines: []bot.Line{c.text(e.Takes)}})
	parts = append(parts, c.stepsOf(e)...)
	parts = append(parts, c.notes(e)...)
	return append(parts, c.about(e))
}
