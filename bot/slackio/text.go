package slackio

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// typed maps characters that keyboards and word processors put in place of plain ones.
var typed = strings.NewReplacer(
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`,
	"\u2018", "'", "\u2019", "'", "\u201a", "'",
	"\u2013", "-", "\u2014", "-", "\u2011", "-",
	"\u00a0", " ", "\u202f", " ", "\u2007", " ",
	"\u200b", "", "\ufeff", "", "\u2060", "",
)

// entities are the only ones Slack writes.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// unwrap returns what a person meant by text that came from Slack: mentions of the bot removed, links and other mark-up
// replaced by what the person saw, entities decoded once, typographic quotes, dashes and spaces made plain. The result
// is valid UTF-8.
func unwrap(text, botUser string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	var b strings.Builder
	b.Grow(len(text))
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '>')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		b.WriteString(control(text[open+1:open+end], botUser))
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return strings.TrimSpace(typed.Replace(entities.Replace(b.String())))
}

// control returns what a person sees for the mark-up between < and >. Its own < and > are entities, so that they are
// decoded with the rest.
func control(s, botUser string) string {
	if s == "" {
		return html.EscapeString("<>")
	}
	target, label, labelled := strings.Cut(s, "|")
	switch target[:min(1, len(target))] {
	case "@":
		if botUser != "" && target[1:] == botUser {
			return ""
		}
		if labelled && label != "" {
			return "@" + label
		}
		return target
	case "#":
		if labelled && label != "" {
			return "#" + label
		}
		return target
	case "!":
		if labelled && label != "" {
			return label
		}
		return "@" + target[1:]
	}
	if rest, ok := strings.CutPrefix(target, "mailto:"); ok {
		return rest
	}
	if !strings.Contains(target, "://") {
		return "&lt;" + s + "&gt;"
	}
	if labelled && label != "" {
		return label
	}
	return target
}

var reference = regexp.MustCompile(`<(?:[@#]|!subteam\^)([A-Z0-9]{2,})(?:\|[^<>]*)?>`)

// refs returns the channels, people and groups that a text from Slack names: as they stand in the text once it is
// unwrapped, with their ids.
func refs(text, botUser string) map[string]string {
	var found map[string]string
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		if m[1] == botUser {
			continue
		}
		if found == nil {
			found = make(map[string]string)
		}
		found[plain(unwrap(m[0], ""))] = m[1]
	}
	return found
}

// cronField is a word whose stars are no mark-up.
var cronField = regexp.MustCompile(`^\*(/\d+)?$`)

// plain drops the marks of bold, code and the like around words: people paste them with a command.
func plain(text string) string {
	if !strings.ContainsAny(text, "*_~`") {
		return text
	}
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	for i, f := range fields {
		if !cronField.MatchString(f) {
			fields[i] = strings.Trim(f, "*_~`")
		}
	}
	return strings.TrimSpace(strings.Join(fields, " "))
}
