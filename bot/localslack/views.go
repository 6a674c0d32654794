package localslack

import (
	"encoding/json"
	"time"
)

// triggerLife is how long a trigger_id can open a view, in real time.
const triggerLife = 3 * time.Second

// trigger is the right to open one view, given with a command or a press.
type trigger struct {
	user    string
	expires time.Time
	used    bool
}

func (w *Workspace) newTriggerLocked(user string) string {
	id := w.newIDLocked("trigger.")
	w.triggers[id] = &trigger{user: user, expires: time.Now().Add(triggerLife)}
	return id
}

// View is a modal or Home tab that the bot sent.
type View struct {
	ID      string
	Type    string // modal or home
	User    string
	Content json.RawMessage
}

// Views lists the views that were opened or published, oldest first.
func (w *Workspace) Views() []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]View(nil), w.views...)
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
	out, r := w.keepViewLocked(a["view"], "modal", t.user)
	if r == nil {
		t.used = true
	}
	return out, r
}

func (w *Workspace) publishView(a args) (answer, *refusal) {
	if w.users[a["user_id"]] == nil {
		return nil, refuse("user_not_found")
	}
	return w.keepViewLocked(a["view"], "home", a["user_id"])
}

func (w *Workspace) keepViewLocked(text, kind, user string) (answer, *refusal) {
	var view map[string]any
	if err := json.Unmarshal([]byte(text), &view); err != nil {
		return nil, refuse("invalid_arguments")
	}
	if problems := checkView(view, kind); len(problems) > 0 {
		return nil, &refusal{code: "invalid_arguments", extras: problemsAnswer(problems)}
	}
	id := w.newIDLocked("V")
	view["id"], view["team_id"], view["app_id"], view["bot_id"] = id, w.opt.TeamID, w.opt.AppID, w.opt.BotID
	view["hash"] = w.newIDLocked("hash.")
	w.views = append(w.views, View{ID: id, Type: kind, User: user, Content: encode(view)})
	w.wakeLocked()
	return answer{"view": view}, nil
}
