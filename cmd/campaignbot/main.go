// Command campaignbot is a Slack bot that helps the operators of Adobe Campaign Classic v7.
//
// This package is the only place where concrete types meet: every subcommand is a file, and serve.go wires the bot.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // schedules name zones, and the image has none

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK      = 0
	exitFound   = 1 // it ran and found problems
	exitRefused = 2 // wrong flags, a named file that does not exist, a configuration or a place that cannot be used
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
	}()
	os.Exit(run(ctx, os.Args[1:], world{environ: os.Environ(), in: os.Stdin, out: os.Stdout, errs: os.Stderr}))
}

// world is what the program has to do with: the environment and the three streams.
type world struct {
	environ []string
	in      io.Reader
	out     io.Writer
	errs    io.Writer
}

// exitError is an error with an exit code. A nil err has been reported already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func refused(err error) error { return &exitError{exitRefused, err} }

// run is the whole program.
func run(ctx context.Context, args []string, w world) int {
	root := newRoot(w)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if err.Error() != "" {
		fmt.Fprintln(w.errs, "campaignbot:", err)
	}
	var exit *exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	return exitRefused // cobra's own errors are about flags and arguments
}

// newRoot returns the command with all its subcommands.
func newRoot(w world) *cobra.Command {
	root := &cobra.Command{
		Use:   "campaignbot",
		Short: "A Slack bot for the operators of Adobe Campaign Classic v7",
		Long: "campaignbot answers what to do when a module of Adobe Campaign Classic v7 fails, and posts the routine checks.\n\n" +
			"Try it without Slack: campaignbot demo\n\n" +
			"Exit codes: 0 fine; 1 it ran and found problems; 2 it cannot do what it was told, and says why.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.errs)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return refused(fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath()))
	})
	root.AddCommand(
		newServe(w), newDemo(w), newAsk(w), newCheck(w), newKnowledge(w), newSchedule(w), newManifest(w), newMigrate(w), newVersion(w),
	)
	help := newHelp(root)
	root.SetHelpCommand(help)
	root.AddCommand(help)
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			finishCompletion(cmd)
		}
	}
	return root
}

// newHelp returns a help command that refuses what is not there; cobra's own says so and exits with 0.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		Long:  "help explains a command, as --help behind the command does.",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return refused(fmt.Errorf("help: there is no command %q (see campaignbot --help)", strings.Join(args, " ")))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// finishCompletion makes cobra's completion command refuse a shell it does not know.
func finishCompletion(cmd *cobra.Command) {
	cmd.Use = "completion SHELL"
	cmd.Short = "Write the completions for a shell"
	cmd.Long = "completion writes a script that lets a shell complete the commands and flags of campaignbot.\n\n" +
		"How to load it: campaignbot completion bash --help, and the same for the other shells."
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

// addConfig adds the flag that names the configuration file.
func addConfig(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "config", "", "read the configuration from `FILE` (default: ./campaignbot.yaml, if it is there)")
}
