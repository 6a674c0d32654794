package slackio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
)

// AckWait is how long the acknowledgement of a slash command waits for the answer, so that it can carry it. Slack waits
// 3 s.
const AckWait = 1500 * time.Millisecond

// enqueueWait is how long the acknowledgement of an event waits for its insert.
const enqueueWait = time.Second

// ackLimit is the largest answer an acknowledgement over Socket Mode carries, in bytes: Slack drops 20 KB and more.
const ackLimit = 16 << 10

// Router answers requests.
type Router interface {
	Route(ctx context.Context, req bot.Request) bot.Reply
}

// Sender posts a message once, however often it is called with the same key.
type Sender interface {
	Send(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error)
}

// IntakeOptions are what an Intake is made of. SigningSecret is for HTTP only. NewID makes references.
type IntakeOptions struct {
	Client        *Client
	Router        Router
	Enqueuer      bot.Enqueuer
	Sender        Sender
	SigningSecret string
	Public        bool // slash answers go to the channel unless they are private
	NewID         func() string
	Log           *slog.Logger
	Metrics       *Metrics
}

// Intake takes what Slack sends, whatever the transport, acknowledges it in time and has it answered.
type Intake struct {
	opts    IntakeOptions
	stop    context.CancelFunc
	ctx     context.Context // of work that outlives its acknowledgement
	recent  *recent         // events taken, so that one that Slack repeats is not taken again
	direct  *recent         // events handled without the store, so that a late insert is not handled again
	answers answers
	looking chan struct{} // a place for each reaction under way

	mu      sync.Mutex
	running int // goroutines
	closed  bool
	idle    chan struct{} // closed when the last one ends after Close
}

// NewIntake returns an intake. Close ends it.
func NewIntake(opts IntakeOptions) (*Intake, error) {
	if opts.Client == nil || opts.Router == nil || opts.Enqueuer == nil || opts.Sender == nil || opts.NewID == nil || opts.Log == nil || opts.Metrics == nil {
		return nil, errors.New("intake: an option is missing")
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Intake{opts: opts, ctx: ctx, stop: stop, recent: newRecent(10_000), direct: newRecent(10_000), looking: make(chan struct{}, 64), idle: make(chan struct{})}, nil
}

// Close waits for the work under way until ctx ends, then cancels it.
func (in *Intake) Close(ctx context.Context) error {
	defer in.stop()
	in.mu.Lock()
	in.closed = true
	busy := in.running > 0
	in.mu.Unlock()
	if !busy {
		return nil
	}
	select {
	case <-in.idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("answers under way: %w", ctx.Err())
	}
}

// spawn runs f in a goroutine that Close waits for. After Close only work under way may begin more.
func (in *Intake) spawn(f func(ctx context.Context)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed && in.running == 0 {
		return
	}
	in.running++
	go func() {
		defer in.ended()
		f(in.ctx)
	}()
}

func (in *Intake) ended() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.running--
	if in.closed && in.running == 0 {
		close(in.idle)
	}
}

// foreign reports whether a payload is of another workspace than the bot's. Unknown is not foreign.
func (in *Intake) foreign(team string) bool {
	own := in.opts.Client.Identity().Team
	if own == "" || team == "" || team == own {
		return false
	}
	in.opts.Log.Warn("payload of another workspace ignored", "team", team)
	return true
}

// command answers a slash command: it returns what the acknowledgement carries, nil for nothing. What is not ready in
// time, or is larger than limit bytes (0: no limit), follows through the response_url.
func (in *Intake) command(c command, limit int) []byte {
	if in.foreign(c.TeamID) {
		return nil
	}
	req := c.request(in.opts.NewID())
	answer := make(chan bot.Reply) // without a buffer: a reply is either taken here or sent later, never lost
	late := make(chan struct{})
	in.spawn(func(ctx context.Context) {
		reply := in.answered(ctx, req, c.TriggerID)
		select {
		case answer <- reply:
		case <-late:
			in.respond(ctx, req, c.ResponseURL, reply)
		}
	})
	timer := time.NewTimer(AckWait)
	defer timer.Stop()
	select {
	case reply := <-answer:
		if reply.Title.IsZero() {
			return nil
		}
		body, err := in.encoded(reply)
		if err == nil && (limit == 0 || len(body) < limit) {
			return body
		}
		in.spawn(func(ctx context.Context) { in.respond(ctx, req, c.ResponseURL, reply) })
	case <-timer.C:
		close(late)
	}
	return nil
}

// interaction takes a button press, or a form that was filled in, and returns what the acknowledgement carries, nil for
// nothing. The work of a press follows the acknowledgement.
func (in *Intake) interaction(i interaction) []byte {
	if i.Type == typeSubmission {
		return in.submitted(i)
	}
	in.pressed(i)
	return nil
}

func (in *Intake) pressed(i interaction) {
	if in.foreign(i.team()) {
		return
	}
	req, ok := i.request(in.opts.NewID(), blockkit.ParseAction)
	if !ok {
		in.opts.Metrics.ignored("interaction")
		return
	}
	in.spawn(func(ctx context.Context) {
		in.respond(ctx, req, i.ResponseURL, in.answered(ctx, req, i.TriggerID))
	})
}

// event takes an event: as a durable job, or, while the store is out of reach, in this process.
func (in *Intake) event(cb callback) {
	req, ok := cb.request(in.opts.Client.Identity())
	if !ok || in.foreign(cb.TeamID) {
		in.opts.Metrics.ignored("event")
		return
	}
	payload, err := json.Marshal(req)
	if err != nil {
		in.opts.Log.Error("event not encoded", "request", req.ID, "error", err)
		return
	}
	if !in.recent.add(req.ID) {
		return
	}
	err = in.enqueue(bot.Job{Kind: bot.JobEvent, Key: req.ID, Payload: payload})
	if err == nil {
		return
	}
	in.direct.add(req.ID)
	in.opts.Log.Warn("store out of reach, event is handled in process", "request", req.ID, "error", err)
	in.spawn(func(ctx context.Context) {
		if err := in.answerDirectly(ctx, req); err != nil {
			in.opts.Log.Error("event not answered", "request", req.ID, "error", err)
		}
	})
}

var errSlowStore = errors.New("the store takes too long")

// enqueue inserts the job. A database may keep an insert waiting beyond its context, so this does not wait for it.
func (in *Intake) enqueue(job bot.Job) error {
	done := make(chan error, 1)
	in.spawn(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, enqueueWait)
		defer cancel()
		done <- in.opts.Enqueuer.Enqueue(ctx, job)
	})
	timer := time.NewTimer(enqueueWait)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errSlowStore
	}
}

// Work is the bot.JobHandler of bot.JobEvent: it answers the person in the thread, once.
func (in *Intake) Work(ctx context.Context, job bot.Job, attempt int) error {
	var req bot.Request
	if err := json.Unmarshal(job.Payload, &req); err != nil {
		return &bot.SendError{Reason: bot.ReasonRefused, Err: fmt.Errorf("decode event %s: %w", job.Key, err)}
	}
	if in.direct.seen(req.ID) {
		return nil
	}
	if attempt == 1 {
		in.eyes(req)
	}
	out := in.outgoing(ctx, req)
	if out.Reply.Title.IsZero() {
		return nil
	}
	_, err := in.opts.Sender.Send(ctx, out)
	if se := bot.AsSendError(err); se != nil && se.Reason == bot.ReasonUnknown && !se.Retry {
		// Nobody can find out whether the answer is there. Somebody waits for it: twice is better than not at all.
		_, err = in.opts.Client.Post(ctx, out)
	}
	return err
}

// answerDirectly answers without the store: once per process.
func (in *Intake) answerDirectly(ctx context.Context, req bot.Request) error {
	in.eyes(req)
	_, err := in.opts.Client.Post(ctx, in.outgoing(ctx, req))
	return err
}

func (in *Intake) outgoing(ctx context.Context, req bot.Request) bot.Outgoing {
	return bot.Outgoing{
		Key:     "event:" + req.ID,
		Channel: req.Channel,
		Thread:  req.Thread,
		Reply:   in.opts.Router.Route(ctx, req),
	}
}

// eyes shows that a mention was seen. Nothing depends on it: it is left out while Slack is slow, and a failure is only
// logged.
func (in *Intake) eyes(req bot.Request) {
	if req.Surface != bot.Mention {
		return
	}
	select {
	case in.looking <- struct{}{}:
	default:
		return
	}
	in.spawn(func(ctx context.Context) {
		defer func() { <-in.looking }()
		err := in.opts.Client.React(ctx, bot.MessageRef{Channel: req.Channel, TS: req.Message}, "eyes")
		if err != nil {
			in.opts.Log.Debug("no reaction on the mention", "request", req.ID, "error", err)
		}
	})
}
