package localslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// subtypeEcho marks the line that shows which command a person typed.
const subtypeEcho = "local_command_echo"

// slackbot writes what Slack itself tells a person.
const slackbot = "USLACKBOT"

// What a person is told when a command, a press or a submission goes wrong.
const (
	ErrorTimeout       = "operation_timeout" // no acknowledgement in time
	ErrorDispatch      = "dispatch_failed"   // no connection to the app
	ErrorNoCommand     = "invalid_command"   // not registered, or no scope
	ErrorInvalidAnswer = "invalid_response"  // the acknowledgement held no valid message
)

// Result is what a person sees of a command, a press or a submission.
type Result struct {
	// Error is empty, or one of the Error constants; the person sees it too.
	Error string
	// Problems tell what was wrong with an answer Slack refused.
	Problems []string
	// Message is the message that came with the acknowledgement, if any.
	Message *Message
	// View is the modal after a submission of it, a press in it, or its end.
	View        *View
	Delivery    Delivery
	ResponseURL string
	TriggerID   string
}

// Posted is something a person wrote.
type Posted struct {
	Message Message
	// EventIDs are the events sent to the app for it.
	EventIDs []string
	// Withheld tells why the app was not told, when EventIDs is empty.
	Withheld string
}

// Slash types a slash command, such as "/campaign module mta", and waits for its
// acknowledgement or the timeout.
func (w *Workspace) Slash(ctx context.Context, user, channel, text string) (Result, error) {
	command, rest, _ := strings.Cut(text, " ")
	if !strings.HasPrefix(command, "/") {
		return Result{}, fmt.Errorf("slash command %q does not begin with a slash", text)
	}
	w.mu.Lock()
	u, name, err := w.placeLocked(user, channel)
	if err != nil {
		w.mu.Unlock()
		return Result{}, fmt.Errorf("slash command: %w", err)
	}
	echo := w.addLocked(Message{Channel: channel, User: user, Text: escapeTyped.Replace(text), Subtype: subtypeEcho, VisibleTo: user})
	if !w.opt.hasScope("commands") || w.opt.Commands != nil && !slices.Contains(w.opt.Commands, command) {
		w.tellLocked(user, channel, "", fmt.Sprintf("%s is not a valid command.", command))
		w.mu.Unlock()
		return Result{Error: ErrorNoCommand}, nil
	}
	result := Result{ResponseURL: w.newResponseURLLocked(user, channel, ""), TriggerID: w.newTriggerLocked(user, channel)}
	payload := encode(map[string]string{
		"token": "local", "team_id": w.teamOf(u), "team_domain": "local", "channel_id": channel, "channel_name": name,
		"user_id": user, "user_name": u.Name, "command": command, "text": w.typedCommandLocked(strings.TrimSpace(rest)),
		"response_url": result.ResponseURL, "trigger_id": result.TriggerID, "api_app_id": w.opt.AppID,
		"is_enterprise_install": "false",
	})
	w.mu.Unlock()
	if result.Delivery, err = w.deliverFor(ctx, parcel{kind: kindCommand, payload: payload}); err != nil {
		return result, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if result.Error = deliveryError(result.Delivery); result.Error != "" {
		w.tellLocked(user, channel, "", fmt.Sprintf("%s failed with the error “%s”.", command, result.Error))
		return result, nil
	}
	w.commandAnswerLocked(&result, echo)
	return result, nil
}

// deliverFor delivers while somebody waits; the delivery itself goes on when the
// person stops waiting.
func (w *Workspace) deliverFor(ctx context.Context, p parcel) (Delivery, error) {
	done := make(chan Delivery, 1)
	w.goroutine(func() { done <- w.deliver(p) })
	select {
	case d := <-done:
		return d, nil
	case <-ctx.Done():
		return Delivery{}, fmt.Errorf("wait for the acknowledgement: %w", ctx.Err())
	case <-w.ctx.Done():
		return Delivery{}, fmt.Errorf("wait for the acknowledgement: %w", w.ctx.Err())
	}
}

func deliveryError(d Delivery) string {
	switch {
	case d.Acked:
		return ""
	case d.Problem == problemTimeout || d.Late:
		return ErrorTimeout
	}
	return ErrorDispatch
}

// commandAnswerLocked shows the message in the acknowledgement of a command.
func (w *Workspace) commandAnswerLocked(result *Result, echo *Message) {
	a := args{}
	var text string
	answer := result.Delivery.Answer
	switch {
	case len(answer) == 0 || string(answer) == "null" || string(answer) == "{}":
		return
	case json.Unmarshal(answer, &text) == nil:
		a["text"] = text
	default:
		if r := readJSONArgs(answer, a); r != nil {
			w.refuseAnswerLocked(result, echo, r)
			return
		}
	}
	dropEmpty(a)
	public := a["response_type"] == "in_channel"
	if public { // the typed command becomes visible too
		echo.VisibleTo = ""
		w.changedLocked(echo)
	}
	body, r := w.readContentLocked(a, 0)
	if r != nil {
		w.refuseAnswerLocked(result, echo, r)
		return
	}
	if body.empty() {
		return
	}
	m := w.botMessage(echo.Channel, body)
	if !public {
		m.VisibleTo = echo.User
	}
	stored := w.addLocked(m)
	if public {
		w.emitMessageLocked(stored)
	}
	shown := stored.clone()
	result.Message = &shown
}

func (w *Workspace) refuseAnswerLocked(result *Result, echo *Message, r *refusal) {
	result.Error, result.Problems = ErrorInvalidAnswer, []string{r.code}
	if list, ok := r.extras["errors"].([]string); ok {
		result.Problems = append(result.Problems, list...)
	}
	w.tellLocked(echo.User, echo.Channel, "", fmt.Sprintf("The app's answer was refused: %s.", r.code))
}

// tellLocked shows a person what Slack itself has to say.
func (w *Workspace) tellLocked(user, channel, thread, text string) {
	w.addLocked(Message{Channel: channel, User: slackbot, Text: text, VisibleTo: user, ThreadTS: thread})
}

// placeLocked checks that a person can be in a channel, and names the channel as
// payloads do.
func (w *Workspace) placeLocked(user, channel string) (*User, string, error) {
	u := w.users[user]
	if u == nil {
		return nil, "", fmt.Errorf("no user %q", user)
	}
	if w.dms[user] == channel {
		return u, "directmessage", nil
	}
	if c := w.channels[channel]; c != nil {
		return u, c.Name, nil
	}
	return nil, "", fmt.Errorf("no channel %q for user %q", channel, user)
}

// Mention writes in a channel with the bot's mention in front, in a thread when
// thread is the time of its parent. The text is what a person types.
func (w *Workspace) Mention(_ context.Context, user, channel, text, thread string) (Posted, error) {
	return w.say(user, channel, "@"+w.opt.BotName+" "+text, thread)
}

// Say writes a message as typed. It reaches the bot only where Slack would tell
// it: in a direct message, by a mention, or by a subscription to the channel.
func (w *Workspace) Say(_ context.Context, user, channel, text, thread string) (Posted, error) {
	return w.say(user, channel, text, thread)
}

// Direct writes to the bot in the person's direct messages.
func (w *Workspace) Direct(_ context.Context, user, text, thread string) (Posted, error) {
	return w.say(user, w.dms[user], text, thread)
}

func (w *Workspace) say(user, channel, text, thread string) (Posted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, _, err := w.placeLocked(user, channel); err != nil {
		return Posted{}, fmt.Errorf("write a message: %w", err)
	}
	if _, r := w.threadLocked(channel, thread); r != nil {
		return Posted{}, fmt.Errorf("write a message in thread %s: %s", thread, r.code)
	}
	m := w.addLocked(Message{Channel: channel, User: user, Text: w.typedMessageLocked(text), ThreadTS: thread})
	posted := Posted{Message: m.clone()}
	mention := "<@" + w.opt.BotUserID + ">"
	if w.channels[channel] != nil && strings.Contains(m.Text, mention) {
		if posted.Withheld = w.withheld("app_mention"); posted.Withheld == "" && !w.memberLocked(channel) {
			posted.Withheld = "the bot is not in the channel"
		}
		if posted.Withheld == "" {
			e := w.sendEventLocked(w.messageEventLocked(m, "app_mention"), channel)
			posted.EventIDs = append(posted.EventIDs, e.id)
		}
	}
	if e, reason := w.emitMessageLocked(m); e != nil {
		posted.EventIDs = append(posted.EventIDs, e.id)
	} else if posted.Withheld == "" && len(posted.EventIDs) == 0 {
		posted.Withheld = reason
	}
	return posted, nil
}

// PostAsOtherBot writes as another app of the workspace, in a channel.
func (w *Workspace) PostAsOtherBot(channel, text, thread string) (Posted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.channels[channel] == nil {
		return Posted{}, fmt.Errorf("post as another bot: no channel %q", channel)
	}
	m := w.addLocked(Message{
		Channel: channel, User: "U0OTHERB1", BotID: "B0OTHERB1", AppID: "A0OTHER01", Subtype: "bot_message",
		Text: text, ThreadTS: thread,
	})
	posted := Posted{Message: m.clone()}
	if strings.Contains(m.Text, "<@"+w.opt.BotUserID+">") && w.withheld("app_mention") == "" && w.memberLocked(channel) {
		posted.EventIDs = append(posted.EventIDs, w.sendEventLocked(w.messageEventLocked(m, "app_mention"), channel).id)
	}
	e, reason := w.emitMessageLocked(m)
	if posted.Withheld = reason; e != nil {
		posted.EventIDs = append(posted.EventIDs, e.id)
	}
	return posted, nil
}

// Messages lists what everybody in a channel sees, oldest first.
func (w *Workspace) Messages(channel string) []Message {
	return w.listMessages(channel, func(m *Message) bool { return !m.Ephemeral() && m.Subtype != subtypeEcho })
}

// Ephemerals lists what only one person sees in a channel: answers of the app and
// Slack's own error notices.
func (w *Workspace) Ephemerals(user, channel string) []Message {
	return w.listMessages(channel, func(m *Message) bool { return m.VisibleTo == user && m.Subtype != subtypeEcho })
}

func (w *Workspace) listMessages(channel string, keep func(*Message) bool) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Message
	for _, m := range w.messages[channel] {
		if keep(m) {
			list = append(list, m.clone())
		}
	}
	return list
}

// Await waits for a message, past or to come and in any channel, that the
// condition accepts, and returns the oldest one. Edits count: the condition is
// asked again after each.
func (w *Workspace) Await(ctx context.Context, condition func(Message) bool) (Message, error) {
	var found Message
	err := w.await(ctx, func() bool {
		for _, list := range w.messages {
			for _, m := range list {
				if found.TS != "" && m.TS > found.TS || m.Subtype == subtypeEcho {
					continue
				}
				if c := m.clone(); condition(c) {
					found = c
				}
			}
		}
		return found.TS != ""
	})
	if err != nil {
		return found, fmt.Errorf("wait for a message: %w", err)
	}
	return found, nil
}

// OpenHome opens the Home or Messages tab of the app for a person.
func (w *Workspace) OpenHome(_ context.Context, user, tab string) (Posted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users[user] == nil {
		return Posted{}, fmt.Errorf("open the app's home: no user %q", user)
	}
	if reason := w.withheld("app_home_opened"); reason != "" {
		return Posted{Withheld: reason}, nil
	}
	e := w.sendEventLocked(map[string]any{
		"type": "app_home_opened", "user": user, "channel": w.dms[user], "tab": tab,
		"event_ts": fmt.Sprintf("%d.000000", w.opt.Now().Truncate(time.Second).Unix()),
	}, w.dms[user])
	return Posted{EventIDs: []string{e.id}}, nil
}
