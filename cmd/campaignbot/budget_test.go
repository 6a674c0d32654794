package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot"
	"campaignbot/config"
)

// BenchmarkCommandOverHTTP measures a slash command from the request to its answer, beside a handler that only checks the
// signature and reads and writes JSON: the budget is 0.4 of its requests a second.
func BenchmarkCommandOverHTTP(b *testing.B) {
	handlers := map[string]http.Handler{"bare": bare(), "bot": served(b)}
	for _, text := range []string{"module wfserver", "mails are not leaving since this morning"} {
		for _, name := range []string{"bare", "bot"} {
			b.Run(name+"/"+strings.Fields(text)[0], func(b *testing.B) {
				body := url.Values{"command": {"/campaign"}, "text": {text}, "user_id": {"U1"}, "team_id": {"T1"}, "channel_id": {"C1"}}.Encode()
				stamp := strconv.FormatInt(time.Now().Unix(), 10)
				mac := hmac.New(sha256.New, []byte("local-signing-secret"))
				mac.Write([]byte("v0:" + stamp + ":" + body))
				header := http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
				b.ReportAllocs()
				for b.Loop() {
					req := httptest.NewRequest(http.MethodPost, "/slack/commands", strings.NewReader(body))
					req.Header = header
					w := httptest.NewRecorder()
					handlers[name].ServeHTTP(w, req)
					if w.Code != http.StatusOK {
						b.Fatal(w.Code)
					}
				}
			})
		}
	}
}

func bare() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		v, err := slack.NewSecretsVerifier(r.Header, "local-signing-secret")
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = v.Write(body)
		if v.Ensure() != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		form, _ := url.ParseQuery(string(body))
		_ = json.NewEncoder(w).Encode(map[string]string{"response_type": "ephemeral", "text": form.Get("text")})
	})
}

// served is the whole program over HTTP, with a Slack that nobody reaches.
func served(b *testing.B) http.Handler {
	b.Helper()
	cfg, err := config.Load(config.Options{Dir: b.TempDir(), Environ: []string{
		"SLACK_BOT_TOKEN=xoxb-local-bot", "SLACK_SIGNING_SECRET=local-signing-secret", "CAMPAIGNBOT_SLACK_MODE=http",
		"CAMPAIGNBOT_SLACK_API_URL=http://127.0.0.1:1/api/", "CAMPAIGNBOT_HTTP_ADDR=127.0.0.1:0", "CAMPAIGNBOT_ADMIN_ADDR=127.0.0.1:0",
		"CAMPAIGNBOT_STORE_URL=sqlite://" + b.TempDir() + "/campaignbot.db",
	}})
	if err != nil {
		b.Fatal(err)
	}
	p, err := startProgram(b.Context(), programOptions{config: cfg, log: slog.New(slog.DiscardHandler), clock: bot.SystemClock{}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.close() })
	return p.intake.Handler()
}
