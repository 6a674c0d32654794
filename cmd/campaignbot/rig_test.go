package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

const (
	ann   = "U0ANN0001" // reads English
	bram  = "U0BRAM001" // reads Dutch
	carla = "U0CARLA01" // reads German
	ops   = "C0OPS0001" // the bot is a member
	other = "C0RANDOM1" // the bot is not
)

// reminders is a configuration with a reminder at 08:30 and a digest at 17:00, every day.
const reminders = `
channels: [{id: C0OPS0001, instance: prod, language: nl}]
schedules:
  - {id: failed-exports, cron: "30 8 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001, kind: reminder, due: 2h,
     text: {en: Re-run the failed exports, nl: Herstart de mislukte exports, de: Fehlgeschlagene Exporte neu anstoßen, fr: Relancer les exports en échec}}
  - {id: overview, cron: "0 17 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001, kind: digest}
`

// rig is the whole program against a stand-in for Slack.
type rig struct {
	slack   *localslack.Workspace
	config  *config.Config
	file    string // of the configuration
	load    func() (*config.Config, error)
	clock   *bot.ShiftedClock
	program *program
	log     *logBuffer
}

// logBuffer keeps what the program logged.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newRig starts the stand-in, and the program on the store, in the transport.
func newRig(t *testing.T, mode, storeURL, yaml string) *rig {
	t.Helper()
	return newRigAt(t, mode, storeURL, yaml, 0)
}

// newRigAt is newRig with the program's clock moved.
func newRigAt(t *testing.T, mode, storeURL, yaml string, moved time.Duration) *rig {
	t.Helper()
	r := newRigWithout(t, mode, storeURL, yaml)
	r.clock.Move(moved)
	r.start(t)
	return r
}

// newRigWithout is newRig without the program.
func newRigWithout(t *testing.T, mode, storeURL, yaml string) *rig {
	t.Helper()
	r := &rig{clock: &bot.ShiftedClock{}, log: &logBuffer{}}
	address := freeAddress(t)
	options := localslack.Options{Now: r.clock.Now, RetryDelays: []time.Duration{0, 10 * time.Millisecond, 10 * time.Millisecond}, EscapeCommands: true,
		UserGroups: map[string][]string{"S0LEADS01": {carla}}}
	if mode == config.ModeHTTP {
		options.RequestURL = "http://" + address
	}
	file := filepath.Join(t.TempDir(), "campaignbot.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	plan, err := config.Load(config.Options{File: file})
	if err != nil {
		t.Fatal(err)
	}
	options.Scopes = scopes(plan)
	if r.slack, err = localslack.New(options); err != nil {
		t.Fatal(err)
	}
	if err := r.slack.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.slack.Close() })
	env := environ(r.slack, mode, storeURL, address)
	r.file, r.load = file, func() (*config.Config, error) { return loadToServe(file, env) }
	r.config, err = config.Load(config.Options{File: file, Environ: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r.program != nil {
			r.stop(t)
		}
	})
	return r
}

// environ is the environment of a program that talks to the stand-in.
func environ(slack *localslack.Workspace, mode, storeURL, address string) []string {
	return []string{
		"SLACK_BOT_TOKEN=" + slack.BotToken(), "SLACK_APP_TOKEN=" + slack.AppToken(), "SLACK_SIGNING_SECRET=local-signing-secret",
		"CAMPAIGNBOT_SLACK_MODE=" + mode, "CAMPAIGNBOT_SLACK_API_URL=" + slack.APIURL(), "CAMPAIGNBOT_HTTP_ADDR=" + address,
		"CAMPAIGNBOT_ADMIN_ADDR=127.0.0.1:0", "CAMPAIGNBOT_STORE_URL=" + storeURL,
	}
}

// start starts the program and waits until it is ready.
func (r *rig) start(t *testing.T) {
	t.Helper()
	r.launch(t)
	r.awaitStore(t)
	r.eventually(t, "Slack is ready", func() bool { return r.program.slackGate.ready(t.Context()) == nil })
}

// launch starts the program and waits until it hears Slack.
func (r *rig) launch(t *testing.T) {
	t.Helper()
	log := slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	r.program, err = startProgram(t.Context(), programOptions{config: r.config, log: log, clock: r.clock, load: r.load})
	if err != nil {
		t.Fatalf("%v\n%s", err, r.log)
	}
	if r.config.Slack.Mode == config.ModeSocket {
		if err := r.slack.AwaitConnections(within(t), 1); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitStore waits for the store: PostgreSQL is made ready beside everything else.
func (r *rig) awaitStore(t *testing.T) {
	t.Helper()
	ctx := within(t)
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		err := r.program.storeGate.ready(ctx)
		if err == nil {
			err = r.program.planner.EnqueueDue(ctx, r.clock.Now())
		}
		if err == nil {
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the store is not ready: %v\n%s", err, r.log)
		}
	}
}

func (r *rig) stop(t *testing.T) {
	t.Helper()
	if err := r.program.close(); err != nil {
		t.Errorf("close: %v", err)
	}
	r.program = nil
}

// within bounds a wait for something that should come soon.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// moveTo moves the clock to the next time it is hour:minute in Amsterdam, and lets the planner see it.
func (r *rig) moveTo(t *testing.T, hour, minute int) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	now := r.clock.Now().In(zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 1, 0, zone)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	r.clock.Move(at.Sub(now))
	if err := r.program.planner.EnqueueDue(within(t), r.clock.Now()); err != nil {
		t.Fatal(err)
	}
}

// await waits for a message of the bot that holds the text.
func (r *rig) await(t *testing.T, channel, text string) localslack.Message {
	t.Helper()
	m, err := r.slack.Await(within(t), func(m localslack.Message) bool {
		return m.FromBot() && !m.Ephemeral() && m.Channel == channel && strings.Contains(m.Text, text)
	})
	if err != nil {
		t.Fatalf("no message with %q in %s: %v\n%s", text, channel, err, r.log)
	}
	return m
}

// fromBot counts the bot's messages in a channel that hold the text.
func (r *rig) fromBot(channel, text string) int {
	n := 0
	for _, m := range r.slack.Messages(channel) {
		if m.FromBot() && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

func sqliteURL(t *testing.T) string {
	return "sqlite://" + filepath.Join(t.TempDir(), "campaignbot.db")
}

// everywhere runs a test in both transports on both engines.
func everywhere(t *testing.T, test func(t *testing.T, mode, storeURL string)) {
	for _, mode := range []string{config.ModeSocket, config.ModeHTTP} {
		t.Run(mode, func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, url string) { test(t, mode, url) })
		})
	}
}
