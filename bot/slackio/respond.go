package slackio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot"
)

// response is a message in an acknowledgement or through a response_url.
type response struct {
	ResponseType    string        `json:"response_type"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks,omitempty"`
	ReplaceOriginal bool          `json:"replace_original"`
	ThreadTS        string        `json:"thread_ts,omitempty"`
	UnfurlLinks     bool          `json:"unfurl_links"`
	UnfurlMedia     bool          `json:"unfurl_media"`
}

// answer renders a reply for an acknowledgement or a response_url.
func (in *Intake) answer(reply bot.Reply) response {
	m := in.opts.Client.renderer.Message(reply)
	r := response{ResponseType: slack.ResponseTypeEphemeral, Text: m.Text, Blocks: m.Blocks}
	if reply.To == bot.ToChannel || reply.To == bot.InPlace || (reply.To == "" && in.opts.Public && !reply.Private) {
		r.ResponseType = slack.ResponseTypeInChannel
	}
	return r
}

// answersKept bounds the encoded answers that are kept, of about 20 KB each.
const answersKept = 500

// answers keeps encoded answers that will be given again.
type answers struct {
	mu   sync.RWMutex
	kept map[answerKey][]byte
}

type answerKey struct {
	same, language string
	to             bot.Audience
	private        bool
}

// encoded returns the answer as JSON. The caller must not change it.
func (in *Intake) encoded(reply bot.Reply) ([]byte, error) {
	if reply.Same == "" {
		return encode(in.answer(reply))
	}
	key := answerKey{reply.Same, reply.Language, reply.To, reply.Private}
	in.answers.mu.RLock()
	body := in.answers.kept[key]
	in.answers.mu.RUnlock()
	if body != nil {
		return body, nil
	}
	body, err := encode(in.answer(reply))
	if err != nil {
		return nil, err
	}
	in.answers.mu.Lock()
	defer in.answers.mu.Unlock()
	if in.answers.kept == nil || len(in.answers.kept) >= answersKept {
		in.answers.kept = make(map[answerKey][]byte)
	}
	in.answers.kept[key] = body
	return body, nil
}

// encode writes a response as JSON, with < > & as they are: Slack's mark-up is full of them.
func encode(r response) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// respondAttempts is how often a response_url is tried; it allows five uses in 30 minutes.
const respondAttempts = 4

// respond sends the reply through the response_url, or by the Web API where there is none.
func (in *Intake) respond(ctx context.Context, req bot.Request, responseURL string, reply bot.Reply) {
	if reply.Title.IsZero() {
		return
	}
	if responseURL == "" {
		in.respondByAPI(ctx, req, reply)
		return
	}
	r := in.answer(reply)
	if req.Surface == bot.Button {
		if reply.To == "" {
			r.ResponseType = slack.ResponseTypeEphemeral
		}
		r.ThreadTS = req.Thread
	}
	r.ReplaceOriginal = reply.To == bot.InPlace
	body, err := encode(r)
	if err != nil {
		in.opts.Log.Error("answer not encoded", "request", req.ID, "error", err)
		return
	}
	in.deliver(ctx, responseURL, body)
}

func (in *Intake) deliver(ctx context.Context, responseURL string, body []byte) {
	if err := in.opts.Client.useResponseURL(ctx, responseURL, body); err != nil {
		in.opts.Log.Error("answer not delivered", "error", err)
	}
}

func (in *Intake) respondByAPI(ctx context.Context, req bot.Request, reply bot.Reply) {
	var err error
	switch reply.To {
	case bot.InPlace:
		err = in.opts.Client.Update(ctx, bot.MessageRef{Channel: req.Channel, TS: req.Message}, reply)
	case bot.ToChannel:
		_, err = in.opts.Client.Post(ctx, bot.Outgoing{Key: "reply:" + req.ID, Channel: req.Channel, Thread: req.Thread, Reply: reply})
	default:
		err = in.opts.Client.Whisper(ctx, req.Channel, req.Thread, req.User, reply)
	}
	if err != nil {
		in.opts.Log.Error("answer not delivered", "request", req.ID, "error", err)
	}
}

// useResponseURL posts the body, again after a rate limit or a 5xx. The address is a secret: no error holds it.
func (c *Client) useResponseURL(ctx context.Context, address string, body []byte) error {
	if err := c.trust(address); err != nil {
		return err
	}
	pause := 200 * time.Millisecond
	for attempt := 1; ; attempt++ {
		again, wait, err := c.postResponse(ctx, address, body)
		if err == nil || !again || attempt == respondAttempts {
			return err
		}
		timer := time.NewTimer(max(pause, wait))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause *= 4
	}
}

func (c *Client) postResponse(ctx context.Context, address string, body []byte) (again bool, wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, 0, errors.New("response_url: malformed")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := c.http.Do(req)
	if err != nil {
		c.metrics.call("response_url", err)
		return isDial(err), 0, fmt.Errorf("response_url: %w", withoutURL(err))
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	if res.StatusCode < 300 {
		c.metrics.call("response_url", nil)
		return false, 0, nil
	}
	err = fmt.Errorf("response_url: HTTP status %d", res.StatusCode)
	c.metrics.call("response_url", err)
	if s, convErr := time.ParseDuration(res.Header.Get("Retry-After") + "s"); convErr == nil {
		wait = min(s, time.Minute)
	}
	return res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500, wait, err
}

// trust refuses a response_url that is not Slack's, unless the bot was told to use another Slack address.
func (c *Client) trust(address string) error {
	if !c.official {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || !isSlackHost(u.Hostname()) {
		return errors.New("response_url: not an https address of Slack")
	}
	return nil
}
