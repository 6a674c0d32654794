package delivery

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// riverLogPause is how long a message of River's is not repeated. While a database is away River says so many times a
// second.
const riverLogPause = time.Minute

// riverLog passes on what River warns about, each message once in a while. What becomes of a job is logged by the worker.
type riverLog struct {
	slog.Handler
	said *said
}

// said is when each message was last passed on.
type said struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func newRiverLog(log *slog.Logger) *slog.Logger {
	return slog.New(riverLog{log.Handler(), &said{last: make(map[string]time.Time)}}).With("part", "river")
}

// Enabled leaves out what is not at least a warning.
func (h riverLog) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// Handle passes the record on, unless its message was passed on a moment ago.
func (h riverLog) Handle(ctx context.Context, r slog.Record) error {
	h.said.mu.Lock()
	again := r.Time.Sub(h.said.last[r.Message]) < riverLogPause
	if !again {
		h.said.last[r.Message] = r.Time
	}
	h.said.mu.Unlock()
	if again {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the memory of what was said.
func (h riverLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return riverLog{h.Handler.WithAttrs(attrs), h.said}
}

// WithGroup keeps the memory of what was said.
func (h riverLog) WithGroup(name string) slog.Handler {
	return riverLog{h.Handler.WithGroup(name), h.said}
}
