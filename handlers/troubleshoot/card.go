package troubleshoot

import (
	"slices"
	"strconv"
	"strings"

	"campaignbot/bot"
	"campaignbot/knowledge"
)

// placeholder stands for the instance's name in entries.
const placeholder = "<inst>"

// card makes the parts of one answer, for one reader and one instance.
type card struct {
	knowledge Knowledge
	language  string
	instance  bot.Instance
	open      bool // the placeholder stayed in a text: the instance is unknown
}

// card returns a card maker for the request. Instance is the name from the question; it wins over the channel's.
func (f *Feature) card(req bot.Request, instance string) *card {
	c := &card{knowledge: f.opts.Knowledge(), language: req.Language, instance: req.Instance}
	if instance != "" && instance != c.instance.ID {
		c.instance = f.opts.Instance(instance)
	}
	return c
}

// key names the card: from one version of the entries, for one reader and one instance, it is always the same.
func (c *card) key(what string) string {
	return strings.Join([]string{c.knowledge.Version(), what, c.language, c.instance.ID, c.instance.Hosting, c.instance.OS, c.instance.Build}, "|")
}

// fill puts the instance's name in place of the placeholder.
func (c *card) fill(s string) string {
	if !strings.Contains(s, placeholder) {
		return s
	}
	if c.instance.ID == "" {
		c.open = true
		return s
	}
	return strings.ReplaceAll(s, placeholder, c.instance.ID)
}

// text returns the line for an entry's text; zero when the entry has none.
func (c *card) text(t knowledge.Texts) bot.Line {
	return bot.Text(c.fill(t.In(c.language)))
}

// marked returns the line for a text, marked when it is our inference.
func (c *card) marked(l bot.Line, ours bool) bot.Line {
	if !ours {
		return l
	}
	return bot.Phrase("card.with_ours", "text", l)
}

// sending are the modules that Adobe runs for a hybrid instance.
var sending = []string{"mta", "stat", "inMail"}

// hosting says what the operator cannot do about the modules on an instance that Adobe hosts, whole or in part.
func (c *card) hosting(modules ...string) []bot.Part {
	switch {
	case c.instance.Hosting == "hosted":
		return []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("card.hosted")}}}
	case c.instance.Hosting == "hybrid" && slices.ContainsFunc(modules, func(m string) bool { return slices.Contains(sending, m) }):
		return []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("card.hybrid")}}}
	}
	return nil
}

func (c *card) steps(steps []knowledge.Step) []bot.Step {
	out := make([]bot.Step, len(steps))
	for i, s := range steps {
		out[i] = bot.Step{
			Title:  c.text(s.Title),
			Text:   c.text(s.Text),
			Expect: c.text(s.Expect),
			Else:   c.text(s.Else),
			Risk:   bot.Phrase("risk." + string(s.Risk)),
			Ours:   s.Ours,
		}
		for _, cmd := range s.Commands {
			if cmd.OS != "" && c.instance.OS != "" && cmd.OS != c.instance.OS {
				continue
			}
			shell := bot.Shell{OS: cmd.OS, Text: c.fill(cmd.Run)}
			if c.instance.OS != "" {
				shell.OS = ""
			}
			out[i].Commands = append(out[i].Commands, shell)
		}
	}
	return out
}

// facts are the short facts below the steps: logs, ports, configuration, dependencies both ways.
func (c *card) facts(e *knowledge.Entry) bot.Part {
	var fields bot.Fields
	add := func(key string, lines []bot.Line) {
		fields.Items = append(fields.Items, bot.Field{Name: bot.Phrase(key), Values: lines})
	}
	var logs []bot.Line
	for _, l := range e.Logs {
		logs = append(logs, bot.Text("`"+c.fill(l)+"`"))
	}
	add("card.logs", logs)
	var ports []bot.Line
	for _, p := range e.Ports {
		ports = append(ports, c.port(p))
	}
	add("card.ports", ports)
	if e.Config.File != "" {
		where := "`" + c.fill(e.Config.File) + "`"
		if e.Config.Element != "" {
			where += " `" + e.Config.Element + "`"
		}
		add("card.config", []bot.Line{c.join(bot.Text(where), c.text(e.Config.Text))})
	}
	add("card.needs", c.dependencies(e.Needs))
	add("card.needed_by", c.dependencies(e.NeededBy))
	var runbooks []bot.Line
	for _, r := range c.knowledge.About(knowledge.KindRunbook, e.ID) {
		runbooks = append(runbooks, c.pointer(r))
	}
	add("card.runbooks", runbooks)
	return c.see(fields, e.See)
}

func (c *card) port(p knowledge.Port) bot.Line {
	direction := bot.Phrase("port." + p.Direction)
	l := bot.Phrase("card.detail", "name", direction, "detail", c.text(p.Text))
	if p.Number != 0 {
		l = bot.Phrase("card.port_line", "port", strconv.Itoa(p.Number)+"/"+p.Protocol, "direction", direction, "text", c.text(p.Text))
	}
	return c.marked(l, p.Ours)
}

func (c *card) dependencies(deps []knowledge.Dependency) []bot.Line {
	var lines []bot.Line
	for _, d := range deps {
		name := bot.Text("`" + d.Module + "`")
		if d.Module == "" {
			name = c.text(d.Name)
		}
		lines = append(lines, c.marked(c.join(name, c.text(d.Text)), d.Ours))
	}
	return lines
}

// join puts a detail behind a name.
func (c *card) join(name, detail bot.Line) bot.Line {
	if detail.IsZero() {
		return name
	}
	return bot.Phrase("card.detail", "name", name, "detail", detail)
}

func (c *card) links(tags []string) bot.Part {
	links := bot.Links{Title: bot.Phrase("card.sources")}
	for _, tag := range tags {
		name, address := c.knowledge.Link(tag, c.language)
		links.Items = append(links.Items, bot.Link{Title: bot.Text(name), URL: address})
	}
	return links
}
