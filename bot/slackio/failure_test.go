package slackio

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
)

func TestPostSaysWhetherAnotherAttemptHelps(t *testing.T) {
	phrases, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	reply := func(status int, header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if name, value, ok := strings.Cut(header, ": "); ok {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for _, c := range []struct {
		name   string
		slack  http.HandlerFunc
		reason string
		retry  bool
		doubt  bool
		look   bool
		after  time.Duration
	}{
		{"a rate limit waits as long as Slack says", reply(429, "Retry-After: 7", ""), bot.ReasonRateLimited, true, false, false, 7 * time.Second},
		{"a server error is tried again after a look", reply(500, "", ""), bot.ReasonUnavailable, true, false, true, 0},
		{"a gateway timeout may have been accepted", reply(504, "", ""), bot.ReasonUnavailable, true, true, false, 0},
		{"a refused token is not tried again", reply(200, "", `{"ok":false,"error":"invalid_auth"}`), bot.ReasonAuth, false, false, false, 0},
		{"a missing scope is not tried again", reply(200, "", `{"ok":false,"error":"missing_scope","needed":"chat:write"}`), bot.ReasonScope, false, false, false, 0},
		{"a channel the bot is not in", reply(200, "", `{"ok":false,"error":"not_in_channel"}`), bot.ReasonChannel, false, false, false, 0},
		{"blocks that Slack does not take", reply(200, "", `{"ok":false,"error":"invalid_blocks"}`), bot.ReasonRefused, false, false, false, 0},
		{"Slack's own trouble is tried again", reply(200, "", `{"ok":false,"error":"internal_error"}`), bot.ReasonUnavailable, true, false, true, 0},
		{"a connection that breaks after the request leaves doubt", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.Close()
		}, bot.ReasonUnknown, true, true, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(c.slack)
			defer server.Close()
			client, err := NewClient(ClientOptions{BotToken: "xoxb-very-secret", APIURL: server.URL + "/api/", Renderer: blockkit.New(phrases), Metrics: NewMetrics(prometheus.NewRegistry())})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Post(context.Background(), bot.Outgoing{Key: "k", Channel: "C1", Reply: bot.Reply{Language: "en", Title: bot.Text("x")}})
			got := bot.AsSendError(err)
			if got == nil || got.Reason != c.reason || got.Retry != c.retry || got.Doubt != c.doubt || got.Look != c.look || got.After != c.after {
				t.Errorf("got %+v", got)
			}
			if strings.Contains(err.Error(), "very-secret") || strings.Contains(err.Error(), server.URL) {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

func TestRefusedConnectionLeavesNoDoubt(t *testing.T) {
	err := failure(&net.OpError{Op: "dial", Err: errors.New("connection refused")})
	if err.Doubt || !err.Retry || err.Reason != bot.ReasonUnavailable {
		t.Errorf("got %+v", err)
	}
}
