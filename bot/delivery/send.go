package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"campaignbot/bot"
)

// Sender talks to Slack. What fails comes back as a *bot.SendError.
type Sender interface {
	Post(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error)
	Update(ctx context.Context, ref bot.MessageRef, reply bot.Reply) error
	// Find looks for our message with this key in its metadata, in a channel or in a thread of it.
	Find(ctx context.Context, channel, thread, key string, since time.Time) (bot.MessageRef, bool, error)
}

// Ledger knows which messages are being posted, are in doubt, or are posted.
type Ledger interface {
	// Begin asks for the right to post. Turn 1 is the first attempt; a later turn may find the message posted since the
	// time returned. Turn 0: it is posted, or somebody else is at it since the time returned.
	Begin(ctx context.Context, key string, now time.Time, staleness time.Duration) (turn int64, since time.Time, err error)
	// Posted returns where the message is.
	Posted(ctx context.Context, key string) (ref bot.MessageRef, ok bool, err error)
	// Sent records where the message is.
	Sent(ctx context.Context, key string, ref bot.MessageRef, now time.Time) error
	// Doubt records that nobody knows whether the message was taken.
	Doubt(ctx context.Context, key string, turn int64, now time.Time) error
	// Abandon records that the message was surely not taken.
	Abandon(ctx context.Context, key string, turn int64) error
}

// reasonBusy is the reason of a wait for another attempt that is under way.
const reasonBusy = "in_flight"

var errBusy = errors.New("another attempt is under way")

// Send posts a message once, however often it is called with the same key. After a server error it looks for the message,
// if it can, before it counts as refused. When an earlier attempt may have been accepted
// it looks for the message before it posts again; when it cannot look, it does not repeat the message and returns a
// *bot.SendError with ReasonUnknown and without Retry.
func (d *Delivery) Send(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) {
	unlock, err := d.alone(ctx, out.Key)
	if err != nil {
		return bot.MessageRef{}, err
	}
	defer unlock()
	turn, ref, err := d.begin(ctx, out)
	if err != nil || turn == 0 {
		return ref, err
	}
	sending, cancel := context.WithTimeout(ctx, d.timing.send)
	ref, err = d.opts.Sender.Post(sending, out)
	cancel()
	if err == nil {
		return ref, d.sent(ctx, out.Key, ref)
	}
	se := bot.AsSendError(err)
	if se == nil {
		se = &bot.SendError{Reason: bot.ReasonUnknown, Retry: true, Doubt: true, Err: err}
	}
	if se.Look {
		found, err := d.look(ctx, out, d.timing.wall.Now())
		switch failed := bot.AsSendError(err); {
		case found != nil:
			return *found, d.sent(ctx, out.Key, *found)
		case failed != nil && failed.Retry:
			return bot.MessageRef{}, d.doubt(ctx, out.Key, turn, se)
		}
	}
	if !se.Doubt {
		return bot.MessageRef{}, d.noted(ctx, se, func(ctx context.Context) error { return d.opts.Store.Abandon(ctx, out.Key, turn) })
	}
	return bot.MessageRef{}, d.doubt(ctx, out.Key, turn, se)
}

// alone waits until no other attempt with this key is under way in this process. The ledger keeps attempts apart by the
// machine's clock, and so does the job queue: when that is set forward, an attempt under way seems to be long dead.
func (d *Delivery) alone(ctx context.Context, key string) (unlock func(), err error) {
	unlock, err = d.sends.lock(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", key, err)
	}
	return unlock, nil
}

// look looks for the message; nil when it is not there.
func (d *Delivery) look(ctx context.Context, out bot.Outgoing, since time.Time) (*bot.MessageRef, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timing.send)
	defer cancel()
	ref, found, err := d.opts.Sender.Find(ctx, out.Channel, out.Thread, out.Key, since.Add(-d.opts.Lookback))
	if err != nil || !found {
		return nil, err
	}
	d.metrics.found.Inc()
	return &ref, nil
}

// begin gets the right to post. With turn 0 and no error the message is posted, at ref.
func (d *Delivery) begin(ctx context.Context, out bot.Outgoing) (turn int64, ref bot.MessageRef, err error) {
	now := d.timing.wall.Now()
	turn, since, err := d.opts.Store.Begin(ctx, out.Key, now, d.timing.stale)
	if err != nil || turn == 1 {
		return turn, ref, err
	}
	if turn == 0 {
		ref, ok, err := d.opts.Store.Posted(ctx, out.Key)
		if err != nil || ok {
			return 0, ref, err
		}
		wait := max(since.Add(d.timing.stale).Sub(now), time.Millisecond)
		return 0, ref, &bot.SendError{Reason: reasonBusy, Retry: true, After: wait, Err: errBusy}
	}
	found, err := d.look(ctx, out, since)
	switch {
	case err != nil:
		return 0, bot.MessageRef{}, d.doubt(ctx, out.Key, turn, lookFailed(err))
	case found != nil:
		return 0, *found, d.sent(ctx, out.Key, *found)
	}
	return turn, bot.MessageRef{}, nil
}

// lookFailed is what a failed look-back means for the post: while it can be tried again the post waits, else nobody will
// ever know.
func lookFailed(err error) *bot.SendError {
	se := bot.AsSendError(err)
	if se == nil || se.Retry {
		wait := &bot.SendError{Reason: bot.ReasonUnavailable, Retry: true, Doubt: true, Err: err}
		if se != nil {
			wait.Reason, wait.After = se.Reason, se.After
		}
		return wait
	}
	return &bot.SendError{Reason: bot.ReasonUnknown, Doubt: true, Err: err}
}

// sent records the address, so that it stays posted even if the process stops right now. When it cannot be recorded the
// row gets stale, and the next attempt finds the message.
func (d *Delivery) sent(ctx context.Context, key string, ref bot.MessageRef) error {
	return d.write(ctx, func(ctx context.Context) error { return d.opts.Store.Sent(ctx, key, ref, d.timing.wall.Now()) })
}

// doubt records that this attempt ended without an answer. The message may still be on its way, so the next attempt waits
// a little before it looks.
func (d *Delivery) doubt(ctx context.Context, key string, turn int64, se *bot.SendError) error {
	if se.Retry && se.After < d.timing.settle {
		later := *se
		later.After = d.timing.settle
		se = &later
	}
	return d.noted(ctx, se, func(ctx context.Context) error { return d.opts.Store.Doubt(ctx, key, turn, d.timing.wall.Now()) })
}

// noted writes down what a failed attempt means and returns its error. If that cannot be written down either, the row
// stays with this attempt until it is stale.
func (d *Delivery) noted(ctx context.Context, se *bot.SendError, write func(context.Context) error) error {
	if err := d.write(ctx, write); err != nil {
		d.opts.Log.Warn("outcome of an attempt could not be recorded", "reason", se.Reason, "error", err)
	}
	return se
}

// write runs a small write to its end, also when the job is being stopped.
func (d *Delivery) write(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.timing.record)
	defer cancel()
	var err error
	for range 3 {
		if err = do(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(d.timing.record / 10):
		}
	}
	return fmt.Errorf("record: %w", err)
}
