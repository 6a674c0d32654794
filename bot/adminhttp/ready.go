package adminhttp

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Check is one thing the bot needs before it can do its work. Ready returns nil when it is there. It must end when its
// context does, and may be asked from several goroutines, though never twice at a time.
type Check struct {
	Name  string
	Ready func(ctx context.Context) error
}

// Reason is an error whose text may be shown to everybody who can reach the admin listener. Any other error of a check
// is shown as "unavailable".
type Reason string

// Error returns the text.
func (r Reason) Error() string { return string(r) }

const (
	ok          = "ok"
	unavailable = "unavailable"
	late        = "no answer within 1s"

	checkTime     = time.Second // how long a check may take
	longestReason = 120         // runes
)

// readiness is the answer of /readyz.
type readiness struct {
	Ready    bool              `json:"ready"`
	Stopping bool              `json:"stopping,omitempty"`
	Checks   map[string]string `json:"checks"`
}

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	answer := s.ask(r.Context())
	body, err := json.Marshal(answer)
	if err != nil { // a struct of texts always marshals
		http.Error(w, unavailable, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(append(body, '\n'))
}

// ask makes all checks side by side.
func (s *Server) ask(ctx context.Context) readiness {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	states := make([]string, len(s.probes))
	var asked sync.WaitGroup
	for i, p := range s.probes {
		asked.Go(func() { states[i] = p.ask(ctx) })
	}
	asked.Wait()

	answer := readiness{Stopping: s.stopping.Load(), Checks: map[string]string{}}
	answer.Ready = !answer.Stopping
	for i, p := range s.probes {
		answer.Checks[p.Name] = states[i]
		answer.Ready = answer.Ready && states[i] == ok
	}
	return answer
}

// probe makes one check, at most once at a time: requests that come meanwhile share its result, so that a check that
// hangs costs one goroutine.
type probe struct {
	Check
	ctx  context.Context // ends with the server
	work *sync.WaitGroup // of the server
	log  *slog.Logger

	mu      sync.Mutex
	running *run
	stopped bool
	last    string // what was logged last
}

// run is one check that is being made.
type run struct {
	done chan struct{} // closed when err is there
	err  error
}

func (p *probe) ask(ctx context.Context) string {
	p.mu.Lock()
	if p.running == nil && !p.stopped {
		p.start()
	}
	current := p.running
	p.mu.Unlock()
	if current == nil {
		return unavailable
	}
	state := late
	select {
	case <-current.done:
		state = describe(current.err)
	case <-ctx.Done():
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return unavailable // whoever asked has gone
		}
	}
	p.note(state)
	return state
}

// start makes the check in a goroutine. The caller holds the lock.
func (p *probe) start() {
	current := &run{done: make(chan struct{})}
	p.running = current
	p.work.Go(func() {
		ctx, cancel := context.WithTimeout(p.ctx, checkTime)
		defer cancel()
		defer func() {
			if v := recover(); v != nil { // a check must not end the bot; what it panicked with may hold anything
				p.log.Error("readiness check panicked", "check", p.Name)
				current.err = errors.New("panic")
			}
			p.mu.Lock()
			p.running = nil
			p.mu.Unlock()
			close(current.done)
		}()
		current.err = p.Ready(ctx)
	})
}

// stop makes sure that no check is started any more, so that the server can wait for those that run.
func (p *probe) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
}

// note logs a state when it is another than before.
func (p *probe) note(state string) {
	p.mu.Lock()
	changed := p.last != state
	p.last = state
	p.mu.Unlock()
	if changed {
		p.log.Info("readiness changed", "check", p.Name, "state", state)
	}
}

// describe returns what may be shown of a check's error.
func describe(err error) string {
	var reason Reason
	switch {
	case err == nil:
		return ok
	case errors.As(err, &reason):
		return short(string(reason))
	case errors.Is(err, context.DeadlineExceeded):
		return late
	}
	return unavailable
}

// short makes a reason one line of limited length that cannot be taken for "ok".
func short(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(text); len(runes) > longestReason {
		text = string(runes[:longestReason-1]) + "…"
	}
	if text == "" || text == ok {
		return unavailable
	}
	return text
}
