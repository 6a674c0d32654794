package bot

import "time"

// Task is a reminder that was posted and stays open until a named person has done it.
type Task struct {
	ID       string // key of its occurrence
	Schedule string
	Ref      MessageRef // where it was posted; zero until then
	Channel  string
	Text     map[string]string // as in Schedule
	Mention  []string
	Language string // of the channel, as it was posted

	State      TaskState
	Posted     time.Time
	Overdue    time.Time // zero: never
	Escalate   time.Time // zero: never
	EscalateTo string
	ClaimedBy  string // Slack user id
	ClaimedAt  time.Time
	DoneBy     string
	DoneAt     time.Time
	Version    int64 // grows with every change; an older version never overwrites a newer one in Slack
}

// Words returns the task's text in its channel's language; without one, the text for every language or any that there is.
func (t Task) Words() string {
	if s := t.Text[t.Language]; s != "" {
		return s
	}
	if s := t.Text[""]; s != "" {
		return s
	}
	for _, l := range languages {
		if s := t.Text[l]; s != "" {
			return s
		}
	}
	return t.Schedule
}

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskOpen    TaskState = "open"
	TaskClaimed TaskState = "claimed"
	TaskDone    TaskState = "done"
)
