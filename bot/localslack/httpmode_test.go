package localslack_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot/localslack"
)

// receiver is an app with request URLs; handle gets each verified request.
func receiver(t *testing.T, handle func(rw http.ResponseWriter, r *http.Request, body []byte)) *localslack.Workspace {
	t.Helper()
	secret := "the-secret"
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		verifier, err := slack.NewSecretsVerifier(r.Header, secret)
		if err != nil {
			t.Error(err)
			return
		}
		verifier.Write(body)
		if err := verifier.Ensure(); err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		handle(rw, r, body)
	}))
	t.Cleanup(server.Close)
	return start(t, localslack.Options{
		RequestURL: server.URL, SigningSecret: secret, AckTimeout: time.Second,
		RetryDelays: []time.Duration{0, time.Millisecond, time.Millisecond},
	})
}

func TestHTTPCommandsAreSignedAndAnsweredInTheBody(t *testing.T) {
	tests := []struct {
		name, kind, body, want string
	}{
		{"an empty body says nothing", "", "", ""},
		{"plain text is a message", "text/plain", "got it", "got it"},
		{"JSON is a message", "application/json", `{"response_type":"ephemeral","text":"card"}`, "card"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := receiver(t, func(rw http.ResponseWriter, r *http.Request, _ []byte) {
				command, err := slack.SlashCommandParse(r)
				if err != nil || r.URL.Path != "/slack/commands" || command.Command != "/campaign" || command.Text != "a &amp; b" {
					t.Errorf("got %s %+v, %v", r.URL.Path, command, err)
				}
				if test.kind != "" {
					rw.Header().Set("Content-Type", test.kind)
				}
				io.WriteString(rw, test.body)
			})
			result, err := w.Slash(patience(t), ann, ops, "/campaign a & b")
			if err != nil || result.Error != "" {
				t.Fatalf("got %+v, %v", result, err)
			}
			if got := joined(w.Ephemerals(ann, ops)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestHTTPEventsAreRetriedWithHeaders(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	w := receiver(t, func(rw http.ResponseWriter, r *http.Request, _ []byte) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.Header.Get("X-Slack-Retry-Num")+r.Header.Get("X-Slack-Retry-Reason"))
		if len(seen) < 3 {
			rw.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if _, err := w.Mention(patience(t), ann, ops, "hello", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AwaitDelivery(patience(t), func(d localslack.Delivery) bool { return d.Acked }); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(seen, " "); got != " 1http_error 2http_error" {
		t.Errorf("got %q", got)
	}
}

func TestHTTPNoRetryHeaderEndsTheRetries(t *testing.T) {
	w := receiver(t, func(rw http.ResponseWriter, _ *http.Request, _ []byte) {
		rw.Header().Set("X-Slack-No-Retry", "1")
		rw.WriteHeader(http.StatusInternalServerError)
	})
	if _, err := w.Mention(patience(t), ann, ops, "hello", ""); err != nil {
		t.Fatal(err)
	}
	d, err := w.AwaitDelivery(patience(t), func(d localslack.Delivery) bool { return d.Problem != "" })
	if err != nil || d.Problem != "http_error" {
		t.Fatalf("got %+v, %v", d, err)
	}
	w.Close()
	if n := len(w.Deliveries()); n != 1 {
		t.Errorf("%d deliveries, want 1", n)
	}
}

func TestHTTPInteractionsComeAsAForm(t *testing.T) {
	w := receiver(t, func(_ http.ResponseWriter, r *http.Request, _ []byte) {
		callback, err := slack.InteractionCallbackParse(r)
		if err != nil || r.URL.Path != "/slack/interactions" || callback.ActionCallback.BlockActions[0].ActionID != "go" {
			t.Errorf("got %+v, %v", callback, err)
		}
	})
	button := slack.NewButtonBlockElement("go", "v", slack.NewTextBlockObject(slack.PlainTextType, "Go", false, false))
	_, ts, err := client(w).PostMessage(ops, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(slack.NewActionBlock("", button)))
	if err != nil {
		t.Fatal(err)
	}
	if result, err := w.Press(patience(t), ann, ops, ts, "go", ""); err != nil || result.Error != "" {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestURLVerification(t *testing.T) {
	echo := ""
	w := receiver(t, func(rw http.ResponseWriter, _ *http.Request, body []byte) {
		var probe struct{ Type, Challenge string }
		if err := json.Unmarshal(body, &probe); err != nil || probe.Type != "url_verification" {
			t.Errorf("got %s", body)
		}
		io.WriteString(rw, echo+probe.Challenge)
	})
	if err := w.VerifyURL(patience(t)); err != nil {
		t.Error(err)
	}
	echo = "not "
	if err := w.VerifyURL(patience(t)); err == nil {
		t.Error("a wrong challenge was accepted")
	}
}

func TestHTTPModeHasNoSocketMode(t *testing.T) {
	w := receiver(t, func(http.ResponseWriter, *http.Request, []byte) {})
	if got := callForm(t, w, "apps.connections.open", w.AppToken(), nil); got["ok"] != false {
		t.Errorf("got %v", got)
	}
}
