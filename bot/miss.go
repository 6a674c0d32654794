package bot

import "time"

// Miss is a question that nobody could answer, kept for whoever writes entries. Who asked is not kept.
type Miss struct {
	Text        string
	Language    string // of the answer that could not be given
	Times       int    // how often it was asked
	First, Last time.Time
}
