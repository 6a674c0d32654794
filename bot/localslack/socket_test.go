package localslack_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"campaignbot/bot/localslack"
)

func TestSlashAnswerInTheAcknowledgementIsShownOnlyToThePerson(t *testing.T) {
	w := start(t, localslack.Options{})
	bot := &tinyBot{command: func(sm *socketmode.Client, r *socketmode.Request, c slack.SlashCommand) {
		sm.Ack(*r, map[string]any{"response_type": "ephemeral", "text": c.Command + "|" + c.Text})
	}}
	bot.connect(t, w)
	result, err := w.Slash(patience(t), ann, ops, "/campaign module mta")
	if err != nil || result.Error != "" || result.Message == nil {
		t.Fatalf("slash: %+v, %v", result, err)
	}
	if got, want := result.Message.Text, "/campaign|module mta"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(w.Messages(ops)) != 0 || len(w.Ephemerals(ann, ops)) != 1 || len(w.Ephemerals(bram, ops)) != 0 {
		t.Error("the answer is not private to the person")
	}
}

func TestMentionAnswerAndPress(t *testing.T) {
	w := start(t, localslack.Options{})
	bot := &tinyBot{}
	bot.event = func(sm *socketmode.Client, r *socketmode.Request, e slackevents.EventsAPIEvent) {
		sm.Ack(*r)
		mention, ok := e.InnerEvent.Data.(*slackevents.AppMentionEvent)
		if !ok {
			return
		}
		button := slack.NewButtonBlockElement("helped", "yes", slack.NewTextBlockObject(slack.PlainTextType, "It helped", false, false))
		_, _, err := bot.api.PostMessage(mention.Channel, slack.MsgOptionTS(mention.TimeStamp), slack.MsgOptionText("first answer", false),
			slack.MsgOptionBlocks(slack.NewActionBlock("", button)))
		if err != nil {
			t.Error(err)
		}
	}
	bot.interaction = func(sm *socketmode.Client, r *socketmode.Request, c slack.InteractionCallback) {
		sm.Ack(*r)
		if _, _, _, err := bot.api.UpdateMessage(c.Channel.ID, c.Message.Timestamp, slack.MsgOptionText("second answer", false)); err != nil {
			t.Error(err)
		}
	}
	bot.connect(t, w)
	ctx := patience(t)
	posted, err := w.Mention(ctx, ann, ops, "mails are not leaving", "")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.Await(ctx, func(m localslack.Message) bool { return m.ThreadTS == posted.Message.TS && m.FromBot() })
	if err != nil {
		t.Fatal(err)
	}
	if result, err := w.Press(ctx, ann, ops, answer.TS, "helped", ""); err != nil || result.Error != "" {
		t.Fatalf("press: %+v, %v", result, err)
	}
	if _, err := w.Await(ctx, func(m localslack.Message) bool { return m.TS == answer.TS && m.Text == "second answer" }); err != nil {
		t.Fatal(err)
	}
}

func TestAnEventWithoutAcknowledgementComesAgain(t *testing.T) {
	w := start(t, localslack.Options{AckTimeout: 300 * time.Millisecond, RetryDelays: []time.Duration{0, time.Millisecond, time.Millisecond}})
	bot := &tinyBot{event: func(sm *socketmode.Client, r *socketmode.Request, _ slackevents.EventsAPIEvent) {
		if r.RetryAttempt >= 2 {
			sm.Ack(*r)
		}
	}}
	bot.connect(t, w)
	bot2 := &tinyBot{event: bot.event}
	bot2.connect(t, w)
	ctx := patience(t)
	posted, err := w.Mention(ctx, ann, ops, "hello", "")
	if err != nil {
		t.Fatal(err)
	}
	last, err := w.AwaitDelivery(ctx, func(d localslack.Delivery) bool { return d.Acked })
	if err != nil || last.Attempt < 2 || last.EventID != posted.EventIDs[0] {
		t.Fatalf("got %+v, %v", last, err)
	}
	connections := map[int]bool{}
	for _, d := range w.Deliveries() {
		connections[d.Connection] = true
		if d.EventID != posted.EventIDs[0] {
			t.Errorf("a retry with another event id: %+v", d)
		}
	}
	if len(connections) != 2 {
		t.Errorf("the retries used connections %v", connections)
	}
	if err := w.Redeliver(posted.EventIDs[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AwaitDelivery(ctx, func(d localslack.Delivery) bool {
		return d.EventID == posted.EventIDs[0] && d.Attempt == 1 && d.Problem != ""
	}); err != nil {
		t.Error(err)
	}
}

func TestRetriesEndAfterTheLastDelay(t *testing.T) {
	w := start(t, localslack.Options{RetryDelays: []time.Duration{0, 0, 0}})
	if _, err := w.SendRawEvent(`{"type":"something_new"}`); err != nil {
		t.Fatal(err)
	}
	last, err := w.AwaitDelivery(patience(t), func(d localslack.Delivery) bool { return d.Attempt == 3 && d.Problem != "" })
	if err != nil || last.Problem != "connection_failed" || len(w.Deliveries()) != 4 {
		t.Errorf("got %+v, %v", w.Deliveries(), err)
	}
}

func TestACommandIsNotRetriedAndThePersonSeesTheTimeout(t *testing.T) {
	w := start(t, localslack.Options{AckTimeout: 30 * time.Millisecond})
	seen := make(chan *socketmode.Request, 5)
	bot := &tinyBot{}
	var late func()
	bot.command = func(sm *socketmode.Client, r *socketmode.Request, _ slack.SlashCommand) {
		late = func() { sm.Ack(*r, map[string]any{"text": "too late"}) }
		seen <- r
	}
	bot.connect(t, w)
	result, err := w.Slash(patience(t), ann, ops, "/campaign")
	if err != nil || result.Error != localslack.ErrorTimeout {
		t.Fatalf("got %+v, %v", result, err)
	}
	<-seen
	late()
	d, err := w.AwaitDelivery(patience(t), func(d localslack.Delivery) bool { return d.Late })
	if err != nil || d.Acked || d.AckAfter < 30*time.Millisecond {
		t.Errorf("the late acknowledgement: %+v, %v", d, err)
	}
	told := w.Ephemerals(ann, ops)
	if len(told) != 1 || !strings.Contains(told[0].Text, "operation_timeout") || told[0].FromBot() {
		t.Errorf("the person sees %+v", told)
	}
	if n := len(w.Deliveries()); n != 1 {
		t.Errorf("%d deliveries, want 1", n)
	}
}

func TestWithoutAConnectionACommandFailsAtOnce(t *testing.T) {
	w := start(t, localslack.Options{})
	result, err := w.Slash(patience(t), ann, ops, "/campaign")
	if err != nil || result.Error != localslack.ErrorDispatch {
		t.Errorf("got %+v, %v", result, err)
	}
}

// rawSocket is a client without a library, for what a good client never sends.
func rawSocket(t *testing.T, w *localslack.Workspace, options *websocket.DialOptions) (*websocket.Conn, string) {
	t.Helper()
	address := callForm(t, w, "apps.connections.open", w.AppToken(), nil)["url"].(string)
	conn, res, err := websocket.Dial(patience(t), address, options)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		res.Body.Close()
	}
	t.Cleanup(func() { conn.CloseNow() })
	if hello := readFrame(t, conn); hello["type"] != "hello" || hello["num_connections"] != 1.0 {
		t.Fatalf("got %v", hello)
	}
	if err := w.AwaitConnections(patience(t), 1); err != nil {
		t.Fatal(err)
	}
	return conn, address
}

func readFrame(t *testing.T, conn *websocket.Conn) map[string]any {
	t.Helper()
	_, raw, err := conn.Read(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	frame := map[string]any{}
	if err := json.Unmarshal(raw, &frame); err != nil {
		t.Fatal(err)
	}
	return frame
}

func TestAnAcknowledgementOfTwentyKilobytesIsDroppedSilently(t *testing.T) {
	tests := []struct {
		name string
		size int
		want string
	}{
		{"one byte less is taken", 20_479, ""},
		{"the limit is dropped", 20_480, localslack.ErrorTimeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t, localslack.Options{AckTimeout: 500 * time.Millisecond})
			conn, _ := rawSocket(t, w, nil)
			done := make(chan localslack.Result, 1)
			go func() {
				result, _ := w.Slash(context.Background(), ann, ops, "/campaign")
				done <- result
			}()
			envelope := readFrame(t, conn)
			if envelope["accepts_response_payload"] != true {
				t.Errorf("got %v", envelope)
			}
			head, tail := `{"envelope_id":"`+envelope["envelope_id"].(string)+`","payload":{"text":"`, `"}}`
			ack := head + strings.Repeat("x", test.size-len(head)-len(tail)) + tail
			if err := conn.Write(patience(t), websocket.MessageText, []byte(ack)); err != nil {
				t.Fatal(err)
			}
			if got := (<-done).Error; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestASocketAddressWorksOnce(t *testing.T) {
	w := start(t, localslack.Options{})
	_, address := rawSocket(t, w, nil)
	_, res, err := websocket.Dial(patience(t), address, nil)
	if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("got %v, %v", res, err)
	}
}

func TestDisconnectAndReconnect(t *testing.T) {
	w := start(t, localslack.Options{})
	(&tinyBot{}).connect(t, w)
	w.Disconnect("refresh_requested")
	if err := w.AwaitConnections(patience(t), 1); err != nil {
		t.Fatal(err)
	}
	if result, err := w.Slash(patience(t), ann, ops, "/campaign"); err != nil || result.Error != "" {
		t.Errorf("after the reconnect: %+v, %v", result, err)
	}
}

func TestPingsArrive(t *testing.T) {
	w := start(t, localslack.Options{PingEvery: 5 * time.Millisecond})
	pings := make(chan struct{})
	ctx := patience(t)
	conn, _ := rawSocket(t, w, &websocket.DialOptions{OnPingReceived: func(ctx context.Context, _ []byte) bool {
		select {
		case pings <- struct{}{}:
		case <-ctx.Done():
		}
		return true
	}})
	conn.CloseRead(ctx)
	for range 3 {
		select {
		case <-pings:
		case <-ctx.Done():
			t.Fatal("no ping")
		}
	}
}

func TestWithheldEvents(t *testing.T) {
	tests := []struct {
		name    string
		options localslack.Options
		act     func(*localslack.Workspace) (localslack.Posted, error)
		want    string
	}{
		{"a mention without the scope", localslack.Options{Scopes: without("app_mentions:read")}, mention(ops), "app_mentions:read"},
		{"a mention without the subscription", localslack.Options{Events: []string{"message.im"}}, mention(ops), "not subscribed to app_mention"},
		{"a mention where the bot is not", localslack.Options{}, mention(random), "not in the channel"},
		{"a direct message without the scope", localslack.Options{Scopes: without("im:history")}, direct, "im:history"},
		{"ordinary talk", localslack.Options{}, talk, "not subscribed to message.channels"},
		{"a mention with everything granted", localslack.Options{}, mention(ops), ""},
		{"a direct message with everything granted", localslack.Options{}, direct, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t, test.options)
			posted, err := test.act(w)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(posted.Withheld, test.want) || (test.want == "") != (len(posted.EventIDs) == 1) {
				t.Errorf("got %+v, want %q", posted, test.want)
			}
		})
	}
	t.Run("a command without the scope", func(t *testing.T) {
		w := start(t, localslack.Options{Scopes: without("commands")})
		if result, err := w.Slash(patience(t), ann, ops, "/campaign"); err != nil || result.Error != localslack.ErrorNoCommand {
			t.Errorf("got %+v, %v", result, err)
		}
	})
}

func mention(channel string) func(*localslack.Workspace) (localslack.Posted, error) {
	return func(w *localslack.Workspace) (localslack.Posted, error) {
		return w.Mention(context.Background(), ann, channel, "hello", "")
	}
}

func direct(w *localslack.Workspace) (localslack.Posted, error) {
	return w.Direct(context.Background(), ann, "hello", "")
}

func talk(w *localslack.Workspace) (localslack.Posted, error) {
	return w.Say(context.Background(), ann, ops, "hello", "")
}

func TestTheBotHearsItsOwnPostsInDirectMessages(t *testing.T) {
	w := start(t, localslack.Options{})
	heard := make(chan *slackevents.MessageEvent, 5)
	bot := &tinyBot{event: func(sm *socketmode.Client, r *socketmode.Request, e slackevents.EventsAPIEvent) {
		sm.Ack(*r)
		if m, ok := e.InnerEvent.Data.(*slackevents.MessageEvent); ok {
			heard <- m
		}
	}}
	bot.connect(t, w)
	if _, err := w.Direct(patience(t), ann, "hello", ""); err != nil {
		t.Fatal(err)
	}
	if m := <-heard; m.User != ann || m.BotID != "" || m.ChannelType != "im" {
		t.Errorf("the person's message: %+v", m)
	}
	_, ts, err := bot.api.PostMessage(ann, slack.MsgOptionText("hi", false))
	if err != nil {
		t.Fatal(err)
	}
	if m := <-heard; m.BotID == "" || m.TimeStamp != ts {
		t.Errorf("the bot's own message: %+v", m)
	}
	if _, _, _, err := bot.api.UpdateMessage(w.DM(ann), ts, slack.MsgOptionText("hi again", false)); err != nil {
		t.Fatal(err)
	}
	if m := <-heard; m.SubType != "message_changed" {
		t.Errorf("the edit: %+v", m)
	}
}
