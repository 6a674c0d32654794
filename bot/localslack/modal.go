package localslack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// CloseModal closes a modal as its close button does. With notify_on_close the bot gets view_closed.
func (w *Workspace) CloseModal(ctx context.Context, user, viewID string) (Result, error) {
	w.mu.Lock()
	v, err := w.openModalLocked(user, viewID)
	if err != nil {
		w.mu.Unlock()
		return Result{}, fmt.Errorf("close the modal %s: %w", viewID, err)
	}
	v.open = false
	w.touchLocked()
	shown := w.shownLocked(v)
	result := Result{View: &shown}
	payload := w.interactionLocked("view_closed", w.users[user])
	payload["view"], payload["is_cleared"] = w.wireLocked(v), false
	told, body := v.content["notify_on_close"] == true, encode(payload)
	w.mu.Unlock()
	if !told {
		return result, nil
	}
	return w.awaitResult(ctx, func() Result {
		result.Delivery = w.deliver(parcel{kind: kindInteractive, payload: body})
		result.Error = deliveryError(result.Delivery)
		return result
	})
}

// PressInModal presses a button in a modal, chooses from a menu beside its text, or changes a field with
// dispatch_action, which takes values as Submit does. It waits for the acknowledgement.
func (w *Workspace) PressInModal(ctx context.Context, user, viewID, actionID, which string) (Result, error) {
	return w.pressInModal(ctx, user, viewID, actionID, which, func(*view) {})
}

// pressInModal presses after fill has put what the person typed so far into the fields.
func (w *Workspace) pressInModal(ctx context.Context, user, viewID, actionID, which string, fill func(*view)) (Result, error) {
	w.mu.Lock()
	v, err := w.openModalLocked(user, viewID)
	var result Result
	var payload json.RawMessage
	if err == nil {
		fill(v)
		v.errors, v.trouble = nil, ""
		result.TriggerID, payload, err = w.modalActionLocked(v, actionID, which)
		if wrong, ok := errors.AsType[FieldErrors](err); ok {
			v.errors, v.told = wrong, v.told+1
			shown := w.shownLocked(v)
			result.View = &shown
		}
		w.touchLocked()
	}
	w.mu.Unlock()
	if err != nil {
		return result, fmt.Errorf("press %s in the modal %s: %w", actionID, viewID, err)
	}
	return w.awaitResult(ctx, func() Result {
		result.Delivery = w.deliver(parcel{kind: kindInteractive, payload: payload})
		result.Error = deliveryError(result.Delivery)
		w.mu.Lock()
		defer w.mu.Unlock()
		if result.Error != "" {
			v.trouble = Trouble
		}
		w.touchLocked()
		shown := w.shownLocked(v)
		result.View = &shown
		return result
	})
}

// modalActionLocked is block_actions from inside a modal: it has a view, and neither a channel, a message nor a
// response_url.
func (w *Workspace) modalActionLocked(v *view, actionID, which string) (string, json.RawMessage, error) {
	action, err := w.chosenLocked(v, actionID, which)
	if err != nil {
		return "", nil, err
	}
	trigger := w.newTriggerLocked(v.user, v.channel)
	payload := w.interactionLocked("block_actions", w.users[v.user])
	maps.Copy(payload, map[string]any{
		"trigger_id": trigger, "view": w.wireLocked(v), "actions": []any{action},
		"container": map[string]any{"type": "view", "view_id": v.id},
	})
	return trigger, encode(payload), nil
}

// chosenLocked finds the element and returns its entry of "actions"; a field takes over the value first.
func (w *Workspace) chosenLocked(v *view, actionID, which string) (map[string]any, error) {
	for _, f := range fieldsOf(v.content) {
		if f.action != actionID {
			continue
		}
		if f.input && !f.dispatch {
			return nil, fmt.Errorf("the field has no dispatch_action")
		}
		values := []string{which}
		if f.several() {
			values = strings.Split(which, ",")
		}
		if _, problem := w.checkValuesLocked(v, f, values); problem != "" && which != "" {
			return nil, FieldErrors{f.block: problem}
		}
		v.typed[f.key()] = values
		action := w.fieldStateLocked(v, f)
		action["action_id"], action["block_id"], action["action_ts"] = f.action, f.block, w.newTSLocked()
		return action, nil
	}
	blocks, _ := v.content["blocks"].([]any)
	var ids []string
	for _, c := range controlsIn(blocks) {
		ids = append(ids, fmt.Sprint(c.element["action_id"]))
		if c.matches(actionID, which) {
			return w.actionLocked(c, which)
		}
	}
	return nil, fmt.Errorf("no control with value or block %q; the modal has %s", which, strings.Join(ids, ", "))
}
