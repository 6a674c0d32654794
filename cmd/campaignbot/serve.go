package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/config"
)

// closeWithin is how long parts may finish what is under way; with cutting off the rest the program ends within 5 s.
const closeWithin = 3500 * time.Millisecond

// The heap may grow before it is collected, as long as the whole stays below the budget of 100 MB; the rest of that is the
// program itself. GOMEMLIMIT overrides the limit.
const (
	gcPercent   = 300
	memoryLimit = 72 << 20 // bytes
)

type serveFlags struct {
	config, logLevel string
}

func newServe(w world) *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Run the bot",
		Long:    "serve runs the bot until it is told to end. Two tokens from the environment are enough for a useful bot:\n\n  SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… campaignbot serve",
		Example: "  campaignbot serve --config campaignbot.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog(w, flags.logLevel)
			if err != nil {
				return refused(err)
			}
			cfg, err := loadToServe(flags.config, w.environ)
			if err != nil {
				return refused(err)
			}
			debug.SetGCPercent(gcPercent)
			if os.Getenv("GOMEMLIMIT") == "" {
				debug.SetMemoryLimit(memoryLimit)
			}
			again := func() (*config.Config, error) { return loadToServe(flags.config, w.environ) }
			return serve(cmd.Context(), programOptions{config: cfg, log: log, clock: bot.SystemClock{}, load: again})
		},
	}
	addConfig(cmd, &flags.config)
	addLogLevel(cmd, &flags.logLevel, "info")
	return cmd
}

func addLogLevel(cmd *cobra.Command, level *string, usual string) {
	cmd.Flags().StringVar(level, "log-level", usual, "log from this `LEVEL` on: debug, info, warn or error")
}

// loadToServe loads the configuration and finds everything that keeps the bot from running with it, at once.
func loadToServe(file string, environ []string) (*config.Config, error) {
	cfg, err := config.Load(config.Options{File: file, Environ: environ})
	if errors.Is(err, config.ErrNoFile) {
		return nil, err
	}
	var shape config.Problems
	errors.As(err, &shape)
	return cfg, config.Join(shape, cfg.ServeProblems(), checkSchedules(cfg)).Err()
}

func newLog(w world, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level: %q is not a level (use debug, info, warn or error)", level)
	}
	return slog.New(slog.NewJSONHandler(w.errs, &slog.HandlerOptions{Level: l})), nil
}

// serve runs the bot until ctx ends, and closes it.
func serve(ctx context.Context, opts programOptions) error {
	for _, w := range config.Join(opts.config.Warnings(), unused(opts.config)) {
		opts.log.Warn("configuration", "problem", w.String())
	}
	p, err := startProgram(ctx, opts)
	if err != nil {
		return refused(errors.Join(err, p.close()))
	}
	<-ctx.Done()
	opts.log.Info("ending")
	if err := p.close(); err != nil {
		return &exitError{code: exitFound, err: err}
	}
	return nil
}

// channelLanguage returns the language of what stands in a channel.
func channelLanguage(cfg *config.Config) func(string) string {
	byID := make(map[string]string, len(cfg.Channels))
	for _, c := range cfg.Channels {
		byID[c.ID] = c.Language
	}
	return func(channel string) string { return byID[channel] }
}

// instanceOf returns what is known of a channel's Campaign instance.
func instanceOf(cfg *config.Config) func(string) bot.Instance {
	byID := instanceByID(cfg)
	byChannel := make(map[string]bot.Instance, len(cfg.Channels))
	for _, c := range cfg.Channels {
		if c.Instance != "" {
			byChannel[c.ID] = byID(c.Instance)
		}
	}
	return func(channel string) bot.Instance { return byChannel[channel] }
}

// instanceByID returns what is known of an instance: its id at least.
func instanceByID(cfg *config.Config) func(string) bot.Instance {
	known := make(map[string]bot.Instance, len(cfg.Instances))
	for _, i := range cfg.Instances {
		known[i.ID] = bot.Instance{ID: i.ID, Hosting: i.Hosting, OS: i.OS, Build: i.Build}
	}
	return func(id string) bot.Instance {
		if instance, ok := known[id]; ok {
			return instance
		}
		return bot.Instance{ID: id}
	}
}

// allowedIn returns the rule that keeps the bot to the configured channels; direct messages are always allowed.
func allowedIn(channels []string) func(bot.Request) error {
	if len(channels) == 0 {
		return func(bot.Request) error { return nil }
	}
	allowed := make(map[string]bool, len(channels))
	for _, c := range channels {
		allowed[c] = true
	}
	return func(req bot.Request) error {
		if allowed[req.Channel] || strings.HasPrefix(req.Channel, "D") {
			return nil
		}
		return &bot.UserError{Kind: bot.Denied, Line: bot.Phrase("error.channel_not_allowed")}
	}
}
