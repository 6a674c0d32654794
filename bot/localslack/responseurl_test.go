package localslack_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"campaignbot/bot/localslack"
)

func respond(t *testing.T, address, body string) (int, string) {
	t.Helper()
	res, err := http.Post(address, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// commandURL types a command and returns its response_url.
func commandURL(t *testing.T, w *localslack.Workspace, channel string) string {
	t.Helper()
	result, err := w.Slash(patience(t), ann, channel, "/campaign")
	if err != nil {
		t.Fatal(err)
	}
	return result.ResponseURL
}

func TestResponseURLIsUsedFiveTimes(t *testing.T) {
	w := start(t, localslack.Options{})
	(&tinyBot{}).connect(t, w)
	address := commandURL(t, w, random) // also where the bot is not a member
	for range 5 {
		if status, body := respond(t, address, `{"text":"x"}`); status != 200 || body != "ok" {
			t.Fatalf("got %d %s", status, body)
		}
	}
	if status, body := respond(t, address, `{"text":"x"}`); status != 404 || body != "used_url" {
		t.Errorf("the sixth use: %d %s", status, body)
	}
	if got := len(w.Ephemerals(ann, random)); got != 5 {
		t.Errorf("%d ephemerals, want 5", got)
	}
}

func TestResponseURLLivesThirtyMinutesOfTheWorkspaceClock(t *testing.T) {
	var clock fakeClock
	w := start(t, localslack.Options{Now: clock.now})
	(&tinyBot{}).connect(t, w)
	address := commandURL(t, w, ops)
	clock.move(30*time.Minute - time.Second)
	if status, body := respond(t, address, `{"text":"x"}`); status != 200 {
		t.Errorf("just in time: %d %s", status, body)
	}
	clock.move(time.Second)
	if status, body := respond(t, address, `{"text":"x"}`); status != 404 || body != "expired_url" {
		t.Errorf("too late: %d %s", status, body)
	}
}

func TestResponseURLRefusals(t *testing.T) {
	w := start(t, localslack.Options{})
	(&tinyBot{}).connect(t, w)
	address := commandURL(t, w, ops)
	tests := []struct{ name, body, want string }{
		{"nothing to say", `{}`, "no_text"},
		{"no JSON", `text=x`, "invalid_payload"},
		{"an unknown response type", `{"text":"x","response_type":"loud"}`, "invalid_payload"},
		{"bad blocks", `{"blocks":[{"type":"section"}]}`, "invalid_blocks"},
		{"deleting beside text", `{"text":"x","delete_original":true}`, "invalid_payload"},
		{"deleting what a command has not", `{"delete_original":true}`, "message_not_found"},
		{"a thread that does not exist", `{"text":"x","thread_ts":"1000000000.000100"}`, "thread_not_found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if status, body := respond(t, address, test.body); status != 400 || body != test.want {
				t.Errorf("got %d %s, want %s", status, body, test.want)
			}
		})
	}
	if status, body := respond(t, w.URL()+"response/guess", `{"text":"x"}`); status != 404 || body != "invalid_url" {
		t.Errorf("a guess: %d %s", status, body)
	}
}

// answers lets the bot answer each press through its response_url.
func answers(t *testing.T, options ...func(slack.InteractionCallback) slack.MsgOption) *tinyBot {
	bot := &tinyBot{}
	bot.command = func(sm *socketmode.Client, r *socketmode.Request, c slack.SlashCommand) {
		kind := "ephemeral"
		if c.Text == "public" {
			kind = "in_channel"
		}
		button := slack.NewButtonBlockElement("go", "v", slack.NewTextBlockObject(slack.PlainTextType, "Go", false, false))
		sm.Ack(*r, map[string]any{"response_type": kind, "text": "card", "blocks": []slack.Block{slack.NewActionBlock("b", button)}})
	}
	bot.interaction = func(sm *socketmode.Client, r *socketmode.Request, c slack.InteractionCallback) {
		sm.Ack(*r, map[string]any{"text": "Slack ignores this"})
		all := []slack.MsgOption{}
		for _, o := range options {
			all = append(all, o(c))
		}
		if _, _, err := bot.api.PostMessage(c.Channel.ID, all...); err != nil {
			t.Error(err)
		}
		if c.Container.IsEphemeral != (c.Message.Timestamp == "") {
			t.Errorf("the payload of an ephemeral message: %+v", c.Message)
		}
	}
	return bot
}

func TestPressAnsweredThroughTheResponseURL(t *testing.T) {
	text := func(c slack.InteractionCallback) slack.MsgOption {
		return slack.MsgOptionText("after "+c.ActionCallback.BlockActions[0].Value, false)
	}
	replace := func(c slack.InteractionCallback) slack.MsgOption {
		return slack.MsgOptionReplaceOriginal(c.ResponseURL)
	}
	remove := func(c slack.InteractionCallback) slack.MsgOption { return slack.MsgOptionDeleteOriginal(c.ResponseURL) }
	public := func(c slack.InteractionCallback) slack.MsgOption {
		return slack.MsgOptionResponseURL(c.ResponseURL, slack.ResponseTypeInChannel)
	}
	tests := []struct {
		name, command   string
		options         []func(slack.InteractionCallback) slack.MsgOption
		private, shared string
	}{
		{"an ephemeral is replaced in place", "/campaign", []func(slack.InteractionCallback) slack.MsgOption{text, replace}, "after v", ""},
		{"an ephemeral is deleted", "/campaign", []func(slack.InteractionCallback) slack.MsgOption{remove}, "", ""},
		{"an ephemeral is followed by a public message", "/campaign", []func(slack.InteractionCallback) slack.MsgOption{text, public}, "card", "after v"},
		{"a public message is replaced", "/campaign public", []func(slack.InteractionCallback) slack.MsgOption{text, replace}, "", "after v"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t, localslack.Options{})
			answers(t, test.options...).connect(t, w)
			ctx := patience(t)
			card, err := w.Slash(ctx, ann, ops, test.command)
			if err != nil || card.Message == nil {
				t.Fatalf("got %+v, %v", card, err)
			}
			if pressed, err := w.Press(ctx, ann, ops, card.Message.TS, "go", "v"); err != nil || pressed.Error != "" || pressed.Message != nil {
				t.Fatalf("got %+v, %v", pressed, err)
			}
			if _, err := w.AwaitCall(ctx, func(c localslack.Call) bool { return c.Method == "response_url" && c.Accepted }); err != nil {
				t.Fatal(err)
			}
			if got := joined(w.Ephemerals(ann, ops)); got != test.private {
				t.Errorf("private: got %q, want %q", got, test.private)
			}
			if got := joined(w.Messages(ops)); got != test.shared {
				t.Errorf("public: got %q, want %q", got, test.shared)
			}
		})
	}
}

func joined(messages []localslack.Message) string {
	var list []string
	for _, m := range messages {
		list = append(list, m.Text)
	}
	return strings.Join(list, "|")
}
