package slackio

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
)

const filledIn = `{"type":"view_submission","team":{"id":"T1"},"user":{"id":"U1"},"view":{"id":"V1","callback_id":"remind.form",
	"private_metadata":"{\"value\":\"v\",\"language\":\"nl\",\"channel\":\"C1\",\"thread\":\"1.0\",\"message\":\"2.0\"}",
	"blocks":[{"type":"section","block_id":"s"},{"type":"input","block_id":"text"},{"type":"input","block_id":"when"}],
	"state":{"values":{"text":{"text":{"type":"plain_text_input","value":"a < b & “c”"}},"due":{"due":{"type":"static_select","selected_option":{"value":"2h"}}},
	"who":{"who":{"type":"users_select","selected_user":"U2"}},"where":{"where":{"type":"conversations_select","selected_conversation":"C2"}},
	"at":{"at":{"type":"datetimepicker","selected_date_time":1795000000}},"rows":{"rows":{"type":"number_input","value":null}}}}}}`

func TestSubmissionRequest(t *testing.T) {
	in, err := parseInteraction([]byte(filledIn))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := in.submission("ref")
	want := bot.Request{
		ID: "ref", Surface: bot.Submission, Team: "T1", User: "U1", Channel: "C1", Thread: "1.0", Message: "2.0", Language: "nl",
		Action: "remind.form", Value: "v",
		Inputs: map[string]string{"text": `a < b & "c"`, "due": "2h", "who": "U2", "where": "C2", "at": "1795000000"},
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v (-want +got):\n%s", ok, diff)
	}
	for _, bad := range []string{
		strings.Replace(filledIn, "view_submission", "view_closed", 1), strings.Replace(filledIn, `"remind.form"`, `""`, 1),
		strings.Replace(filledIn, `"U1"`, `""`, 1), strings.Replace(filledIn, `"{\"value`, `"\"value`, 1),
	} {
		in, err := parseInteraction([]byte(bad))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := in.submission("ref"); ok {
			t.Errorf("taken: %+v", got)
		}
	}
}

// answerOf submits the form to a router that gives this reply and returns the acknowledgement.
func answerOf(t *testing.T, reply bot.Reply) map[string]any {
	t.Helper()
	reply.Language = "en"
	r := newRig(t, func(context.Context, bot.Request) bot.Reply { return reply }, nil)
	body := "payload=" + url.QueryEscape(filledIn)
	status, got := r.post(t, "/slack/interactions", body, sign(body, time.Now()))
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	if got == "" {
		return nil
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(got), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestWhatBecomesOfAForm(t *testing.T) {
	line := bot.Typed("what is wrong")
	if got := answerOf(t, bot.Reply{}); got != nil {
		t.Errorf("a reply that says nothing closes it: %v", got)
	}
	for at, input := range map[string]string{"": "text", "when": "when"} {
		got := answerOf(t, bot.Reply{Title: line, Fault: &bot.Fault{Input: at, Line: line}})
		want := map[string]any{"response_action": "errors", "errors": map[string]any{input: "what is wrong"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("an error at %q (-want +got):\n%s", at, diff)
		}
	}
	shown := answerOf(t, bot.Reply{Title: bot.Typed("made")})
	if v, _ := shown["view"].(map[string]any); shown["response_action"] != "update" || v["submit"] != nil {
		t.Errorf("a notice: %v", shown)
	}
	next := answerOf(t, bot.Reply{Form: &bot.Form{Action: "a", Value: "seen", Inputs: []bot.Input{{Name: "x", Kind: bot.InputText}}}})
	v, _ := next["view"].(map[string]any)
	if v["callback_id"] != "a" || v["private_metadata"] != `{"value":"seen","language":"en","channel":"C1","thread":"1.0","message":"2.0"}` {
		t.Errorf("the next form: %v", v)
	}
}

func TestASlowFormSaysSoAndIsAnsweredLater(t *testing.T) {
	for name, c := range map[string]struct {
		reply bot.Reply
		want  string
	}{
		"a notice":              {bot.Reply{Language: "nl", Title: bot.Typed("made")}, "made"},
		"nothing to say":        {bot.Reply{Language: "nl"}, "Klaar."},
		"what is wrong":         {bot.Reply{Language: "nl", Title: bot.Typed("wrong"), Fault: &bot.Fault{Line: bot.Typed("wrong")}}, "wrong"},
		"the next of the forms": {bot.Reply{Language: "nl", Form: &bot.Form{Action: "again", Title: bot.Typed("Next")}}, "again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release := make(chan struct{})
			r := newRig(t, func(context.Context, bot.Request) bot.Reply { <-release; return c.reply }, nil)
			body := "payload=" + url.QueryEscape(filledIn)
			_, got := r.post(t, "/slack/interactions", body, sign(body, time.Now()))
			if !strings.Contains(got, "Bezig…") || !strings.Contains(got, `"response_action":"update"`) {
				t.Fatalf("meanwhile: %s", got)
			}
			close(release)
			call := <-r.came
			if !strings.HasPrefix(call, "/api/views.update ") || !strings.Contains(call, c.want) || !strings.Contains(call, `"view_id":"V1"`) {
				t.Errorf("later: %s", call)
			}
			if err := r.intake.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAFormThatDoesNotOpenIsAnError(t *testing.T) {
	r := newRig(t, func(context.Context, bot.Request) bot.Reply {
		return bot.Reply{Language: "fr", Form: &bot.Form{Action: "a", Title: bot.Typed("Form")}}
	}, nil)
	body := form("remind add") // it has no trigger_id
	if _, got := r.post(t, "/slack/commands", body, sign(body, time.Now())); !strings.Contains(got, "Le formulaire ne s'est pas ouvert") {
		t.Errorf("got %s", got)
	}
	body += "&trigger_id=1.2"
	if _, got := r.post(t, "/slack/commands", body, sign(body, time.Now())); got != "" {
		t.Errorf("it opens, and the command says %s", got)
	}
	if call := <-r.came; !strings.HasPrefix(call, "/api/views.open ") || !strings.Contains(call, `"trigger_id":"1.2"`) {
		t.Errorf("called %s", call)
	}
}
