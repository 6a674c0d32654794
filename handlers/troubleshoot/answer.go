package troubleshoot

import (
	"slices"
	"strings"
	"unicode"

	"campaignbot/bot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

// splitInstance separates "wfserver@prod" into its two halves. The instance of what serves all of them is none.
func splitInstance(s string) (name, instance string) {
	name, instance, _ = strings.Cut(strings.TrimSpace(s), "@")
	instance = strings.TrimRight(strings.TrimSpace(instance), ".")
	if !validInstance(instance) || instance == everyInstance {
		instance = ""
	}
	return strings.TrimSpace(name), instance
}

const everyInstance = "default"

// instanceIn returns the instance that the text names behind a module: "mta@prod does not start". An address of a mailbox is
// none, so other names of a module do not count, nor does what has a dot.
func (f *Feature) instanceIn(text string) string {
	for range 50 {
		at := strings.IndexByte(text, '@')
		if at < 0 {
			break
		}
		before, after := text[:at], text[at+1:]
		name := before[strings.LastIndexFunc(before, notInName)+1:]
		instance := after
		if end := strings.IndexFunc(after, notInName); end >= 0 {
			instance = after[:end]
		}
		instance = strings.TrimRight(instance, ".")
		e, how := f.opts.Knowledge().Resolve(knowledge.KindModule, name)
		if how == knowledge.Exact && strings.EqualFold(e.ID, name) && !strings.Contains(instance, ".") && instance != everyInstance && validInstance(instance) {
			return instance
		}
		text = after
	}
	return ""
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && r != '.'
}

// validInstance reports whether s can stand in a command: instance names are file-name parts.
func validInstance(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	return !strings.ContainsFunc(s, notInName) && !strings.HasPrefix(s, ".") && !strings.HasPrefix(s, "-")
}

// readable reports whether the text holds a letter or a digit.
func readable(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func title(e *knowledge.Entry, language string) bot.Line {
	return bot.Phrase("answer.title", "name", e.ID, "what", bot.Text(e.Title.In(language)))
}

// shareButton shares an answer. Again is the command that gives it again.
func shareButton(again string) bot.ReplyButton {
	return bot.ReplyButton{Action: actionShare, Value: again, Label: bot.Phrase("button.share")}
}

func withoutShare(parts []bot.Part) []bot.Part {
	kept := make([]bot.Part, 0, len(parts))
	for _, p := range parts {
		if b, ok := p.(bot.Buttons); ok && len(b.Items) > 0 && b.Items[len(b.Items)-1].Action == actionShare {
			if b.Items = b.Items[:len(b.Items)-1]; len(b.Items) == 0 {
				continue
			}
			p = b
		}
		kept = append(kept, p)
	}
	return kept
}

// moduleButtons show the modules, for the instance if there is one.
func moduleButtons(entries []*knowledge.Entry, instance string) bot.Buttons {
	var b bot.Buttons
	for _, e := range entries {
		b.Items = append(b.Items, bot.ReplyButton{Action: actionShow, Value: at(e.ID, instance), Label: bot.Phrase("button.module", "name", e.ID)})
	}
	return b
}

// at is a name with the instance it is asked for.
func at(name, instance string) string {
	if instance == "" {
		return name
	}
	return name + "@" + instance
}

func ranked(matches []search.Match) []bot.Ranked {
	out := make([]bot.Ranked, len(matches))
	for i, m := range matches {
		out[i] = bot.Ranked{Name: m.Entry.ID, Score: m.Score}
	}
	return out
}

// offerLanguage adds a button to an answer whose question is clearly in another language. Pressing it is remembered.
func offerLanguage(reply bot.Reply, req bot.Request) bot.Reply {
	spoken := search.Language(req.Args)
	if spoken == "" || spoken == req.Language || req.Surface == bot.Terminal {
		return reply
	}
	offer := bot.ReplyButton{Action: actionLanguage, Value: spoken, Label: bot.Phrase("button.language", "language", bot.Phrase("language.name."+spoken))}
	reply.Same = ""
	reply.Parts = append(slices.Clip(reply.Parts), bot.Buttons{Items: []bot.ReplyButton{offer}})
	return reply
}

// stepsWhenTied is how many steps of each module are shown when two are equally likely.
const stepsWhenTied = 3

// tied shows two modules that fail alike, with the question that tells them apart.
func (f *Feature) tied(req bot.Request, first, second *knowledge.Entry, instance string) bot.Reply {
	c := f.card(req, instance)
	again := "tied " + first.ID + " " + second.ID + " " + instance
	reply := f.cards.get(c.key(again), func() bot.Reply { return c.tied(first, second, again) })
	reply.Answer = bot.Answer{Answered: true, Kind: bot.KindModule}
	return reply
}

func (c *card) tied(first, second *knowledge.Entry, again string) bot.Reply {
	lang := c.language
	intro := bot.Phrase("answer.tied", "first", first.ID, "second", second.ID)
	lines := []bot.Line{intro}
	if q := question(first, second); q != nil {
		lines = append(lines, bot.Text(c.fill(q.In(lang))))
	}
	parts := []bot.Part{bot.Paragraph{Lines: lines}}
	for _, e := range []*knowledge.Entry{first, second} {
		parts = append(parts, bot.Divider{}, bot.Heading{Line: title(e, lang)}, bot.Paragraph{Lines: []bot.Line{bot.Text(c.fill(e.Does.In(lang)))}})
		parts = append(parts, bot.Steps{Items: c.steps(e.Steps[:min(stepsWhenTied, len(e.Steps))])})
	}
	if c.open {
		parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("card.inst_hint")}})
	}
	row := moduleButtons([]*knowledge.Entry{first, second}, c.instance.ID)
	row.Items = append(row.Items, shareButton(again))
	return bot.Reply{Title: intro, Parts: append(parts, row)}
}

func question(first, second *knowledge.Entry) knowledge.Texts {
	for _, t := range first.ToldApart {
		if t.From == second.ID {
			return t.Question
		}
	}
	for _, t := range second.ToldApart {
		if t.From == first.ID {
			return t.Question
		}
	}
	return nil
}

// list is the reply with a line for every module, the short cards behind the others.
func (f *Feature) list(req bot.Request) bot.Reply {
	items, others := bot.List{}, bot.List{Title: bot.Phrase("modules.others")}
	for _, e := range f.opts.Knowledge().OfKind(knowledge.KindModule) {
		if e.Brief {
			others.Items = append(others.Items, bot.Phrase("card.detail", "name", bot.Text("`"+e.ID+"`"), "detail", bot.Text(e.Title.In(req.Language))))
			continue
		}
		items.Items = append(items.Items, bot.Phrase("modules.line", "name", e.ID, "what", bot.Text(e.Title.In(req.Language)), "does", bot.Text(e.Does.In(req.Language))))
	}
	parts := []bot.Part{bot.Heading{Line: bot.Phrase("modules.title")}, items}
	if len(others.Items) > 0 {
		parts = append(parts, others)
	}
	parts = append(parts, bot.Note{Lines: []bot.Line{bot.Phrase("modules.more")}})
	return bot.Reply{
		Title:  bot.Phrase("modules.title"),
		Parts:  append(parts, bot.Buttons{Items: []bot.ReplyButton{shareButton("modules")}}),
		Answer: bot.Answer{Answered: true, Kind: bot.KindHelp},
	}
}
