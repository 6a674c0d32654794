package localslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// event is one event of the Events API, kept so that it can be delivered again.
type event struct {
	id      string
	payload json.RawMessage
}

// eventScopes are the scopes each event needs before Slack sends it.
var eventScopes = map[string]string{
	"app_mention":      "app_mentions:read",
	"message.im":       "im:history",
	"message.channels": "channels:history",
	"message.groups":   "groups:history",
	"app_home_opened":  "",
}

// withheld tells why an event is not sent, or nothing.
func (w *Workspace) withheld(name string) string {
	if !slices.Contains(w.opt.Events, name) {
		return "not subscribed to " + name
	}
	if scope := eventScopes[name]; scope != "" && !w.opt.hasScope(scope) {
		return name + " needs the scope " + scope
	}
	return ""
}

// newEventLocked wraps an inner event in its envelope and remembers it.
func (w *Workspace) newEventLocked(inner map[string]any, extShared bool) *event {
	id := w.newIDLocked("Ev0LOCAL")
	e := &event{id: id, payload: encode(map[string]any{
		"token": "local", "team_id": w.opt.TeamID, "context_team_id": w.opt.TeamID, "context_enterprise_id": nil,
		"api_app_id": w.opt.AppID, "event": inner, "type": "event_callback", "event_id": id,
		"event_time": w.opt.Now().Unix(), "is_ext_shared_channel": extShared, "event_context": "local-" + id,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": w.opt.TeamID, "user_id": w.opt.BotUserID, "is_bot": true,
			"is_enterprise_install": false,
		}},
	})}
	w.events[id] = e
	return e
}

// messageEventLocked is the inner event for a message.
func (w *Workspace) messageEventLocked(m *Message, kind string) map[string]any {
	inner := m.fields(true)
	inner["type"], inner["channel"], inner["event_ts"] = kind, m.Channel, m.TS
	inner["team"] = w.opt.TeamID
	if u := w.users[m.User]; u != nil {
		inner["team"], inner["user_team"] = w.teamOf(u), w.teamOf(u)
		inner["client_msg_id"] = "local-" + m.TS
	}
	if kind == "message" {
		inner["channel_type"] = w.channelTypeLocked(m.Channel)
	}
	return inner
}

func (w *Workspace) channelTypeLocked(channel string) string {
	c := w.channels[channel]
	switch {
	case c == nil:
		return "im"
	case c.Private:
		return "group"
	}
	return "channel"
}

// subscriptionLocked is the message event a conversation belongs to.
func (w *Workspace) subscriptionLocked(channel string) string {
	return map[string]string{"im": "message.im", "group": "message.groups", "channel": "message.channels"}[w.channelTypeLocked(channel)]
}

// emitMessageLocked sends the message event for a new message to the app, its
// own posts included: Slack does not filter those, the app must.
func (w *Workspace) emitMessageLocked(m *Message) (*event, string) {
	reason := w.withheld(w.subscriptionLocked(m.Channel))
	if reason == "" && !w.memberLocked(m.Channel) {
		reason = "the bot is not in the channel"
	}
	if reason != "" {
		return nil, reason
	}
	return w.sendEventLocked(w.messageEventLocked(m, "message"), m.Channel), ""
}

// emitChangedLocked sends message_changed for an edit.
func (w *Workspace) emitChangedLocked(m *Message, before Message) {
	if w.withheld(w.subscriptionLocked(m.Channel)) != "" || !w.memberLocked(m.Channel) {
		return
	}
	w.sendEventLocked(map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": m.Channel,
		"channel_type": w.channelTypeLocked(m.Channel), "ts": m.EditedTS, "event_ts": m.EditedTS,
		"message": m.fields(true), "previous_message": before.fields(true),
	}, m.Channel)
}

// sendEventLocked delivers an inner event in the background.
func (w *Workspace) sendEventLocked(inner map[string]any, channel string) *event {
	c := w.channels[channel]
	e := w.newEventLocked(inner, c != nil && c.ExtShared)
	if !w.closed {
		w.wg.Go(func() { w.repeatUntilAcked(e) })
	}
	return e
}

// Redeliver sends an event again with the same event_id, as Slack does when an
// acknowledgement was lost on its way.
func (w *Workspace) Redeliver(eventID string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.events[eventID]
	if e == nil {
		return fmt.Errorf("redeliver: no event %q", eventID)
	}
	if !w.closed {
		w.wg.Go(func() {
			w.deliver(parcel{kind: kindEvent, eventID: e.id, payload: e.payload, attempt: 1, reason: problemTimeout})
		})
	}
	return nil
}

// SendRawEvent delivers an inner event exactly as given, in a proper envelope, so
// that events this package does not know can be tried. It returns the event id.
func (w *Workspace) SendRawEvent(inner string) (string, error) {
	var fields map[string]any
	if err := json.Unmarshal([]byte(inner), &fields); err != nil {
		return "", fmt.Errorf("raw event: %w", err)
	}
	if fields["type"] == nil {
		return "", errors.New("raw event: it needs a type")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	channel, _ := fields["channel"].(string)
	return w.sendEventLocked(fields, channel).id, nil
}
