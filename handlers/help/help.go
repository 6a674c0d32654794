// Package help says what the bot can do. It is built last, from the list of commands, so it never promises what is not
// there.
package help

import (
	"context"
	"strings"

	"campaignbot/bot"
)

// slashName is what people type before a verb.
const slashName = "/campaign"

// Feature answers help.
type Feature struct{ commands []bot.Command }

// New returns the feature for the commands; its own command is added to them.
func New(commands []bot.Command) *Feature {
	f := &Feature{}
	f.commands = append(append(f.commands, commands...), f.Command())
	return f
}

// Command returns the verb help.
func (f *Feature) Command() bot.Command {
	return bot.Command{
		Verb:    "help",
		Aliases: []string{"hulp", "hilfe", "aide"},
		Help:    bot.Help{Usage: "help [verb]", Summary: bot.Phrase("command.help.summary"), Examples: []string{"help", "help module"}},
		Fits:    func(rest string) bool { return rest == "" || f.find(rest) != nil },
		Handle:  f.Help,
	}
}

func (f *Feature) find(verb string) *bot.Command {
	for i, c := range f.commands {
		if strings.EqualFold(c.Verb, verb) {
			return &f.commands[i]
		}
	}
	return nil
}

// Help answers with everything, or with one verb.
func (f *Feature) Help(_ context.Context, req bot.Request) (bot.Reply, error) {
	if c := f.find(req.Args); c != nil {
		return reply(bot.Phrase("help.usage", "usage", slashName+" "+c.Help.Usage),
			bot.Paragraph{Lines: []bot.Line{code(c.Help.Usage), c.Help.Summary}},
			bot.List{Title: bot.Phrase("help.examples"), Items: examples(c.Help.Examples)},
		), nil
	}
	commands := bot.List{Title: bot.Phrase("help.commands")}
	var tries []string
	for _, c := range f.commands {
		commands.Items = append(commands.Items, bot.Phrase("help.command_line", "usage", code(c.Help.Usage), "summary", c.Help.Summary))
		if c.Verb != "help" {
			tries = append(tries, c.Help.Examples[0])
		}
	}
	return reply(bot.Phrase("help.title"),
		bot.Heading{Line: bot.Phrase("help.title")},
		bot.Paragraph{Lines: []bot.Line{bot.Phrase("help.intro"), bot.Phrase("help.symptom")}},
		commands,
		bot.List{Title: bot.Phrase("help.examples"), Items: examples(tries)},
		bot.Note{Lines: []bot.Line{bot.Phrase("help.anywhere"), bot.Phrase("help.private")}},
	), nil
}

func reply(title bot.Line, parts ...bot.Part) bot.Reply {
	return bot.Reply{Title: title, Parts: parts, Private: true, Answer: bot.Answer{Answered: true, Kind: bot.KindHelp}}
}

func code(usage string) bot.Line { return bot.Text("`" + slashName + " " + usage + "`") }

func examples(list []string) []bot.Line {
	lines := make([]bot.Line, len(list))
	for i, e := range list {
		lines[i] = code(e)
	}
	return lines
}
