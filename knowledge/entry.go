// Package knowledge holds what the bot knows: one entry a subject, every text in every reader language, each statement
// with its source. Entries are data (folder entries); this package reads and checks them and knows neither Slack nor
// how they are searched.
package knowledge

// Kind is the sort of subject an entry is about.
type Kind string

// KindModule is a module of Campaign.
const KindModule Kind = "module"

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
	ID    string `yaml:"id"` // the module's own name, never translated
	Kind  Kind   `yaml:"kind"`
	Type  Type   `yaml:"type"`
	Title Texts  `yaml:"title"` // what it is called beside its name: "workflow server"
	Does  Texts  `yaml:"does"`  // what it does, one or two sentences

	Aliases  Phrases  `yaml:"aliases"`  // other names, by language; mistranslated ones too
	Symptoms Phrases  `yaml:"symptoms"` // as people type them, by language
	Codes    []string `yaml:"codes"`    // error codes that point here
	Files    []string `yaml:"files"`    // log and other file names that point here

	Signs []Texts `yaml:"signs"` // what you see when it fails, most telling first; 3 to 5
	Steps []Step  `yaml:"steps"` // cheapest and safest first
	Notes []Note  `yaml:"notes"` // false alarms, traps, corrections of what other pages say

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

// Date is a day: 2026-03-31, with or without quotes. Empty: none.
type Date string

// Type is how a module runs.
type Type string

// The types of module. Multi-instance: one process serves every instance on the machine. Mono-instance: one process per
// instance. Utility: runs on demand or on a schedule, then ends.
const (
	MultiInstance Type = "multi-instance"
	MonoInstance  Type = "mono-instance"
	Utility       Type = "utility"
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
}

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
