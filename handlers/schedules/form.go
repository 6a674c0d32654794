package schedules

import (
	"context"
	"strings"
	"time"

	"campaignbot/bot"
)

// dues are the times after which a reminder can be overdue.
var dues = []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour}

// dueNever is the choice of a reminder that is never overdue.
const dueNever = "never"

// open opens the form. Where Slack does not let it open, a button does.
func (f *Feature) open(req bot.Request, d draft) bot.Reply {
	if req.Surface == bot.Slash || req.Surface == bot.Button {
		return bot.Reply{Form: f.form(req.Language, d, "")}
	}
	line := bot.Phrase("remind.open", "when", f.opts.Timetable.Examples(req.Language)[0], "what", bot.Phrase("remind.example"))
	return said(line, bot.Buttons{Items: []bot.ReplyButton{newReminder(draft{})}})
}

// form is the form with a draft in it. Shown is the draft whose times it shows, as seen returns it.
func (f *Feature) form(language string, d draft, shown string, parts ...bot.Part) *bot.Form {
	examples := f.opts.Timetable.Examples(language)
	hint := bot.Phrase("remind.when_hint", "first", code(examples[0]), "second", code(examples[1]), "cron", code(cronLine))
	send := bot.Phrase("remind.preview")
	if shown != "" {
		send = bot.Phrase("remind.create")
	}
	if !strings.HasPrefix(d.channel, "C") && !strings.HasPrefix(d.channel, "G") {
		d.channel = "" // the menu has no direct messages
	}
	if d.due == "" {
		d.due = dueNever
	}
	menu := []bot.MenuOption{{Value: dueNever, Label: bot.Phrase("remind.never")}}
	for _, due := range dues {
		menu = append(menu, bot.MenuOption{Value: due.String(), Label: value(due)})
	}
	return &bot.Form{
		Action: actionForm, Value: shown, Title: bot.Phrase("remind.form"), Submit: send, Parts: parts,
		Inputs: []bot.Input{
			{Name: inText, Kind: bot.InputLines, Label: bot.Phrase("remind.text"), Value: d.text},
			{Name: inWhen, Kind: bot.InputText, Label: bot.Phrase("schedule.when"), Hint: hint, Value: d.when},
			{Name: inZone, Kind: bot.InputText, Label: bot.Phrase("schedule.zone"), Hint: bot.Phrase("remind.zone_hint"), Value: d.zone},
			{Name: inChannel, Kind: bot.InputChannel, Label: bot.Phrase("schedule.channel"), Hint: bot.Phrase("remind.channel_hint"), Value: d.channel},
			{Name: inMention, Kind: bot.InputPerson, Label: bot.Phrase("remind.mention"), Value: d.mention, Optional: true},
			{Name: inDue, Kind: bot.InputMenu, Label: bot.Phrase("schedule.overdue"), Value: d.due, Menu: menu},
		},
	}
}

// seen names what the times of a draft depend on.
func (d draft) seen() string { return d.when + "\n" + d.zone }

// filledIn takes the form. It shows the next times first, and makes the reminder when those have been seen.
func (f *Feature) filledIn(ctx context.Context, req bot.Request) (bot.Reply, error) {
	in := req.Inputs
	d := draft{text: in[inText], when: in[inWhen], channel: in[inChannel], zone: in[inZone], mention: in[inMention], due: in[inDue]}
	s, fault := f.schedule(req, d)
	if fault != nil {
		return bot.Reply{}, fault
	}
	if req.Value != d.seen() {
		return bot.Reply{Form: f.form(req.Language, d, d.seen(), f.coming(s), bot.Note{Lines: []bot.Line{bot.Phrase("remind.check")}})}, nil
	}
	return f.create(ctx, s)
}
