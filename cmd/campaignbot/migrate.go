package main

import (
	"context"
	"errors"
	"fmt"
	"time"

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
		Long: "migrate brings the tables of the store up to date: first those of the bot, then those of its job queue.\n\n" +
			"serve does the same when it starts. It can be run again at any time, but not while serve runs on the same SQLite file.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return migrate(cmd.Context(), w, file) },
	}
	addConfig(cmd, &file)
	return cmd
}

func migrate(ctx context.Context, w world, file string) (err error) {
	cfg, err := config.Load(config.Options{File: file, Environ: w.environ})
	if err != nil {
		return refused(err)
	}
	log, err := newLog(w, "warn")
	if err != nil {
		return err
	}
	address := cfg.Store.URL.Reveal()
	s, err := store.Open(store.Options{URL: address, Exclusive: true, Log: log})
	if err != nil {
		return refused(fmt.Errorf("store.url: %w", err))
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	jobs, err := delivery.New(idle(delivery.Options{URL: address, Clock: bot.SystemClock{}, Log: log, Store: s}))
	if err != nil {
		return refused(fmt.Errorf("store.url: %w", err))
	}
	defer func() { err = errors.Join(err, jobs.Close(context.WithoutCancel(ctx))) }()
	if err := s.Migrate(ctx); err != nil {
		return refused(fmt.Errorf("store.url: %w", err))
	}
	if err := jobs.Migrate(ctx); err != nil {
		return refused(fmt.Errorf("store.url: %w", err))
	}
	_, err = fmt.Fprintln(w.out, "the store is up to date")
	return err
}

// idle completes the options of a job queue that is migrated and never started, so that nothing is ever posted.
func idle(opts delivery.Options) delivery.Options {
	opts.Sender = nobody{}
	opts.ComposeTask = func(context.Context, bot.Task) (bot.Reply, error) { return bot.Reply{}, errNotStarted }
	opts.ComposeChange = func(context.Context, bot.Task, bot.Change) ([]bot.Outgoing, error) { return nil, errNotStarted }
	return opts
}

var errNotStarted = errors.New("the job queue was not started")

// nobody posts nothing.
type nobody struct{}

func (nobody) Post(context.Context, bot.Outgoing) (bot.MessageRef, error) {
	return bot.MessageRef{}, errNotStarted
}

func (nobody) Update(context.Context, bot.MessageRef, bot.Reply) error { return errNotStarted }

func (nobody) Find(context.Context, string, string, string, time.Time) (bot.MessageRef, bool, error) {
	return bot.MessageRef{}, false, errNotStarted
}
