package localslack

import (
	"context"
	"encoding/json"
	"time"
)

// The kinds of delivery, named as the Socket Mode envelopes are.
const (
	kindEvent       = "events_api"
	kindInteractive = "interactive"
	kindCommand     = "slash_commands"
)

// What can be wrong with a delivery. Over HTTP these are the values of
// X-Slack-Retry-Reason.
const (
	problemTimeout      = "http_timeout"
	problemNoConnection = "connection_failed"
	problemHTTP         = "http_error"
	problemRedirects    = "too_many_redirects"
)

// Delivery is one attempt to hand something to the app.
type Delivery struct {
	Kind       string // events_api, interactive or slash_commands
	EventID    string
	EnvelopeID string // Socket Mode only
	Connection int    // Socket Mode: which connection, counted from 1
	Attempt    int    // 0, then 1..3 for retries
	At         time.Time
	Acked      bool
	Late       bool // acknowledged after the timeout
	AckAfter   time.Duration
	Answer     json.RawMessage // payload of the acknowledgement
	// Problem is empty or a reason such as http_timeout or connection_failed.
	Problem string
	noRetry bool
}

// Deliveries lists every attempt so far.
func (w *Workspace) Deliveries() []Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Delivery(nil), w.deliveries...)
}

// AwaitDelivery waits for an attempt, past or to come, that the condition accepts.
func (w *Workspace) AwaitDelivery(ctx context.Context, condition func(Delivery) bool) (Delivery, error) {
	var found Delivery
	err := w.await(ctx, func() bool {
		for _, d := range w.deliveries {
			if condition(d) {
				found = d
				return true
			}
		}
		return false
	})
	return found, err
}

// parcel is what is handed over, whatever the way.
type parcel struct {
	kind    string
	eventID string
	payload json.RawMessage
	attempt int
	reason  string // why the attempt before went wrong
}

// deliver makes one attempt and waits for its acknowledgement.
func (w *Workspace) deliver(p parcel) Delivery {
	if w.opt.RequestURL != "" {
		return w.deliverHTTP(p)
	}
	return w.deliverSocket(p)
}

// startDeliveryLocked records an attempt and returns its place in the list.
func (w *Workspace) startDeliveryLocked(p parcel) int {
	w.deliveries = append(w.deliveries, Delivery{
		Kind: p.kind, EventID: p.eventID, Attempt: p.attempt, At: w.opt.Now(),
	})
	return len(w.deliveries) - 1
}

func (w *Workspace) finishDelivery(i int, f func(*Delivery)) Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.deliveries[i])
	w.wakeLocked()
	return w.deliveries[i]
}

// repeatUntilAcked hands an event over and repeats it as Slack does, until it is
// acknowledged or the retries are used up.
func (w *Workspace) repeatUntilAcked(e *event) {
	p := parcel{kind: kindEvent, eventID: e.id, payload: e.payload}
	for {
		d := w.deliver(p)
		if d.Acked || d.noRetry || p.attempt == len(w.opt.RetryDelays) {
			return
		}
		if !w.waitFor(w.opt.RetryDelays[p.attempt]) {
			return
		}
		p.attempt++
		p.reason = d.Problem
	}
}

// waitFor waits in real time; it tells false when the workspace closes first.
func (w *Workspace) waitFor(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.ctx.Done():
		return false
	}
}
