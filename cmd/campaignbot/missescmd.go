package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"campaignbot/config"
)

type missesFlags struct {
	config string
	days   int
	json   bool
}

func newKnowledgeMisses(w world) *cobra.Command {
	var flags missesFlags
	cmd := &cobra.Command{
		Use:   "misses",
		Short: "List the questions that nobody could answer",
		Long: "misses prints the questions of the last days that the bot could not answer, the most asked first: what your own entries\n" +
			"should answer. Who asked is not kept. It reads the store and changes nothing, also while serve runs.\n\n" +
			"It exits with 1 when the store is empty, out of reach or not migrated.",
		Example: "  campaignbot knowledge misses\n  campaignbot knowledge misses --days 7 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printMisses(cmd.Context(), w, flags, time.Now())
		},
	}
	addConfig(cmd, &flags.config)
	cmd.Flags().IntVar(&flags.days, "days", 30, "look `DAYS` back, up to 400")
	cmd.Flags().BoolVar(&flags.json, "json", false, "print one JSON object per question")
	return cmd
}

// missLine is one question of knowledge misses --json. First and Last are in UTC.
type missLine struct {
	Text  string    `json:"text"`
	Lang  string    `json:"lang"` // of the answer that could not be given
	Times int       `json:"times"`
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

// mostMisses is how many questions are printed.
const mostMisses = 1000

func printMisses(ctx context.Context, w world, flags missesFlags, now time.Time) (err error) {
	if err := checkDays(flags.days, 400); err != nil {
		return err
	}
	cfg, err := config.Load(config.Options{File: flags.config, Environ: w.environ})
	if err != nil {
		return refused(err)
	}
	reader, err := openReader(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	misses, err := reader.Misses(ctx, now.AddDate(0, 0, -flags.days), mostMisses)
	if err != nil {
		return found(err)
	}
	if flags.json {
		encoder := json.NewEncoder(w.out)
		encoder.SetEscapeHTML(false)
		for _, m := range misses {
			if err := encoder.Encode(missLine{m.Text, m.Language, m.Times, m.First, m.Last}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(misses) == 0 {
		_, err = fmt.Fprintf(w.out, "no question of the last %d days was left without an answer\n", flags.days)
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TIMES\tLAST\tLANGUAGE\tQUESTION")
	for _, m := range misses {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", m.Times, m.Last.Format(time.DateOnly), m.Language, oneLine(m.Text))
	}
	return table.Flush()
}

// oneLine puts a text of whatever shape into one line of a terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !strconv.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}
