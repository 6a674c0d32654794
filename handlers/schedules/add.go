package schedules

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"campaignbot/bot"
)

const (
	mostText = 500 // characters of what a reminder says
	mostWhen = 200
	previews = 5  // times that are shown before and after a reminder is made
	mostIDs  = 50 // names that are tried for a reminder
	cronLine = "30 8 * * 1-5"
)

// draft is a reminder as it was typed or filled in. The fields are the names of the form's inputs.
type draft struct {
	text, when, channel, zone, mention, due string
}

// The inputs of the form. Faults of package schedule point at when and zone.
const (
	inText    = "text"
	inWhen    = "when"
	inChannel = "channel"
	inZone    = "zone"
	inMention = "mention"
	inDue     = "due"
)

// add makes a reminder of a line that says when and what. Without a line it opens the form; a line that is not clear is an
// error with a button that opens the form with what was clear.
func (f *Feature) add(ctx context.Context, req bot.Request, line string) (bot.Reply, error) {
	d, unknown := f.read(ctx, req, line)
	if line == "" || req.Surface == bot.Button {
		return f.open(req, d), nil
	}
	s, fault := f.schedule(req, d)
	switch {
	case unknown != "":
		fault = &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.unknown_ref", "name", unknown)}
	case d.when == "":
		example := f.opts.Timetable.Examples(req.Language)[0]
		fault = &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.remind_unclear", "when", example, "what", bot.Phrase("remind.example"))}
	}
	if fault != nil {
		fault.Parts = []bot.Part{bot.Buttons{Items: []bot.ReplyButton{newReminder(d)}}}
		return bot.Reply{}, fault
	}
	return f.create(ctx, s)
}

// newReminder is the button that opens the form with a draft in it.
func newReminder(d draft) bot.ReplyButton {
	words := []string{wordAdd}
	if d.channel != "" {
		words = append(words, "<#"+d.channel+">")
	}
	if d.mention != "" {
		words = append(words, "<@"+d.mention+">")
	}
	for _, text := range []string{d.when, d.text} {
		if text != "" {
			words = append(words, text)
		}
	}
	return bot.ReplyButton{Action: verb, Value: strings.Join(words, " "), Label: bot.Phrase("button.new_reminder")}
}

// read takes a line apart: first where and whom it is for, then when, before or behind what. Unknown is a name of which Slack
// did not say whom it means; it stays in the text.
func (f *Feature) read(ctx context.Context, req bot.Request, line string) (d draft, unknown string) {
	d = draft{channel: req.Channel, zone: f.opts.Zone(ctx, req.User)}
	if d.zone == "" {
		d.zone = "UTC"
	}
	for {
		name, id := ref(line, req.Refs)
		switch {
		case id == "":
			d.text = line
			if when, what, ok := f.opts.Timetable.Split(strings.TrimPrefix(line, name)); ok {
				d.when, d.text = when, strings.TrimSpace(name+" "+what)
			}
			return d, name
		case id == self:
			d.mention = req.User
		case id[0] == 'U' || id[0] == 'W' || id[0] == 'S':
			d.mention = id
		default:
			d.channel = id
		}
		line = strings.TrimSpace(line[len(name):])
	}
}

// self stands for the asker among the names of a line.
const self = "me"

// linked is how a button of ours names a channel, a person or a group.
var linked = regexp.MustCompile(`^<[#@]([A-Z0-9]{2,})>`)

// ref returns the #channel, @person or me that a line begins with, and its id; no id when Slack did not say whom it means,
// no name either when the line begins with something else.
func ref(line string, refs map[string]string) (name, id string) {
	if m := linked.FindStringSubmatch(line); m != nil {
		return m[0], m[1]
	}
	for n := range refs { // a name may hold spaces, and begin like another
		if rest, found := strings.CutPrefix(line, n); found && len(n) > len(name) && (rest == "" || rest[0] == ' ') {
			name = n
		}
	}
	if name != "" {
		return name, refs[name]
	}
	first, _, _ := strings.Cut(line, " ")
	switch lower := strings.ToLower(first); {
	case slices.Contains([]string{"me", "mij", "mich", "moi"}, lower):
		return first, self
	case len(first) > 1 && (first[0] == '#' || first[0] == '@' && !slices.Contains(descriptors, lower)):
		return first, ""
	}
	return "", ""
}

// descriptors are the words of cron that look like names.
var descriptors = []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@every"}

// schedule returns the schedule that a draft describes, or what is wrong with it.
func (f *Feature) schedule(req bot.Request, d draft) (bot.Schedule, *bot.UserError) {
	wrong := func(input string, line bot.Line) (bot.Schedule, *bot.UserError) {
		return bot.Schedule{}, &bot.UserError{Kind: bot.Invalid, Line: line, Input: input}
	}
	s := bot.Schedule{
		TimeZone: d.zone, Channel: d.channel, Kind: bot.KindReminder, Text: map[string]string{"": d.text}, CatchUp: f.opts.CatchUp,
		Made: bot.Mark{By: req.User, In: req.Channel, At: f.opts.Clock.Now()},
	}
	if d.mention != "" {
		s.Mention = []string{d.mention}
	}
	if due, err := time.ParseDuration(d.due); err == nil {
		s.Due = due
	}
	s, fault := f.opts.Timetable.Read(s, d.when)
	switch {
	case d.text == "":
		return wrong(inText, bot.Phrase("fault.text"))
	case utf8.RuneCountInString(d.text) > mostText:
		return wrong(inText, bot.Phrase("fault.long", "most", mostText))
	case utf8.RuneCountInString(d.when) > mostWhen:
		return wrong(inWhen, bot.Phrase("fault.long", "most", mostWhen))
	case d.channel == "" || !f.opts.Allowed(d.channel):
		return wrong(inChannel, bot.Phrase("fault.channel"))
	case fault != "":
		input := inWhen
		if fault == inZone {
			input = inZone
		}
		return wrong(input, f.fault(req.Language, fault))
	}
	return s, nil
}

// fault says what is wrong with what was typed as the time, with an example.
func (f *Feature) fault(language, fault string) bot.Line {
	return bot.Phrase("fault."+fault, "first", code(f.opts.Timetable.Examples(language)[0]), "cron", code(cronLine), "zone", code("Europe/Amsterdam"))
}

// create keeps a schedule under the first free name that its text suggests, and says when it comes.
func (f *Feature) create(ctx context.Context, s bot.Schedule) (bot.Reply, error) {
	taken := f.opts.Timetable.Schedules()
	name := nameFor(s.Text[""])
	for n := 1; n <= mostIDs; n++ {
		s.ID = name
		if n > 1 {
			s.ID += "-" + strconv.Itoa(n)
		}
		if slices.ContainsFunc(taken, func(t bot.Schedule) bool { return t.ID == s.ID }) {
			continue
		}
		added, err := f.opts.Timetable.Add(ctx, s)
		if err != nil {
			return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
		}
		if added {
			f.opts.Timetable.Reload(ctx)
			return f.made(s), nil
		}
	}
	return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.schedule_taken"), Input: inText}
}

func (f *Feature) made(s bot.Schedule) bot.Reply {
	title := bot.Phrase("remind.made", "id", s.ID, "channel", bot.ChannelRef(s.Channel))
	return reply(title, bot.Paragraph{Lines: []bot.Line{title, bot.Typed(s.Text[""])}}, f.coming(s),
		bot.Note{Lines: []bot.Line{bot.Phrase("remind.made_note", "id", s.ID)}}, buttons(s.ID, wordShow, wordDelete))
}

// coming lists the next times of a schedule.
func (f *Feature) coming(s bot.Schedule) bot.List {
	list := bot.List{Title: bot.Phrase("remind.coming")}
	for _, at := range f.opts.Timetable.NextTimes(s, f.opts.Clock.Now(), previews) {
		list.Items = append(list.Items, value(at))
	}
	return list
}
