package locale

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// lookupOptions say how a source is asked.
type lookupOptions struct {
	name  string
	ask   func(ctx context.Context, user string) (string, error)
	log   *slog.Logger
	wait  time.Duration // an answer within this time is in time
	ttl   time.Duration // how long an answer is fresh
	retry time.Duration // how long a failure is not asked again
	stale bool          // an answer that is no longer fresh is given while a new one is fetched
	users int           // remembered at most

	// How many may be under way at once: before the first answer, while answers come in time, while they do not.
	untried, healthy, background int
}

// lookup asks a source about users, remembers what it said, and does not let people wait for a slow or failing one. A
// nil lookup knows nothing.
type lookup struct {
	opts lookupOptions
	ctx  context.Context // ends the questions under way
	wg   sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	health  health
	erring  bool // the last answer was an error
	running int
	waiting int
	// Two generations: when the young one is full it becomes the old one, and the old one is dropped.
	young, old map[string]*answer
}

type health uint8

const (
	untried health = iota
	healthy
	failing
)

// answer is what is known of one user. Call is the question under way; an answer set meanwhile takes it away, so that
// the outcome of the question is not used.
type answer struct {
	value string
	known bool
	until time.Time // not asked again before
	call  *call
}

type call struct {
	started time.Time
	done    chan struct{}
}

func newLookup(ctx context.Context, opts lookupOptions) *lookup {
	return &lookup{opts: opts, ctx: ctx, young: make(map[string]*answer)}
}

// get returns what the source says of the user, or what it said before, or nothing. It waits until the deadline at most,
// and only for a source that answers in time.
func (l *lookup) get(ctx context.Context, user string, deadline time.Time) string {
	if l == nil {
		return ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.answer(user)
	now := time.Now()
	if now.Before(a.until) {
		return a.value
	}
	if a.call == nil {
		l.start(user, a, now)
	}
	if a.call == nil || a.known && l.opts.stale || !l.patient() {
		return a.value
	}
	l.await(ctx, a.call, deadline.Sub(now))
	return a.value
}

// patient reports whether one more may wait.
func (l *lookup) patient() bool {
	switch l.health {
	case untried:
		return l.waiting < l.opts.untried
	case healthy:
		return l.waiting < l.opts.healthy
	}
	return false
}

// await waits for the call, without the lock.
func (l *lookup) await(ctx context.Context, c *call, most time.Duration) {
	l.waiting++
	l.mu.Unlock()
	timer := time.NewTimer(most)
	defer timer.Stop()
	late := false
	select {
	case <-c.done:
	case <-ctx.Done():
	case <-timer.C:
		late = time.Since(c.started) >= l.opts.wait
	}
	l.mu.Lock()
	l.waiting--
	if late {
		l.turn(failing, nil)
	}
}

// start asks the source in a goroutine of its own, if there may be one more.
func (l *lookup) start(user string, a *answer, now time.Time) {
	most := l.opts.background
	if l.health != failing {
		most = l.opts.healthy
	}
	if l.closed || l.running >= most {
		return
	}
	l.running++
	c := &call{started: now, done: make(chan struct{})}
	a.call = c
	l.wg.Go(func() {
		ctx, cancel := context.WithTimeout(l.ctx, lookupTimeout)
		defer cancel()
		value, err := l.ask(ctx, user)
		l.finish(a, c, value, err)
	})
}

// ask guards against a source that panics: the goroutine is ours.
func (l *lookup) ask(ctx context.Context, user string) (value string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("look up language (%s): panic: %v", l.opts.name, p)
		}
	}()
	return l.opts.ask(ctx, user)
}

func (l *lookup) finish(a *answer, c *call, value string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.running--
	current := a.call == c
	if current {
		a.call = nil
	}
	switch {
	case err != nil:
		if current {
			a.until = now.Add(l.opts.retry)
		}
	case current:
		a.value, a.known, a.until = strings.Clone(value), true, now.Add(l.opts.ttl)
	}
	if l.ctx.Err() == nil {
		l.report(err)
		if now.Sub(c.started) <= l.opts.wait {
			l.turn(healthy, nil)
		} else {
			l.turn(failing, err)
		}
	}
	close(c.done)
}

// report logs the first of a row of errors. An error that comes in time keeps nobody waiting: the source may well know the
// next user.
func (l *lookup) report(err error) {
	if err != nil && !l.erring {
		l.opts.log.Warn("language lookup fails; the next rule applies", "source", l.opts.name, "error", err)
	}
	l.erring = err != nil
}

// turn notes how the source is doing, and logs a change.
func (l *lookup) turn(to health, err error) {
	from := l.health
	l.health = to
	switch {
	case from == to:
	case to == failing && err == nil:
		l.opts.log.Warn("language lookup is slow; the next rule applies", "source", l.opts.name, "wait", l.opts.wait.String())
	case from == failing:
		l.opts.log.Info("language lookup answers in time again", "source", l.opts.name)
	}
}

// answer returns what is known of the user, moved to the young generation.
func (l *lookup) answer(user string) *answer {
	if a := l.young[user]; a != nil {
		return a
	}
	a := l.old[user]
	if a == nil {
		a = &answer{}
	}
	l.put(user, a)
	return a
}

func (l *lookup) put(user string, a *answer) {
	if len(l.young) >= max(1, l.opts.users/2) {
		l.old, l.young = l.young, make(map[string]*answer)
	}
	delete(l.old, user)
	l.young[strings.Clone(user)] = a
}

// set makes value what the source says of the user.
func (l *lookup) set(user, value string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.answer(user)
	*a = answer{value: value, known: true, until: time.Now().Add(l.opts.ttl)}
}

func (l *lookup) forget(user string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.young, user)
	delete(l.old, user)
}

// close refuses further questions and waits for those under way. Its context has ended before.
func (l *lookup) close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.wg.Wait()
}
