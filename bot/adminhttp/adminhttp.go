// Package adminhttp serves /healthz, /readyz and /metrics on a listener of its own, for the people and machines that run
// the bot. It never shares a port with Slack's requests, and nothing it answers holds a secret.
//
// It gets its checks as functions and knows nothing of what they check.
package adminhttp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Options are what New needs.
type Options struct {
	Addr     string               // host:port; port 0 takes a free one
	Registry *prometheus.Registry // what /metrics shows; nil: nothing
	Checks   []Check              // what /readyz asks
	Log      *slog.Logger         // nil: no log
}

// Server is the admin listener. Make it with New, then Start it; whoever starts it closes it.
type Server struct {
	addr     string
	bad      error // what is wrong with the options
	log      *slog.Logger
	probes   []*probe
	metrics  http.Handler
	stopping atomic.Bool

	http   *http.Server
	cancel context.CancelFunc // ends running checks
	work   sync.WaitGroup     // the accept loop and running checks

	mu       sync.Mutex
	listener net.Listener
	closed   bool
}

// New opens nothing. Start says what is wrong with the options.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{addr: o.Addr, bad: o.check(), log: o.Log, metrics: metricsHandler(o.Registry, o.Log), cancel: cancel}
	for _, c := range o.Checks {
		s.probes = append(s.probes, &probe{Check: c, ctx: ctx, work: &s.work, log: o.Log, last: ok})
	}
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s
}

func (o Options) check() error {
	if o.Addr == "" {
		return errors.New("admin.addr: is missing")
	}
	seen := map[string]bool{}
	for _, c := range o.Checks {
		if c.Name == "" || c.Ready == nil || seen[c.Name] {
			return fmt.Errorf("admin check %q: needs a name of its own and a function", c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// Start opens the listener and serves until Close. Its error is a sentence for the operator.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bad != nil {
		return s.bad
	}
	if s.listener != nil || s.closed {
		return errors.New("admin listener: started twice, or after it was closed")
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", s.addr)
	if err != nil {
		return &listenError{addr: s.addr, err: err}
	}
	s.listener = listener
	s.work.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("admin listener ended", "error", err)
		}
	})
	return nil
}

// Addr returns the address that is listened on, or "" before Start.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// SetStopping makes /readyz answer "not ready" from now on. /healthz and /metrics go on.
func (s *Server) SetStopping() { s.stopping.Store(true) }

// Close ends the listener after the requests it is answering, at the latest when ctx ends. It may be called more than
// once and without Start.
func (s *Server) Close(ctx context.Context) error {
	s.SetStopping()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	for _, p := range s.probes {
		p.stop()
	}
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close() // requests that are still running are cut off
	}
	ended := make(chan struct{})
	go func() {
		s.work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("close admin listener: %w", err)
	}
	return nil
}

// ServeHTTP answers the three paths; anything else is not found.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var handle http.HandlerFunc
	switch r.URL.Path {
	case "/healthz":
		handle = s.healthz
	case "/readyz":
		handle = s.readyz
	case "/metrics":
		handle = s.metrics.ServeHTTP
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	handle(w, r)
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok"))
}

// listenError says why an address cannot be listened on.
type listenError struct {
	addr string
	err  error
}

func (e *listenError) Error() string {
	switch {
	case errors.Is(e.err, syscall.EADDRINUSE):
		return "admin.addr: " + e.addr + " is in use"
	case errors.Is(e.err, syscall.EACCES):
		return "admin.addr: " + e.addr + " needs rights this user does not have (choose a port above 1023)"
	case errors.Is(e.err, syscall.EADDRNOTAVAIL):
		return "admin.addr: " + e.addr + " is not an address of this machine"
	}
	return "admin.addr: cannot listen on " + e.addr + ": " + e.err.Error()
}

func (e *listenError) Unwrap() error { return e.err }
