package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/bot/schedule"
	"campaignbot/config"
)

// dueLine is one due time of schedule preview --json. At is in the schedule's zone.
type dueLine struct {
	At       time.Time `json:"at"`
	Zone     string    `json:"time_zone"`
	Schedule string    `json:"schedule"`
	Channel  string    `json:"channel"`
	Kind     string    `json:"kind"`
	Skipped  bool      `json:"skipped"`
	Note     string    `json:"note"`
}

type previewFlags struct {
	config string
	days   int
	slack  bool
	json   bool
}

func newSchedule(w world) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "schedule COMMAND",
		Short:   "Show the posts to come, and what became of those before",
		Example: "  campaignbot schedule preview --days 14\n  campaignbot schedule history failed-exports",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return refused(fmt.Errorf("schedule: there is no command %q (see campaignbot schedule --help)", args[0]))
			}
			return cmd.Help()
		},
	}
	var flags previewFlags
	preview := &cobra.Command{
		Use:     "preview",
		Short:   "Print every post to come, with clock changes and holidays",
		Long:    "preview prints every due time of the configured schedules in the days to come: local time, channel, and what is\nunusual about it. It contacts nobody; with --slack it reads the store too, for the schedules made in Slack.",
		Example: "  campaignbot schedule preview --days 14\n  campaignbot schedule preview --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return previewSchedules(cmd.Context(), w, flags, time.Now())
		},
	}
	addConfig(preview, &flags.config)
	preview.Flags().IntVar(&flags.days, "days", 7, "look `DAYS` ahead, up to 366")
	preview.Flags().BoolVar(&flags.slack, "slack", false, "also the schedules made in Slack, from store.url")
	preview.Flags().BoolVar(&flags.json, "json", false, "print one JSON object per due time")
	cmd.AddCommand(preview, newHistory(w))
	return cmd
}

// checkDays refuses a --days that is out of range.
func checkDays(days, most int) error {
	if days < 1 || days > most {
		return refused(fmt.Errorf("--days: use 1 to %d", most))
	}
	return nil
}

// configured loads the configuration, and its schedules in the bot's terms.
func configured(w world, file string) (*config.Config, []bot.Schedule, error) {
	cfg, err := config.Load(config.Options{File: file, Environ: w.environ})
	if err == nil {
		err = checkSchedules(cfg).Err()
	}
	if err != nil {
		return nil, nil, refused(err)
	}
	list, _ := schedulesOf(cfg)
	return cfg, plain(list), nil
}

// allSchedules adds the schedules that the store keeps to those of the configuration.
func allSchedules(ctx context.Context, cfg *config.Config, configured []bot.Schedule) (list []bot.Schedule, err error) {
	reader, err := openReader(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return withMade(ctx, reader, configured)
}

func previewSchedules(ctx context.Context, w world, flags previewFlags, now time.Time) error {
	if err := checkDays(flags.days, 366); err != nil {
		return err
	}
	cfg, schedules, err := configured(w, flags.config)
	if err != nil {
		return err
	}
	if flags.slack {
		if schedules, err = allSchedules(ctx, cfg, schedules); err != nil {
			return err
		}
	}
	list, err := schedule.Preview(schedules, now, flags.days)
	if err != nil {
		return refused(err)
	}
	if flags.json {
		encoder := json.NewEncoder(w.out)
		for _, u := range list {
			s := u.Schedule
			if err := encoder.Encode(dueLine{u.At, s.TimeZone, s.ID, s.Channel, s.Kind, u.Skipped, u.Note}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(w.out, "nothing is due in that time")
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHEN\tSCHEDULE\tKIND\tCHANNEL\tNOTE")
	for _, u := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", u.At.Format("Mon 2006-01-02 15:04 MST"), u.Schedule.ID, u.Schedule.Kind, u.Schedule.Channel, u.Note)
	}
	return table.Flush()
}
