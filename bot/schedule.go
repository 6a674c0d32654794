package bot

import "time"

// Schedule says what is posted where and when. It is an entry of the configuration's schedules, or was made in Slack.
type Schedule struct {
	ID       string
	Cron     string            // five fields; empty when When is given
	When     string            // everyday phrase
	TimeZone string            // IANA name; never empty
	Channel  string            // Slack channel id
	Kind     string            // reminder or digest
	Text     map[string]string // by language; key "" is the text for every language
	Entry    string            // id of the runbook or check whose steps belong to the reminder; may be empty
	Mention  []string          // user or user-group ids

	WorkingDaysOnly bool
	Holidays        []string // dates, YYYY-MM-DD, in TimeZone
	QuietHours      QuietHours

	CatchUp  time.Duration // how late a post is still made
	Due      time.Duration // a task open longer than this is overdue; 0: never
	Escalate Escalation

	Made    Mark `json:",omitzero"` // zero: it is from the configuration
	Paused  Mark `json:",omitzero"` // zero: it is not paused. The due times of a paused one are skipped
	Deleted Mark `json:",omitzero"` // zero: it is not deleted
}

// Mark says who did something in Slack, where and when. The zero value: nobody did.
type Mark struct {
	By string // Slack user id
	In string // Slack channel id; empty when it is not known
	At time.Time
}

// IsZero reports whether nobody did it.
func (m Mark) IsZero() bool { return m.At.IsZero() }

// Zone returns the zone of the schedule's times; UTC for a schedule that is not there any more.
func (s Schedule) Zone() *time.Location {
	if zone, err := LoadZone(s.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// The kinds of schedule.
const (
	KindReminder = "reminder"
	KindDigest   = "digest"
)

// Escalation says who is told about a task that stays open. The zero value: nobody.
type Escalation struct {
	After time.Duration
	To    string // channel or user id
}

// Occurrence is one due time of one schedule and what became of it. Schedule and Due together name it.
type Occurrence struct {
	Schedule string
	Due      time.Time
	State    OccurrenceState
	Reason   string // why it was skipped; empty otherwise
	Missed   int    // earlier due times that this late post stands for
	Ref      MessageRef
	At       time.Time // when it got its state
}

// DuePost is a due time whose post is to be made: the payload of a JobPost job. It carries the schedule as it was when
// the time came.
type DuePost struct {
	Schedule Schedule
	Due      time.Time
	Missed   int
}

// Occurrence returns the occurrence that the post is for, as planned.
func (d DuePost) Occurrence() Occurrence {
	return Occurrence{Schedule: d.Schedule.ID, Due: d.Due, State: Planned, Missed: d.Missed}
}

// OccurrenceState is what became of a due time. Every due time ends as posted, posted late, or skipped.
type OccurrenceState string

// The states of an occurrence.
const (
	Planned    OccurrenceState = "planned"
	Posted     OccurrenceState = "posted"
	PostedLate OccurrenceState = "posted late"
	Skipped    OccurrenceState = "skipped"
)

// LateAfter is how long after its due time a post counts as late.
const LateAfter = 60 * time.Second

// Key names the occurrence: in the job queue, in the ledger and in the posted message's metadata.
func (o Occurrence) Key() string { return o.Schedule + "@" + o.Due.UTC().Format(time.RFC3339) }
