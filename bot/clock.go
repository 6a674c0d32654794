package bot

import (
	"sync/atomic"
	"time"
)

// Clock tells the time. Everything that compares or stores a time asks one.
type Clock interface{ Now() time.Time }

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the machine's time.
func (SystemClock) Now() time.Time { return time.Now() }

// ShiftedClock is the machine's clock moved by an offset that can be changed while it runs. Its zero value is not moved.
type ShiftedClock struct{ offset atomic.Int64 }

// Now returns the machine's time plus the offset.
func (c *ShiftedClock) Now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// Move adds d to the offset and returns the new time.
func (c *ShiftedClock) Move(d time.Duration) time.Time {
	c.offset.Add(int64(d))
	return c.Now()
}
