package localslack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

var errRedirects = errors.New("more than two redirects")

func newDeliveryClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{}, // its own, so that Close can drop idle connections
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > 2 {
				return errRedirects
			}
			return nil
		},
	}
}

// The paths of HTTP mode under Options.RequestURL.
var requestPaths = map[string]string{
	kindCommand:     "/slack/commands",
	kindEvent:       "/slack/events",
	kindInteractive: "/slack/interactions",
}

func (w *Workspace) deliverHTTP(p parcel) Delivery {
	w.mu.Lock()
	i := w.startDeliveryLocked(p)
	w.mu.Unlock()
	sent := time.Now()
	ctx, cancel := context.WithTimeout(w.ctx, w.opt.AckTimeout)
	defer cancel()
	reply, err := w.post(ctx, p)
	return w.finishDelivery(i, func(d *Delivery) {
		d.AckAfter = time.Since(sent)
		switch {
		case errors.Is(err, errRedirects):
			d.Problem = problemRedirects
		case errors.Is(err, context.DeadlineExceeded):
			d.Problem = problemTimeout
		case err != nil:
			d.Problem = problemNoConnection
		case reply.status < 200 || reply.status > 299:
			d.Problem, d.noRetry = problemHTTP, reply.noRetry
		default:
			d.Acked, d.Answer = true, reply.answer
		}
	})
}

type httpReply struct {
	status  int
	noRetry bool
	answer  json.RawMessage
}

// post sends one signed request and reads the acknowledgement.
func (w *Workspace) post(ctx context.Context, p parcel) (httpReply, error) {
	body, kind := []byte(p.payload), "application/json"
	if p.kind != kindEvent {
		form, err := requestForm(p)
		if err != nil {
			return httpReply{}, err
		}
		body, kind = []byte(form), "application/x-www-form-urlencoded"
	}
	address := strings.TrimRight(w.opt.RequestURL, "/") + requestPaths[p.kind]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return httpReply{}, fmt.Errorf("request to the app: %w", err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	w.sign(req, body)
	if p.attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(p.attempt))
		req.Header.Set("X-Slack-Retry-Reason", p.reason)
	}
	res, err := w.client.Do(req)
	if err != nil {
		return httpReply{}, fmt.Errorf("post to the app: %w", err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return httpReply{}, fmt.Errorf("read the app's answer: %w", err)
	}
	reply := httpReply{status: res.StatusCode, noRetry: res.Header.Get("X-Slack-No-Retry") == "1"}
	if len(raw) > 0 {
		reply.answer = answerJSON(raw, res.Header.Get("Content-Type"))
	}
	return reply, nil
}

// answerJSON reads an acknowledgement body: a JSON message, or text as a string.
func answerJSON(raw []byte, contentType string) json.RawMessage {
	if kind, _, _ := mime.ParseMediaType(contentType); kind == "application/json" && json.Valid(raw) {
		return raw
	}
	return encode(string(raw))
}

// requestForm writes a command as form fields and an interaction as one field.
func requestForm(p parcel) (string, error) {
	form := url.Values{}
	if p.kind == kindInteractive {
		form.Set("payload", string(p.payload))
		return form.Encode(), nil
	}
	var fields map[string]string
	if err := json.Unmarshal(p.payload, &fields); err != nil {
		return "", fmt.Errorf("command as form: %w", err)
	}
	for key, value := range fields {
		form.Set(key, value)
	}
	return form.Encode(), nil
}

// sign adds Slack's headers. The time is real time: a receiver compares it with
// its own clock to refuse old requests.
func (w *Workspace) sign(req *http.Request, body []byte) {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(w.opt.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// VerifyURL sends url_verification to the events address and checks that the
// challenge comes back as text, form or JSON.
func (w *Workspace) VerifyURL(ctx context.Context) error {
	challenge := secret()
	reply, err := w.post(ctx, parcel{kind: kindEvent, payload: encode(map[string]any{
		"type": "url_verification", "token": "local", "challenge": challenge,
	})})
	if err != nil {
		return err
	}
	if reply.status != http.StatusOK {
		return fmt.Errorf("url_verification: answered HTTP %d", reply.status)
	}
	var text string
	var object struct{ Challenge string }
	if json.Unmarshal(reply.answer, &text) == nil {
		text = strings.TrimPrefix(strings.TrimSpace(text), "challenge=")
	} else if json.Unmarshal(reply.answer, &object) == nil {
		text = object.Challenge
	}
	if text != challenge {
		return errors.New("url_verification: the challenge did not come back")
	}
	return nil
}
