package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
	"campaignbot/handlers"
	"campaignbot/handlers/troubleshoot"
)

type askFlags struct {
	language string
	json     bool
	paste    bool
}

// answerLine is one answer of ask --json. Modules stand best first and are empty when not answered.
type answerLine struct {
	Question string       `json:"question"`
	Language string       `json:"language"`
	Answered bool         `json:"answered"`
	Kind     bot.Kind     `json:"kind"`
	Modules  []moduleLine `json:"modules"`
	Title    string       `json:"title"`
	Text     string       `json:"text"`
}

type moduleLine struct {
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

func newAsk(w world) *cobra.Command {
	var flags askFlags
	cmd := &cobra.Command{
		Use:   "ask TEXT…",
		Short: "Answer in the terminal what the bot answers in Slack",
		Long: "ask answers a question in the terminal, as the bot does in Slack.\n\n" +
			"With - as the only TEXT it reads one question per line from standard input; with --paste all of it is one question.",
		Example: "  campaignbot ask module wfserver\n  campaignbot ask --lang nl mails gaan niet meer weg\n  campaignbot ask --json - < questions.txt\n  campaignbot ask --paste < mta.log",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd.Context(), w, flags, args)
		},
	}
	cmd.Flags().StringVar(&flags.language, "lang", "en", "language of the answer: en, nl, de or fr")
	cmd.Flags().BoolVar(&flags.json, "json", false, "print one JSON object per question")
	cmd.Flags().BoolVar(&flags.paste, "paste", false, "read standard input as one question")
	return cmd
}

// fixed is a Chooser for a terminal: the language was given.
type fixed string

func (f fixed) Language(context.Context, bot.Request) string { return string(f) }

// asker answers in a terminal.
type asker struct {
	router   *bot.Router
	renderer *blockkit.Renderer
	phrases  *locale.Phrases
	flags    askFlags
	out      *bufio.Writer
	asked    int
}

func ask(ctx context.Context, w world, flags askFlags, args []string) error {
	if !bot.KnownLanguage(flags.language) {
		return refused(fmt.Errorf("--lang: %q is not a language of the bot (use en, nl, de or fr)", flags.language))
	}
	if !flags.paste && len(args) == 0 {
		return refused(errors.New("ask: no question (write it behind ask, or use - to read questions from standard input)"))
	}
	if flags.paste && len(args) > 0 {
		return refused(errors.New("ask: --paste reads the question from standard input; leave the text out"))
	}
	a, err := newAsker(w, flags)
	if err != nil {
		return err
	}
	if err := a.all(ctx, w.in, args); err != nil {
		return err
	}
	return a.out.Flush()
}

func newAsker(w world, flags askFlags) (*asker, error) {
	t, err := loadTexts("")
	if err != nil {
		return nil, refused(err)
	}
	feature, err := troubleshoot.New(troubleshoot.Options{
		Knowledge: t.library, Finder: t.index, ChannelLanguage: func(string) string { return flags.language },
	})
	if err != nil {
		return nil, err
	}
	set := handlers.All(handlers.Features{Troubleshoot: feature})
	router, err := bot.NewRouter(bot.RouterOptions{
		Commands: set.Commands, Symptom: set.Symptom, Empty: set.Empty,
		Chooser: fixed(flags.language), Log: slog.New(slog.NewTextHandler(w.errs, nil)), Deadline: 10 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	return &asker{router: router, renderer: t.renderer, phrases: t.phrases, flags: flags, out: bufio.NewWriter(w.out)}, nil
}

// all answers the arguments, all of the input, or every line of it.
func (a *asker) all(ctx context.Context, in io.Reader, args []string) error {
	if !a.flags.paste && (len(args) != 1 || args[0] != "-") {
		return a.one(ctx, strings.Join(args, " "))
	}
	if a.flags.paste {
		text, err := io.ReadAll(in)
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		return a.one(ctx, string(text))
	}
	lines := bufio.NewReader(in)
	for ctx.Err() == nil {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read standard input: %w", err)
		}
		if line = strings.TrimRight(line, "\r\n"); line != "" || err == nil {
			if err := a.one(ctx, line); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
	return ctx.Err()
}

func (a *asker) one(ctx context.Context, question string) error {
	question = strings.ToValidUTF8(question, "\uFFFD")
	a.asked++
	reply := a.router.Route(ctx, bot.Request{ID: fmt.Sprintf("ask-%d", a.asked), Surface: bot.Terminal, Text: question})
	text := a.renderer.Plain(reply)
	if !a.flags.json {
		_, err := fmt.Fprintln(a.out, text)
		return err
	}
	line := answerLine{
		Question: question,
		Language: reply.Language,
		Answered: reply.Answer.Answered,
		Kind:     reply.Answer.Kind,
		Modules:  []moduleLine{},
		Title:    a.phrases.String(reply.Language, reply.Title),
		Text:     text,
	}
	for _, m := range reply.Answer.Modules {
		line.Modules = append(line.Modules, moduleLine(m))
	}
	encoder := json.NewEncoder(a.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(line)
}
