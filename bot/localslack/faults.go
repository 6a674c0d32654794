package localslack

import (
	"sync"
	"time"
)

// FaultKind is one way a call can go wrong.
type FaultKind int

// The kinds of fault. The first three answer without doing what was asked; the
// Accept kinds do it, and only the caller does not learn so in time.
const (
	// RateLimited answers 429 with Retry-After taken from Delay.
	RateLimited FaultKind = iota + 1
	// ServerError answers HTTP 500 with an HTML body, as Slack does.
	ServerError
	// Latency waits for Delay before anything is done.
	Latency
	// AcceptThenDelay does what was asked, then answers after Delay.
	AcceptThenDelay
	// AcceptThenDrop does what was asked, then drops the connection.
	AcceptThenDrop
)

// Fault is a rule for one method.
type Fault struct {
	Kind  FaultKind
	Next  int           // how many of the coming calls it hits
	Every int           // instead of Next: every n-th call, until Clear
	Delay time.Duration // Retry-After (whole seconds) or the waiting time
}

// Faults holds the injected failures. Methods are Web API names, "response_url",
// or "*" for every call.
type Faults struct {
	mu    sync.Mutex
	rules map[string][]*faultRule
}

type faultRule struct {
	Fault
	seen int
}

func newFaults() *Faults { return &Faults{rules: map[string][]*faultRule{}} }

// Inject adds a rule; rules of one method are tried in the order they were added.
func (f *Faults) Inject(method string, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules[method] = append(f.rules[method], &faultRule{Fault: fault})
}

// RateLimitNext answers the next calls of a method with 429.
func (f *Faults) RateLimitNext(method string, calls int, retryAfter time.Duration) {
	f.Inject(method, Fault{Kind: RateLimited, Next: calls, Delay: retryAfter})
}

// Clear removes every rule.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.rules)
}

// take returns the fault that hits this call, or the zero Fault.
func (f *Faults) take(method string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range []string{method, "*"} {
		for _, r := range f.rules[name] {
			r.seen++
			if r.Every > 0 && r.seen%r.Every == 0 {
				return r.Fault
			}
			if r.Every == 0 && r.Next > 0 {
				r.Next--
				return r.Fault
			}
		}
	}
	return Fault{}
}
