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
	"campaignbot/knowledge/search"
)

type askFlags struct {
	language string
	json     bool
	paste    bool
	explain  bool
	dir      string
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
	Explain  []string     `json:"explain,omitempty"` // with --explain: which words and rules made the answer
}

type moduleLine struct {
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

func newAsk(w world) *cobra.Command {
	var flags askFlags
	cmd := &cobra.Command{
		Use:   "ask TEXT…",
		Short: "Answer a question in the terminal, as the bot does in Slack",
		Long: "ask answers a question in the terminal, as the bot does in Slack. TEXT is what you would type after /campaign: a symptom, lines\n" +
			"of a log, or a command such as module wfserver.\n\n" +
			"With - as the only TEXT it reads one question per line from standard input; with --paste all of standard input is one question.\n" +
			"Put -- before a TEXT that has words with a dash in front.",
		Example: "  campaignbot ask module wfserver\n" +
			"  campaignbot ask --lang nl mails gaan niet meer weg\n" +
			"  campaignbot ask -- monitor -missing shows wfserver\n" +
			"  campaignbot ask --json - < questions.txt\n" +
			"  campaignbot ask --paste < mta.log\n" +
			"  campaignbot ask --explain mails leave but nobody clicks",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd.Context(), w, flags, args)
		},
	}
	cmd.Flags().StringVar(&flags.language, "lang", "en", "answer in `LANGUAGE`: en, nl, de or fr")
	cmd.Flags().BoolVar(&flags.json, "json", false, "print one JSON object per question")
	cmd.Flags().BoolVar(&flags.paste, "paste", false, "read standard input as one question")
	cmd.Flags().BoolVar(&flags.explain, "explain", false, "say which words and rules made the answer")
	addDir(cmd, &flags.dir)
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return refused(fmt.Errorf("%w (put -- before a question with dashes; see campaignbot ask --help)", err))
	})
	return cmd
}

// fixed is a Chooser for a terminal: the language was given.
type fixed string

func (f fixed) Language(context.Context, bot.Request) string { return string(f) }

// asker answers in a terminal.
type asker struct {
	router   *bot.Router
	entries  *search.Edition
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
	fromInput := len(args) == 1 && args[0] == "-"
	if !flags.paste && len(args) == 0 {
		return refused(errors.New("ask: no question (write it behind ask, or use - to read questions from standard input)"))
	}
	if flags.paste && len(args) > 0 && !fromInput {
		return refused(errors.New("ask: --paste reads the question from standard input; leave the text out"))
	}
	entries, _, err := openEntries(w, flags.dir)
	if err != nil {
		return err
	}
	a, err := newAsker(w, flags, entries)
	if err != nil {
		return err
	}
	in := until(ctx, w.in)
	switch {
	case flags.paste:
		err = a.paste(ctx, in)
	case fromInput:
		err = a.lines(ctx, in)
	default:
		err = a.one(ctx, strings.Join(args, " "))
	}
	if ctx.Err() != nil {
		err = &exitError{code: exitFound, err: errors.New("ask: interrupted")}
	}
	return errors.Join(err, a.out.Flush())
}

// readerFunc is an io.Reader.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// until reads from in until ctx ends. A read from a terminal cannot be broken off: the one that waits when ctx ends is
// left behind, and ends with the program.
func until(ctx context.Context, in io.Reader) io.Reader {
	type result struct {
		n   int
		err error
	}
	return readerFunc(func(p []byte) (int, error) {
		buffer, done := make([]byte, len(p)), make(chan result, 1)
		go func() {
			n, err := in.Read(buffer)
			done <- result{n, err}
		}()
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case got := <-done:
			return copy(p, buffer[:got.n]), got.err
		}
	})
}

func newAsker(w world, flags askFlags, entries *search.Edition) (*asker, error) {
	t, err := loadTexts("") // the phrases
	if err != nil {
		return nil, refused(err)
	}
	feature, err := answersFrom(entries, flags.language)
	if err != nil {
		return nil, err
	}
	set := handlers.All(handlers.Features{Troubleshoot: feature})
	router, err := bot.NewRouter(bot.RouterOptions{
		Commands: set.Commands, Symptom: set.Symptom, Empty: set.Empty,
		Chooser: fixed(flags.language), Log: slog.New(slog.NewTextHandler(w.errs, &slog.HandlerOptions{Level: slog.LevelWarn})), Deadline: 10 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	return &asker{router: router, entries: entries, renderer: t.renderer, phrases: t.phrases, flags: flags, out: bufio.NewWriter(w.out)}, nil
}

// paste answers all of the input as one question.
func (a *asker) paste(ctx context.Context, in io.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	return a.one(ctx, string(text))
}

// lines answers every line of the input. Who types the lines, or writes them one by one, gets each answer at once.
func (a *asker) lines(ctx context.Context, in io.Reader) error {
	lines := bufio.NewReader(in)
	for ctx.Err() == nil {
		line, err := lines.ReadString('\n')
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return fmt.Errorf("read standard input: %w", err)
		}
		if line = strings.TrimRight(line, "\r\n"); line != "" || !last {
			if err := a.one(ctx, line); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
		if lines.Buffered() == 0 {
			if err := a.out.Flush(); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (a *asker) one(ctx context.Context, question string) error {
	question = strings.ToValidUTF8(question, "\uFFFD")
	a.asked++
	reply := a.router.Route(ctx, bot.Request{ID: fmt.Sprintf("ask-%d", a.asked), Surface: bot.Terminal, Text: question})
	text := a.renderer.Plain(reply)
	var why []string
	if a.flags.explain {
		why = a.entries.ExplainRead(question, time.Now())
	}
	if !a.flags.json {
		fmt.Fprintln(a.out, text)
		for _, line := range why {
			fmt.Fprintln(a.out, "#", line)
		}
		return nil
	}
	line := answerLine{
		Question: question,
		Language: reply.Language,
		Answered: reply.Answer.Answered,
		Kind:     reply.Answer.Kind,
		Modules:  []moduleLine{},
		Title:    a.phrases.String(reply.Language, reply.Title),
		Text:     text,
		Explain:  why,
	}
	for _, m := range reply.Answer.Modules {
		line.Modules = append(line.Modules, moduleLine(m))
	}
	encoder := json.NewEncoder(a.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(line)
}
