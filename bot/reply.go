package bot

// Reply is what a handler returns. It holds no mark-up: package blockkit renders it, once, in one language.
type Reply struct {
	To       Audience
	Language string // language to render in; set by the router
	Title    Line   // one line that says it all: the notification text
	Parts    []Part
	Answer   Answer
	// Same names what the reply shows: two replies with the same name, in the same language, show the same, so that one
	// rendering serves both. Empty: nothing is known.
	Same    string
	Private bool   // stays with the asker whatever the configuration says: help, errors, settings
	Form    *Form  // opened in place of a message, or in place of the form that was filled in
	Fault   *Fault // what is wrong with the form that was filled in
}

// Audience says who reads a reply.
type Audience string

// The audiences. The zero value means: where the request came from, as its surface and the configuration say.
const (
	ToAsker   Audience = "asker"   // only the asker sees it
	ToChannel Audience = "channel" // everybody in the channel
	ToThread  Audience = "thread"  // in the thread of the request
	InPlace   Audience = "place"   // the message whose button was pressed is changed
)

// Kind says what sort of answer a reply is.
type Kind string

// The kinds, as `ask --json` prints them. KindNone: nothing was answered.
const (
	KindModule  Kind = "module"
	KindRunbook Kind = "runbook"
	KindError   Kind = "error"
	KindHelp    Kind = "help"
	KindNone    Kind = "none"
)

// Answer is the machine-readable side of a reply.
type Answer struct {
	Answered bool
	Kind     Kind
	Modules  []Ranked // best first; empty when not answered
}

// Ranked is a module with the score it was found with, 0 to 1.
type Ranked struct {
	Name  string
	Score float64
}

// Line is one text: either a phrase (Key with Args, looked up in the reader's language) or Text that is in that language
// already. In phrases and entry texts a pair of backticks marks code; nothing else is mark-up.
type Line struct {
	Key  string
	Args Args
	Text string
	Raw  bool // Text was typed by a person: shown literally, backticks included
}

// Args are the values of a phrase's placeholders. A value is a string, a number, a Line, a Person, a ChannelRef, a time.Time (shown in
// each reader's own time zone) or a time.Duration. The argument "count" chooses the plural form.
type Args map[string]any

// ChannelRef is a Slack channel id, shown as the channel's name with a link.
type ChannelRef string

// Person is a Slack user id (U…, W…) or user-group id (S…). Shown in a message it rings that person or group.
type Person string

// Phrase returns the line for a phrase key. Pairs are name, value, name, value, …
func Phrase(key string, pairs ...any) Line {
	l := Line{Key: key}
	if len(pairs) > 0 {
		l.Args = make(Args, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			l.Args[pairs[i].(string)] = pairs[i+1]
		}
	}
	return l
}

// Text returns the line for a text that is in the reader's language already.
func Text(s string) Line { return Line{Text: s} }

// Typed returns the line for something a person typed: it is shown literally.
func Typed(s string) Line { return Line{Text: s, Raw: true} }

// IsZero reports whether the line is empty.
func (l Line) IsZero() bool { return l.Key == "" && l.Text == "" }

// Part is one piece of a reply, from top to bottom.
type Part interface{ part() }

// Heading is a title line.
type Heading struct{ Line Line }

// Paragraph is running text, one idea a line. Title, when there is one, is set in bold before the lines.
type Paragraph struct {
	Title Line
	Lines []Line
}

// List is a bulleted list under a title.
type List struct {
	Title Line
	Items []Line
}

// Steps is an ordered list of things to do. From is the number of the first one; 0 is 1.
type Steps struct {
	Items []Step
	From  int
}

// Step is one thing to do.
type Step struct {
	Title    Line
	Text     Line
	Commands []Shell // to be pasted; several when they differ by operating system
	Expect   Line    // what one should see
	Else     Line    // where to go if one does not see it
	Next     []Line  // where it leads, when that is not simply the next step
	Risk     Line    // in words
	Ours     bool    // inference of ours, not documented
}

// Shell is a command to paste into a terminal. OS is empty when it is the same on every operating system.
type Shell struct {
	OS   string // linux, windows or empty
	Text string
}

// Fields is a row of short facts.
type Fields struct{ Items []Field }

// Field is one short fact, or several under one name.
type Field struct {
	Name   Line
	Values []Line
}

// Links is a row of links.
type Links struct {
	Title Line
	Items []Link
}

// Link is one link. The URL is ours, never a person's.
type Link struct {
	Title Line
	URL   string
}

// Note is small print.
type Note struct{ Lines []Line }

// Divider is a horizontal line.
type Divider struct{}

// Buttons is a row of buttons, 25 at most.
type Buttons struct{ Items []ReplyButton }

// ReplyButton is one button, or one menu. Pressing it makes a Request with the Action and the Value; so does choosing from
// the menu, with the Choice.
type ReplyButton struct {
	Action  string
	Value   string // up to 2,000 characters; of a menu, up to 255 together with the action
	Label   Line   // of a menu: what stands in it
	Primary bool
	Menu    []MenuOption // not empty: a menu of these, 100 at most
	People  bool         // a menu of the people of the workspace
}

// MenuOption is one choice of a menu.
type MenuOption struct {
	Value string // up to 150 characters
	Label Line
}

func (Heading) part()   {}
func (Paragraph) part() {}
func (List) part()      {}
func (Steps) part()     {}
func (Fields) part()    {}
func (Links) part()     {}
func (Note) part()      {}
func (Divider) part()   {}
func (Buttons) part()   {}
