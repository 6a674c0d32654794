// Package knowledge holds what the bot knows: one entry a subject, every text in every reader language, each statement
// with its source. Entries are data (folder entries); this package reads and checks them and knows neither Slack nor
// how they are searched.
package knowledge

// Kind is the sort of subject an entry is about.
type Kind string

// The kinds of entry.
const (
	KindModule   Kind = "module"   // a process or command of Campaign
	KindRunbook  Kind = "runbook"  // what to do about one kind of trouble, with a branch after each step
	KindError    Kind = "error"    // a family of error codes
	KindDefect   Kind = "defect"   // a fault of some builds that a later one fixes
	KindCheck    Kind = "check"    // what is looked at every day, week or month
	KindConflict Kind = "conflict" // where pages of the documentation disagree
)

// Texts is one text in every reader language, by ISO 639-1 code. A pair of backticks marks code; <inst> stands for the
// instance's name.
type Texts map[string]string

// In returns the text in the language, or in English where the language is missing or empty.
func (t Texts) In(language string) string {
	if s := t[language]; s != "" {
		return s
	}
	return t["en"]
}

// Phrases is a list of short texts by language.
type Phrases map[string][]string

// Entry is one subject.
type Entry struct {
	ID       string   `yaml:"id"` // the module's own name, the first letters of the codes, the defect's number: never translated
	Kind     Kind     `yaml:"kind"`
	Type     Type     `yaml:"type"`     // of a module
	Brief    bool     `yaml:"brief"`    // of a module: a short card, found by its name, never among the suspects of a symptom
	Expected bool     `yaml:"expected"` // of a module: a stand-alone server runs it, so that its absence is worth a word
	Number   int      `yaml:"number"`   // of a runbook: its place in the list; optional
	Every    Period   `yaml:"every"`    // of a check
	Fixed    Release  `yaml:"fixed"`    // of a defect: the first release without it
	About    []string `yaml:"about"`    // the modules it is about, the main one first; of every kind but a module and an error
	Title    Texts    `yaml:"title"`    // what it is called: beside its name for a module ("workflow server")
	Does     Texts    `yaml:"does"`     // what it does, or what it is for: one or two sentences

	Aliases  Phrases  `yaml:"aliases"`  // other names, by language; mistranslated ones too
	Symptoms Phrases  `yaml:"symptoms"` // as people type them, by language
	Codes    []Code   `yaml:"codes"`    // of an error: the codes of the family that are known
	Files    []string `yaml:"files"`    // log and other file names that point here

	Signs []Texts `yaml:"signs"` // what you see when it fails, most telling first; 3 to 5
	Steps []Step  `yaml:"steps"` // cheapest and safest first
	Notes []Note  `yaml:"notes"` // false alarms, traps, corrections of what other pages say

	Sides    []Side       `yaml:"sides"`    // of a conflict: what the pages say
	Takes    Texts        `yaml:"takes"`    // of a conflict: the side taken here, and why
	Escalate []Escalation `yaml:"escalate"` // of a runbook: when to stop, and whom to call
	See      []string     `yaml:"see"`      // ids of entries to read next

	Logs      []string     `yaml:"logs"`      // paths, <inst> for the instance
	Ports     []Port       `yaml:"ports"`     // what it listens on and connects to
	Config    Config       `yaml:"config"`    // where it is configured
	Needs     []Dependency `yaml:"needs"`     // what it depends on
	NeededBy  []Dependency `yaml:"needed_by"` // who depends on it, and what they lose without it
	Sources   []string     `yaml:"sources"`   // page tags, as in the table of pages
	ToldApart []ToldApart  `yaml:"told_apart"`

	Owner    string `yaml:"owner"`    // optional: who keeps the entry right
	Verified Date   `yaml:"verified"` // optional: when somebody last saw that it is
}

// Code is one error code of a family.
type Code struct {
	Code    string   `yaml:"code"`
	Means   Texts    `yaml:"means"`   // what it says, one sentence
	Modules []string `yaml:"modules"` // where to look, the likeliest first
	Steps   []Step   `yaml:"steps"`   // what to do first; few
	See     []string `yaml:"see"`     // ids of entries to read next
	Sources []string `yaml:"sources"`
	Ours    bool     `yaml:"ours"` // the meaning is our inference
}

// Period is how often a check is made.
type Period string

// The periods.
const (
	Daily   Period = "day"
	Weekly  Period = "week"
	Monthly Period = "month"
)

// Release is a release of Campaign. Build 0: not documented.
type Release struct {
	Version string `yaml:"version"` // "7.1 (21.1.3)"
	Build   int    `yaml:"build"`   // as in the first line of nlserver pdump
}

// Side is what some pages say where others say something else.
type Side struct {
	Says    Texts    `yaml:"says"`
	Sources []string `yaml:"sources"`
}

// Escalation is when to stop, and whom to call.
type Escalation struct {
	To   Team  `yaml:"to"`
	When Texts `yaml:"when"`
	Ours bool  `yaml:"ours"`
}

// Team is somebody to call.
type Team string

// The teams.
const (
	Adobe    Team = "adobe" // Adobe Customer Care
	DBA      Team = "dba"
	System   Team = "system" // who runs the machine and its web server
	Network  Team = "network"
	Mail     Team = "mail" // who runs the mailboxes and the relay
	Security Team = "security"
	Business Team = "business" // who owns the campaign, the job or the data
)

// Date is a day: 2026-03-31, with or without quotes. Empty: none.
type Date string

// Type is how a module runs.
type Type string

// The types of module. Multi-instance: one process serves every instance on the machine. Mono-instance: one process per
// instance. Utility: runs on demand or on a schedule, then ends. Child: comes and goes with another module. Outside: not
// started by nlserver.
const (
	MultiInstance Type = "multi-instance"
	MonoInstance  Type = "mono-instance"
	Utility       Type = "utility"
	Child         Type = "child"
	Outside       Type = "outside"
)

// Step is one thing to do: a question or an action, what one should see, where to go if one does not.
type Step struct {
	ID       string    `yaml:"id"`
	Title    Texts     `yaml:"title"` // verb or question first, no full stop
	Text     Texts     `yaml:"text"`  // optional: one or two short sentences
	Commands []Command `yaml:"commands"`
	Expect   Texts     `yaml:"expect"` // what one should see
	Else     Texts     `yaml:"else"`   // optional: what it means, or where to go, if one does not see it
	Risk     Risk      `yaml:"risk"`
	Ours     bool      `yaml:"ours"` // our inference, not documented
	Next     Next      `yaml:"next"` // of a runbook's step: where it leads
}

// Next says where a step leads, by what came of it: the id of a later step of the same runbook, Done, Stop, or another entry
// as <kind>:<id>. Empty: Fixed leads to Done, the others to the next step, and from the last one to Stop.
type Next struct {
	Fixed     string `yaml:"fixed"`
	NotHelped string `yaml:"not_helped"`
	Cannot    string `yaml:"cannot"`
}

// The ends of a runbook: it is fixed, or somebody must be called.
const (
	Done = "done"
	Stop = "stop"
)

// Command is text to paste. OS is linux or windows where the command differs between them, else empty.
type Command struct {
	OS  string `yaml:"os"`
	Run string `yaml:"run"`
}

// Risk is the worst a step can do.
type Risk string

// The risks, mildest first.
const (
	ReadOnly         Risk = "read_only"
	StartsOne        Risk = "starts_one"
	InterruptsModule Risk = "interrupts_module"
	ChangesSettings  Risk = "changes_settings"
	InterruptsAll    Risk = "interrupts_all"
	DestroysData     Risk = "destroys_data"
)

// Note is a remark about the subject.
type Note struct {
	Text Texts `yaml:"text"`
	Ours bool  `yaml:"ours"`
}

// Port is a network port. Number 0: the port varies, see Text.
type Port struct {
	Number    int    `yaml:"number"`
	Protocol  string `yaml:"protocol"`  // tcp or udp
	Direction string `yaml:"direction"` // in, out or local
	Text      Texts  `yaml:"text"`      // who talks to whom
	Ours      bool   `yaml:"ours"`
}

// Config is where a module is configured.
type Config struct {
	File    string `yaml:"file"`    // as a path below the install folder
	Element string `yaml:"element"` // "<mta>"; empty when it has none
	Text    Texts  `yaml:"text"`    // optional: the settings that matter
}

// Dependency is another module, or something outside Campaign.
type Dependency struct {
	Module string `yaml:"module"` // id of an entry; empty when it is outside Campaign
	Name   Texts  `yaml:"name"`   // what it is, when it is outside Campaign
	Text   Texts  `yaml:"text"`   // optional: what for, or what is lost without it
	Ours   bool   `yaml:"ours"`
}

// ToldApart is the one question that tells two modules apart which fail alike.
type ToldApart struct {
	From     string `yaml:"from"` // id of the other module
	Question Texts  `yaml:"question"`
}
