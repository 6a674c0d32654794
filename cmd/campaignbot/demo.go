package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/config"
)

// demoAddr is where the demo's page is, when the port is free.
const demoAddr = "127.0.0.1:8765"

// demoConfig is the demo's configuration: schedules in the stand-in's channel, so that a reminder comes when the clock is
// moved.
const demoConfig = `
channels:
  - id: C0OPS0001
    instance: prod
    language: en
instances:
  - id: prod
    hosting: on-premise
schedules:
  - id: failed-exports
    cron: "30 8 * * *"
    time_zone: Europe/Amsterdam
    channel: C0OPS0001
    kind: reminder
    text: {en: Re-run yesterday's failed exports, nl: Herstart de mislukte exports van gisteren, de: Fehlgeschlagene Exporte von gestern neu anstoßen, fr: Relancer les exports d'hier en échec}
    due: 2h
    catch_up: 2d
  - id: import-duplicates
    cron: "0 9 * * *"
    time_zone: Europe/Amsterdam
    channel: C0OPS0001
    kind: reminder
    text: {en: Check yesterday's imports for duplicates, nl: Controleer de imports van gisteren op dubbelen, de: Importe von gestern auf Dubletten prüfen, fr: Contrôler les doublons des imports d'hier}
    catch_up: 2d
  - id: overview
    cron: "0 17 * * *"
    time_zone: Europe/Amsterdam
    channel: C0OPS0001
    kind: digest
    catch_up: 1h
`

func newDemo(w world) *cobra.Command {
	var addr, level string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try the whole bot in a browser, without Slack",
		Long: "demo runs the whole bot against a local stand-in for Slack, with a page in the browser. It needs no token and no account,\n" +
			"keeps nothing, and listens on this machine only.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog(w, level)
			if err != nil {
				return refused(err)
			}
			return demo(cmd.Context(), w, addr, cmd.Flags().Changed("addr"), log)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", demoAddr, "`HOST:PORT` of the page, on this machine")
	addLogLevel(cmd, &level, "error")
	return cmd
}

func demo(ctx context.Context, w world, addr string, chosen bool, log *slog.Logger) error {
	if name := tokenIn(w.environ); name != "" {
		return refused(fmt.Errorf("demo: %s is set; the demo does not start beside a real token (unset it, or use serve)", name))
	}
	if host, _, err := net.SplitHostPort(addr); err != nil || !isLoopback(host) {
		return refused(fmt.Errorf("--addr: %s is not an address of this machine alone (use %s)", addr, demoAddr))
	}
	parts := closers{log: log}
	err := runDemo(ctx, w, &parts, addr, chosen, log)
	return errors.Join(err, parts.close(closeWithin))
}

// tokenIn returns the name of a variable that holds a token, or names the file of one; empty when there is none.
func tokenIn(environ []string) string {
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		short := strings.TrimSuffix(strings.TrimPrefix(name, "CAMPAIGNBOT_"), "_FILE")
		if value != "" && (short == "SLACK_BOT_TOKEN" || short == "SLACK_APP_TOKEN" || short == "SLACK_SIGNING_SECRET") {
			return name
		}
	}
	return ""
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func runDemo(ctx context.Context, w world, parts *closers, addr string, chosen bool, log *slog.Logger) error {
	dir, err := os.MkdirTemp("", "campaignbot-demo-")
	if err != nil {
		return refused(fmt.Errorf("make a temporary folder: %w", err))
	}
	parts.add("temporary folder", func(context.Context) error { return os.RemoveAll(dir) })
	file := filepath.Join(dir, "demo.yaml")
	if err := os.WriteFile(file, []byte(demoConfig), 0o600); err != nil {
		return refused(err)
	}
	first, err := config.Load(config.Options{File: file})
	if err != nil {
		return refused(err)
	}
	clock := &bot.ShiftedClock{}
	var running atomic.Pointer[program]
	slack, err := startSlack(ctx, localslack.Options{
		Addr: addr, Scopes: scopes(first), Now: clock.Now, Page: demoPage(), Logger: log,
		MoveClock: func(d time.Duration) (time.Time, error) {
			p := running.Load()
			if p == nil {
				return clock.Now(), errors.New("the bot is still starting")
			}
			now := clock.Move(d)
			return now, p.planner.EnqueueDue(ctx, now)
		},
	}, chosen)
	if err != nil {
		return refused(err)
	}
	parts.add("stand-in for Slack", func(context.Context) error { return slack.Close() })
	cfg, err := config.Load(config.Options{File: file, Environ: []string{
		"SLACK_BOT_TOKEN=" + slack.BotToken(), "SLACK_APP_TOKEN=" + slack.AppToken(),
		"CAMPAIGNBOT_SLACK_API_URL=" + slack.APIURL(), "CAMPAIGNBOT_ADMIN_ADDR=127.0.0.1:0",
		"CAMPAIGNBOT_STORE_URL=sqlite://" + filepath.Join(dir, "demo.db"),
	}})
	if err != nil {
		return refused(err)
	}
	p, err := startProgram(ctx, programOptions{config: cfg, log: log, clock: clock})
	parts.add("bot", func(context.Context) error { return p.close() })
	if err != nil {
		return refused(err)
	}
	running.Store(p)
	if err := slack.AwaitConnections(ctx, 1); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "campaignbot demo: %s\n\nFour things to try:\n", slack.URL())
	for _, s := range demoPage().Suggestions {
		fmt.Fprintf(w.out, "  %s\n", s.Text)
	}
	fmt.Fprintln(w.out, "Then move the clock on the page and see a reminder come. Ctrl+C ends the demo.")
	<-ctx.Done()
	return nil
}

// startSlack starts the stand-in; where the address was not chosen and is taken, on a free port.
func startSlack(ctx context.Context, opts localslack.Options, chosen bool) (*localslack.Workspace, error) {
	slack, err := localslack.New(opts)
	if err != nil {
		return nil, err
	}
	err = slack.Start(ctx)
	if errors.Is(err, syscall.EADDRINUSE) && !chosen {
		opts.Addr = "127.0.0.1:0"
		return startSlack(ctx, opts, true)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("--addr: %s is in use (leave it out to take a free port)", opts.Addr)
	}
	return slack, err
}

func demoPage() localslack.Page {
	return localslack.Page{
		Title: "campaignbot",
		Intro: "The whole bot, on this machine only. What you type goes through Slack's own wire format; nothing leaves your computer.",
		Hint:  "/campaign help, or @campaignbot and what you see",
		Suggestions: []localslack.Suggestion{
			{Label: "Look up a module", Text: "/campaign module wfserver"},
			{Label: "Describe a symptom", Text: "@campaignbot mails are not leaving since this morning"},
			{Label: "Paste a log line", Text: "/campaign nothing in mta.log since 02:00, the other logs stopped too"},
			{Label: "Make a reminder", Text: "/campaign remind add"},
		},
	}
}
