package slackio

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// bodyLimit is the largest request body, in bytes.
const bodyLimit = 1 << 20

// Handler returns the HTTP side: /slack/commands, /slack/events and /slack/interactions, for POST requests that Slack
// has signed.
func (in *Intake) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /slack/commands", in.signed("command", in.serveCommand))
	mux.Handle("POST /slack/events", in.signed("event", in.serveEvent))
	mux.Handle("POST /slack/interactions", in.signed("interaction", in.serveInteraction))
	return mux
}

// signed reads and verifies a request before it hands its body on.
func (in *Intake) signed(kind string, serve func(w http.ResponseWriter, body []byte) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		defer func() {
			if p := recover(); p != nil {
				in.opts.Log.Error("request panicked", "kind", kind, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				in.opts.Metrics.received(kind, "panic")
				w.WriteHeader(http.StatusOK)
			}
		}()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			in.refuse(w, kind, "too_large", http.StatusRequestEntityTooLarge)
			return
		case err != nil:
			in.refuse(w, kind, "malformed", http.StatusBadRequest)
			return
		}
		if !verified(r.Header, body, in.opts.SigningSecret) {
			in.refuse(w, kind, "signature", http.StatusUnauthorized)
			return
		}
		if err := serve(w, body); err != nil {
			in.refuse(w, kind, "malformed", http.StatusBadRequest)
			return
		}
		in.opts.Metrics.received(kind, "accepted")
		in.opts.Metrics.acked("http", start)
	})
}

func (in *Intake) refuse(w http.ResponseWriter, kind, outcome string, status int) {
	in.opts.Metrics.received(kind, outcome)
	in.opts.Log.Debug("request refused", "kind", kind, "reason", outcome) // anybody can send one: it is counted, not logged
	http.Error(w, http.StatusText(status), status)
}

func verified(header http.Header, body []byte, secret string) bool {
	v, err := slack.NewSecretsVerifier(header, secret)
	if err != nil {
		return false
	}
	if _, err := v.Write(body); err != nil {
		return false
	}
	return v.Ensure() == nil
}

func (in *Intake) serveCommand(w http.ResponseWriter, body []byte) error {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return errMalformed
	}
	if form.Get("ssl_check") == "1" {
		return nil
	}
	c, err := commandFromForm(form)
	if err != nil {
		return err
	}
	if answer := in.command(c, 0); answer != nil {
		writeJSON(w, answer)
	}
	return nil
}

func (in *Intake) serveEvent(w http.ResponseWriter, body []byte) error {
	cb, err := parseCallback(body)
	if err != nil {
		return err
	}
	if cb.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(w, cb.Challenge)
		return err
	}
	in.event(cb)
	return nil
}

func (in *Intake) serveInteraction(w http.ResponseWriter, body []byte) error {
	form, err := url.ParseQuery(string(body))
	if err != nil || !strings.HasPrefix(strings.TrimSpace(form.Get("payload")), "{") {
		return errMalformed
	}
	i, err := parseInteraction([]byte(form.Get("payload")))
	if err != nil {
		return err
	}
	if answer := in.interaction(i); answer != nil {
		writeJSON(w, answer)
	}
	return nil
}

func writeJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// NewServer returns an HTTP server with the time limits that a public port needs.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
