package localslack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Workspace is one running stand-in: the people, the channels, the messages and
// the app that is installed. All methods are safe for concurrent use.
type Workspace struct {
	opt    Options
	log    *slog.Logger
	faults *Faults

	ctx      context.Context // ends with Close; owns every goroutine
	cancel   context.CancelFunc
	wg       sync.WaitGroup
	listener net.Listener
	server   *http.Server
	client   *http.Client

	mu       sync.Mutex
	closed   bool
	changed  chan struct{} // closed and replaced at every change
	revision uint64
	serial   uint64
	lastTS   int64 // microseconds

	users      map[string]*User
	channels   map[string]*Channel
	dms        map[string]string // user id → D… id
	messages   map[string][]*Message
	calls      []Call
	deliveries []Delivery
	views      []*view
	events     map[string]*event
	responses  map[string]*responseURL
	triggers   map[string]*trigger
	sockets    []*socket
	nextSocket int
	tickets    map[string]bool
	pending    map[string]*pendingAck
}

// New checks the options and builds the workspace; nothing listens before Start.
func New(opt Options) (*Workspace, error) {
	opt.setDefaults()
	if err := opt.validate(); err != nil {
		return nil, fmt.Errorf("local slack: %w", err)
	}
	w := &Workspace{
		opt: opt, log: opt.Logger, changed: make(chan struct{}),
		users: map[string]*User{}, channels: map[string]*Channel{}, dms: map[string]string{},
		messages: map[string][]*Message{}, events: map[string]*event{}, responses: map[string]*responseURL{},
		triggers: map[string]*trigger{}, tickets: map[string]bool{}, pending: map[string]*pendingAck{},
	}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.faults = newFaults()
	w.client = newDeliveryClient()
	for i := range opt.Users {
		u := opt.Users[i]
		if u.TZ == "" && !u.Stranger {
			u.TZ = opt.TimeZone
		}
		w.users[u.ID] = &u
		w.dms[u.ID] = "D" + strings.TrimLeft(u.ID, "UW")
	}
	for i := range opt.Channels {
		c := opt.Channels[i]
		w.channels[c.ID] = &c
	}
	return w, nil
}

// Start listens and serves until Close is called or ctx ends.
func (w *Workspace) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.opt.Addr)
	if err != nil {
		return fmt.Errorf("local slack: listen on %s: %w", w.opt.Addr, err)
	}
	w.listener = listener
	stop := context.AfterFunc(ctx, w.cancel)
	w.server = &http.Server{
		Handler:           w.routes(),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return w.ctx },
		ErrorLog:          slog.NewLogLogger(w.log.Handler(), slog.LevelDebug),
	}
	w.wg.Go(func() {
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("serve local slack", "error", err)
		}
	})
	w.wg.Go(func() {
		<-w.ctx.Done()
		stop()
		w.stopServing()
	})
	return nil
}

// stopServing waits for the handlers, which end with the context; a browser's
// unused connection is not waited for.
func (w *Workspace) stopServing() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := w.server.Shutdown(ctx); err != nil {
		w.server.Close()
	}
}

// Close ends every connection and waits for the goroutines of the workspace.
func (w *Workspace) Close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.cancel()
	w.wg.Wait()
	w.client.CloseIdleConnections()
	return nil
}

// goroutine runs f under the workspace's care; it does nothing after Close.
func (w *Workspace) goroutine(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.wg.Go(f)
	}
}

func (w *Workspace) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("POST /response/{id}", w.serveResponseURL)
	mux.HandleFunc("GET /link", w.serveSocket)
	w.pageRoutes(mux)
	return guard(mux)
}

// URL is the address of the page; it is empty before Start.
func (w *Workspace) URL() string {
	if w.listener == nil {
		return ""
	}
	return "http://" + w.listener.Addr().String() + "/"
}

// APIURL is the base address of the Web API, with a trailing slash.
func (w *Workspace) APIURL() string { return w.URL() + "api/" }

// BotToken is the token of the installed app.
func (w *Workspace) BotToken() string { return w.opt.BotToken }

// AppToken is the app-level token that opens Socket Mode connections.
func (w *Workspace) AppToken() string { return w.opt.AppToken }

// SigningSecret signs the deliveries of HTTP mode.
func (w *Workspace) SigningSecret() string { return w.opt.SigningSecret }

// BotUserID is the user id of the bot.
func (w *Workspace) BotUserID() string { return w.opt.BotUserID }

// Faults is the switchboard for injected failures.
func (w *Workspace) Faults() *Faults { return w.faults }

// Users lists the people in the order of the options, with their current locale.
func (w *Workspace) Users() []User {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]User, 0, len(w.opt.Users))
	for _, u := range w.opt.Users {
		list = append(list, *w.users[u.ID])
	}
	return list
}

// Channels lists the channels in the order of the options.
func (w *Workspace) Channels() []Channel {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]Channel, 0, len(w.opt.Channels))
	for _, c := range w.opt.Channels {
		list = append(list, *w.channels[c.ID])
	}
	return list
}

// DM is the direct-message channel of a user with the bot, or empty.
func (w *Workspace) DM(user string) string { return w.dms[user] }

// SetLocale changes what a user's profile says.
func (w *Workspace) SetLocale(user, locale string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.users[user]
	if u == nil {
		return fmt.Errorf("set locale: no user %q", user)
	}
	u.Locale = locale
	w.touchLocked()
	return nil
}

// SetBotMember invites the bot to a channel or removes it.
func (w *Workspace) SetBotMember(channel string, member bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.channels[channel]
	if c == nil {
		return fmt.Errorf("set bot member: no channel %q", channel)
	}
	c.BotMember = member
	w.touchLocked()
	return nil
}

// touchLocked notes a change that people see, and wakes everybody who waits.
func (w *Workspace) touchLocked() {
	w.revision++
	w.wakeLocked()
}

// wakeLocked wakes everybody who waits for something.
func (w *Workspace) wakeLocked() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// await calls done under the lock, now and after every change, until it is true.
func (w *Workspace) await(ctx context.Context, done func() bool) error {
	for {
		w.mu.Lock()
		ok, changed := done(), w.changed
		w.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-w.ctx.Done():
			return errors.New("local slack is closed")
		}
	}
}

// newIDLocked returns a readable id that is unique in the workspace.
func (w *Workspace) newIDLocked(prefix string) string {
	w.serial++
	return fmt.Sprintf("%s%08d", prefix, w.serial)
}

// newTSLocked returns the next message time: unique and increasing even when the
// clock stands still or goes back.
func (w *Workspace) newTSLocked() string {
	now := w.opt.Now().UnixMicro() / 100 * 100
	if now <= w.lastTS {
		now = w.lastTS + 100
	}
	w.lastTS = now
	return fmt.Sprintf("%d.%06d", now/1e6, now%1e6)
}

// secret is an opaque value that cannot be guessed.
func secret() string { return rand.Text() }
