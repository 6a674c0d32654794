package bot

// Surface is the place in Slack, or outside it, where a person spoke.
type Surface string

// The surfaces. A slash command never stands in a thread; Slack does not allow it.
const (
	Slash    Surface = "slash"
	Mention  Surface = "mention"
	Direct   Surface = "direct"
	Button   Surface = "button"
	Terminal Surface = "terminal"

	Submission Surface = "submission" // a form that was filled in
)

// Request is one thing one person asked, wherever they asked it.
type Request struct {
	ID      string // reference, unique; shown to people when something goes wrong and written in the log
	Surface Surface
	Team    string // Slack team id
	User    string // Slack user id
	Channel string // Slack channel id
	Thread  string // ts of the thread's first message; empty outside a thread
	Message string // ts of the message that was sent, or that carries the pressed button

	Text   string            // what was typed: mark-up unwrapped, entities decoded, mentions of the bot removed
	Refs   map[string]string // the #channels, @people and @groups that Text names, and their Slack ids
	Args   string            // Text without the verb; set by the router
	Action string            // Button, Submission: id of the action
	Value  string            // Button, Submission: its value
	Choice string            // Button: what was chosen from its menu, a value of MenuOption or a Slack user id
	Inputs map[string]string // Submission: what was filled in, by the inputs' names; what was left empty is not there

	Language string   // reader's language, one of Languages; set by the router
	Instance Instance // Campaign instance of the channel; zero when unknown; set by the router
}

// Instance is what is known of a Campaign instance. Only ID is sure to be there.
type Instance struct {
	ID      string
	Hosting string // on-premise, hybrid, hosted or empty
	OS      string // linux, windows or empty
	Build   string
}
