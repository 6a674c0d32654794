package slackio

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
)

const secret = "8f742231b10e8888abcd99yyyzzz85a5"

type routerFunc func(context.Context, bot.Request) bot.Reply

func (f routerFunc) Route(ctx context.Context, req bot.Request) bot.Reply { return f(ctx, req) }

type enqueuerFunc func(context.Context, ...bot.Job) error

func (f enqueuerFunc) Enqueue(ctx context.Context, jobs ...bot.Job) error { return f(ctx, jobs...) }

type senderFunc func(context.Context, bot.Outgoing) (bot.MessageRef, error)

func (f senderFunc) Send(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) {
	return f(ctx, out)
}

// rig is an intake with an HTTP server before it and a Slack behind it.
type rig struct {
	intake *Intake
	server *httptest.Server
	slack  *httptest.Server
	logged *strings.Builder
	came   chan string // path and body of what reached Slack
}

func newRig(t *testing.T, router routerFunc, enqueue enqueuerFunc) *rig {
	t.Helper()
	r := &rig{logged: &strings.Builder{}, came: make(chan string, 100)}
	r.slack = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		_, _ = io.WriteString(w, `{"ok":true,"channel":"C1","ts":"9.0"}`)
		r.came <- req.URL.Path + " " + string(body)
	}))
	t.Cleanup(r.slack.Close)
	phrases, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	metrics := NewMetrics(prometheus.NewRegistry())
	client, err := NewClient(ClientOptions{BotToken: "xoxb-very-secret", APIURL: r.slack.URL + "/api/", Renderer: blockkit.New(phrases), Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	if enqueue == nil {
		enqueue = func(context.Context, ...bot.Job) error { return nil }
	}
	r.intake, err = NewIntake(IntakeOptions{
		Client: client, Router: router, Enqueuer: enqueue,
		Sender:        senderFunc(func(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) { return client.Post(ctx, out) }),
		SigningSecret: secret, NewID: func() string { return "ref" },
		Log: slog.New(slog.NewTextHandler(&locked{w: r.logged}, nil)), Metrics: metrics,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.server = httptest.NewServer(r.intake.Handler())
	t.Cleanup(r.server.Close)
	return r
}

// posts counts the messages that have reached Slack.
func (r *rig) posts() int {
	n := 0
	for len(r.came) > 0 {
		if strings.HasPrefix(<-r.came, "/api/chat.postMessage") {
			n++
		}
	}
	return n
}

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func sign(body string, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return http.Header{
		"X-Slack-Request-Timestamp": {stamp},
		"X-Slack-Signature":         {"v0=" + hex.EncodeToString(mac.Sum(nil))},
	}
}

func (r *rig) post(t *testing.T, path, body string, header http.Header) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, r.server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(got)
}

func hello(_ context.Context, req bot.Request) bot.Reply {
	return bot.Reply{Language: "en", Title: bot.Typed("you said " + req.Text), Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Typed(req.Text)}}}}
}

func form(text string) string {
	return url.Values{"command": {"/campaign"}, "text": {text}, "user_id": {"U1"}, "team_id": {"T1"}, "channel_id": {"C1"}}.Encode()
}

func TestRequestsThatAreRefused(t *testing.T) {
	r := newRig(t, hello, nil)
	now := time.Now()
	big := "text=" + strings.Repeat("x", 1<<20)
	for _, c := range []struct {
		name, path, body string
		header           http.Header
		want             int
	}{
		{"a wrong signature", "/slack/commands", form("x"), sign("another body", now), 401},
		{"no signature", "/slack/commands", form("x"), http.Header{}, 401},
		{"a timestamp that is no number", "/slack/commands", form("x"), http.Header{"X-Slack-Request-Timestamp": {"now"}, "X-Slack-Signature": {"v0=00"}}, 401},
		{"an old timestamp", "/slack/commands", form("x"), sign(form("x"), now.Add(-6*time.Minute)), 401},
		{"a timestamp in the future", "/slack/events", "{}", sign("{}", now.Add(6*time.Minute)), 401},
		{"a body over 1 MiB", "/slack/commands", big, sign(big, now), 413},
		{"an event that is no JSON", "/slack/events", "{", sign("{", now), 400},
		{"an event without a type", "/slack/events", "{}", sign("{}", now), 400},
		{"a command without its name", "/slack/commands", "text=x", sign("text=x", now), 400},
		{"a command that is no form", "/slack/commands", "%zz", sign("%zz", now), 400},
		{"an interaction without a payload", "/slack/interactions", "a=b", sign("a=b", now), 400},
		{"an interaction whose payload is no JSON", "/slack/interactions", "payload=%7B", sign("payload=%7B", now), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := r.post(t, c.path, c.body, c.header); got != c.want {
				t.Errorf("status %d, want %d", got, c.want)
			}
		})
	}
}

func TestCommandIsAnsweredInItsAcknowledgement(t *testing.T) {
	r := newRig(t, hello, nil)
	body := form("module <!channel> & \u201cmta\u201d")
	status, got := r.post(t, "/slack/commands", body, sign(body, time.Now()))
	var answer struct {
		ResponseType string `json:"response_type"`
		Text         string `json:"text"`
		Blocks       []any  `json:"blocks"`
	}
	if err := json.Unmarshal([]byte(got), &answer); err != nil || status != 200 {
		t.Fatalf("status %d, %v: %s", status, err, got)
	}
	if answer.ResponseType != "ephemeral" || len(answer.Blocks) == 0 || strings.Contains(answer.Text, "<!channel>") {
		t.Errorf("got %+v", answer)
	}
}

func TestURLVerificationReturnsTheChallenge(t *testing.T) {
	r := newRig(t, hello, nil)
	body := `{"type":"url_verification","challenge":"abc"}`
	if status, got := r.post(t, "/slack/events", body, sign(body, time.Now())); status != 200 || got != "abc" {
		t.Errorf("%d %q", status, got)
	}
}

func TestSlowAnswerFollowsThroughTheResponseURL(t *testing.T) {
	release := make(chan struct{})
	r := newRig(t, func(ctx context.Context, req bot.Request) bot.Reply { <-release; return hello(ctx, req) }, nil)
	body := form("x") + "&response_url=" + url.QueryEscape(r.slack.URL+"/response/very-secret")
	status, got := r.post(t, "/slack/commands", body, sign(body, time.Now()))
	if status != 200 || got != "" {
		t.Fatalf("acknowledgement %d %q", status, got)
	}
	close(release)
	if call := <-r.came; !strings.HasPrefix(call, "/response/very-secret ") || !strings.Contains(call, `"response_type":"ephemeral"`) {
		t.Errorf("got %s", call)
	}
	if err := r.intake.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if strings.Contains(r.logged.String(), "very-secret") {
		t.Errorf("a secret is in the log: %s", r.logged)
	}
}

const mention = `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_mention","user":"U1","channel":"C1","text":"mta","ts":"1.0"}}`

func TestEventBecomesOneJobBeforeItIsAcknowledged(t *testing.T) {
	var jobs []bot.Job
	r := newRig(t, hello, func(_ context.Context, j ...bot.Job) error { jobs = append(jobs, j...); return nil })
	if status, _ := r.post(t, "/slack/events", mention, sign(mention, time.Now())); status != 200 {
		t.Fatal(status)
	}
	if len(jobs) != 1 || jobs[0].Kind != bot.JobEvent || jobs[0].Key != "Ev1" {
		t.Errorf("jobs %+v", jobs)
	}
}

func TestEventIsAnsweredOnceWithoutTheStore(t *testing.T) {
	r := newRig(t, hello, func(context.Context, ...bot.Job) error { return errors.New("store down") })
	for range 3 {
		if status, _ := r.post(t, "/slack/events", mention, sign(mention, time.Now())); status != 200 {
			t.Fatal(status)
		}
	}
	if err := r.intake.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := r.posts(); n != 1 {
		t.Errorf("%d posts", n)
	}
}

func TestEventIsAnsweredOnceByASlowStore(t *testing.T) {
	release := make(chan struct{})
	var inserted []bot.Job
	r := newRig(t, hello, func(_ context.Context, j ...bot.Job) error {
		<-release // a lock that does not end with the context
		inserted = append(inserted, j...)
		return nil
	})
	start := time.Now()
	for range 2 {
		if status, _ := r.post(t, "/slack/events", mention, sign(mention, time.Now())); status != 200 {
			t.Fatal(status)
		}
	}
	if took := time.Since(start); took > 2500*time.Millisecond {
		t.Errorf("acknowledged after %s", took)
	}
	close(release)
	if err := r.intake.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(inserted) != 1 {
		t.Fatalf("%d jobs", len(inserted))
	}
	if err := r.intake.Work(context.Background(), inserted[0], 1); err != nil {
		t.Fatal(err)
	}
	if n := r.posts(); n != 1 {
		t.Errorf("%d posts", n)
	}
}

func TestResponseURLOfAStranger(t *testing.T) {
	c, err := NewClient(ClientOptions{BotToken: "x", APIURL: "https://slack.com/api/", Metrics: NewMetrics(prometheus.NewRegistry())})
	if err != nil {
		t.Fatal(err)
	}
	for address, ok := range map[string]bool{
		"https://hooks.slack.com/commands/1": true,
		"http://hooks.slack.com/commands/1":  false,
		"https://evil.example.com/1":         false,
		"https://slack.com.evil.example/1":   false,
		"http://127.0.0.1:1/":                false,
	} {
		if err := c.trust(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		} else if err != nil && strings.Contains(err.Error(), address) {
			t.Errorf("the error holds the address: %v", err)
		}
	}
}
