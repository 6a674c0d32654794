package bot

// Form is what a reply opens for the asker to fill in. Only a slash command and a press can open one. What was filled in
// comes back as a Request with the surface Submission.
type Form struct {
	Action string // whose handler gets what was filled in
	Value  string // comes back as Request.Value; up to 2,000 characters
	Title  Line   // up to 24 characters
	Submit Line   // label of the button that sends it; up to 24 characters
	Parts  []Part // shown above the inputs, without buttons
	Inputs []Input
}

// Input is one thing to fill in.
type Input struct {
	Name     string // key in Request.Inputs; up to 255 characters
	Kind     InputKind
	Label    Line
	Hint     Line
	Value    string       // what stands in it at first, in the form that Request.Inputs has
	Menu     []MenuOption // of InputMenu, 100 at most
	Optional bool
}

// InputKind says what is filled in, and what Request.Inputs holds then.
type InputKind string

// The kinds of input.
const (
	InputText    InputKind = "text"    // one line
	InputLines   InputKind = "lines"   // several lines
	InputNumber  InputKind = "number"  // a whole number, 0 or more, in digits
	InputMoment  InputKind = "moment"  // a date and time: seconds since 1970
	InputPerson  InputKind = "person"  // a Slack user id
	InputChannel InputKind = "channel" // a Slack channel id
	InputMenu    InputKind = "menu"    // the value of a MenuOption
)

// Fault is what is wrong with a form as it was filled in. The form stays open with everything in it.
type Fault struct {
	Input string // name of the input; empty: the first one
	Line  Line
}
