package localslack_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"campaignbot/bot/localslack"
)

// modalBot opens a modal for every command, keeps what comes from it and answers submissions.
type modalBot struct {
	tinyBot
	mu     sync.Mutex
	open   string // the modal, as JSON
	answer any    // payload of the next acknowledgements; silent for none
	got    []slack.InteractionCallback
	raw    []map[string]any
	heard  chan string // the type of each interaction
}

// silence never acknowledges; held acknowledges with what comes out of it.
type (
	silence struct{}
	held    chan any
)

func newModalBot(t *testing.T, w *localslack.Workspace, open string) *modalBot {
	b := &modalBot{open: open, heard: make(chan string, 100)}
	b.command = func(sm *socketmode.Client, r *socketmode.Request, c slack.SlashCommand) {
		sm.Ack(*r)
		b.mu.Lock()
		defer b.mu.Unlock()
		if got := callForm(t, w, "views.open", w.BotToken(), map[string]string{"trigger_id": c.TriggerID, "view": b.open}); got["ok"] != true {
			t.Errorf("views.open: %v", got)
		}
	}
	b.interaction = func(sm *socketmode.Client, r *socketmode.Request, c slack.InteractionCallback) {
		b.mu.Lock()
		defer b.mu.Unlock()
		var raw map[string]any
		if err := json.Unmarshal(r.Payload, &raw); err != nil {
			t.Error(err)
		}
		b.got, b.raw = append(b.got, c), append(b.raw, raw)
		b.heard <- string(c.Type)
		switch answer := b.answer.(type) {
		case silence:
		case held:
			go func() { sm.Ack(*r, <-answer) }()
		case nil:
			sm.Ack(*r)
		default:
			sm.Ack(*r, b.answer)
		}
	}
	b.connect(t, w)
	return b
}

func (b *modalBot) answers(with any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = with
}

func (b *modalBot) last(t *testing.T) (slack.InteractionCallback, map[string]any) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.got) == 0 {
		t.Fatal("the bot got no interaction")
	}
	return b.got[len(b.got)-1], b.raw[len(b.raw)-1]
}

// count is how many interactions the bot got.
func (b *modalBot) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.got)
}

// opened types a command and waits for the modal.
func opened(t *testing.T, w *localslack.Workspace) localslack.View {
	t.Helper()
	if _, err := w.Slash(patience(t), ann, ops, "/campaign task add"); err != nil {
		t.Fatal(err)
	}
	v, err := w.AwaitView(patience(t), func(v localslack.View) bool { return v.Open && v.User == ann })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func words(text string) string { return `{"type":"plain_text","text":"` + text + `"}` }

func option(value string) string {
	return `{"text":` + words("Option "+value) + `,"value":"` + value + `"}`
}

func inputBlock(block, more, element string) string {
	return `{"type":"input","block_id":"` + block + `","label":` + words(block) + more + `,"element":` + element + `}`
}

func modal(more string, blocks ...string) string {
	return `{"type":"modal","title":` + words("New task") + `,"submit":` + words("Save") + `,"close":` + words("Cancel") +
		more + `,"blocks":[` + strings.Join(blocks, ",") + `]}`
}

// everyField is a modal with every kind of field; only the text is required.
func everyField() string {
	optional := func(kind, more string) string {
		return inputBlock("b_"+kind, `,"optional":true`, `{"type":"`+kind+`","action_id":"`+kind+`"`+more+`}`)
	}
	options := `,"options":[` + option("a") + `,` + option("b") + `,` + option("c") + `]`
	return modal(`,"callback_id":"task.add","private_metadata":"x=1"`,
		inputBlock("b_text", "", `{"type":"plain_text_input","action_id":"text","min_length":3,"max_length":10}`),
		optional("number_input", `,"is_decimal_allowed":false,"min_value":"1","max_value":"30"`),
		optional("static_select", options+`,"initial_option":`+option("b")),
		optional("multi_static_select", options+`,"max_selected_items":2`),
		optional("radio_buttons", options), optional("checkboxes", options),
		optional("users_select", `,"initial_user":"`+ann+`"`), optional("multi_users_select", ""),
		optional("channels_select", ""), optional("conversations_select", `,"default_to_current_conversation":true`),
		optional("datetimepicker", `,"initial_date_time":1795000000`), optional("datepicker", ""),
		optional("timepicker", ""), optional("email_text_input", ""), optional("url_text_input", ""),
		optional("multi_channels_select", ""),
	)
}

func TestSubmitSendsWhatThePersonChose(t *testing.T) {
	w := start(t, localslack.Options{})
	bot := newModalBot(t, w, everyField())
	v := opened(t, w)
	result, err := w.Submit(patience(t), ann, v.ID, map[string]string{
		"text": "a & <b>", "number_input": "7", "multi_static_select": "a,c", "b_radio_buttons": "c", "checkboxes": "a",
		"multi_users_select": bram + "," + ann, "channels_select": random, "datepicker": "2026-11-20", "timepicker": "08:30",
		"email_text_input": "ann@example.com", "users_select": "",
	})
	if err != nil || result.Error != "" || result.View.Open || result.TriggerID == "" || result.ResponseURL != "" {
		t.Fatalf("got %+v, %v", result, err)
	}
	got, raw := bot.last(t)
	if got.Type != slack.InteractionTypeViewSubmission || got.User.ID != ann || got.Team.ID != "T0LOCAL01" || got.APIAppID != "A0LOCAL01" ||
		got.TriggerID != result.TriggerID || got.View.ID != v.ID || got.View.CallbackID != "task.add" || got.View.PrivateMetadata != "x=1" {
		t.Errorf("got %+v", got)
	}
	for key := range raw {
		if slices.Contains([]string{"channel", "message", "response_url", "actions", "container"}, key) {
			t.Errorf("a submission has %s", key)
		}
	}
	if urls, ok := raw["response_urls"].([]any); !ok || len(urls) != 0 {
		t.Errorf("response_urls: %v", raw["response_urls"])
	}
	sent := raw["view"].(map[string]any)["state"].(map[string]any)["values"].(map[string]any)
	state, err := json.MarshalIndent(sent, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"value": "a \u0026 \u003cb\u003e"`, `"value": "7"`, `"selected_channel": "C0RANDOM1"`, `"selected_conversation": "C0OPS0001"`,
		`"selected_date": "2026-11-20"`, `"selected_time": "08:30"`, `"selected_date_time": 1795000000`, `"selected_user": null`,
		`"selected_channels": []`, `"value": "ann@example.com"`, `"value": null`,
	} {
		if !strings.Contains(string(state), part) {
			t.Errorf("no %s in %s", part, state)
		}
	}
	values := got.View.State.Values
	if s := values["b_static_select"]["static_select"].SelectedOption; s.Value != "b" || s.Text.Text != "Option b" {
		t.Errorf("the initial option: %+v", s)
	}
	if m := values["b_multi_static_select"]["multi_static_select"].SelectedOptions; len(m) != 2 || m[1].Value != "c" {
		t.Errorf("several options: %+v", m)
	}
	if u := values["b_multi_users_select"]["multi_users_select"].SelectedUsers; !slices.Equal(u, []string{bram, ann}) {
		t.Errorf("several people: %v", u)
	}
	if _, open := w.Modal(ann); open {
		t.Error("the modal is still open")
	}
}

func TestSubmitChecksLikeTheClient(t *testing.T) {
	tests := []struct{ name, field, value, want string }{
		{"a required field must not be empty", "text", "", "block b_text: This field is required."},
		{"a text can be too short", "text", "ab", "at least 3"},
		{"a text can be too long", "text", "12345678901", "no more than 10"},
		{"a single line has no line break", "text", "one\ntwo", "one line"},
		{"letters are no number", "number_input", "many", "Enter a number"},
		{"a fraction is no whole number", "number_input", "1.5", "Enter a whole number"},
		{"a number can be too small", "number_input", "0", "at least 1"},
		{"a number can be too large", "number_input", "31", "no more than 30"},
		{"an option must exist", "static_select", "z", "block b_static_select: “z” is not one of the choices"},
		{"each of several options must exist", "multi_static_select", "a,z", "“z” is not one"},
		{"an option counts once", "multi_static_select", "a,a", "chosen twice"},
		{"no more options than allowed", "multi_static_select", "a,b,c", "no more than 2"},
		{"a person must exist", "users_select", "U0NOBODY1", "not one of the choices"},
		{"a channel must exist", "channels_select", "C0NONE", "not one of the choices"},
		{"a direct message is no channel", "channels_select", "D0ANN0001", "not one of the choices"},
		{"somebody else's direct messages cannot be chosen", "conversations_select", "D0BRAM001", "not one of the choices"},
		{"a date and time must be one", "datetimepicker", "tomorrow", "Enter a date and time"},
		{"a date and time has ten digits", "datetimepicker", "17950000000", "that Slack can hold"},
		{"a date must exist", "datepicker", "2026-02-30", "Enter a date"},
		{"a time must exist", "timepicker", "24:00", "Enter a time"},
		{"a mail address must be one", "email_text_input", "ann", "e-mail"},
		{"a field must exist", "nothing", "x", "0 fields are called"},
	}
	w := start(t, localslack.Options{})
	bot := newModalBot(t, w, everyField())
	v := opened(t, w)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := map[string]string{"text": "a text"}
			for _, f := range []string{"number_input", "multi_static_select", "channels_select", "datepicker", "timepicker", "email_text_input"} {
				values[f] = ""
			}
			maps.Copy(values, map[string]string{"static_select": "a", "users_select": bram, "conversations_select": "", "datetimepicker": ""})
			values[test.field] = test.value
			if _, err := w.Submit(patience(t), ann, v.ID, values); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			} else if wrong, ok := errors.AsType[localslack.FieldErrors](err); ok {
				if now, _ := w.Modal(ann); !maps.Equal(now.Errors, wrong) {
					t.Errorf("the modal shows %v", now.Errors)
				}
			}
		})
	}
	if n := bot.count(); n > 0 {
		t.Errorf("the bot heard of %d submissions", n)
	}
}

func TestTheAcknowledgementIsObeyed(t *testing.T) {
	type object = map[string]any
	next := json.RawMessage(modal(`,"callback_id":"second"`, inputBlock("title", "", `{"type":"plain_text_input","action_id":"t"}`)))
	tests := []struct {
		name    string
		answer  any
		open    bool
		error   string
		problem string
	}{
		{"nothing closes the modal", nil, false, "", ""},
		{"an empty object closes it", object{}, false, "", ""},
		{"clear closes it", object{"response_action": "clear"}, false, "", ""},
		{"errors leave it open", object{"response_action": "errors", "errors": object{"title": "Too short"}}, true, "", ""},
		{"update replaces it", object{"response_action": "update", "view": next}, true, "", ""},
		{"errors need a block that exists", object{"response_action": "errors", "errors": object{"t": "x"}}, true, localslack.ErrorInvalidAnswer, `no input block "t"`},
		{"errors need an input block", object{"response_action": "errors", "errors": object{"intro": "x"}}, true, localslack.ErrorInvalidAnswer, `no input block "intro"`},
		{"errors need a text", object{"response_action": "errors", "errors": object{"title": ""}}, true, localslack.ErrorInvalidAnswer, "is empty"},
		{"errors must not be empty", object{"response_action": "errors", "errors": object{}}, true, localslack.ErrorInvalidAnswer, "errors must be"},
		{"errors and a view do not go together", object{"response_action": "errors", "errors": object{"title": "x"}, "view": next}, true, localslack.ErrorInvalidAnswer, "view does not go with"},
		{"an update needs a valid view", object{"response_action": "update", "view": object{"type": "modal"}}, true, localslack.ErrorInvalidAnswer, "missing required field"},
		{"an update needs a view", object{"response_action": "update"}, true, localslack.ErrorInvalidAnswer, "invalid_arguments"},
		{"push is refused", object{"response_action": "push", "view": next}, true, localslack.ErrorInvalidAnswer, "push is not supported"},
		{"an unknown action is refused", object{"response_action": "close"}, true, localslack.ErrorInvalidAnswer, "unknown"},
		{"a message is refused", object{"text": "Saved."}, true, localslack.ErrorInvalidAnswer, "no response_action"},
		{"a text is refused", "ok", true, localslack.ErrorInvalidAnswer, "no JSON object"},
		{"silence is a timeout", silence{}, true, localslack.ErrorTimeout, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var options localslack.Options
			if test.error == localslack.ErrorTimeout {
				options.AckTimeout = 200 * time.Millisecond
			}
			w := start(t, options)
			bot := newModalBot(t, w, modal("", `{"type":"section","block_id":"intro","text":`+words("Intro")+`}`,
				inputBlock("title", "", `{"type":"plain_text_input","action_id":"t"}`)))
			v := opened(t, w)
			bot.answers(test.answer)
			result, err := w.Submit(patience(t), ann, v.ID, map[string]string{"t": "typed"})
			if err != nil || result.Error != test.error || !strings.Contains(strings.Join(result.Problems, " "), test.problem) {
				t.Fatalf("got %+v, %v", result, err)
			}
			now, open := w.Modal(ann)
			if open != test.open || result.View.Open != test.open {
				t.Errorf("open: %v", open)
			}
			if wantTrouble := test.error != ""; (result.View.Trouble == localslack.Trouble) != wantTrouble {
				t.Errorf("the modal says %q", result.View.Trouble)
			}
			if open && !strings.Contains(string(now.Content), `"value":"typed"`) {
				t.Errorf("the typed text is gone: %s", now.Content)
			}
			if test.name == "errors leave it open" && now.Errors["title"] != "Too short" {
				t.Errorf("errors: %v", now.Errors)
			}
			if test.name == "update replaces it" && (!strings.Contains(string(now.Content), "second") || string(now.Content) == string(v.Content)) {
				t.Errorf("not replaced: %s", now.Content)
			}
		})
	}
}

func TestATroubledModalCanBeSubmittedAgain(t *testing.T) {
	w := start(t, localslack.Options{})
	bot := newModalBot(t, w, modal("", inputBlock("title", "", `{"type":"plain_text_input","action_id":"t"}`)))
	v := opened(t, w)
	release := make(held, 1)
	bot.answers(release)
	ended, cancel := context.WithCancel(patience(t))
	cancel()
	if _, err := w.Submit(ended, ann, v.ID, map[string]string{"t": "typed"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a person who stops waiting: %v", err)
	}
	if _, err := w.Submit(patience(t), ann, v.ID, nil); err == nil || !strings.Contains(err.Error(), "being submitted") {
		t.Errorf("twice at once: %v", err)
	}
	release <- "no answer Slack knows"
	if _, err := w.AwaitView(patience(t), func(v localslack.View) bool { return v.Trouble != "" }); err != nil {
		t.Fatal(err)
	}
	bot.answers(nil)
	if result, err := w.Submit(patience(t), ann, v.ID, nil); err != nil || result.View.Open || result.View.Trouble != "" {
		t.Errorf("the second time: %+v, %v", result, err)
	}
	for name, user := range map[string]string{"a closed modal": ann, "somebody else": bram} {
		if _, err := w.Submit(patience(t), user, v.ID, nil); err == nil || !strings.Contains(err.Error(), "no such modal open") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSubmitOverHTTP(t *testing.T) {
	tests := []struct{ name, kind, body, error string }{
		{"an empty body closes the modal", "", "", ""},
		{"a JSON answer is obeyed", "application/json", `{"response_action":"clear"}`, ""},
		{"a text is no answer", "text/plain", "ok", localslack.ErrorInvalidAnswer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := receiver(t, httpAnswer(test.kind, test.body))
			v := openDirectly(t, w, modal("", inputBlock("title", "", `{"type":"plain_text_input","action_id":"t"}`)))
			result, err := w.Submit(patience(t), ann, v.ID, map[string]string{"t": "typed"})
			if err != nil || result.Error != test.error || result.View.Open != (test.error != "") {
				t.Errorf("got %+v, %v", result, err)
			}
		})
	}
}
