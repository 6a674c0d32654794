package localslack

import (
	"regexp"
	"strings"
)

// What people type is not what arrives: Slack escapes three characters, turns
// names into mentions and wraps addresses into links. Text inside backticks is
// only escaped.
var (
	escapeTyped  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	typedAddress = regexp.MustCompile(`https?://[^\s<>|]+[^\s<>|.,;:!?)'"]`)
	typedMail    = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[a-z]{2,}`)
	typedHost    = regexp.MustCompile(`(?:[A-Za-z0-9-]+\.)+(?:com|net|org|io|eu|nl|de|fr|uk)\b(?:/[^\s<>|]*)?`)
	typedName    = regexp.MustCompile(`[@#][a-z0-9][a-z0-9._-]*`)
	typedInside  = regexp.MustCompile(`\w+[@#]\w*`) // instance@host is no mention
	typedLink    = regexp.MustCompile(typedAddress.String() + "|" + typedMail.String() + "|" + typedHost.String() + "|" +
		typedInside.String() + "|" + typedName.String())
)

// typedMessageLocked is a message as Slack hands it to an app.
func (w *Workspace) typedMessageLocked(text string) string { return w.markUpLocked(text, false) }

// typedCommandLocked is the text of a command. Without should_escape names and
// addresses stay as they were typed.
func (w *Workspace) typedCommandLocked(text string) string {
	if !w.opt.EscapeCommands {
		return escapeTyped.Replace(text)
	}
	return w.markUpLocked(text, true)
}

func (w *Workspace) markUpLocked(text string, withNames bool) string {
	parts := strings.Split(text, "`")
	for i, part := range parts {
		part = escapeTyped.Replace(part)
		if i%2 == 0 {
			part = typedLink.ReplaceAllStringFunc(part, func(found string) string { return w.linkLocked(found, withNames) })
		}
		parts[i] = part
	}
	return strings.Join(parts, "`")
}

func (w *Workspace) linkLocked(found string, withNames bool) string {
	switch {
	case found[0] == '@' || found[0] == '#':
		return w.nameLocked(found, withNames)
	case strings.HasPrefix(found, "http://") || strings.HasPrefix(found, "https://"):
		return "<" + found + ">"
	case typedInside.FindString(found) == found:
		return found
	case strings.Contains(found, "@"):
		return "<mailto:" + found + "|" + found + ">"
	}
	return "<http://" + found + "|" + found + ">"
}

func (w *Workspace) nameLocked(found string, withNames bool) string {
	name := strings.TrimRight(found[1:], ".")
	rest := found[1+len(name):]
	label := func(text string) string {
		if withNames {
			return "|" + text
		}
		return ""
	}
	if found[0] == '#' {
		for _, c := range w.opt.Channels {
			if c.Name == name {
				return "<#" + c.ID + "|" + name + ">" + rest
			}
		}
		return found
	}
	if name == w.opt.BotName {
		return "<@" + w.opt.BotUserID + label(name) + ">" + rest
	}
	for _, u := range w.opt.Users {
		if u.Name == name {
			return "<@" + u.ID + label(name) + ">" + rest
		}
	}
	return found
}
