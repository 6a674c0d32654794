package localslack_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"campaignbot/bot/localslack"
)

func TestPressFindsTheControl(t *testing.T) {
	w := start(t, localslack.Options{})
	pressed := make(chan *slack.BlockAction, 1)
	bot := &tinyBot{interaction: func(sm *socketmode.Client, r *socketmode.Request, c slack.InteractionCallback) {
		sm.Ack(*r)
		pressed <- c.ActionCallback.BlockActions[0]
	}}
	bot.connect(t, w)
	text := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
	}
	option := func(v string) *slack.OptionBlockObject { return slack.NewOptionBlockObject(v, text(v), nil) }
	_, ts, err := bot.api.PostMessage(ops, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(
		slack.NewActionBlock("first", slack.NewButtonBlockElement("go", "1", text("One"))),
		slack.NewActionBlock("second", slack.NewButtonBlockElement("go", "2", text("Two")),
			slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, text("Pick"), "pick", option("a"), option("b")),
			slack.NewOptionsSelectBlockElement(slack.OptTypeUser, text("Who"), "who")),
	))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, action, which, block, value, problem string }{
		{"by action id alone the first one", "go", "", "first", "1", ""},
		{"by value", "go", "2", "second", "2", ""},
		{"by block id", "go", "second", "second", "2", ""},
		{"an option by its value", "pick", "b", "second", "b", ""},
		{"an option that does not exist", "pick", "c", "", "", "no control with value or block"},
		{"an action that does not exist", "stop", "", "", "", "the message has go, go, pick, who"},
		{"a person", "who", bram, "second", bram, ""},
		{"the bot itself", "who", "U0BOT0001", "second", "U0BOT0001", ""},
		{"a person who is not there", "who", "U0NOBODY1", "", "", "the workspace has no user"},
		{"nobody", "who", "", "", "", "the workspace has no user"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result, err := w.Press(patience(t), ann, ops, ts, test.action, test.which)
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("got %v, want %q", err, test.problem)
				}
				return
			}
			if err != nil || result.Error != "" || result.ResponseURL == "" {
				t.Fatalf("got %+v, %v", result, err)
			}
			action := <-pressed
			if got := action.Value + action.SelectedOption.Value + action.SelectedUser; action.BlockID != test.block || got != test.value {
				t.Errorf("got %s %s", action.BlockID, got)
			}
		})
	}
}

func TestSomebodyElsesEphemeralCannotBePressed(t *testing.T) {
	w := start(t, localslack.Options{})
	ts, err := client(w).PostEphemeral(ops, ann, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(
		slack.NewActionBlock("", slack.NewButtonBlockElement("go", "1", slack.NewTextBlockObject(slack.PlainTextType, "Go", false, false)))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Press(patience(t), bram, ops, ts, "go", ""); err == nil {
		t.Error("Bram pressed a button only Ann sees")
	}
}

func TestAnAnswerSlackRefusesIsAnError(t *testing.T) {
	w := start(t, localslack.Options{})
	bot := &tinyBot{command: func(sm *socketmode.Client, r *socketmode.Request, _ slack.SlashCommand) {
		sm.Ack(*r, map[string]any{"text": "x", "blocks": []any{map[string]any{"type": "section"}}})
	}}
	bot.connect(t, w)
	result, err := w.Slash(patience(t), ann, ops, "/campaign")
	if err != nil || result.Error != localslack.ErrorInvalidAnswer || len(result.Problems) != 2 || result.Problems[0] != "invalid_blocks" {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestTriggerOpensOneView(t *testing.T) {
	w := start(t, localslack.Options{})
	(&tinyBot{}).connect(t, w)
	result, err := w.Slash(patience(t), ann, ops, "/campaign remind add")
	if err != nil {
		t.Fatal(err)
	}
	title := slack.NewTextBlockObject(slack.PlainTextType, "Reminder", false, false)
	view := slack.ModalViewRequest{Type: slack.VTModal, Title: title, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
	if _, err := client(w).OpenView(result.TriggerID, view); err != nil {
		t.Fatal(err)
	}
	if _, err := client(w).OpenView(result.TriggerID, view); err == nil || err.Error() != "exchanged_trigger_id" {
		t.Errorf("the second use: %v", err)
	}
	if views := w.Views(); len(views) != 1 || views[0].User != ann || views[0].Type != "modal" {
		t.Errorf("got %+v", views)
	}
}

func TestOtherSourcesOfEvents(t *testing.T) {
	w := start(t, localslack.Options{Events: []string{"app_home_opened", "app_mention", "message.channels"}})
	types := make(chan string, 5)
	bot := &tinyBot{event: func(sm *socketmode.Client, r *socketmode.Request, e slackevents.EventsAPIEvent) {
		sm.Ack(*r)
		types <- e.InnerEvent.Type
	}}
	bot.connect(t, w)
	if _, err := w.OpenHome(patience(t), ann, "home"); err != nil {
		t.Fatal(err)
	}
	if got := <-types; got != "app_home_opened" {
		t.Errorf("got %s", got)
	}
	posted, err := w.PostAsOtherBot(ops, "hello <@"+w.BotUserID()+">", "")
	if err != nil || len(posted.EventIDs) != 2 {
		t.Fatalf("a mention where messages are subscribed too comes twice: %+v, %v", posted, err)
	}
	if both := (<-types) + (<-types); both != "app_mentionmessage" && both != "messageapp_mention" {
		t.Errorf("got %s", both)
	}
}
