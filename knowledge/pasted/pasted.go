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
	Pdump      bool      // the text is, or holds, the output of nlserver pdump
	Monitor    bool      // the same of nlserver monitor -missing
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

var (
	banner    = regexp.MustCompile(`(?i)\bbuild (\d{4,5})(@[0-9a-f]+)?\b`)
	command   = regexp.MustCompile(`(?i)\bnlserver6?(?:\.exe)?\s+(pdump|monitor\s+-missing)\b`)
	process   = regexp.MustCompile(`^[>\s|]*([A-Za-z][A-Za-z0-9]{1,30})(?:@([A-Za-z0-9_.-]{1,64}))?\s+\((\d{1,10})\)(\s*-\s*\d[\d.,]*\s*[KMG]?[A-Za-z]{1,2})?\s*$`)
	bare      = regexp.MustCompile(`^[>\s|•*-]*([A-Za-z][A-Za-z0-9]{1,30})@([A-Za-z0-9_.-]{1,64})\s*$`)
	noTasks   = regexp.MustCompile(`(?i)^[>\s|]*no tasks?\.?\s*$`)
	stamped   = regexp.MustCompile(`^[\s>|\[]*(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?Z?\]?[\s|]+`)
	clocked   = regexp.MustCompile(`^[\s>|\[]*\d\d:\d\d:\d\d\]?[\s>|-]+`)
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

// reader goes through a text line by line.
type reader struct {
	out       Output
	known     func(module string) bool
	rest      []string
	bare      []Process
	bareLines []string
	said      string // the command that the text shows
	troubles  []trouble
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
	line = strings.Trim(line, "`")
	r.names(line)
	if m := find(command, line, "lserver"); m != nil && r.said == "" {
		r.said = strings.ToLower(strings.Fields(m[1])[0])
		line = command.ReplaceAllString(line, " ")
		if strings.Trim(line, " $#>~:[]@/\\") == "" || strings.HasSuffix(strings.TrimSpace(line), "$") {
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
	case find(noTasks, line, "ask") != nil:
		r.out.Pdump = true
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
	m := find(process, line, "(")
	if m == nil || len(r.out.Processes) >= maxProcesses || !r.known(m[1]) {
		return false
	}
	pid, _ := strconv.Atoi(m[3])
	r.out.Processes = append(r.out.Processes, Process{m[1], m[2], pid})
	return true
}

func (r *reader) bareName(line string) bool {
	m := find(bare, line, "@")
	if m == nil || len(r.bare) >= maxProcesses || !r.known(m[1]) {
		return false
	}
	r.bare = append(r.bare, Process{Module: m[1], Instance: m[2]})
	r.bareLines = append(r.bareLines, line)
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
	r.troubles = append(r.troubles, trouble{text, weight})
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

// finish decides what bare names are, and what is left to be searched.
func (r *reader) finish() {
	o := &r.out
	o.Pdump = o.Pdump || len(o.Processes) > 0
	switch {
	case o.Pdump:
	case r.said == "monitor" && (o.Build != 0 || len(r.bare) > 0), len(r.bare) > 1:
		o.Monitor, o.Missing = true, r.bare
	}
	if !o.Monitor {
		r.rest = append(r.rest, r.bareLines...)
	}
	worst := 0
	for _, t := range r.troubles {
		worst = max(worst, t.weight)
	}
	kept := 0
	for _, t := range r.troubles {
		if t.weight == worst && kept < maxTroubles {
			r.rest = append(r.rest, t.text)
			kept++
		}
	}
	o.Rest = strings.TrimSpace(strings.Join(r.rest, "\n"))
}
