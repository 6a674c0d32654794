package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/config"
	"campaignbot/knowledge"
)

func newCheck(w world) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, the schedules and the knowledge",
		Long: "check reports every problem at once, each with what to do about it: in the configuration, the tokens that are missing, the\n" +
			"schedules, and the knowledge with the entries laid over it. It contacts neither Slack nor the store.\n\n" +
			"It exits with 0 when all is fine, and with 1 when it found something.",
		Example: "  campaignbot check\n  campaignbot check --config campaignbot.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return check(w, file) },
	}
	addConfig(cmd, &file)
	return cmd
}

func check(w world, file string) error {
	cfg, err := config.Load(config.Options{File: file, Environ: w.environ})
	if errors.Is(err, config.ErrNoFile) {
		return refused(err)
	}
	var shape config.Problems
	errors.As(err, &shape)
	found := lines(config.Join(shape, cfg.ServeProblems(), cfg.Warnings(), checkSchedules(cfg), unused(cfg)).Err())
	t, err := loadTexts(cfg.Knowledge.Dir)
	if err == nil {
		err = knowledge.Join(t.knowledge.Current().Findings())
	}
	if err := printFound(w, append(found, lines(err)...)); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "configuration: fine (%s)\n", orDefault(cfg.File, "no file, environment and defaults"))
	fmt.Fprintf(w.out, "schedules: %d\n", len(cfg.Schedules))
	fmt.Fprintf(w.out, "knowledge: %d entries in %d languages, version %s\n", len(t.knowledge.Current().Entries()), len(bot.Languages()), t.knowledge.Current().Version())
	return nil
}

// printFound prints the problems and their number; the error is for the exit code, and nil when there are none.
func printFound(w world, problems []string) error {
	for _, p := range problems {
		fmt.Fprintln(w.out, p)
	}
	switch len(problems) {
	case 0:
		return nil
	case 1:
		fmt.Fprintln(w.out, "1 problem")
	default:
		fmt.Fprintf(w.out, "%d problems\n", len(problems))
	}
	return &exitError{code: exitFound}
}

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// lines splits an error that lists several problems.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(strings.TrimRight(err.Error(), "\n"), "\n")
}

// unused finds what is configured and has no effect in this version.
func unused(cfg *config.Config) config.Problems {
	var problems config.Problems
	note := func(path, what string) {
		problems = append(problems, config.Problem{Path: path, What: what + ", which this version does not have", Todo: "leave it out for now"})
	}
	for i, c := range cfg.Channels {
		if c.Watch {
			note(fmt.Sprintf("channels[%d].watch", i), "needs watched channels")
		}
	}
	for i, instance := range cfg.Instances {
		if instance.SOAP.Login != "" {
			note(fmt.Sprintf("instances[%d].soap", i), "needs live checks")
		}
		if instance.Database.URL.IsSet() {
			note(fmt.Sprintf("instances[%d].database", i), "needs live checks")
		}
	}
	return problems
}
