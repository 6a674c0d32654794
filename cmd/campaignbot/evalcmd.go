package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

func newKnowledgeEval(w world) *cobra.Command {
	var dir string
	var asJSON, misses bool
	cmd := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the search on a file of questions",
		Long: "eval asks every question of FILE as campaignbot ask does, and prints how many are answered rightly, by language. FILE has one\n" +
			"JSON object a line: text, modules (those that are right, the best first; none for what must not be answered), lang and\n" +
			"difficulty (easy, medium or hard).\n\n" +
			"A question that is not answered counts as wrong when it has modules.",
		Example: "  campaignbot knowledge eval questions.jsonl --misses",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return knowledgeEval(cmd.Context(), w, dir, args[0], asJSON, misses)
		},
	}
	addDir(cmd, &dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&misses, "misses", false, "list the questions that went wrong, and why")
	return cmd
}

// missedLine is a question that went wrong, with why.
type missedLine struct {
	search.Missed
	Why []string `json:"why"`
}

func knowledgeEval(ctx context.Context, w world, flag, file string, asJSON, misses bool) error {
	entries, _, err := openEntries(w, flag)
	if err != nil {
		return err
	}
	questions, err := readQuestions(file, func(module string) bool {
		e, ok := entries.Entry(module)
		return ok && e.Kind == knowledge.KindModule
	})
	if err != nil {
		return err
	}
	a, err := newAsker(w, askFlags{language: "en"}, entries)
	if err != nil {
		return err
	}
	measured := search.Measure(questions, func(text string) search.Given {
		answer := a.router.Route(ctx, bot.Request{ID: "eval", Surface: bot.Terminal, Text: text}).Answer
		given := search.Given{Answered: answer.Answered}
		for _, m := range answer.Modules {
			given.Modules = append(given.Modules, m.Name)
		}
		return given
	})
	if ctx.Err() != nil {
		return &exitError{code: exitFound, err: errors.New("eval: interrupted")}
	}
	var missed []missedLine
	if misses {
		missed = []missedLine{}
		for _, m := range measured.Misses {
			missed = append(missed, missedLine{m, entries.Explain(m.Text)})
		}
	}
	if asJSON {
		encoder := json.NewEncoder(w.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(struct {
			File      string `json:"file"`
			Questions int    `json:"questions"`
			search.Measured
			Missed []missedLine `json:"misses,omitzero"`
		}{file, len(questions), measured, missed})
	}
	out := bufio.NewWriter(w.out)
	fmt.Fprint(out, measured.Table())
	for _, m := range missed {
		fmt.Fprintf(out, "\n%s:%d: %s\n    %s\n", file, m.Line, verdict(m.Missed), m.Text)
		for _, why := range m.Why {
			fmt.Fprintf(out, "      %s\n", why)
		}
	}
	return out.Flush()
}

func verdict(m search.Missed) string {
	want, got := strings.Join(m.Want, " or "), strings.Join(m.Got[:min(3, len(m.Got))], ", ")
	switch {
	case len(m.Want) == 0:
		return "must not be answered, got " + orDefault(got, "an answer")
	case !m.Answered:
		return "want " + want + ", not answered"
	}
	return "want " + want + ", got " + orDefault(got, "no module")
}

func readQuestions(file string, known func(module string) bool) ([]search.Question, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, refused(fmt.Errorf("eval: %s cannot be read: %w", file, reason(err)))
	}
	defer f.Close()
	list, err := search.ReadQuestions(file, f, known)
	if err != nil {
		return nil, &exitError{code: exitFound, err: fmt.Errorf("eval: the file has bad lines:\n%w", err)}
	}
	return list, nil
}
