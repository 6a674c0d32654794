package schedule

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"campaignbot/bot"
)

// longestPhrase is how many words of a line may say when.
const longestPhrase = 16

// Split takes a line apart that a person typed: when, as a phrase or a cron expression, and what, before or behind it. Not
// ok: nothing in it says when.
func Split(line string) (when, what string, ok bool) {
	words := places(line)
	most := min(longestPhrase, len(words))
	for n := most; n > 0; n-- {
		if when = strings.TrimRight(line[:words[n-1].end], joints); says(when) {
			return when, tidy(line[words[n-1].end:]), true
		}
	}
	for n := most; n > 0; n-- {
		first := words[len(words)-n]
		if when = strings.TrimRight(line[first.start:], joints); says(when) {
			return when, tidy(line[:first.start]), true
		}
	}
	return "", "", false
}

// Typed returns the schedule with what a person typed as its phrase or its expression.
func Typed(s bot.Schedule, when string) bot.Schedule {
	s.Cron, s.When = "", strings.TrimSpace(when)
	if isCron(s.When) {
		s.Cron, s.When = s.When, ""
	}
	return s
}

// FaultOf returns what is wrong with a schedule that somebody typed; wrong is false when nothing is.
func FaultOf(s bot.Schedule) (f Fault, wrong bool) {
	_, err := Parse(s)
	var p *Problem
	if errors.As(err, &p) {
		return p.Fault, true
	}
	return FaultOther, err != nil
}

// NextTimes returns the first times after a moment at which a schedule posts, n at most, in its zone. A schedule with
// something wrong has none.
func NextTimes(s bot.Schedule, after time.Time, n int) []time.Time {
	plan, err := Parse(s)
	if err != nil {
		return nil
	}
	var list []time.Time
	for at := plan.Next(after); !at.IsZero() && len(list) < n; at = plan.Next(at) {
		list = append(list, at)
	}
	return list
}

// Examples returns two everyday phrases in a language; in English for one that phrases are not read in.
func Examples(language string) [2]string {
	for _, l := range phraseLanguages {
		if l.code == language {
			return l.examples
		}
	}
	return phraseLanguages[0].examples
}

// says reports whether a text is a phrase or an expression, and nothing else.
func says(text string) bool {
	if isCron(text) {
		_, fault := canonicalCron(text)
		return fault == nil
	}
	_, fault := phrase(text)
	return fault == nil
}

// isCron reports whether a text has the form of a cron expression: a descriptor, or five fields of which the first two
// hold no letters.
func isCron(text string) bool {
	fields := strings.Fields(text)
	if len(fields) > 0 && len(fields[0]) > 1 && fields[0][0] == '@' {
		return true
	}
	if len(fields) != len(cronFields) {
		return false
	}
	for _, f := range fields[:2] {
		if strings.Trim(f, "0123456789*/,-") != "" {
			return false
		}
	}
	return true
}

// joints are what people write between when and what.
const joints = ",:;-–—"

// tidy takes off what joins when and what, and quotes around the whole.
func tidy(text string) string {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(joints, r) })
	if rest, found := strings.CutPrefix(text, "to "); found {
		text = strings.TrimSpace(rest)
	}
	if n := len(text); n > 2 && text[0] == '"' && text[n-1] == '"' && strings.Count(text, `"`) == 2 {
		return strings.TrimSpace(text[1 : n-1])
	}
	return text
}

type span struct{ start, end int }

// places returns where the words of a line are.
func places(line string) []span {
	var list []span
	start := -1
	for i, r := range line {
		switch space := unicode.IsSpace(r); {
		case space && start >= 0:
			list = append(list, span{start, i})
			start = -1
		case !space && start < 0:
			start = i
		}
	}
	if start >= 0 {
		list = append(list, span{start, len(line)})
	}
	return list
}
