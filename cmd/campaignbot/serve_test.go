package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
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
	options := localslack.Options{Now: r.clock.Now, RetryDelays: []time.Duration{0, 10 * time.Millisecond, 10 * time.Millisecond}, EscapeCommands: true}
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
	r.config, err = config.Load(config.Options{File: file, Environ: environ(r.slack, mode, storeURL, address)})
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
}

// launch starts the program and waits until it hears Slack.
func (r *rig) launch(t *testing.T) {
	t.Helper()
	log := slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	r.program, err = startProgram(t.Context(), programOptions{config: r.config, log: log, clock: r.clock})
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

func TestTheMainJob(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, reminders)

		t.Run("a command is answered in private, in the reader's language, also where the bot is not a member", func(t *testing.T) {
			for user, words := range map[string]string{ann: "Is it running?", bram: "Draait hij?"} {
				got, err := r.slack.Slash(within(t), user, other, "/campaign module wfserver")
				if err != nil || got.Error != "" || got.Message == nil {
					t.Fatalf("%v %+v\n%s", err, got, r.log)
				}
				if !got.Message.Ephemeral() || !strings.Contains(got.Message.Text, words) {
					t.Errorf("%s read: ephemeral %v, %.200s", user, got.Message.Ephemeral(), got.Message.Text)
				}
			}
		})
		t.Run("a mention is seen, and answered once, in its thread", func(t *testing.T) {
			said, err := r.slack.Mention(within(t), ann, ops, "no bounces come in, the bounce mailbox is full", "")
			if err != nil {
				t.Fatal(err)
			}
			answer := r.await(t, ops, "inMail")
			if answer.ThreadTS != said.Message.TS {
				t.Errorf("thread %q, want %q", answer.ThreadTS, said.Message.TS)
			}
			for _, id := range said.EventIDs {
				if err := r.slack.Redeliver(id); err != nil {
					t.Fatal(err)
				}
			}
			// An answer to a later mention shows that the repeated one has been worked on.
			if _, err := r.slack.Mention(within(t), ann, ops, "module stat", ""); err != nil {
				t.Fatal(err)
			}
			r.await(t, ops, "stat")
			if n := r.fromBot(ops, "inMail ·"); n != 1 {
				t.Errorf("%d answers", n)
			}
			if _, err := r.slack.Await(within(t), func(m localslack.Message) bool { return m.TS == said.Message.TS && m.HasReaction("eyes") }); err != nil {
				t.Error("no eyes on the mention")
			}
		})
		t.Run("a direct message is answered", func(t *testing.T) {
			if _, err := r.slack.Direct(within(t), bram, "waakhond", ""); err != nil {
				t.Fatal(err)
			}
			r.await(t, r.slack.DM(bram), "watchdog")
		})
		t.Run("an answer can be shared, in the channel's language", func(t *testing.T) {
			got, err := r.slack.Slash(within(t), ann, ops, "/campaign module watchdog")
			if err != nil || got.Message == nil {
				t.Fatalf("%v %+v", err, got)
			}
			if _, err := r.slack.Press(within(t), ann, ops, got.Message.TS, "share", ""); err != nil {
				t.Fatal(err)
			}
			shared := r.await(t, ops, "watchdog ·")
			if shared.Ephemeral() || !strings.Contains(string(shared.JSON()), ann) {
				t.Errorf("shared message: %s", shared.JSON())
			}
		})
		t.Run("a choice of language is kept", func(t *testing.T) {
			if got, err := r.slack.Slash(within(t), ann, ops, "/campaign language de"); err != nil || got.Message == nil {
				t.Fatalf("%v %+v", err, got)
			}
			got, err := r.slack.Slash(within(t), ann, ops, "/campaign module mta")
			if err != nil || got.Message == nil || !strings.Contains(got.Message.Text, "Läuft") {
				t.Errorf("%v %+v", err, got.Message)
			}
		})
	})
}

func TestReminderIsPostedClaimedAndDoneOverARestart(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, reminders)
		r.moveTo(t, 8, 30)
		reminder := r.await(t, ops, "Herstart de mislukte exports")
		if got, err := r.slack.Press(within(t), bram, ops, reminder.TS, "reminder.claim", ""); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		awaitEdit(t, r, reminder.TS, bram)

		r.stop(t)
		r.start(t)

		if got, err := r.slack.Press(within(t), ann, ops, reminder.TS, "reminder.claim", ""); err == nil && got.Error != "" {
			t.Fatalf("%+v", got)
		}
		if got, err := r.slack.Press(within(t), bram, ops, reminder.TS, "reminder.done", ""); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		if _, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.TS == reminder.TS && !strings.Contains(string(m.Blocks), "reminder.done")
		}); err != nil {
			t.Fatalf("the message still offers Done: %v", err)
		}
		r.moveTo(t, 17, 0)
		digest, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.Channel == ops && m.TS > reminder.TS && m.ThreadTS == "" && m.FromBot() && strings.Contains(m.Text, "Herstart de mislukte exports")
		})
		if err != nil || digest.TS == reminder.TS {
			t.Fatalf("no digest: %v\n%s", err, r.log)
		}
		if n := r.fromBot(ops, "failed-exports"); n != 1 {
			t.Errorf("%d reminders", n)
		}
	})
}

// awaitEdit waits until the message names the user.
func awaitEdit(t *testing.T, r *rig, ts, user string) {
	t.Helper()
	if _, err := r.slack.Await(within(t), func(m localslack.Message) bool {
		return m.TS == ts && strings.Contains(string(m.Blocks), user)
	}); err != nil {
		t.Fatalf("the message does not name %s: %v\n%s", user, err, r.log)
	}
}

func TestPostsSurviveWhatSlackDoes(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault localslack.Fault
	}{
		{"a server error is tried again", localslack.Fault{Kind: localslack.ServerError, Next: 1}},
		{"a rate limit is waited for", localslack.Fault{Kind: localslack.RateLimited, Next: 1, Delay: time.Second}},
		{"a connection that breaks after the post is looked up, not repeated", localslack.Fault{Kind: localslack.AcceptThenDrop, Next: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, config.ModeSocket, sqliteURL(t), reminders)
			r.slack.Faults().Inject("chat.postMessage", c.fault)
			r.moveTo(t, 8, 30)
			r.await(t, ops, "Herstart de mislukte exports")
			awaitState(t, r, "failed-exports", bot.Posted, bot.PostedLate)
			if n := r.fromBot(ops, "failed-exports"); n != 1 {
				t.Errorf("%d reminders", n)
			}
		})
	}
}

// awaitState waits until the newest due time of the schedule has one of the states.
func awaitState(t *testing.T, r *rig, schedule string, want ...bot.OccurrenceState) {
	t.Helper()
	ctx := within(t)
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		list, err := r.program.store.Occurrences(ctx, schedule, time.Time{}, 1)
		if err != nil {
			t.Fatalf("%v\n%s", err, r.log)
		}
		for _, state := range want {
			if len(list) == 1 && list[0].State == state {
				tick.Stop()
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("history is %+v, want %v\n%s", list, want, r.log)
		}
	}
}

func TestBadInputIsAnsweredPolitely(t *testing.T) {
	for _, mode := range []string{config.ModeSocket, config.ModeHTTP} {
		r := newRig(t, mode, sqliteURL(t), "language: en\n")
		for _, c := range []struct{ name, text, want string }{
			{"no text is answered with help", "", "/campaign module"},
			{"an unknown module gets the nearest names", "module wfservr2", "wfserver"},
			{"40,000 characters", strings.Repeat("mail é ", 5700), ""},
			{"binary junk", "\x00\x01\x02", ""},
			{"right-to-left text and emoji", "\u202eשלום :sob: 🙈", ""},
			{"Slack's own escapes and smart quotes", "module \u201cmta\u201d", "mta"},
			{"somebody who would ring everybody", "<!channel> <!here> <@U0ANN0001> & <b>", ""},
		} {
			t.Run(mode+"/"+c.name, func(t *testing.T) {
				got, err := r.slack.Slash(within(t), ann, ops, "/campaign "+c.text)
				if err != nil || got.Error != "" || got.Message == nil {
					t.Fatalf("%v %+v", err, got)
				}
				if !strings.Contains(string(got.Message.JSON()), c.want) {
					t.Errorf("%.300s", got.Message.Text)
				}
				if strings.Contains(string(got.Message.JSON()), "<!") || strings.Contains(got.Message.Text, "<!") {
					t.Errorf("would ring: %s", got.Message.JSON())
				}
			})
		}
		t.Run(mode+"/an unknown event and a stale button are acknowledged", func(t *testing.T) {
			if _, err := r.slack.SendRawEvent(`{"type":"brand_new_thing","x":1}`); err != nil {
				t.Fatal(err)
			}
			if _, err := r.slack.AwaitDelivery(within(t), func(d localslack.Delivery) bool { return d.Kind == "events_api" && d.Acked }); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnswersDoNotWaitForASlowSlack(t *testing.T) {
	r := newRig(t, config.ModeSocket, sqliteURL(t), "language: en\n")
	r.slack.Faults().Inject("*", localslack.Fault{Kind: localslack.Latency, Every: 1, Delay: 5 * time.Second})
	for _, user := range []string{ann, bram, carla} {
		got, err := r.slack.Slash(within(t), user, ops, "/campaign module mta")
		if err != nil || got.Error != "" || got.Message == nil {
			t.Fatalf("%v %+v", err, got)
		}
		if limit := 1500 * time.Millisecond; got.Delivery.AckAfter > limit {
			t.Errorf("acknowledged after %s", got.Delivery.AckAfter)
		}
	}
}

func TestAdminAddress(t *testing.T) {
	r := newRig(t, config.ModeSocket, sqliteURL(t), "language: en\n")
	if _, err := r.slack.Slash(within(t), ann, ops, "/campaign module mta"); err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		res, err := http.Get("http://" + r.program.admin.Addr() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body)
	}
	if status, _ := get("/healthz"); status != 200 {
		t.Errorf("healthz %d", status)
	}
	if status, body := get("/readyz"); status != 200 || !strings.Contains(body, `"slack"`) || !strings.Contains(body, `"store"`) || !strings.Contains(body, `"knowledge"`) {
		t.Errorf("readyz %d %s", status, body)
	}
	if _, body := get("/metrics"); !strings.Contains(body, `campaignbot_requests_total{command="module",outcome="ok"} 1`) {
		t.Errorf("metrics do not count the command:\n%s", body)
	}
}

func TestSecretsAreNotLogged(t *testing.T) {
	r := newRig(t, config.ModeSocket, sqliteURL(t), reminders)
	r.slack.Faults().Inject("response_url", localslack.Fault{Kind: localslack.ServerError, Every: 1})
	got, err := r.slack.Slash(within(t), ann, ops, "/campaign module mta")
	if err != nil || got.Message == nil {
		t.Fatalf("%v %+v", err, got)
	}
	if _, err := r.slack.Press(within(t), ann, ops, got.Message.TS, "share", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := r.slack.AwaitCall(within(t), func(c localslack.Call) bool { return c.Method == "response_url" }); err != nil {
		t.Fatal(err)
	}
	r.stop(t)
	for _, secret := range []string{r.slack.BotToken(), r.slack.AppToken(), "local-signing-secret", "/response/"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
