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
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.errs)
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

func newRoot(w world) *cobra.Command {
	root := &cobra.Command{
		Use:           "campaignbot",
		Short:         "A Slack bot for the operators of Adobe Campaign Classic v7",
		Long:          "campaignbot answers what to do when a module of Adobe Campaign Classic v7 fails, and posts the routine checks.\n\nTry it without Slack: campaignbot demo",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		newServe(w), newDemo(w), newAsk(w), newCheck(w), newManifest(w), newMigrate(w), newVersion(w),
	)
	return root
}
