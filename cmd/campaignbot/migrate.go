package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/bot/delivery"
	"campaignbot/bot/store"
	"campaignbot/config"
)

func newMigrate(w world) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the tables of the store up to date",
		Long:  "migrate brings the tables of the store up to date: ours, then those of the job queue. serve does it at start.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(config.Options{File: file, Environ: w.environ})
			if err != nil {
				return refused(err)
			}
			log, err := newLog(w, "warn")
			if err != nil {
				return err
			}
			s, err := store.Open(store.Options{URL: cfg.Store.URL.Reveal(), Exclusive: true, Log: log})
			if err != nil {
				return refused(fmt.Errorf("store.url: %w", err))
			}
			defer s.Close()
			if err := s.Migrate(cmd.Context()); err != nil {
				return err
			}
			jobs, err := delivery.New(delivery.Options{URL: cfg.Store.URL.Reveal(), Clock: bot.SystemClock{}, Log: log})
			if err != nil {
				return err
			}
			if err := jobs.Migrate(cmd.Context()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(w.out, "the store is up to date")
			return err
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "configuration file (default: ./campaignbot.yaml, if it is there)")
	return cmd
}
