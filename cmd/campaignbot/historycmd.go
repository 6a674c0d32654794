package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/bot/locale"
	"campaignbot/bot/store"
	"campaignbot/config"
)

type historyFlags struct {
	config string
	id     string
	days   int
	json   bool
}

func newHistory(w world) *cobra.Command {
	var flags historyFlags
	cmd := &cobra.Command{
		Use:   "history [ID]",
		Short: "Print what became of every due time, newest last",
		Long: "history prints every due time of the days before now, of all schedules or of one, and what became of it: posted, posted late,\n" +
			"skipped with the reason, or planned. It reads the store and changes nothing, also while serve runs.\n\n" +
			"It exits with 1 when the store is empty, out of reach or not migrated.",
		Example: "  campaignbot schedule history\n  campaignbot schedule history failed-exports --days 30\n  campaignbot schedule history --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.id = strings.Join(args, "")
			return printHistory(cmd.Context(), w, flags, time.Now())
		},
	}
	addConfig(cmd, &flags.config)
	cmd.Flags().IntVar(&flags.days, "days", 7, "look `DAYS` back, up to 400")
	cmd.Flags().BoolVar(&flags.json, "json", false, "print one JSON object per due time")
	return cmd
}

func printHistory(ctx context.Context, w world, flags historyFlags, now time.Time) (err error) {
	if err := checkDays(flags.days, 400); err != nil {
		return err
	}
	cfg, schedules, err := configured(w, flags.config)
	if err != nil {
		return err
	}
	phrases, err := locale.Load()
	if err != nil {
		return err
	}
	reader, err := openReader(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	inForce, err := withMade(ctx, reader, schedules)
	if err != nil {
		return err
	}
	records, err := readRecords(ctx, reader, inForce, flags, now)
	if err != nil {
		return err
	}
	if flags.json {
		return encodeRecords(w, phrases, records)
	}
	_, err = io.WriteString(w.out, tabulate(phrases, records, flags.days))
	return err
}

// withMade adds the schedules made in Slack to those of the configuration.
func withMade(ctx context.Context, reader *store.Reader, configured []bot.Schedule) ([]bot.Schedule, error) {
	made, err := reader.Schedules(ctx)
	if err != nil {
		return nil, found(err)
	}
	list, _ := merge(configured, made)
	return list, nil
}

// openReader opens the store of the configuration for reading, and looks whether it can be read.
func openReader(ctx context.Context, cfg *config.Config) (*store.Reader, error) {
	reader, err := store.OpenReader(cfg.Store.URL.Reveal())
	if err != nil {
		return nil, refused(fmt.Errorf("store.url: %w", err))
	}
	err = reader.Attach(ctx)
	if err == nil {
		return reader, nil
	}
	if errors.Is(err, store.ErrNotMigrated) {
		err = fmt.Errorf("%w (start serve, or run campaignbot migrate)", err)
	}
	return nil, errors.Join(found(fmt.Errorf("store.url: %w", err)), reader.Close())
}

// found is an error of what the program found, not of how it was called.
func found(err error) error { return &exitError{exitFound, err} }

// outcomeLine is one due time of schedule history --json. Due and At are in the schedule's zone.
type outcomeLine struct {
	Due      time.Time           `json:"due"`
	Zone     string              `json:"time_zone"`
	Schedule string              `json:"schedule"`
	Channel  string              `json:"channel"`
	State    bot.OccurrenceState `json:"state"`
	At       *time.Time          `json:"at"`           // when it got its state; null: nobody has handled it yet
	Late     int                 `json:"late_seconds"` // of a late post; else 0
	Missed   int                 `json:"missed"`       // earlier due times that it stands for
	Outcome  string              `json:"outcome"`      // the same in words
}

func encodeRecords(w world, phrases *locale.Phrases, records []record) error {
	encoder := json.NewEncoder(w.out)
	for _, r := range records {
		for _, o := range r.outcomes {
			line := outcomeLine{
				Due: o.Due.In(r.zone), Zone: r.zone.String(), Schedule: r.schedule.ID, Channel: r.schedule.Channel, State: o.State,
				Missed: o.Missed, Outcome: r.words(phrases, o),
			}
			if o.Ref.Channel != "" {
				line.Channel = o.Ref.Channel
			}
			if !o.At.IsZero() {
				at := o.At.In(r.zone)
				line.At = &at
			}
			if o.State == bot.PostedLate {
				line.Late = int(o.At.Sub(o.Due).Seconds())
			}
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// tabulate writes the records as people read them: a block for each schedule, and the counts.
func tabulate(phrases *locale.Phrases, records []record, days int) string {
	if len(records) == 0 {
		return "no schedule is set up (schedules: in the configuration)\n"
	}
	var b strings.Builder
	all := map[bot.OccurrenceState]int{}
	for i, r := range records {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(&b, r.heading())
		if r.cut {
			fmt.Fprintf(&b, "  only the newest %d:\n", len(r.outcomes))
		}
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		counts := map[bot.OccurrenceState]int{}
		for _, o := range r.outcomes {
			counts[o.State]++
			all[o.State]++
			fmt.Fprintf(table, "  %s\t%s\n", o.Due.In(r.zone).Format(dueLayout), r.words(phrases, o))
		}
		table.Flush()
		if len(r.outcomes) > 0 {
			fmt.Fprintln(&b, "  "+countsText(counts))
		} else {
			fmt.Fprintln(&b, "  "+r.nothing(phrases, days))
		}
	}
	if len(records) > 1 {
		fmt.Fprintf(&b, "\nall %d schedules: %s\n", len(records), countsText(all))
	}
	return b.String()
}

func countsText(counts map[bot.OccurrenceState]int) string {
	return fmt.Sprintf("%d posted, %d posted late, %d skipped, %d planned", counts[bot.Posted], counts[bot.PostedLate], counts[bot.Skipped], counts[bot.Planned])
}

// dueLayout is how the tables write a due time.
const dueLayout = "Mon 2006-01-02 15:04 MST"

// words says what became of a due time of the record.
func (r record) words(phrases *locale.Phrases, o bot.Occurrence) string {
	text := phrases.String("en", o.Outcome(r.zone))
	if o.At.IsZero() {
		text += " (serve has not handled it; does it run?)"
	}
	return text
}

func (r record) heading() string {
	if !r.configured {
		return r.schedule.ID + " · no longer in the configuration"
	}
	return strings.Join([]string{r.schedule.ID, r.schedule.Kind, r.schedule.Channel, r.schedule.TimeZone}, " · ")
}

// nothing says why a record has no due time in the period.
func (r record) nothing(phrases *locale.Phrases, days int) string {
	switch {
	case r.last != nil:
		return fmt.Sprintf("none in %d days; the last one: %s, %s", days, r.last.Due.In(r.zone).Format(dueLayout), r.words(phrases, *r.last))
	case r.planned:
		return "no due time yet"
	}
	return "no due time yet (serve has not seen this schedule)"
}
