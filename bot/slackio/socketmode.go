package slackio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// reconnectPause is the wait after Slack refused the token; slack-go does every other reconnect by itself.
const reconnectPause = 30 * time.Second

// envelopesAtOnce bounds the envelopes that are worked on at the same time.
const envelopesAtOnce = 512

// Socket receives over Socket Mode.
type Socket struct {
	intake *Intake
	log    *slog.Logger
	state  atomic.Pointer[string] // why it is not connected; nil: connected
	places chan struct{}
}

// NewSocket returns a Socket Mode receiver for the intake.
func NewSocket(intake *Intake) *Socket {
	s := &Socket{intake: intake, log: intake.opts.Log, places: make(chan struct{}, envelopesAtOnce)}
	s.disconnected("not connected yet")
	return s
}

// Ready returns why the connection is not usable, or nil.
func (s *Socket) Ready() error {
	if reason := s.state.Load(); reason != nil {
		return errors.New(*reason)
	}
	return nil
}

func (s *Socket) disconnected(reason string) {
	s.state.Store(&reason)
	s.intake.opts.Metrics.connected.Set(0)
}

// Run receives until ctx ends. What it has received by then is still answered, see Intake.Close; an answer that can no
// longer go with its acknowledgement goes through the response_url.
func (s *Socket) Run(ctx context.Context) {
	for ctx.Err() == nil {
		client := socketmode.New(s.intake.opts.Client.api, socketmode.OptionLog(log.New(io.Discard, "", 0)))
		over := make(chan struct{})
		var receiver sync.WaitGroup
		receiver.Go(func() { s.receive(ctx, client, over) })
		err := client.RunContext(ctx)
		close(over)
		receiver.Wait()
		s.disconnected("disconnected")
		if ctx.Err() == nil {
			reason := failure(err)
			s.disconnected("Slack refused the app token: " + reason.Err.Error())
			s.log.Error("Socket Mode ended", "error", reason)
			wait(ctx, reconnectPause)
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (s *Socket) receive(ctx context.Context, client *socketmode.Client, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case e := <-client.Events:
			s.handle(ctx, client, e)
		}
	}
}

func (s *Socket) handle(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeConnected, socketmode.EventTypeHello:
		s.state.Store(nil)
		s.intake.opts.Metrics.connected.Set(1)
		s.log.Info("connected to Slack", "state", string(e.Type))
	case socketmode.EventTypeDisconnect, socketmode.EventTypeConnecting:
		s.disconnected("reconnecting")
	case socketmode.EventTypeConnectionError, socketmode.EventTypeInvalidAuth:
		s.disconnected("Slack cannot be reached, or refused the app token")
		if ctx.Err() == nil {
			s.log.Warn("no connection to Slack", "state", string(e.Type), "error", cause(e.Data))
		}
	case socketmode.EventTypeErrorBadMessage:
		// What slack-go cannot parse, an unknown event for example, it does not hand out as a request.
		var req socketmode.Request
		bad, ok := e.Data.(*socketmode.ErrorBadMessage)
		if ok && json.Unmarshal(bad.Message, &req) == nil && req.EnvelopeID != "" {
			s.take(ctx, client, req)
		}
	default:
		if e.Request != nil && e.Request.EnvelopeID != "" {
			s.take(ctx, client, *e.Request)
		}
	}
}

// cause is why a connection failed, without an address: the one of Socket Mode is a secret.
func cause(data any) error {
	if e, ok := data.(*slack.ConnectionErrorEvent); ok && e.ErrorObj != nil {
		return failure(e.ErrorObj)
	}
	return errors.New("the app token was refused")
}

// take works on one envelope beside the others.
func (s *Socket) take(ctx context.Context, client *socketmode.Client, req socketmode.Request) {
	start := time.Now()
	s.places <- struct{}{}
	s.intake.spawn(func(context.Context) {
		defer func() { <-s.places }()
		kind, outcome := "other", "accepted"
		defer func() {
			if p := recover(); p != nil {
				outcome = "panic"
				s.log.Error("envelope panicked", "kind", kind, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
			s.intake.opts.Metrics.received(kind, outcome)
			s.intake.opts.Metrics.acked("socket", start)
		}()
		var err error
		kind, err = s.serve(ctx, client, req)
		if err != nil {
			outcome = "malformed"
			s.log.Warn("envelope not understood", "kind", kind)
		}
	})
}

// serve acknowledges the envelope and has it answered. Everything is acknowledged, also what is not understood: Slack
// would only send it again.
func (s *Socket) serve(ctx context.Context, client *socketmode.Client, req socketmode.Request) (kind string, err error) {
	switch req.Type {
	case socketmode.RequestTypeSlashCommands:
		var c command
		err := json.Unmarshal(req.Payload, &c)
		if err == nil {
			err = c.check()
		}
		if err != nil {
			s.ack(ctx, client, req, nil)
			return "command", errMalformed
		}
		if answer := s.intake.command(c, ackLimit); !s.ack(ctx, client, req, answer) && answer != nil {
			s.intake.spawn(func(ctx context.Context) { s.intake.deliver(ctx, c.ResponseURL, answer) })
		}
		return "command", nil
	case socketmode.RequestTypeEventsAPI:
		cb, err := parseCallback(req.Payload)
		if err == nil {
			s.intake.event(cb)
		}
		s.ack(ctx, client, req, nil)
		return "event", err
	case socketmode.RequestTypeInteractive:
		var answer []byte
		i, err := parseInteraction(req.Payload)
		if err == nil {
			answer = s.intake.interaction(i)
		}
		s.ack(ctx, client, req, answer)
		return "interaction", err
	default:
		s.ack(ctx, client, req, nil)
		return "other", nil
	}
}

// ack sends the acknowledgement, with an answer where the envelope takes one, and reports whether the answer is on its
// way.
func (s *Socket) ack(ctx context.Context, client *socketmode.Client, req socketmode.Request, answer []byte) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	var payload any
	if answer != nil && req.AcceptsResponsePayload {
		payload = json.RawMessage(answer)
	}
	err := ctx.Err() // what is put in line after the end is not sent
	if err == nil {
		err = client.AckCtx(ctx, req.EnvelopeID, payload)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		s.log.Warn("envelope not acknowledged", "type", req.Type, "error", withoutURL(err))
		return false
	}
	return answer == nil || req.AcceptsResponsePayload
}
