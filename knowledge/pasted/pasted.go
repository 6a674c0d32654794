// Package pasted reads what operators paste: the output of nlserver pdump and of nlserver monitor -missing, and lines of
// logs. It knows how these look, not what they mean.
package pasted

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Output is what was recognised in a text.
type Output struct {
	Pdump      bool      // there is a whole list of nlserver pdump: what is not in it does not run
	Monitor    bool      // there is the output of nlserver monitor -missing
	Cut        bool      // the list of pdump ends in the middle of a line: more may have run
	Build      int       // of the banner; 0: none
	Processes  []Process // the lines of pdump
	Missing    []Process // the lines of monitor -missing
	Log        Log
	Workflows  []string // internal names: WKF123, cleanup
	Deliveries []string // internal names and ids: DM456, 351981208
	// Rest is the text without what was recognised, and of the lines of a log only the worst: what is left to be searched.
	Rest string
}

// Process is one process of a list. Instance is empty for a process that has none.
type Process struct {
	Module, Instance string
	PID              int
}

// Log is what lines of a log have in common.
type Log struct {
	Lines, Errors, Warnings int
	Last                    time.Time // the latest time in it, UTC; zero: none
}

// The bounds of what is read. Everything behind them is ignored.
const (
	maxBytes     = 64 << 10
	maxLines     = 1000
	maxLine      = 1000 // bytes of one line
	maxProcesses = 200
	maxNames     = 10
	maxTroubles  = 20 // lines of a log that are kept to be searched
)

const (
	nameOf   = `([A-Za-z][A-Za-z0-9]{1,30})`
	hostOf   = `([A-Za-z0-9_.-]{1,64})`
	before   = `^[>\s|•*-]*(?:\d\d:\d\d:\d\d\s*>?\s*)?` // a quotation, a bullet, a time
	sizeOf   = `\s*[-–—]\s*\d[\d.,\s\x{a0}\x{202f}]*[KMG]?[A-Za-z]{1,2}`
	pidOf    = `\s+\((\d{1,10})\)`
	anything = ` $#>~:[]@/\` + "`"
)

var (
	ansi      = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)
	banner    = regexp.MustCompile(`(?i)\bbuild (\d{4,5})(@[0-9a-f]+)?\b`)
	command   = regexp.MustCompile(`(?i)\bnlserver6?(?:\.exe)?\s+(pdump|monitor\s+-missing)\b`)
	process   = regexp.MustCompile(before + nameOf + `(?:@` + hostOf + `)?` + pidOf + `(?:` + sizeOf + `)?\s*$`)
	inALine   = regexp.MustCompile(nameOf + `(?:@` + hostOf + `)?` + pidOf + sizeOf + `\b`)
	bare      = regexp.MustCompile(before + nameOf + `@` + hostOf + `\s*$`)
	cutOff    = regexp.MustCompile(before + nameOf + `(?:@[A-Za-z0-9_.-]*)?(?:\s+\(\d*\)?)?(?:\s*[-–—][^A-Za-z]*)?$`)
	noTasks   = regexp.MustCompile(`(?i)` + before + `no tasks?\.?\s*$`)
	stamped   = regexp.MustCompile(`^[\s>|\[]*(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?Z?\]?[\s|]+`)
	clocked   = regexp.MustCompile(`^[\s>|\[]*\d\d:\d\d:\d\d\]?[\s>|-]+`)
	leveled   = regexp.MustCompile(`(?i)^(?:info|warning|warn|error|verbose|debug|fatal)\s+log\s+`)
	level     = regexp.MustCompile(`(?i)\b(info|warning|warn|error|verbose|debug|fatal)\b`)
	workflow  = regexp.MustCompile(`\bWKF\d{1,12}\b|(?i:\bworkflow)\s+['"“«‘]([A-Za-z][A-Za-z0-9_]{2,60})['"”»’]`)
	delivery  = regexp.MustCompile(`\bDM\d{1,12}\b|(?i:\bdelivery)\s+(\d{5,12})\b`)
	threadIDs = regexp.MustCompile(`^(?:[0-9A-Fa-f]{4,16}\s+|\d{1,10}\s+)+`)
)

// A log line begins with its time, and its level stands near the beginning.
const (
	timeColumn  = 8
	levelColumn = 60
)

// find matches a line that has the hint, which every match has: most lines are words, and searching them costs more.
func find(re *regexp.Regexp, line, hint string) []string {
	if !strings.Contains(line, hint) {
		return nil
	}
	return re.FindStringSubmatch(line)
}

// NoTasks reports whether pdump says that nothing runs.
func (o Output) NoTasks() bool { return o.Pdump && len(o.Processes) == 0 }

// Any reports whether anything was recognised that is more than words.
func (o Output) Any() bool { return o.Pdump || o.Monitor || o.Log.Lines > 0 }

// leastWhole is how many processes a list has at least that stands without its command and banner.
const leastWhole = 3

// reader goes through a text line by line.
type reader struct {
	out      Output
	known    func(module string) bool
	pdump    bool // the text shows the command
	monitor  bool // the same
	noTasks  bool
	rest     []string
	bare     []Process
	lines    []string // those of bare names
	listed   []string // those of processes
	last     string   // the last line that is not empty
	troubles []trouble
}

// trouble is a line of a log that may matter.
type trouble struct {
	text   string
	weight int // 2 error, 1 warning, 0 neither
}

// Read recognises output in the text. Known says which words are names of modules.
func Read(text string, known func(module string) bool) Output {
	if len(text) > maxBytes {
		text = text[:maxBytes]
	}
	r := &reader{known: known}
	n := 0
	for line := range strings.Lines(strings.ToValidUTF8(text, " ")) {
		if n++; n > maxLines {
			break
		}
		line = strings.TrimRight(line, "\r\n")
		r.line(line[:min(len(line), maxLine)])
	}
	r.finish()
	return r.out
}

func (r *reader) line(line string) {
	line = strings.Trim(ansi.ReplaceAllString(line, ""), "`")
	if strings.TrimSpace(line) != "" {
		r.last = line
	}
	r.names(line)
	if m := find(command, line, "lserver"); m != nil {
		r.pdump = r.pdump || strings.EqualFold(m[1], "pdump")
		r.monitor = r.monitor || !strings.EqualFold(m[1], "pdump")
		without := command.ReplaceAllString(line, " ")
		if strings.Trim(without, anything) == "" || strings.HasSuffix(strings.TrimSpace(without), "$") {
			return
		}
	}
	if m := find(banner, line, "uild"); m != nil && r.out.Build == 0 {
		r.out.Build, _ = strconv.Atoi(m[1])
		if strings.Contains(strings.ToLower(line), "server for") {
			return
		}
	}
	switch {
	case noTasks.MatchString(line):
		r.noTasks = true
	case r.process(line), r.bareName(line), r.logLine(line):
	default:
		r.rest = append(r.rest, line)
	}
}

// names notes workflows and deliveries.
func (r *reader) names(line string) {
	add := func(list *[]string, re *regexp.Regexp, hints ...string) {
		if !slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(line, hint) }) {
			return
		}
		for _, m := range re.FindAllStringSubmatch(line, maxNames) {
			name := m[1]
			if name == "" {
				name = m[0]
			}
			if len(*list) < maxNames && !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
		}
	}
	add(&r.out.Workflows, workflow, "WKF", "orkflow")
	add(&r.out.Deliveries, delivery, "DM", "elivery")
}

func (r *reader) process(line string) bool {
	found := [][]string{find(process, line, "(")}
	if found[0] == nil {
		if found = inALine.FindAllStringSubmatch(line, maxProcesses); len(found) < 2 {
			return false
		}
	}
	any := false
	for _, m := range found {
		if len(r.out.Processes) < maxProcesses && r.known(m[1]) {
			pid, _ := strconv.Atoi(m[3])
			r.out.Processes = append(r.out.Processes, Process{m[1], m[2], pid})
			any = true
		}
	}
	if any {
		r.listed = append(r.listed, line)
	}
	return any
}

// bareName takes a line that is only module@instance. Behind the command or its banner that is a missing process, of
// whatever name.
func (r *reader) bareName(line string) bool {
	m := find(bare, line, "@")
	if m == nil || len(r.bare) >= maxProcesses || !r.known(m[1]) && !r.monitor && r.out.Build == 0 {
		return false
	}
	r.bare = append(r.bare, Process{Module: m[1], Instance: m[2]})
	r.lines = append(r.lines, line)
	return true
}

func (r *reader) logLine(line string) bool {
	if !strings.Contains(line, ":") || !strings.ContainsAny(line[:min(len(line), timeColumn)], "0123456789") {
		return false
	}
	text, found := line, false
	if m := stamped.FindStringSubmatchIndex(line); m != nil {
		text, found = line[m[1]:], true
	} else if m := clocked.FindStringIndex(line); m != nil {
		text, found = line[m[1]:], true
	}
	text = threadIDs.ReplaceAllString(text, "")
	word := ""
	if m := level.FindString(text[:min(len(text), levelColumn)]); found {
		word = strings.ToLower(m)
	}
	if word == "" {
		return false // a time alone may be a person's
	}
	r.out.Log.Lines++
	if m := stamped.FindStringSubmatch(line); m != nil {
		r.time(m)
	}
	weight := 0
	switch word {
	case "error", "fatal":
		r.out.Log.Errors++
		weight = 2
	case "warning", "warn":
		r.out.Log.Warnings++
		weight = 1
	}
	r.troubles = append(r.troubles, trouble{leveled.ReplaceAllString(text, ""), weight})
	return true
}

func (r *reader) time(m []string) {
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	at := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	if at.After(r.out.Log.Last) {
		r.out.Log.Last = at
	}
}

// finish decides what the lists are, and what is left to be searched.
func (r *reader) finish() {
	o := &r.out
	unread := strings.TrimSpace(strings.Join(r.rest, ""))
	if !r.monitor && len(o.Processes) > 0 && len(r.lines) > 0 && r.last == r.lines[len(r.lines)-1] {
		r.bare, r.lines, o.Cut = r.bare[:len(r.bare)-1], r.lines[:len(r.lines)-1], true
	}
	switch {
	case len(r.bare) > 0 && (r.monitor || o.Build != 0 && len(o.Processes) == 0), len(r.bare) > 1 && len(o.Processes) == 0:
		o.Monitor, o.Missing = true, r.bare
	case r.monitor && o.Build != 0 && len(o.Processes) == 0 && unread == "":
		o.Monitor = true
	case r.noTasks:
		o.Pdump = len(o.Processes) == 0 && (r.pdump || o.Build != 0 || unread == "")
	default:
		o.Pdump = len(o.Processes) > 0 && (r.pdump || o.Build != 0 || r.whole())
	}
	if o.Pdump && len(r.rest) > 0 && r.rest[len(r.rest)-1] == r.last && strings.ContainsAny(r.last, "@(") && cutOff.MatchString(r.last) {
		r.rest, o.Cut = r.rest[:len(r.rest)-1], true
	}
	if !o.Monitor {
		r.rest = append(r.rest, r.lines...)
	}
	if !o.Monitor && !o.Pdump {
		r.rest = append(r.rest, r.listed...)
	}
	r.worst()
	o.Rest = strings.TrimSpace(strings.Join(r.rest, "\n"))
}

// whole reports whether the processes are a list by themselves: with one that runs on every machine.
func (r *reader) whole() bool {
	return len(r.out.Processes) >= leastWhole && slices.ContainsFunc(r.out.Processes, func(p Process) bool {
		return p.Module == "watchdog" || p.Module == "syslogd"
	})
}

// worst leaves the worst lines of a log to be searched.
func (r *reader) worst() {
	worst, kept := 0, 0
	for _, t := range r.troubles {
		worst = max(worst, t.weight)
	}
	for _, t := range r.troubles {
		if t.weight == worst && kept < maxTroubles {
			r.rest = append(r.rest, t.text)
			kept++
		}
	}
}
