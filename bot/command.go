package bot

import "context"

// Handler answers one request. It returns what to say and never posts it itself. A *UserError is shown to the asker; any
// other error becomes a fixed sentence with the request's reference.
type Handler func(context.Context, Request) (Reply, error)

// Command ties one verb to its handler and to the help people read.
type Command struct {
	Verb    string
	Aliases []string // the same verb in other languages
	Help    Help     // required: the router refuses a command without it
	// Fits reports whether the rest of the text has this verb's form. Nil: the verb stands alone. What does not fit is
	// a symptom.
	Fits   func(rest string) bool
	Handle Handler
}

// Help is what people read about a command.
type Help struct {
	Usage    string   // as typed, without the slash command's name: "module <name>"
	Summary  Line     // what it does
	Examples []string // can be copied; without the slash command's name
}

// Action ties the id of a button to its handler.
type Action struct {
	ID     string
	Handle Handler
}
