package localslack_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"campaignbot/bot/localslack"
)

// pageOptions is a workspace with a clock and suggestions.
func pageOptions() localslack.Options {
	var clock fakeClock
	return localslack.Options{
		Now: clock.now, MoveClock: func(d time.Duration) (time.Time, error) { return clock.move(d), nil },
		Page: localslack.Page{Title: "A bot, tried out", Hint: "Ask it", Suggestions: []localslack.Suggestion{
			{Label: "One", Text: "/campaign one"}, {Label: "Two", Text: "@campaignbot two"}, {Label: "Three", Text: "/campaign three"},
		}},
	}
}

// cardBot answers commands in the acknowledgement, mentions in their thread, and
// presses by editing the message.
func cardBot(t *testing.T) *tinyBot {
	bot := &tinyBot{}
	card := func(text string) []slack.Block {
		return []slack.Block{
			slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, text, false, false)),
			slack.NewActionBlock("b", slack.NewButtonBlockElement("helped", "yes", slack.NewTextBlockObject(slack.PlainTextType, "It helped", false, false))),
		}
	}
	bot.command = func(sm *socketmode.Client, r *socketmode.Request, c slack.SlashCommand) {
		if c.Text != "silence" {
			sm.Ack(*r, map[string]any{"response_type": "ephemeral", "text": "x", "blocks": card("Card for " + c.UserID + ": " + c.Text)})
		}
	}
	bot.event = func(sm *socketmode.Client, r *socketmode.Request, e slackevents.EventsAPIEvent) {
		sm.Ack(*r)
		m, ok := e.InnerEvent.Data.(*slackevents.AppMentionEvent)
		if !ok {
			return
		}
		if _, _, err := bot.api.PostMessage(m.Channel, slack.MsgOptionTS(m.TimeStamp), slack.MsgOptionText("x", false),
			slack.MsgOptionBlocks(card("Thread card")...)); err != nil {
			t.Error(err)
		}
	}
	bot.interaction = func(sm *socketmode.Client, r *socketmode.Request, c slack.InteractionCallback) {
		if _, _, err := bot.api.PostMessage(c.Channel.ID, slack.MsgOptionReplaceOriginal(c.ResponseURL), slack.MsgOptionText("Noted by "+c.User.ID, false)); err != nil {
			t.Error(err)
		}
		sm.Ack(*r)
	}
	return bot
}

// browser is a client that follows redirects like a browser without script.
type browser struct {
	t    *testing.T
	w    *localslack.Workspace
	http *http.Client
}

func newBrowser(t *testing.T, w *localslack.Workspace) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, w: w, http: &http.Client{Jar: jar}}
}

func (b *browser) get(query string) string {
	b.t.Helper()
	res, err := b.http.Get(b.w.URL() + query)
	return b.read(res, err)
}

func (b *browser) post(path string, fields url.Values) string {
	b.t.Helper()
	res, err := b.http.PostForm(b.w.URL()+path, fields)
	return b.read(res, err)
}

func (b *browser) read(res *http.Response, err error) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("HTTP %d: %s", res.StatusCode, body)
	}
	return string(body)
}

func wants(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %q", part)
		}
	}
}

func at(user, channel string, more ...string) url.Values {
	v := url.Values{"user": {user}, "channel": {channel}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func TestPageWithoutScript(t *testing.T) {
	w := start(t, pageOptions())
	cardBot(t).connect(t, w)
	b := newBrowser(t, w)
	wants(t, b.get(""), "A bot, tried out", "Ask it", `value="/campaign one"`, `value="@campaignbot two"`, "#campaign-ops", "Direct message",
		"Fri 20 Nov 2026, 07:30", "Next day", `aria-live="polite"`, "Skip to the message box", "bot not here")

	page := b.post("say", at(bram, ops, "text", "/campaign module <b>wfserver</b>"))
	wants(t, page, "Card for U0BRAM001: module &lt;b&gt;wfserver&lt;/b&gt;", "Only visible to you", "It helped", `aria-current="true"><span class="face s2"`)
	if strings.Contains(b.get("?user="+ann), "Card for") {
		t.Error("Ann sees what only Bram should")
	}
	card := w.Ephemerals(bram, ops)[0]
	page = b.post("press", at(bram, ops, "ts", card.TS, "action", "helped", "block", "b", "value", "yes"))
	wants(t, page, "Noted by U0BRAM001", "edited")

	b.post("say", at(ann, ops, "suggestion", "@campaignbot two"))
	if _, err := w.Await(patience(t), func(m localslack.Message) bool { return m.ThreadTS != "" }); err != nil {
		t.Fatal(err)
	}
	parent := w.Messages(ops)[0]
	page = b.get("?user=" + ann + "&channel=" + ops + "&thread=" + parent.TS)
	wants(t, page, "Thread card", "1 reply", "Replying in the thread of “@campaignbot two”", `name="thread" value="`+parent.TS+`"`)
	b.post("say", at(ann, ops, "text", "a reply", "thread", parent.TS))
	if m := w.Messages(ops); m[len(m)-1].ThreadTS != parent.TS {
		t.Error("the reply is not in the thread")
	}

	wants(t, b.post("say", at(ann, ops, "text", "/campaign x", "thread", parent.TS)), "Slash commands do not exist in threads")
	wants(t, b.post("say", at(ann, ops, "text", "just talking")), "nobody answers", "just talking")
	wants(t, b.post("say", at(ann, ops, "text", " ")), "Type something first")
	wants(t, b.post("say", at(ann, random, "text", "@campaignbot hi")), "the bot was not told", "is not in this channel")
	wants(t, b.post("clock", at(ann, ops, "by", "day")), "Sat 21 Nov 2026, 07:30", "The clock was moved")
}

func TestPageOffersAMenuOfPeople(t *testing.T) {
	w := start(t, pageOptions())
	chosen := make(chan string, 1)
	bot := &tinyBot{interaction: func(sm *socketmode.Client, r *socketmode.Request, c slack.InteractionCallback) {
		sm.Ack(*r)
		chosen <- c.ActionCallback.BlockActions[0].SelectedUser
	}}
	bot.connect(t, w)
	who := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, slack.NewTextBlockObject(slack.PlainTextType, "Hand over", false, false), "give=1")
	_, ts, err := bot.api.PostMessage(ops, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(slack.NewActionBlock("b", who)))
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, w)
	wants(t, b.get(""), `<select name="value" aria-label="Hand over">`, `<option value="U0BRAM001">Bram`)
	b.post("press", at(ann, ops, "ts", ts, "action", "give=1", "block", "b", "value", bram))
	if got := <-chosen; got != bram {
		t.Errorf("the bot heard of %q", got)
	}
}

func TestPageShowsTheTimeout(t *testing.T) {
	options := pageOptions()
	options.AckTimeout = 50 * time.Millisecond
	options.MoveClock = nil
	w := start(t, options)
	cardBot(t).connect(t, w)
	page := newBrowser(t, w).post("say", at(ann, ops, "text", "/campaign silence"))
	wants(t, page, "No answer in time", "failed with the error “operation_timeout”")
	if strings.Contains(page, "Move the clock") {
		t.Error("the clock is shown although it cannot be moved")
	}
}

func TestPageWithoutABot(t *testing.T) {
	w := start(t, pageOptions())
	b := newBrowser(t, w)
	wants(t, b.post("say", at(ann, ops, "text", "/campaign x")), "the bot is not connected")
	wants(t, b.post("say", at(ann, ops, "text", "@campaignbot x")), "the bot is not connected")
}

func TestForeignRequestsAreRefused(t *testing.T) {
	w := start(t, pageOptions())
	host := strings.TrimSuffix(strings.TrimPrefix(w.URL(), "http://"), "/")
	tests := []struct {
		name, method, host string
		header             [2]string
		want               int
	}{
		{"the page itself", http.MethodPost, host, [2]string{"Origin", "http://" + host}, http.StatusOK},
		{"a form without an origin", http.MethodPost, host, [2]string{"Accept", "application/json"}, http.StatusOK},
		{"another site", http.MethodPost, host, [2]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"another local port", http.MethodPost, host, [2]string{"Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
		{"an opaque origin", http.MethodPost, host, [2]string{"Origin", "null"}, http.StatusForbidden},
		{"another site by fetch metadata", http.MethodPost, host, [2]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"a name that points here", http.MethodGet, "rebound.example", [2]string{"Accept", "*/*"}, http.StatusForbidden},
		{"localhost by name", http.MethodGet, "localhost:1", [2]string{"Accept", "*/*"}, http.StatusOK},
		{"an address of IPv6", http.MethodGet, "[::1]:1", [2]string{"Accept", "*/*"}, http.StatusOK},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target := w.URL()
			if test.method == http.MethodPost {
				target += "say"
			}
			req, err := http.NewRequest(test.method, target, strings.NewReader(at(ann, ops, "text", "hello").Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = test.host
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set(test.header[0], test.header[1])
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != test.want {
				t.Errorf("got HTTP %d, want %d", res.StatusCode, test.want)
			}
			if policy := res.Header.Get("Content-Security-Policy"); test.want == http.StatusOK && !strings.Contains(policy, "default-src 'none'") {
				t.Errorf("policy %q", policy)
			}
		})
	}
}

func TestPageHasNothingInline(t *testing.T) {
	w := start(t, pageOptions())
	b := newBrowser(t, w)
	page := b.get("")
	for _, bad := range []string{"<style", "style=", "onclick", "onload", "javascript:", "https://"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, file := range []string{"app.js", "modal.js", "style.css", "icon.svg"} {
		if b.get("static/"+file) == "" {
			t.Errorf("%s is empty", file)
		}
	}
	res, err := http.Get(w.URL() + "static/page.html")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("the template is served: HTTP %d", res.StatusCode)
	}
}

func TestStreamTellsEveryChange(t *testing.T) {
	w := start(t, pageOptions())
	ctx, cancel := context.WithCancel(patience(t))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL()+"stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	next := func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		t.Fatal(lines.Err())
		return ""
	}
	first := next()
	if _, err := w.Say(ctx, ann, ops, "hello", ""); err != nil {
		t.Fatal(err)
	}
	if second := next(); second == first {
		t.Errorf("still %s", second)
	}
}
