package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/config"
)

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
		t.Run("a question that nobody can answer is kept", func(t *testing.T) {
			if got, err := r.slack.Slash(within(t), ann, ops, "/campaign why is the sky blue"); err != nil || got.Message == nil {
				t.Fatalf("%v %+v", err, got)
			}
			for ctx := within(t); ; {
				list, err := r.program.store.Misses(ctx, time.Time{}, 0)
				if err != nil {
					t.Fatal(err)
				}
				if len(list) == 1 && list[0].Text == "why is the sky blue" {
					break
				}
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

// TestARunbookIsWalkedOverARestart starts a runbook, lets two people press, and restarts the bot between them.
func TestARunbookIsWalkedOverARestart(t *testing.T) {
	everywhere(t, func(t *testing.T, mode, storeURL string) {
		r := newRig(t, mode, storeURL, reminders)
		got, err := r.slack.Slash(within(t), ann, ops, "/campaign runbook disk-full")
		if err != nil || got.Message == nil || !got.Message.Ephemeral() {
			t.Fatalf("%v %+v", err, got)
		}
		if _, err := r.slack.Press(within(t), ann, ops, got.Message.TS, "runbook.start", ""); err != nil {
			t.Fatal(err)
		}
		walk := r.await(t, ops, "`disk-full`")
		if walk.Ephemeral() {
			t.Error("only one person sees the walk")
		}
		press := func(user, button string) {
			t.Helper()
			if got, err := r.slack.Press(within(t), user, ops, walk.TS, button, ""); err != nil || got.Error != "" {
				t.Fatalf("%v %+v", err, got)
			}
			awaitEdit(t, r, walk.TS, user)
		}
		press(ann, "runbook.step#1") // did not help
		r.stop(t)
		r.start(t)
		press(bram, "runbook.step") // fixed it
		if n := r.fromBot(ops, "`disk-full`"); n != 1 {
			t.Errorf("%d messages, want one that is changed", n)
		}
		if _, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.TS == walk.TS && !strings.Contains(string(m.Blocks), "runbook.step")
		}); err != nil {
			t.Error("the walk did not end")
		}
	})
}

// TestConfigurationReachesTheBot changes what a person would notice.
func TestConfigurationReachesTheBot(t *testing.T) {
	ask := func(t *testing.T, r *rig, user, channel, text string) *localslack.Message {
		t.Helper()
		got, err := r.slack.Slash(within(t), user, channel, "/campaign "+text)
		if err != nil || got.Message == nil {
			t.Fatalf("%v %+v\n%s", err, got, r.log)
		}
		return got.Message
	}
	t.Run("slack.replies: channel", func(t *testing.T) {
		r := newRig(t, config.ModeSocket, sqliteURL(t), "slack: {replies: channel}\n")
		if m := ask(t, r, ann, ops, "module mta"); m.Ephemeral() {
			t.Error("the answer is private")
		}
		if m := ask(t, r, ann, ops, "help"); !m.Ephemeral() {
			t.Error("help is public")
		}
	})
	t.Run("permissions.channels", func(t *testing.T) {
		r := newRig(t, config.ModeSocket, sqliteURL(t), "permissions: {channels: [C0OPS0001]}\n")
		if m := ask(t, r, ann, ops, "module mta"); !strings.Contains(m.Text, "mta ·") {
			t.Errorf("not answered where it may be: %s", m.Text)
		}
		if m := ask(t, r, ann, other, "module mta"); strings.Contains(m.Text, "mta ·") {
			t.Errorf("answered where it may not be: %.80s", m.Text)
		}
	})
	t.Run("language, and the instance of a channel", func(t *testing.T) {
		r := newRig(t, config.ModeSocket, sqliteURL(t), "language: fr\nchannels: [{id: C0OPS0001, instance: acc}]\n")
		r.slack.SetLocale(ann, "sv-SE")
		if m := ask(t, r, ann, ops, "module wfserver"); !strings.Contains(m.Text, "Il tourne") || !strings.Contains(m.Text, "wfserver@acc") {
			t.Errorf("got %.400s", m.Text)
		}
	})
	t.Run("knowledge.dir", func(t *testing.T) {
		dir := t.TempDir()
		code, _, errs := once(t, nil, "", "knowledge", "new", "crm-bridge", "--dir", dir)
		if code != exitOK {
			t.Fatal(errs)
		}
		if code, out, _ := once(t, []string{"CAMPAIGNBOT_KNOWLEDGE_DIR=" + dir, "SLACK_BOT_TOKEN=xoxb-local-bot", "SLACK_APP_TOKEN=xapp-local-app"}, "", "check"); code != exitFound || !strings.Contains(out, "crm-bridge.yaml") {
			t.Errorf("an unfinished entry is not noticed: %d\n%s", code, out)
		}
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
		if n := r.fromBot(ops, "Schema `failed-exports`"); n != 1 {
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
