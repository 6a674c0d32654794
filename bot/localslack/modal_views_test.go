package localslack_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"campaignbot/bot/localslack"
)

// httpAnswer acknowledges with a body.
func httpAnswer(kind, body string) func(http.ResponseWriter, *http.Request, []byte) {
	return func(rw http.ResponseWriter, _ *http.Request, _ []byte) {
		if kind != "" {
			rw.Header().Set("Content-Type", kind)
		}
		io.WriteString(rw, body)
	}
}

// openDirectly opens a modal for Ann without a bot; a command that nobody hears still gives a trigger.
func openDirectly(t *testing.T, w *localslack.Workspace, view string) localslack.View {
	t.Helper()
	result, err := w.Slash(patience(t), ann, ops, "/campaign")
	if err != nil {
		t.Fatal(err)
	}
	if got := callForm(t, w, "views.open", w.BotToken(), map[string]string{"trigger_id": result.TriggerID, "view": view}); got["ok"] != true {
		t.Fatalf("views.open: %v", got)
	}
	v, _ := w.Modal(ann)
	return v
}

func field(content map[string]any, path ...string) any {
	var v any = content
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func TestViewsUpdate(t *testing.T) {
	w := start(t, localslack.Options{})
	title := inputBlock("title", "", `{"type":"plain_text_input","action_id":"t","initial_value":"first"}`)
	v := openDirectly(t, w, modal(`,"external_id":"ext"`, title))
	update := func(fields map[string]string) map[string]any {
		t.Helper()
		return callForm(t, w, "views.update", w.BotToken(), fields)
	}
	second := modal(`,"external_id":"ext"`, strings.Replace(title, "first", "second", 1), inputBlock("new", "", `{"type":"plain_text_input","action_id":"n","initial_value":"fresh"}`))
	got := update(map[string]string{"view_id": v.ID, "view": second})
	if got["ok"] != true || field(got, "view", "state", "values", "title", "t", "value") != "first" || field(got, "view", "state", "values", "new", "n", "value") != "fresh" {
		t.Errorf("what the person sees must stay: %v", got)
	}
	hash, _ := field(got, "view", "hash").(string)
	tests := []struct {
		name   string
		fields map[string]string
		want   string
	}{
		{"the hash of before is a conflict", map[string]string{"view_id": v.ID, "hash": "hash.0", "view": second}, "hash_conflict"},
		{"an external id finds the view", map[string]string{"external_id": "ext", "hash": hash, "view": second}, ""},
		{"an unknown view", map[string]string{"view_id": "V0", "view": second}, "not_found"},
		{"an unknown external id", map[string]string{"external_id": "other", "view": second}, "not_found"},
		{"no view named", map[string]string{"view": second}, "invalid_arguments"},
		{"a view that is none", map[string]string{"view_id": v.ID, "view": "[]"}, "invalid_arguments"},
		{"a modal stays a modal", map[string]string{"view_id": v.ID, "view": `{"type":"home","blocks":[]}`}, "invalid_arguments"},
		{"a view of more than 250 KB", map[string]string{"view_id": v.ID, "view": strings.Replace(second, `"title"`, strings.Repeat(" ", 250_000)+`"title"`, 1)}, "view_too_large"},
		{"push is not known", map[string]string{"trigger_id": "x", "view": second}, "unknown_method"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			method := "views.update"
			if test.want == "unknown_method" {
				method = "views.push"
			}
			got := callForm(t, w, method, w.BotToken(), test.fields)
			if code, _ := got["error"].(string); code != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
	if _, err := w.CloseModal(patience(t), ann, v.ID); err != nil {
		t.Fatal(err)
	}
	if got := update(map[string]string{"view_id": v.ID, "view": second}); got["error"] != "not_found" {
		t.Errorf("a closed modal: %v", got)
	}
	if views := w.Views(); len(views) != 1 || views[0].Open {
		t.Errorf("got %+v", views)
	}
}

func TestWhatAnUpdateKeeps(t *testing.T) {
	text := func(action, initial string) string {
		return inputBlock("b", `,"optional":true`, `{"type":"plain_text_input","action_id":"`+action+`"`+initial+`}`)
	}
	choice := func(first, second string) string {
		return inputBlock("b", "", `{"type":"static_select","action_id":"a","options":[`+option(first)+`,`+option(second)+`],"initial_option":`+option(first)+`}`)
	}
	tests := []struct{ name, before, typed, after, want string }{
		{"a typed text stays", text("a", ""), "typed", text("a", `,"initial_value":"new"`), "typed"},
		{"an untouched empty field takes the new text", text("a", ""), "-", text("a", `,"initial_value":"new"`), "new"},
		{"another action id begins anew", text("a", ""), "typed", text("c", `,"initial_value":"new"`), "new"},
		{"a choice stays", choice("x", "y"), "y", choice("x", "y"), "y"},
		{"a choice that is gone does not stay", choice("x", "y"), "y", choice("z", "x"), "z"},
		{"another type begins anew", text("a", ""), "typed", choice("x", "y"), "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t, localslack.Options{})
			bot := newModalBot(t, w, modal("", test.before))
			v := opened(t, w)
			if test.typed != "-" {
				bot.answers(map[string]any{"response_action": "errors", "errors": map[string]any{"b": "no"}})
				if _, err := w.Submit(patience(t), ann, v.ID, map[string]string{"b": test.typed}); err != nil {
					t.Fatal(err)
				}
			}
			got := callForm(t, w, "views.update", w.BotToken(), map[string]string{"view_id": v.ID, "view": modal("", test.after)})
			state, _ := field(got, "view", "state", "values", "b").(map[string]any)
			for _, f := range state {
				f := f.(map[string]any)
				if value, _ := f["value"].(string); value != test.want && field(f, "selected_option", "value") != test.want {
					t.Errorf("got %v, want %s", f, test.want)
				}
			}
			if now, _ := w.Modal(ann); len(now.Errors) > 0 {
				t.Errorf("the errors of before stay: %v", now.Errors)
			}
		})
	}
}

func TestViewsOpenIsStrict(t *testing.T) {
	w := start(t, localslack.Options{})
	text := inputBlock("b", "", `{"type":"plain_text_input"}`)
	tests := []struct{ name, view, want string }{
		{"an initial person must exist", modal("", inputBlock("b", "", `{"type":"users_select","initial_user":"U0NOBODY1"}`)), "not one of the choices"},
		{"an initial channel must exist", modal("", inputBlock("b", "", `{"type":"channels_select","initial_channel":"C0"}`)), "not one of the choices"},
		{"a callback id has 255 characters", modal(`,"callback_id":"`+strings.Repeat("x", 256)+`"`, text), "callback_id"},
		{"private metadata has 3000 characters", modal(`,"private_metadata":"`+strings.Repeat("x", 3001)+`"`, text), "private_metadata"},
		{"private metadata is a string", modal(`,"private_metadata":{"a":1}`, text), "must provide a string"},
		{"an unknown property", modal(`,"colour":"red"`, text), "invalid additional property: colour"},
		{"a block id used twice", modal("", text, text), "block_id b already exists"},
		{"101 blocks", modal("", strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 101), ",")), "no more than 100"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result, err := w.Slash(patience(t), ann, ops, "/campaign")
			if err != nil {
				t.Fatal(err)
			}
			got := callForm(t, w, "views.open", w.BotToken(), map[string]string{"trigger_id": result.TriggerID, "view": test.view})
			problems, _ := got["errors"].([]any)
			if got["error"] != "invalid_arguments" || !slices.ContainsFunc(problems, func(p any) bool { return strings.Contains(p.(string), test.want) }) {
				t.Errorf("got %v, want %q", got, test.want)
			}
			if _, open := w.Modal(ann); open {
				t.Error("it opened")
			}
		})
	}
	openDirectly(t, w, modal(`,"external_id":"ext"`, text))
	result, err := w.Slash(patience(t), bram, ops, "/campaign")
	if err != nil {
		t.Fatal(err)
	}
	got := callForm(t, w, "views.open", w.BotToken(), map[string]string{"trigger_id": result.TriggerID, "view": modal(`,"external_id":"ext"`, text)})
	if got["error"] != "duplicate_external_id" {
		t.Errorf("the external id of another view: %v", got)
	}
}

func TestFaultsHitTheViewMethods(t *testing.T) {
	w := start(t, localslack.Options{})
	v := openDirectly(t, w, modal("", inputBlock("b", "", `{"type":"plain_text_input"}`)))
	for _, method := range []string{"views.open", "views.update", "usergroups.users.list"} {
		w.Faults().RateLimitNext(method, 1, 7*time.Second)
		if got := callForm(t, w, method, w.BotToken(), map[string]string{"view_id": v.ID}); got["error"] != "ratelimited" {
			t.Errorf("%s: %v", method, got)
		}
	}
}

func TestCloseTellsTheBotOnlyWhenAsked(t *testing.T) {
	for notify, want := range map[string]int{"true": 1, "false": 0} {
		t.Run("notify_on_close "+notify, func(t *testing.T) {
			w := start(t, localslack.Options{})
			bot := newModalBot(t, w, modal(`,"notify_on_close":`+notify, `{"type":"divider"}`))
			v := opened(t, w)
			result, err := w.CloseModal(patience(t), ann, v.ID)
			if err != nil || result.Error != "" || result.View.Open {
				t.Fatalf("got %+v, %v", result, err)
			}
			if n := bot.count(); n != want {
				t.Fatalf("the bot got %d interactions", n)
			}
			if want == 1 {
				if got, raw := bot.last(t); got.Type != "view_closed" || got.View.ID != v.ID || raw["is_cleared"] != false {
					t.Errorf("the bot got %v", raw)
				}
			}
			if _, err := w.CloseModal(patience(t), ann, v.ID); err == nil {
				t.Error("it closed twice")
			}
		})
	}
}

func TestPressInAModalHasNoChannel(t *testing.T) {
	w := start(t, localslack.Options{})
	bot := newModalBot(t, w, modal("",
		inputBlock("kind", `,"dispatch_action":true`, `{"type":"static_select","action_id":"kind","options":[`+option("a")+`,`+option("b")+`]}`),
		inputBlock("title", "", `{"type":"plain_text_input","action_id":"t"}`),
		`{"type":"actions","block_id":"do","elements":[{"type":"button","action_id":"check","value":"1","text":`+words("Check")+`}]}`))
	v := opened(t, w)
	tests := []struct{ name, action, which, want, problem string }{
		{"a button", "check", "1", "button", ""},
		{"a field with dispatch_action", "kind", "b", "static_select", ""},
		{"an option that does not exist", "kind", "c", "", "not one of the choices"},
		{"a field without dispatch_action", "t", "x", "", "no dispatch_action"},
		{"nothing", "nothing", "x", "", "no control"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result, err := w.PressInModal(patience(t), ann, v.ID, test.action, test.which)
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("got %v, want %q", err, test.problem)
				}
				if now, _ := w.Modal(ann); test.action == "kind" && now.Errors["kind"] == "" {
					t.Error("the modal does not say so")
				}
				return
			}
			if err != nil || result.Error != "" || !result.View.Open {
				t.Fatalf("got %+v, %v", result, err)
			}
			got, raw := bot.last(t)
			action := got.ActionCallback.BlockActions[0]
			if string(action.Type) != test.want || action.ActionID != test.action || got.View.ID != v.ID || raw["trigger_id"] != result.TriggerID ||
				field(raw, "container", "type") != "view" || field(raw, "container", "view_id") != v.ID {
				t.Errorf("got %v", raw)
			}
			for _, key := range []string{"channel", "message", "response_url"} {
				if _, has := raw[key]; has {
					t.Errorf("the payload has %s", key)
				}
			}
		})
	}
	if got, raw := bot.last(t); got.View.State.Values["kind"]["kind"].SelectedOption.Value != "b" {
		t.Errorf("the state is not in the view: %v", raw)
	}
}

func TestUserGroupsAndZones(t *testing.T) {
	var clock fakeClock
	w := start(t, localslack.Options{
		Now: clock.now, Users: []localslack.User{{ID: ann, Name: "ann"}, {ID: bram, Name: "bram", TZ: "Europe/London"}},
		UserGroups: map[string][]string{"S0OPS0001": {ann, bram}, "S0EMPTY01": {}},
	})
	users, err := client(w).GetUserGroupMembers("S0OPS0001")
	if err != nil || !slices.Equal(users, []string{ann, bram}) {
		t.Errorf("got %v, %v", users, err)
	}
	if users, err := client(w).GetUserGroupMembers("S0EMPTY01"); err != nil || len(users) != 0 {
		t.Errorf("an empty group: %v, %v", users, err)
	}
	if _, err := client(w).GetUserGroupMembers("S0NONE001"); err == nil || err.Error() != "no_such_subteam" {
		t.Errorf("an unknown group: %v", err)
	}
	for user, want := range map[string]struct {
		zone, label string
		offset      int
	}{ann: {"Europe/Amsterdam", "Central European Time", 3600}, bram: {"Europe/London", "Greenwich Mean Time", 0}} {
		info, err := client(w).GetUserInfo(user)
		if err != nil || info.TZ != want.zone || info.TZLabel != want.label || info.TZOffset != want.offset {
			t.Errorf("got %+v, %v", info, err)
		}
	}
}
