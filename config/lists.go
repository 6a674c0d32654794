package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

const channelTodo = "e.g. C0123456789, at the bottom of the channel's details in Slack; not its name"

func (k *checker) channels(all []Channel) {
	seen := map[string]int{}
	for i, c := range all {
		at := listPlace("channels", i)
		if k.known[at.base] {
			continue
		}
		k.id(at, i, c.ID, seen, "channels", channelTodo)
		if c.ID != "" && !channelID.MatchString(c.ID) {
			k.add(at, "id", "is not a channel id", channelTodo)
		}
		if c.Instance != "" && !instanceID.MatchString(c.Instance) {
			k.add(at, "instance", "is not the name of an instance", "letters, digits, _ . and -")
		}
	}
}

func (k *checker) instances(all []Instance) {
	seen := map[string]int{}
	for i, inst := range all {
		at := listPlace("instances", i)
		if k.known[at.base] {
			continue
		}
		k.id(at, i, inst.ID, seen, "instances", "the name of the instance, as in wfserver@prod")
		if inst.ID != "" && !instanceID.MatchString(inst.ID) {
			k.add(at, "id", "is not the name of an instance", "letters, digits, _ . and -")
		}
		if inst.Build != "" && !digits.MatchString(inst.Build) {
			k.add(at, "build", "must be digits", `e.g. "9368"`)
		}
		if inst.BaseURL != "" {
			k.webURL(at, "base_url", inst.BaseURL)
		}
		soap := at.below("soap")
		if inst.SOAP.Login != "" && !inst.SOAP.Password.IsSet() {
			k.missing(soap, "password", "set soap.password_file or soap.password")
		}
		if inst.SOAP.Login == "" && inst.SOAP.Password.IsSet() {
			k.missing(soap, "login", "the operator the password is for")
		}
		if inst.Database.URL.IsSet() {
			k.databaseURL(at.below("database"), inst.Database.URL.Reveal())
		}
	}
}

func (k *checker) permissions(p Permissions) {
	at := place{base: "permissions"}
	for i, id := range p.Admins {
		if !userID.MatchString(id) && !groupID.MatchString(id) {
			k.add(at, item("admins", i), "is not a user or user-group id", "e.g. U0123456789 or S0123456789; not a name")
		}
	}
	for i, id := range p.Channels {
		if !channelID.MatchString(id) {
			k.add(at, item("channels", i), "is not a channel id", channelTodo)
		}
	}
}

func (k *checker) schedules(all []Schedule) {
	seen := map[string]int{}
	for i, s := range all {
		at := place{base: SchedulePath(i, s.ID), item: true, list: true}
		if k.known[at.base] {
			continue
		}
		k.id(at, i, s.ID, seen, "schedules", "e.g. failed-exports")
		if s.ID != "" && !scheduleID.MatchString(s.ID) {
			k.add(at, "id", "is not a schedule id", "1 to 64 of a-z, 0-9 and -")
		}
		k.times(at, s)
		switch {
		case s.Channel == "":
			k.missing(at, "channel", channelTodo)
		case !channelID.MatchString(s.Channel):
			k.add(at, "channel", "is not a channel id", channelTodo)
		}
		k.content(at, s)
		for i, id := range s.Mention {
			if !userID.MatchString(id) && !groupID.MatchString(id) {
				k.add(at, item("mention", i), "is not a user or user-group id", "e.g. U0123456789 or S0123456789; not a name")
			}
		}
		k.escalate(at, s.Escalate)
	}
}

func (k *checker) times(at place, s Schedule) {
	switch {
	case s.Cron != "" && s.When != "":
		k.add(at, "cron", "and when are both set", "keep one")
	case s.Cron == "" && s.When == "" && !k.known[at.path("when")]:
		k.missing(at, "cron", `say when, e.g. cron: "30 8 * * 1-5" or when: every weekday at 08:30`)
	}
	if s.TimeZone == "" {
		k.missing(at, "time_zone", "say which time zone, e.g. Europe/Amsterdam")
	} else if _, err := time.LoadLocation(s.TimeZone); err != nil || strings.EqualFold(s.TimeZone, "local") {
		k.add(at, "time_zone", show(s.TimeZone)+" is not a time zone", "e.g. Europe/Amsterdam or UTC")
	}
	for i, day := range s.Holidays {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			k.add(at, item("holidays", i), show(day)+" is not a date", "write it as YYYY-MM-DD")
		}
	}
}

// content checks what a schedule posts: reminders say it, digests and status reports find it themselves.
func (k *checker) content(at place, s Schedule) {
	var given []string
	for _, c := range []struct {
		name string
		set  bool
	}{{"text", s.Text != nil || k.known[at.path("text")]}, {"runbook", s.Runbook != "" || k.known[at.path("runbook")]}, {"pack", s.Pack != "" || k.known[at.path("pack")]}} {
		if c.set {
			given = append(given, c.name)
		}
	}
	_, hasText := s.Text[""]
	if s.Text != nil && !hasText && len(s.Text) == 0 && !k.anyBelow(at.path("text")+".") {
		k.add(at, "text", "is empty", "write one text, or one for each of "+strings.Join(languages, ", "))
	}
	switch {
	case s.Kind == KindReminder && len(given) == 0:
		k.missing(at, "text", "say what to do: text, runbook or pack")
	case s.Kind == KindReminder && len(given) > 1:
		k.add(at, strings.Join(given, " and "), "are set together", "keep one")
	case (s.Kind == KindDigest || s.Kind == KindStatus) && len(given) > 0:
		k.add(at, strings.Join(given, " and "), "cannot be set for kind "+s.Kind, "only a reminder has it")
	}
}

func (k *checker) anyBelow(prefix string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(k.known)), func(path string) bool { return strings.HasPrefix(path, prefix) })
}

func (k *checker) escalate(at place, e Escalate) {
	below := at.below("escalate")
	switch {
	case e.After == 0 && e.To != "":
		k.missing(below, "after", "say after how long, e.g. 4h")
	case e.After != 0 && e.To == "":
		k.missing(below, "to", "say whom to tell: a channel or user id")
	}
	if e.To != "" && !channelID.MatchString(e.To) && !userID.MatchString(e.To) {
		k.add(below, "to", "is not a channel or user id", "e.g. C0123456789 or U0123456789; not a name")
	}
}

// id checks that an id is there and stands once.
func (k *checker) id(at place, i int, id string, seen map[string]int, list, todo string) {
	if id == "" {
		k.missing(at, "id", todo)
		return
	}
	if first, twice := seen[id]; twice {
		k.add(at, "id", fmt.Sprintf("is the same as that of %s[%d]", list, first), "each needs its own; remove one or rename it")
		return
	}
	seen[id] = i
}

func listPlace(list string, i int) place { return place{base: item(list, i), list: true} }

func item(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
