package localslack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// triggerLife is how long a trigger_id can open a view, in real time.
const triggerLife = 3 * time.Second

// trigger is the right to open one view, given with a command, a press or a submission.
type trigger struct {
	user    string
	channel string // where the person was
	expires time.Time
	used    bool
}

func (w *Workspace) newTriggerLocked(user, channel string) string {
	id := w.newIDLocked("trigger.")
	w.triggers[id] = &trigger{user: user, channel: channel, expires: time.Now().Add(triggerLife)}
	return id
}

// View is a modal or Home tab that the bot sent.
type View struct {
	ID   string
	Type string // modal or home
	User string
	// Content is the view as Slack hands it out now: with its id, its hash, and in state.values what the person sees
	// in every field.
	Content json.RawMessage
	// Open tells whether a modal is still on the person's screen.
	Open bool
	// Errors are the texts under the fields, by block id: those of the bot, or what Slack's client would not send.
	Errors map[string]string
	// Trouble is what the modal says when the bot did not answer, or not in a way Slack understands.
	Trouble string
}

// view is a modal or Home tab as the workspace keeps it.
type view struct {
	id, kind, user, hash string
	channel              string         // where the person was when it opened
	content              map[string]any // as the app sent it, with block and action ids
	typed                map[fieldKey][]string
	open                 bool
	busy                 bool // a submission waits for its acknowledgement
	errors               map[string]string
	trouble              string
	told                 int // how often errors were shown; the page moves the focus then
}

func (w *Workspace) shownLocked(v *view) View {
	return View{
		ID: v.id, Type: v.kind, User: v.user, Content: encode(w.wireLocked(v)), Open: v.open,
		Errors: maps.Clone(v.errors), Trouble: v.trouble,
	}
}

// Views lists the views that were opened or published, oldest first. A closed modal stays in the list.
func (w *Workspace) Views() []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []View
	for _, v := range w.views {
		list = append(list, w.shownLocked(v))
	}
	return list
}

// Modal is the modal a person has open, and whether there is one.
func (w *Workspace) Modal(user string) (View, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.modalLocked(user); v != nil {
		return w.shownLocked(v), true
	}
	return View{}, false
}

// AwaitView waits for a view, opened or published in the past or to come, that the condition accepts. It is asked again
// after every change of a view.
func (w *Workspace) AwaitView(ctx context.Context, condition func(View) bool) (View, error) {
	var found View
	err := w.await(ctx, func() bool {
		for _, v := range w.views {
			if found = w.shownLocked(v); condition(found) {
				return true
			}
		}
		return false
	})
	if err != nil {
		return View{}, fmt.Errorf("wait for a view: %w", err)
	}
	return found, nil
}

// modalLocked is the modal a person has open, or nil. A modal that opens closes the one before.
func (w *Workspace) modalLocked(user string) *view {
	for _, v := range w.views {
		if v.open && v.user == user {
			return v
		}
	}
	return nil
}

func (w *Workspace) openView(a args) (answer, *refusal) {
	t := w.triggers[a["trigger_id"]]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Now().After(t.expires):
		return nil, refuse("expired_trigger_id")
	}
	v := &view{kind: "modal", user: t.user, channel: t.channel, open: true}
	if r := w.readViewLocked(v, []byte(a["view"])); r != nil {
		return nil, r
	}
	t.used = true
	if before := w.modalLocked(t.user); before != nil {
		before.open = false
	}
	return w.keepViewLocked(v), nil
}

func (w *Workspace) publishView(a args) (answer, *refusal) {
	user := a["user_id"]
	if w.users[user] == nil {
		return nil, refuse("user_not_found")
	}
	for _, before := range w.views {
		if before.kind == "home" && before.user == user && a["hash"] != "" && a["hash"] != before.hash {
			return nil, refuse("hash_conflict")
		}
	}
	v := &view{kind: "home", user: user}
	if r := w.readViewLocked(v, []byte(a["view"])); r != nil {
		return nil, r
	}
	return w.keepViewLocked(v), nil
}

func (w *Workspace) keepViewLocked(v *view) answer {
	v.id = w.newIDLocked("V")
	w.views = append(w.views, v)
	w.touchLocked()
	return answer{"view": w.wireLocked(v)}
}

func (w *Workspace) updateView(a args) (answer, *refusal) {
	v, r := w.targetViewLocked(a["view_id"], a["external_id"])
	if r != nil {
		return nil, r
	}
	if a["hash"] != "" && a["hash"] != v.hash {
		return nil, refuse("hash_conflict")
	}
	if r := w.readViewLocked(v, []byte(a["view"])); r != nil {
		return nil, r
	}
	w.touchLocked()
	return answer{"view": w.wireLocked(v)}, nil
}

// targetViewLocked finds the view that views.update names; a modal that was closed is gone.
func (w *Workspace) targetViewLocked(id, external string) (*view, *refusal) {
	if id == "" && external == "" {
		return nil, &refusal{code: "invalid_arguments", extras: problemsAnswer([]string{
			"[ERROR] missing required field: view_id",
		})}
	}
	for _, v := range w.views {
		if (id == "" || v.id == id) && (external == "" || v.content["external_id"] == external) && (v.open || v.kind == "home") {
			return v, nil
		}
	}
	return nil, refuse("not_found")
}

// readViewLocked checks a view the app sent and, when nothing is wrong with it, makes it the content of v.
func (w *Workspace) readViewLocked(v *view, raw []byte) *refusal {
	var content map[string]any
	if json.Unmarshal(raw, &content) != nil || content == nil {
		return &refusal{code: "invalid_arguments", extras: problemsAnswer([]string{
			"[ERROR] must provide an object [json-pointer:/view]",
		})}
	}
	if len(raw) > maxViewBytes {
		return refuse("view_too_large")
	}
	problems := checkView(content, v.kind)
	if len(problems) == 0 {
		problems = w.initialProblemsLocked(v, content)
	}
	if len(problems) > 0 {
		return &refusal{code: "invalid_arguments", extras: problemsAnswer(problems)}
	}
	if external, _ := content["external_id"].(string); external != "" {
		for _, other := range w.views {
			if other != v && (other.open || other.kind == "home") && other.content["external_id"] == external {
				return refuse("duplicate_external_id")
			}
		}
	}
	blocks, _ := content["blocks"].([]any)
	w.fillIDsLocked(blocks)
	w.replaceLocked(v, content)
	return nil
}

// replaceLocked shows new content in a view. What the person sees in a field stays, also an initial value, when the new
// view has a field of the same type with the same block id and action id; errors go.
func (w *Workspace) replaceLocked(v *view, content map[string]any) {
	kept, kinds := map[fieldKey][]string{}, map[fieldKey]string{}
	for _, old := range fieldsOf(v.content) {
		_, typed := v.typed[old.key()]
		if values := w.valuesLocked(v, old); typed || len(values) > 0 {
			kept[old.key()], kinds[old.key()] = values, old.kind
		}
	}
	v.content, v.typed, v.errors, v.trouble = content, map[fieldKey][]string{}, nil, ""
	v.hash = w.newIDLocked("hash.")
	for _, f := range fieldsOf(content) {
		values, known := kept[f.key()]
		impossible := func(value string) bool {
			_, problem := w.checkValueLocked(v, f, value)
			return problem != "" && !f.written()
		}
		if known && kinds[f.key()] == f.kind && !slices.ContainsFunc(values, impossible) {
			v.typed[f.key()] = values
		}
	}
}

// wireLocked is a view as Slack writes it.
func (w *Workspace) wireLocked(v *view) map[string]any {
	out := map[string]any{
		"id": v.id, "team_id": w.opt.TeamID, "app_id": w.opt.AppID, "app_installed_team_id": w.opt.TeamID,
		"bot_id": w.opt.BotID, "hash": v.hash, "root_view_id": v.id, "previous_view_id": nil,
		"private_metadata": "", "callback_id": "", "external_id": "", "title": nil, "submit": nil, "close": nil,
		"clear_on_close": false, "notify_on_close": false, "state": map[string]any{"values": w.stateLocked(v)},
	}
	maps.Copy(out, v.content)
	return out
}
