package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// closers are the parts that run, by name, in the order they started.
type closers struct {
	log   *slog.Logger
	parts []closer
}

type closer struct {
	name  string
	close func(context.Context) error
}

func (c *closers) add(name string, close func(context.Context) error) {
	c.parts = append(c.parts, closer{name, close})
}

// run runs f beside everything else; closing cancels its context and waits for it.
func (c *closers) run(name string, f func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(ctx)
	}()
	c.add(name, func(limit context.Context) error {
		stop()
		select {
		case <-done:
			return nil
		case <-limit.Done():
			return limit.Err()
		}
	})
}

// close ends all parts in reverse order, every one of them, under one deadline. A part that the deadline cuts off is no
// error: what it had not finished is in the store, and is done after the next start.
func (c *closers) close(deadline time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	var errs []error
	for i := len(c.parts) - 1; i >= 0; i-- {
		p := c.parts[i]
		err := p.close(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			c.log.Warn("part was cut off", "part", p.name)
		} else if err != nil {
			c.log.Error("part did not end cleanly", "part", p.name, "error", err)
			errs = append(errs, fmt.Errorf("close %s: %w", p.name, err))
		}
	}
	return errors.Join(errs...)
}
