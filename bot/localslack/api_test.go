package localslack_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"campaignbot/bot/localslack"
)

// callForm calls a method with a form, the token in the header.
func callForm(t *testing.T, w *localslack.Workspace, method, token string, fields map[string]string) map[string]any {
	t.Helper()
	form := url.Values{}
	for k, v := range fields {
		form.Set(k, v)
	}
	return call(t, w, method, token, "application/x-www-form-urlencoded", form.Encode())
}

func call(t *testing.T, w *localslack.Workspace, method, token, kind, body string) map[string]any {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, w.APIURL()+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s answered %q: %v", method, raw, err)
	}
	return out
}

// without lists every scope but one kind.
func without(missing ...string) []string {
	return slices.DeleteFunc(localslack.DefaultScopes(), func(s string) bool { return slices.Contains(missing, s) })
}

func TestEachMethodNeedsItsScope(t *testing.T) {
	tests := []struct {
		method  string
		fields  map[string]string
		missing []string
		needed  string
	}{
		{"chat.postMessage", map[string]string{"channel": ops, "text": "x"}, []string{"chat:write"}, "chat:write"},
		{"chat.postEphemeral", map[string]string{"channel": ops, "user": ann, "text": "x"}, []string{"chat:write"}, "chat:write"},
		{"chat.update", map[string]string{"channel": ops, "ts": "1", "text": "x"}, []string{"chat:write"}, "chat:write"},
		{"chat.delete", map[string]string{"channel": ops, "ts": "1"}, []string{"chat:write"}, "chat:write"},
		{"conversations.history", map[string]string{"channel": ops}, []string{"channels:history"}, "channels:history"},
		{"conversations.history", map[string]string{"channel": "D0ANN0001"}, []string{"im:history"}, "im:history"},
		{"conversations.replies", map[string]string{"channel": ops, "ts": "1"}, []string{"channels:history"}, "channels:history"},
		{"conversations.info", map[string]string{"channel": ops}, []string{"channels:read"}, "channels:read"},
		{"conversations.open", map[string]string{"users": ann}, []string{"im:write"}, "im:write,mpim:write"},
		{"users.info", map[string]string{"user": ann}, []string{"users:read"}, "users:read"},
		{"usergroups.users.list", map[string]string{"usergroup": "S0"}, []string{"usergroups:read"}, "usergroups:read"},
		{"reactions.add", map[string]string{"channel": ops, "timestamp": "1", "name": "eyes"}, []string{"reactions:write"}, "reactions:write"},
		{"reactions.remove", map[string]string{"channel": ops, "timestamp": "1", "name": "eyes"}, []string{"reactions:write"}, "reactions:write"},
	}
	for _, test := range tests {
		t.Run(test.method+" without "+test.missing[0], func(t *testing.T) {
			w := start(t, localslack.Options{Scopes: without(test.missing...)})
			got := callForm(t, w, test.method, w.BotToken(), test.fields)
			if got["error"] != "missing_scope" || got["needed"] != test.needed || !strings.Contains(fmt.Sprint(got["provided"]), "commands") {
				t.Errorf("got %v, want missing_scope with %s", got, test.needed)
			}
			full := start(t, localslack.Options{})
			if got := callForm(t, full, test.method, full.BotToken(), test.fields); got["error"] == "missing_scope" {
				t.Errorf("with every scope: %v", got)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	w := start(t, localslack.Options{})
	tests := []struct {
		name, method, token, want string
	}{
		{"no token", "auth.test", "", "not_authed"},
		{"an unknown token", "auth.test", "xoxb-other", "invalid_auth"},
		{"an app token for a bot method", "auth.test", w.AppToken(), "not_allowed_token_type"},
		{"a bot token for a connection", "apps.connections.open", w.BotToken(), "not_allowed_token_type"},
		{"an unknown method", "chat.everything", w.BotToken(), "unknown_method"},
		{"a bot token for a bot method", "auth.test", w.BotToken(), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := callForm(t, w, test.method, test.token, nil)
			if code, _ := got["error"].(string); code != test.want || got["ok"] != (test.want == "") {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}

func TestFormAndJSONBodiesMeanTheSame(t *testing.T) {
	w := start(t, localslack.Options{})
	blocks := `[{"type":"section","text":{"type":"mrkdwn","text":"a & b"}}]`
	callForm(t, w, "chat.postMessage", "", map[string]string{"token": w.BotToken(), "channel": ops, "text": "x", "blocks": blocks})
	call(t, w, "chat.postMessage", w.BotToken(), "application/json; charset=utf-8", `{"channel":"`+ops+`","text":"x","blocks":`+blocks+`}`)
	quoted, _ := json.Marshal(blocks)
	call(t, w, "chat.postMessage", w.BotToken(), "application/json", `{"channel":"`+ops+`","text":"x","blocks":`+string(quoted)+`}`)
	messages := w.Messages(ops)
	if len(messages) != 3 {
		t.Fatalf("got %d messages, want 3", len(messages))
	}
	for _, m := range messages {
		if !strings.Contains(string(m.Blocks), `"text":"a & b"`) || !strings.Contains(string(m.Blocks), "block_id") {
			t.Errorf("stored blocks: %s", m.Blocks)
		}
	}
	if got := call(t, w, "auth.test", "", "application/json", `{"token":"`+w.BotToken()+`"}`); got["error"] != "not_authed" {
		t.Errorf("a token inside JSON: %v", got)
	}
	if got := call(t, w, "auth.test", w.BotToken(), "application/json", `{`); got["error"] != "invalid_json" {
		t.Errorf("broken JSON: %v", got)
	}
	if got := callForm(t, w, "auth.test?token="+w.BotToken(), "", nil); got["error"] != "not_authed" {
		t.Errorf("a token in the query: %v", got)
	}
	for _, c := range w.Calls("chat.postMessage") {
		if _, leaked := c.Args["token"]; leaked || !c.Accepted {
			t.Errorf("recorded call: %+v", c)
		}
	}
}

// crowded is a workspace with awkward channels and three messages: the bot's own,
// a reply to it, and one of Ann's to which the bot has reacted.
func crowded(t *testing.T) (w *localslack.Workspace, own, reply, hers string) {
	w = start(t, localslack.Options{Channels: []localslack.Channel{
		{ID: ops, Name: "campaign-ops", BotMember: true}, {ID: random, Name: "random"},
		{ID: "C0SECRET1", Name: "secret", Private: true}, {ID: "C0OLD0001", Name: "old", Archived: true, BotMember: true},
	}})
	own = callForm(t, w, "chat.postMessage", w.BotToken(), map[string]string{"channel": ops, "text": "own"})["ts"].(string)
	reply = callForm(t, w, "chat.postMessage", w.BotToken(), map[string]string{"channel": ops, "text": "reply", "thread_ts": own})["ts"].(string)
	posted, err := w.Say(patience(t), ann, ops, "by ann", "")
	if err != nil {
		t.Fatal(err)
	}
	hers = posted.Message.TS
	callForm(t, w, "reactions.add", w.BotToken(), map[string]string{"channel": ops, "timestamp": hers, "name": "eyes"})
	return w, own, reply, hers
}

func TestRefusals(t *testing.T) {
	w, own, reply, hers := crowded(t)
	section := func(n int) string {
		return `{"type":"section","text":{"type":"plain_text","text":"` + strings.Repeat("x", n) + `"}}`
	}
	table := `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`
	tests := []struct {
		name, method string
		fields       map[string]string
		want         string
	}{
		{"an unknown channel", "chat.postMessage", map[string]string{"channel": "C0NONE", "text": "x"}, "channel_not_found"},
		{"a private channel the bot is not in", "chat.postMessage", map[string]string{"channel": "C0SECRET1", "text": "x"}, "channel_not_found"},
		{"a public channel the bot is not in", "chat.postMessage", map[string]string{"channel": random, "text": "x"}, "not_in_channel"},
		{"an archived channel", "chat.postMessage", map[string]string{"channel": "C0OLD0001", "text": "x"}, "is_archived"},
		{"nothing to say", "chat.postMessage", map[string]string{"channel": ops}, "no_text"},
		{"a channel by its name", "chat.postMessage", map[string]string{"channel": "#campaign-ops", "text": "x"}, ""},
		{"a person's direct messages by user id", "chat.postMessage", map[string]string{"channel": ann, "text": "x"}, ""},
		{"blocks that are no array", "chat.postMessage", map[string]string{"channel": ops, "blocks": `{}`}, "invalid_blocks_format"},
		{"bad blocks", "chat.postMessage", map[string]string{"channel": ops, "blocks": `[{"type":"section"}]`}, "invalid_blocks"},
		{"too much text in all blocks", "chat.postMessage", map[string]string{"channel": ops, "blocks": `[` + strings.Repeat(section(3000)+",", 4) + section(1001) + `]`}, "msg_blocks_too_long"},
		{"as much as fits", "chat.postMessage", map[string]string{"channel": ops, "blocks": `[` + strings.Repeat(section(3000)+",", 4) + section(1000) + `]`}, ""},
		{"two tables", "chat.postMessage", map[string]string{"channel": ops, "blocks": `[` + table + `,` + table + `]`}, "invalid_attachments"},
		{"a thread that does not exist", "chat.postMessage", map[string]string{"channel": ops, "text": "x", "thread_ts": "1000000000.000100"}, "thread_not_found"},
		{"a reply to a reply", "chat.postMessage", map[string]string{"channel": ops, "text": "x", "thread_ts": reply}, "cannot_reply_to_message"},
		{"a thread that is no time", "chat.postMessage", map[string]string{"channel": ops, "text": "x", "thread_ts": "now"}, "invalid_thread_ts"},
		{"broadcast without a thread", "chat.postMessage", map[string]string{"channel": ops, "text": "x", "reply_broadcast": "true"}, "invalid_arguments"},
		{"markdown beside text", "chat.postMessage", map[string]string{"channel": ops, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"},
		{"metadata without a payload", "chat.postMessage", map[string]string{"channel": ops, "text": "x", "metadata": `{"event_type":"a"}`}, "invalid_metadata_schema"},
		{"an ephemeral for nobody", "chat.postEphemeral", map[string]string{"channel": ops, "user": "U0NONE", "text": "x"}, "user_not_in_channel"},
		{"an edit of somebody else's message", "chat.update", map[string]string{"channel": ops, "ts": hers, "text": "x"}, "cant_update_message"},
		{"an edit of nothing", "chat.update", map[string]string{"channel": ops, "ts": "1000000000.000100", "text": "x"}, "message_not_found"},
		{"an edit that is too long", "chat.update", map[string]string{"channel": ops, "ts": own, "text": strings.Repeat("x", 4001)}, "msg_too_long"},
		{"an edit by user id", "chat.update", map[string]string{"channel": ann, "ts": own, "text": "x"}, "channel_not_found"},
		{"an edit without content", "chat.update", map[string]string{"channel": ops, "ts": own}, "no_text"},
		{"deleting somebody else's message", "chat.delete", map[string]string{"channel": ops, "ts": hers}, "cant_delete_message"},
		{"history without membership", "conversations.history", map[string]string{"channel": random}, "not_in_channel"},
		{"history with a bad cursor", "conversations.history", map[string]string{"channel": ops, "cursor": "x"}, "invalid_cursor"},
		{"history with a bad limit", "conversations.history", map[string]string{"channel": ops, "limit": "1001"}, "invalid_limit"},
		{"replies of nothing", "conversations.replies", map[string]string{"channel": ops, "ts": "1000000000.000100"}, "thread_not_found"},
		{"the same reaction again", "reactions.add", map[string]string{"channel": ops, "timestamp": hers, "name": "eyes"}, "already_reacted"},
		{"a reaction that was not given", "reactions.remove", map[string]string{"channel": ops, "timestamp": hers, "name": "wave"}, "no_reaction"},
		{"a reaction with colons", "reactions.add", map[string]string{"channel": ops, "timestamp": hers, "name": ":eyes:"}, "invalid_name"},
		{"a reaction to nothing", "reactions.add", map[string]string{"channel": ops, "timestamp": "1000000000.000100", "name": "eyes"}, "message_not_found"},
		{"an unknown user", "users.info", map[string]string{"user": "U0NONE"}, "user_not_found"},
		{"a view without a trigger", "views.open", map[string]string{"trigger_id": "x", "view": `{}`}, "invalid_trigger_id"},
		{"a Home tab", "views.publish", map[string]string{"user_id": ann, "view": `{"type":"home","blocks":[]}`}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := callForm(t, w, test.method, w.BotToken(), test.fields)
			if code, _ := got["error"].(string); code != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
			if test.want == "invalid_blocks" && !strings.Contains(fmt.Sprint(got["response_metadata"]), "json-pointer:/blocks/0") {
				t.Errorf("no pointer in %v", got)
			}
		})
	}
}

func TestLongTextIsCut(t *testing.T) {
	w := start(t, localslack.Options{})
	callForm(t, w, "chat.postMessage", w.BotToken(), map[string]string{"channel": ops, "text": strings.Repeat("é", 40_001)})
	if got := len([]rune(w.Messages(ops)[0].Text)); got != 40_000 {
		t.Errorf("got %d characters, want 40000", got)
	}
}

func TestEditKeepsAndDropsAsSlackDoes(t *testing.T) {
	blocks := `[{"type":"divider"}]`
	metadata := `{"event_type":"e","event_payload":{"id":"1"}}`
	tests := []struct {
		name                string
		fields              map[string]string
		text                string
		blocks, hasMetadata bool
	}{
		{"text without blocks drops the blocks", map[string]string{"text": "new"}, "new", false, true},
		{"blocks and text replace both", map[string]string{"text": "new", "blocks": blocks}, "new", true, true},
		{"metadata alone keeps both", map[string]string{"metadata": metadata}, "old", true, true},
		{"empty metadata clears it", map[string]string{"metadata": "{}"}, "old", true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t, localslack.Options{})
			test.fields["channel"] = ops
			test.fields["ts"] = callForm(t, w, "chat.postMessage", w.BotToken(), map[string]string{
				"channel": ops, "text": "old", "blocks": blocks, "metadata": metadata,
			})["ts"].(string)
			if got := callForm(t, w, "chat.update", w.BotToken(), test.fields); got["ok"] != true {
				t.Fatal(got)
			}
			m := w.Messages(ops)[0]
			if m.Text != test.text || (len(m.Blocks) > 0) != test.blocks || (len(m.Metadata) > 0) != test.hasMetadata || m.EditedTS == "" {
				t.Errorf("got %s", m.JSON())
			}
		})
	}
}

// fiveMessages posts 0 to 4 while the clock stands still.
func fiveMessages(t *testing.T) (*localslack.Workspace, []string) {
	clock := time.Unix(1_700_000_000, 0)
	w := start(t, localslack.Options{Now: func() time.Time { return clock }})
	var ts []string
	for i := range 5 {
		out := callForm(t, w, "chat.postMessage", w.BotToken(), map[string]string{
			"channel": ops, "text": fmt.Sprint(i), "metadata": `{"event_type":"e","event_payload":{}}`,
		})
		ts = append(ts, out["ts"].(string))
	}
	if ts[0] != "1700000000.000000" || ts[1] != "1700000000.000100" {
		t.Fatalf("times with a clock that stands still: %v", ts)
	}
	return w, ts
}

func TestHistoryPages(t *testing.T) {
	w, _ := fiveMessages(t)
	var all []string
	fields := map[string]string{"channel": ops, "limit": "2"}
	for range 3 {
		page := callForm(t, w, "conversations.history", w.BotToken(), fields)
		all = append(all, texts(page))
		fields["cursor"] = page["response_metadata"].(map[string]any)["next_cursor"].(string)
	}
	if got := strings.Join(all, " | "); got != "4 3 | 2 1 | 0" || fields["cursor"] != "" {
		t.Errorf("pages: %s, then %q", got, fields["cursor"])
	}
}

func TestHistory(t *testing.T) {
	w, ts := fiveMessages(t)
	callForm(t, w, "chat.postMessage", w.BotToken(), map[string]string{"channel": ops, "text": "reply", "thread_ts": ts[0]})
	callForm(t, w, "chat.postEphemeral", w.BotToken(), map[string]string{"channel": ops, "text": "secret", "user": ann})
	tests := []struct {
		name   string
		fields map[string]string
		want   string
	}{
		{"newest first, without replies and ephemerals", nil, "4 3 2 1 0"},
		{"oldest is excluded", map[string]string{"oldest": ts[3]}, "4"},
		{"oldest is included on request", map[string]string{"oldest": ts[3], "inclusive": "true"}, "4 3"},
		{"latest is excluded", map[string]string{"latest": ts[1]}, "0"},
		{"a bound without decimals", map[string]string{"latest": "1700000001"}, "4 3 2 1 0"},
		{"one exact message", map[string]string{"latest": ts[2], "oldest": ts[2], "inclusive": "1"}, "2"},
		{"a limit", map[string]string{"limit": "2"}, "4 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fields := map[string]string{"channel": ops}
			for k, v := range test.fields {
				fields[k] = v
			}
			if got := texts(callForm(t, w, "conversations.history", w.BotToken(), fields)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	thread := callForm(t, w, "conversations.replies", w.BotToken(), map[string]string{"channel": ops, "ts": ts[0]})
	if got := texts(thread); got != "0 reply" {
		t.Errorf("thread: %q", got)
	}
	if plain := fmt.Sprint(thread); strings.Contains(plain, "event_type") {
		t.Error("metadata without being asked for")
	}
	full := callForm(t, w, "conversations.history", w.BotToken(), map[string]string{"channel": ops, "include_all_metadata": "true"})
	if !strings.Contains(fmt.Sprint(full), "event_type") {
		t.Error("no metadata")
	}
}

func texts(page map[string]any) string {
	var list []string
	for _, m := range page["messages"].([]any) {
		list = append(list, m.(map[string]any)["text"].(string))
	}
	return strings.Join(list, " ")
}

func TestUserInfo(t *testing.T) {
	w := start(t, localslack.Options{})
	if err := w.SetLocale(bram, "fr-FR"); err != nil {
		t.Fatal(err)
	}
	with := callForm(t, w, "users.info", w.BotToken(), map[string]string{"user": bram, "include_locale": "true"})["user"].(map[string]any)
	if with["locale"] != "fr-FR" || with["tz"] != "Europe/Amsterdam" {
		t.Errorf("got %v", with)
	}
	plain := callForm(t, w, "users.info", w.BotToken(), map[string]string{"user": bram})["user"].(map[string]any)
	if _, has := plain["locale"]; has {
		t.Error("a locale without being asked for")
	}
}
