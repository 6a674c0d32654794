package localslack

import (
	"context"
	"time"
)

// Call is one request that reached the Web API or a response_url.
type Call struct {
	Method   string
	Args     map[string]string // without the token; nested values as JSON
	At       time.Time         // workspace clock
	Status   int
	Error    string // Slack's error code, empty when the call was accepted
	Accepted bool   // it took effect, whatever the caller was told
}

// Calls lists the recorded calls of one method in their order, or of every
// method when it is empty.
func (w *Workspace) Calls(method string) []Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Call
	for _, c := range w.calls {
		if method == "" || c.Method == method {
			list = append(list, c)
		}
	}
	return list
}

// AwaitCall waits for a recorded call, past or to come, that the condition accepts.
func (w *Workspace) AwaitCall(ctx context.Context, condition func(Call) bool) (Call, error) {
	var found Call
	err := w.await(ctx, func() bool {
		for _, c := range w.calls {
			if condition(c) {
				found = c
				return true
			}
		}
		return false
	})
	return found, err
}

func (w *Workspace) recordLocked(c Call) {
	c.At = w.opt.Now()
	w.calls = append(w.calls, c)
	w.wakeLocked()
}
