package slackio

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
)

func TestCallbackRequest(t *testing.T) {
	me := Identity{Team: "T1", User: "U0BOT", BotID: "B0BOT"}
	for _, c := range []struct {
		name  string
		event string
		want  *bot.Request
	}{
		{"a mention is answered in its own thread", `{"type":"app_mention","user":"U1","channel":"C1","text":"<@U0BOT> mta down","ts":"1.0"}`,
			&bot.Request{ID: "Ev1", Surface: bot.Mention, Team: "T1", User: "U1", Channel: "C1", Thread: "1.0", Message: "1.0", Text: "mta down"}},
		{"a mention in a thread stays there", `{"type":"app_mention","user":"U1","channel":"C1","text":"<@U0BOT> mta","ts":"2.0","thread_ts":"1.0"}`,
			&bot.Request{ID: "Ev1", Surface: bot.Mention, Team: "T1", User: "U1", Channel: "C1", Thread: "1.0", Message: "2.0", Text: "mta"}},
		{"a direct message needs no mention", `{"type":"message","channel_type":"im","user":"U1","channel":"D1","text":"help","ts":"1.0"}`,
			&bot.Request{ID: "Ev1", Surface: bot.Direct, Team: "T1", User: "U1", Channel: "D1", Message: "1.0", Text: "help"}},
		{"the bot's own message is ignored", `{"type":"message","channel_type":"im","user":"U0BOT","channel":"D1","text":"x","ts":"1.0"}`, nil},
		{"another bot's message is ignored", `{"type":"app_mention","user":"U2","bot_id":"B2","channel":"C1","text":"x","ts":"1.0"}`, nil},
		{"an edited mention is ignored", `{"type":"app_mention","user":"U1","channel":"C1","text":"x","ts":"1.0","edited":{"user":"U1","ts":"2.0"}}`, nil},
		{"a deleted message is ignored", `{"type":"message","subtype":"message_deleted","channel_type":"im","channel":"D1","ts":"1.0"}`, nil},
		{"a message in a channel is ignored", `{"type":"message","channel_type":"channel","user":"U1","channel":"C1","text":"x","ts":"1.0"}`, nil},
		{"an unknown event is ignored", `{"type":"brand_new_event","user":"U1","channel":"C1","text":"x","ts":"1.0"}`, nil},
		{"an event of another shape is ignored", `[1]`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := callback{Type: "event_callback", TeamID: "T1", EventID: "Ev1", Event: json.RawMessage(c.event)}.request(me)
			if ok != (c.want != nil) {
				t.Fatalf("taken: %v", ok)
			}
			if c.want != nil {
				if diff := cmp.Diff(*c.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestMentionBeforeTheBotKnowsItsName(t *testing.T) {
	cb := callback{Type: "event_callback", EventID: "Ev1", Event: json.RawMessage(`{"type":"app_mention","user":"U1","channel":"C1","text":"<@U0BOT|campaignbot> module mta","ts":"1.0"}`)}
	got, ok := cb.request(Identity{})
	if !ok || got.Text != "module mta" {
		t.Errorf("got %q, %v", got.Text, ok)
	}
}

func TestInteractionRequest(t *testing.T) {
	parse := func(id string) (string, string) {
		id, value, _ := strings.Cut(id, "=")
		id, _, _ = strings.Cut(id, "#")
		return id, value
	}
	for _, c := range []struct {
		name, action string
		want         bot.Request
	}{
		{"a button", `{"action_id":"module#1","value":"stat"}`, bot.Request{Action: "module", Value: "stat"}},
		{"a choice of a menu", `{"action_id":"snooze=t1","selected_option":{"value":"30m","text":{"text":"30 minutes"}}}`, bot.Request{Action: "snooze", Value: "t1", Choice: "30m"}},
		{"a choice of a person", `{"action_id":"give#1=t1","type":"users_select","selected_user":"U2"}`, bot.Request{Action: "give", Value: "t1", Choice: "U2"}},
		{"a menu without a choice", `{"action_id":"give=t1","selected_user":null,"selected_option":null}`, bot.Request{Action: "give", Value: "t1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, err := parseInteraction([]byte(`{"type":"block_actions","team":null,"user":{"id":"U1"},"channel":{"id":"C1"},
				"container":{"message_ts":"2.0","thread_ts":"1.0"},"actions":[` + c.action + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			got, ok := in.request("id", parse)
			want := bot.Request{ID: "id", Surface: bot.Button, User: "U1", Channel: "C1", Thread: "1.0", Message: "2.0",
				Action: c.want.Action, Value: c.want.Value, Choice: c.want.Choice}
			if diff := cmp.Diff(want, got); !ok || diff != "" {
				t.Errorf("taken %v: %s", ok, diff)
			}
		})
	}
	for _, other := range []string{`{"type":"view_closed"}`, `{"type":"block_actions","actions":[]}`, `{"type":"message_action","user":{"id":"U1"}}`} {
		in, err := parseInteraction([]byte(other))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := in.request("id", parse); ok {
			t.Errorf("%s was taken", other)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","event_id":"E","event":{"type":"app_mention","user":"U","channel":"C","ts":"1","text":"<@"}}`))
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U"},"actions":[{}]}`))
	f.Add([]byte(filledIn))
	f.Fuzz(func(_ *testing.T, payload []byte) {
		if cb, err := parseCallback(payload); err == nil {
			cb.request(Identity{})
		}
		if in, err := parseInteraction(payload); err == nil {
			in.request("id", blockkit.ParseAction)
			in.submission("id")
			in.View.firstInput()
		}
	})
}
