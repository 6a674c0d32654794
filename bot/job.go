package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Job is one durable piece of work. A second job with the same Kind and Key is dropped.
type Job struct {
	Kind    string
	Key     string
	Payload json.RawMessage
}

// The kinds of job.
const (
	JobPost  = "post"  // a due time: payload DuePost
	JobEvent = "event" // a Slack event: payload Request
	JobEdit  = "edit"  // a task changed: show it as it is now, and tell the changes; payload TaskChange
)

// TaskChange is the payload of a JobEdit.
type TaskChange struct {
	Task    string
	Version int64
}

// EditJob returns the job that shows the task as it is and tells what changed. A cause makes it another job than the one
// of the same version that is known already.
func EditJob(t Task, cause string) (Job, error) {
	payload, err := json.Marshal(TaskChange{Task: t.ID, Version: t.Version})
	if err != nil {
		return Job{}, fmt.Errorf("encode change of task %s: %w", t.ID, err)
	}
	return Job{Kind: JobEdit, Key: t.ID + "#" + strconv.FormatInt(t.Version, 10) + cause, Payload: payload}, nil
}

// JobHandler does one job. Attempt counts from 1. A job that returns nil is done; a *SendError says whether and when
// another attempt helps; any other error is tried again with a growing pause.
type JobHandler func(ctx context.Context, job Job, attempt int) error

// Enqueuer takes jobs. It returns nil for a job that is there already.
type Enqueuer interface {
	Enqueue(ctx context.Context, jobs ...Job) error
}

// Outgoing is one message to be posted.
type Outgoing struct {
	Key     string // goes into the message's metadata; a look-back finds the message by it. Never a secret
	Channel string
	Thread  string // ts of the thread's first message; empty: a message of its own
	Reply   Reply
}

// MessageRef is the address of a posted message.
type MessageRef struct {
	Channel string
	TS      string
}

// SendError says why something could not be sent, and whether another attempt helps. Reason is from a short fixed list:
// it is a metric label and part of the history people read.
type SendError struct {
	Reason string
	Retry  bool
	After  time.Duration // wait at least this long; 0: the sender does not know
	Doubt  bool          // no answer: the message may have been accepted
	Look   bool          // refused, and yet it may be there: look for it, if that is possible, before the next attempt
	Err    error
}

// The reasons of a SendError.
const (
	ReasonRateLimited = "rate_limited"
	ReasonUnavailable = "unavailable"    // 5xx, connection refused
	ReasonUnknown     = "result_unknown" // no answer: it may have been accepted
	ReasonAuth        = "auth"           // token refused
	ReasonScope       = "missing_scope"
	ReasonChannel     = "channel" // not found, archived, bot is not a member
	ReasonRefused     = "refused" // Slack does not take this message
)

// Error returns the error for the log.
func (e *SendError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// AsSendError returns err as a *SendError; nil when it is none.
func AsSendError(err error) *SendError {
	var e *SendError
	if errors.As(err, &e) {
		return e
	}
	return nil
}
