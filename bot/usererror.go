package bot

import "fmt"

// ErrorKind sorts the errors people may read; it is also a metric label.
type ErrorKind string

// The error kinds.
const (
	Invalid  ErrorKind = "invalid"   // the input cannot be used
	NotFound ErrorKind = "not_found" // no such thing
	Denied   ErrorKind = "denied"    // not allowed for this person
	Stale    ErrorKind = "stale"     // the button or form is out of date
)

// UserError is an error that people may read: what went wrong, what to do next. Err, if any, is for the log only.
type UserError struct {
	Kind  ErrorKind
	Line  Line
	Parts []Part // shown below the line: allowed values, buttons
	Input string // name of the input of a form that the error is about, if it is about one
	Err   error
}

// Error returns the error for the log.
func (e *UserError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Kind, e.Line.Key, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Kind, e.Line.Key)
}

// Unwrap returns the cause.
func (e *UserError) Unwrap() error { return e.Err }
