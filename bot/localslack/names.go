package localslack

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// names is what rendering needs to know of the workspace, for one viewer.
type names struct {
	people   map[string]string
	choices  []optionView // of a menu of people
	channels map[string]string
	zone     *time.Location
}

func (w *Workspace) namesLocked(viewer string) names {
	n := names{people: map[string]string{w.opt.BotUserID: w.opt.BotName, slackbot: "Slack"}, channels: map[string]string{}}
	for id, u := range w.users {
		n.people[id] = u.RealName
	}
	for _, u := range w.opt.Users {
		n.choices = append(n.choices, optionView{Text: u.RealName, Value: u.ID})
	}
	for id, c := range w.channels {
		n.channels[id] = c.Name
	}
	n.zone = w.zoneLocked(viewer)
	return n
}

// zoneLocked is a person's time zone.
func (w *Workspace) zoneLocked(user string) *time.Location {
	if u := w.users[user]; u != nil {
		if zone, err := time.LoadLocation(u.TZ); err == nil {
			return zone
		}
	}
	return time.UTC
}

func (n names) person(id string) string {
	if name, ok := n.people[id]; ok {
		return name
	}
	return id
}

func (n names) channel(id, label string) string {
	if name, ok := n.channels[id]; ok {
		return name
	}
	if label != "" {
		return label
	}
	return id
}

// angleMark is one piece of mark-up in angle brackets.
var angleMark = regexp.MustCompile(`<[^<>]+>`)

var dateToken = regexp.MustCompile(`\{[a-z_]+\}`)

// dateForms are Slack's date tokens, in the plainest form of each.
var dateForms = map[string]string{
	"{date_num}": "2006-01-02", "{date}": "2 January 2006", "{date_short}": "2 Jan 2006", "{date_long}": "Monday 2 January 2006",
	"{date_pretty}": "2 January 2006", "{date_short_pretty}": "2 Jan 2006", "{date_long_pretty}": "Monday 2 January 2006",
	"{time}": "15:04", "{time_secs}": "15:04:05",
}

// date draws "!date^UNIX^format^link" in the viewer's zone; what cannot be read
// becomes the fallback.
func (n names) date(mark, fallback string) string {
	parts := strings.Split(mark, "^")
	if len(parts) < 3 {
		return fallback
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return fallback
	}
	return n.formatDate(seconds, parts[2])
}

func (n names) formatDate(seconds int64, format string) string {
	at := time.Unix(seconds, 0).In(n.zone)
	return dateToken.ReplaceAllStringFunc(format, func(token string) string {
		if layout, ok := dateForms[token]; ok {
			return at.Format(layout)
		}
		return token
	})
}

// timeOf reads a message time.
func timeOf(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	seconds, _ := strconv.ParseInt(sec, 10, 64)
	micros, _ := strconv.ParseInt(frac, 10, 64)
	return time.Unix(seconds, micros*1000)
}
