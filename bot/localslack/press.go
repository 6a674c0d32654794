package localslack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// control is one interactive element of a message or a view.
type control struct {
	blockID string
	within  map[string]any
	element map[string]any
}

// controlsOf lists the interactive elements of a message in their order.
func controlsOf(m *Message) []control {
	var blocks []any
	if len(m.Blocks) == 0 || json.Unmarshal(m.Blocks, &blocks) != nil {
		return nil
	}
	return controlsIn(blocks)
}

// controlsIn lists the interactive elements of blocks in their order.
func controlsIn(blocks []any) []control {
	var list []control
	for _, item := range blocks {
		b, _ := item.(map[string]any)
		id, _ := b["block_id"].(string)
		elements, _ := b["elements"].([]any)
		if kind := b["type"]; kind != "actions" && kind != "context_actions" {
			elements = []any{b["accessory"], b["element"]}
		}
		for _, e := range elements {
			if element, ok := e.(map[string]any); ok && element["type"] != "image" {
				list = append(list, control{blockID: id, within: b, element: element})
			}
		}
	}
	return list
}

// interactionLocked is what every interaction payload carries.
func (w *Workspace) interactionLocked(kind string, u *User) map[string]any {
	return map[string]any{
		"type": kind, "api_app_id": w.opt.AppID, "token": "local",
		"user": map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": w.teamOf(u)},
		"team": map[string]any{"id": w.opt.TeamID, "domain": "local"}, "enterprise": nil, "is_enterprise_install": false,
	}
}

// matches finds a control by its action id and, when several share it, by the value
// of the button, the value of an option, or the block id. A menu of people takes
// any which. An empty which accepts the first.
func (c control) matches(actionID, which string) bool {
	if c.element["action_id"] != actionID {
		return false
	}
	return which == "" || c.element["value"] == which || c.blockID == which || c.option(which) != nil || c.element["type"] == usersSelect
}

// usersSelect is the type of a menu of people.
const usersSelect = "users_select"

// option finds a choice of a menu by its value, in groups too.
func (c control) option(value string) map[string]any {
	for _, option := range c.options() {
		if option["value"] == value {
			return option
		}
	}
	return nil
}

// options lists the choices of a menu, those of groups one after the other.
func (c control) options() []map[string]any {
	var list []map[string]any
	add := func(options any) {
		items, _ := options.([]any)
		for _, o := range items {
			if option, ok := o.(map[string]any); ok {
				list = append(list, option)
			}
		}
	}
	add(c.element["options"])
	groups, _ := c.element["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		add(group["options"])
	}
	return list
}

// Press presses a button, or chooses from a menu, in a message that the person
// sees. which is the value of the button, the value of the chosen option, the id
// of the chosen person or the block id; it may be empty when the action id is
// enough. Press waits for the
// acknowledgement; Slack ignores a message inside it, answers go through the
// response_url or the Web API.
func (w *Workspace) Press(ctx context.Context, user, channel, ts, actionID, which string) (Result, error) {
	w.mu.Lock()
	result, payload, thread, err := w.pressLocked(user, channel, ts, actionID, which)
	w.mu.Unlock()
	if err != nil {
		return result, fmt.Errorf("press %s in %s: %w", actionID, ts, err)
	}
	if result.Delivery, err = w.deliverFor(ctx, parcel{kind: kindInteractive, payload: payload}); err != nil {
		return result, err
	}
	if result.Error = deliveryError(result.Delivery); result.Error != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.tellLocked(user, channel, thread, fmt.Sprintf("The button failed with the error “%s”.", result.Error))
	}
	return result, nil
}

func (w *Workspace) pressLocked(user, channel, ts, actionID, which string) (Result, json.RawMessage, string, error) {
	var result Result
	u, name, err := w.placeLocked(user, channel)
	if err != nil {
		return result, nil, "", err
	}
	m := w.findSeenLocked(channel, ts, user)
	if m == nil {
		return result, nil, "", fmt.Errorf("no such message for %s", user)
	}
	if m.BotID != w.opt.BotID {
		return result, nil, "", fmt.Errorf("the message belongs to %s", m.User)
	}
	var chosen *control
	var ids []string
	for _, c := range controlsOf(m) {
		ids = append(ids, fmt.Sprint(c.element["action_id"]))
		if chosen == nil && c.matches(actionID, which) {
			chosen = &c
		}
	}
	if chosen == nil {
		return result, nil, "", fmt.Errorf("no control with value or block %q; the message has %s", which, strings.Join(ids, ", "))
	}
	action, err := w.actionLocked(*chosen, which)
	if err != nil {
		return result, nil, "", err
	}
	result.ResponseURL = w.newResponseURLLocked(user, channel, ts)
	result.TriggerID = w.newTriggerLocked(user, channel)
	container := map[string]any{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": m.Ephemeral()}
	payload := w.interactionLocked("block_actions", u)
	maps.Copy(payload, map[string]any{
		"trigger_id": result.TriggerID, "channel": map[string]any{"id": channel, "name": name}, "container": container,
		"state": map[string]any{"values": map[string]any{}}, "response_url": result.ResponseURL,
		"actions": []any{action},
	})
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	if !m.Ephemeral() { // an ephemeral message does not come with the payload
		payload["message"] = w.threadedFieldsLocked(m, true)
	}
	return result, encode(payload), m.ThreadTS, nil
}

// actionLocked is the entry of "actions" for one control.
func (w *Workspace) actionLocked(c control, which string) (map[string]any, error) {
	kind, _ := c.element["type"].(string)
	action := map[string]any{
		"type": kind, "action_id": c.element["action_id"], "block_id": c.blockID, "action_ts": w.newTSLocked(),
	}
	switch kind {
	case "button":
		for _, key := range []string{"text", "value", "style", "url"} {
			if v, ok := c.element[key]; ok {
				action[key] = v
			}
		}
	case "static_select", "overflow", "radio_buttons":
		option := c.option(which)
		if option == nil {
			return nil, fmt.Errorf("the menu has no option with value %q", which)
		}
		action["selected_option"] = option
	case usersSelect:
		if w.users[which] == nil && which != w.opt.BotUserID {
			return nil, fmt.Errorf("the workspace has no user %q", which)
		}
		action["selected_user"] = which
	default:
		return nil, fmt.Errorf("an element of type %s cannot be used in the local stand-in", kind)
	}
	return action, nil
}
