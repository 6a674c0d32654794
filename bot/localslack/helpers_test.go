package localslack_test

import (
	"context"
	"errors"
	"io"
	"log"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"campaignbot/bot/localslack"
)

const (
	ann    = "U0ANN0001"
	bram   = "U0BRAM001"
	ops    = "C0OPS0001"
	random = "C0RANDOM1"
)

// start runs a workspace for one test.
func start(t *testing.T, opt localslack.Options) *localslack.Workspace {
	t.Helper()
	w, err := localslack.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// patience bounds every wait of a test; nothing takes this long.
func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func client(w *localslack.Workspace) *slack.Client {
	return slack.New(w.BotToken(), slack.OptionAPIURL(w.APIURL()), slack.OptionAppLevelToken(w.AppToken()))
}

// tinyBot is a bot on the real client library; its functions may be nil, an event
// is then acknowledged without a payload.
type tinyBot struct {
	api         *slack.Client
	command     func(*socketmode.Client, *socketmode.Request, slack.SlashCommand)
	event       func(*socketmode.Client, *socketmode.Request, slackevents.EventsAPIEvent)
	interaction func(*socketmode.Client, *socketmode.Request, slack.InteractionCallback)
}

// connect runs the bot until the test ends and waits for its connection.
func (b *tinyBot) connect(t *testing.T, w *localslack.Workspace) {
	t.Helper()
	if b.api == nil {
		b.api = client(w)
	}
	sm := socketmode.New(b.api, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case e := <-sm.Events:
				b.handle(sm, e)
			case <-ctx.Done():
				return
			}
		}
	}()
	before := w.Connections()
	ran := make(chan error, 1)
	go func() { ran <- sm.RunContext(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ran; !errors.Is(err, context.Canceled) {
			t.Errorf("socket mode ended with %v", err)
		}
		<-done
	})
	if err := w.AwaitConnections(patience(t), before+1); err != nil {
		t.Fatal(err)
	}
}

func (b *tinyBot) handle(sm *socketmode.Client, e socketmode.Event) {
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		if b.command != nil {
			b.command(sm, e.Request, data)
			return
		}
		sm.Ack(*e.Request)
	case slackevents.EventsAPIEvent:
		if b.event != nil {
			b.event(sm, e.Request, data)
			return
		}
		sm.Ack(*e.Request)
	case slack.InteractionCallback:
		if b.interaction != nil {
			b.interaction(sm, e.Request, data)
			return
		}
		sm.Ack(*e.Request)
	}
}

// fakeClock is a clock that moves only when told.
type fakeClock struct {
	mu  sync.Mutex
	add time.Duration
}

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC).Add(c.add)
}

func (c *fakeClock) move(d time.Duration) time.Time {
	c.mu.Lock()
	c.add += d
	c.mu.Unlock()
	return c.now()
}
