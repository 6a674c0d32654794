package delivery

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"campaignbot/bot"
)

// edit shows a task as it is stored now, and tells the changes in its thread. Several edits of one task, here and on other
// replicas, end with the newest version shown:
//
//   - an edit that finds its version, or a later one, shown leaves the message as it is;
//   - an edit is over only when the task did not change between reading it and the end of the update. So whoever
//     overwrites a newer version sees that there is one, and shows it again;
//   - an attempt that was cut off may have overwritten a newer version unseen, so the attempt after it always updates.
func (d *Delivery) edit(ctx context.Context, job bot.Job, attempt int) error {
	var change bot.TaskChange
	if err := decode(job, &change); err != nil {
		return err
	}
	unlock, err := d.edits.lock(ctx, change.Task)
	if err != nil {
		return fmt.Errorf("edit task %s: %w", change.Task, err)
	}
	defer unlock()
	shown, err := d.opts.Store.Shown(ctx, change.Task)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if attempt > 1 || shown < change.Version {
		if err := d.show(ctx, change.Task); err != nil {
			return err
		}
	}
	return d.tell(ctx, change.Task)
}

// show updates the task's message until it shows the task as it is.
func (d *Delivery) show(ctx context.Context, id string) error {
	t, err := d.opts.Store.Task(ctx, id)
	for {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if t.Ref == (bot.MessageRef{}) {
			return &bot.SendError{Reason: reasonBusy, Retry: true, Err: errors.New("the task's message is not recorded yet")}
		}
		reply, err := d.opts.ComposeTask(ctx, t)
		if err != nil {
			return fmt.Errorf("compose task %s: %w", id, err)
		}
		if err := d.update(ctx, t.Ref, reply); err != nil {
			return err
		}
		if _, err := d.opts.Store.SetShown(ctx, id, t.Version); err != nil {
			return err
		}
		now, err := d.opts.Store.Task(ctx, id)
		if err == nil && now.Version == t.Version {
			return nil
		}
		t = now
	}
}

func (d *Delivery) update(ctx context.Context, ref bot.MessageRef, reply bot.Reply) error {
	ctx, cancel := context.WithTimeout(ctx, d.timing.send)
	defer cancel()
	return d.opts.Sender.Update(ctx, ref, reply)
}

// tell tells the changes of a task that its thread does not tell yet, one after the other, each once: the task and the
// version are the key of the message. Whoever comes to a change that another replica is telling waits, so that the next
// one is not told before it.
func (d *Delivery) tell(ctx context.Context, id string) error {
	for {
		t, err := d.opts.Store.Task(ctx, id)
		if errors.Is(err, sql.ErrNoRows) || err == nil && t.Told >= t.Version {
			return nil
		}
		if err != nil {
			return err
		}
		changes, err := d.opts.Store.Changes(ctx, id, t.Told)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if err := d.tellOne(ctx, t, c); err != nil {
				return err
			}
		}
		// A version without a change was made by an older program, which tells none.
		if err := d.opts.Store.SetTold(ctx, id, t.Version); err != nil {
			return err
		}
	}
}

// tellOne tells one change. What Slack refuses for good is left out: the later changes do not wait for it.
func (d *Delivery) tellOne(ctx context.Context, t bot.Task, c bot.Change) error {
	messages, err := d.opts.ComposeChange(ctx, t, c)
	if err != nil {
		return fmt.Errorf("compose change %d of task %s: %w", c.Version, t.ID, err)
	}
	for i, out := range messages {
		out.Key = fmt.Sprintf("change/%s#%d/%d", t.ID, c.Version, i) // the task's own post has the task's id as its key
		_, err := d.Send(ctx, out)
		if se := bot.AsSendError(err); se != nil && !se.Retry {
			d.opts.Log.Warn("change of a task not told", "task", t.ID, "change", string(c.Kind), "channel", out.Channel, "error", err)
		} else if err != nil {
			return err
		}
	}
	return d.opts.Store.SetTold(ctx, t.ID, c.Version)
}

// keyedLock lets one caller at a time have a key.
type keyedLock struct {
	mu   sync.Mutex
	held map[string]*heldKey
}

type heldKey struct {
	free    chan struct{} // holds one value while nobody has the key
	waiting int           // callers that have the key or want it
}

// lock waits for the key. The caller calls unlock.
func (l *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	l.mu.Lock()
	h := l.held[key]
	if h == nil {
		h = &heldKey{free: make(chan struct{}, 1)}
		h.free <- struct{}{}
		l.held[key] = h
	}
	h.waiting++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if h.waiting--; h.waiting == 0 {
			delete(l.held, key)
		}
	}
	select {
	case <-h.free:
		return func() { h.free <- struct{}{}; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
