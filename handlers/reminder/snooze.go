package reminder

import (
	"context"
	"slices"
	"strconv"
	"time"

	"campaignbot/bot"
)

// The choices of a snooze that are no durations: the next morning, and a time to be chosen in a form.
const (
	tomorrow  = "tomorrow"
	otherTime = "other"
)

const inUntil = "until" // the input of the form

var snoozes = []time.Duration{30 * time.Minute, 2 * time.Hour}

// longestSnooze is how far away the chosen time may be.
const longestSnooze = 60 * 24 * time.Hour

// snooze puts a task aside until a time of the menu, or of the form that the menu opens.
func (f *Feature) snooze(ctx context.Context, req bot.Request) (bot.Reply, error) {
	now := f.opts.Clock.Now()
	var until time.Time
	switch choice, err := time.ParseDuration(req.Choice); {
	case req.Surface == bot.Submission:
		unix, err := strconv.ParseInt(req.Inputs[inUntil], 10, 64)
		until = time.Unix(unix, 0)
		if err != nil || !until.After(now) || until.After(now.Add(longestSnooze)) {
			return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("fault.until"), Input: inUntil}
		}
	case err == nil && slices.Contains(snoozes, choice):
		until = now.Add(choice)
	case req.Choice == tomorrow, req.Choice == otherTime:
		t, err := f.opts.Tasks.Task(ctx, req.Value)
		if err != nil {
			return bot.Reply{}, f.failed(err)
		}
		until = t.Tomorrow(now)
		if req.Choice == otherTime && !t.Ended() {
			return bot.Reply{Form: snoozeForm(t, until)}, nil
		}
	default:
		return bot.Reply{}, &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.stale_button")}
	}
	t, changed, err := f.opts.Tasks.Snooze(ctx, req.Value, req.User, until, now)
	return f.after(ctx, req, press{
		task: t, changed: changed, wanted: t.State == bot.TaskSnoozed && t.SnoozedBy == req.User,
		line: bot.Phrase("reminder.you_snoozed", "until", t.SnoozedUntil),
	}, err)
}

func snoozeForm(t bot.Task, until time.Time) *bot.Form {
	return &bot.Form{
		Action: actionSnooze, Value: t.ID, Title: bot.Phrase("button.snooze"), Submit: bot.Phrase("button.snooze"),
		Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Text(t.Words())}}},
		Inputs: []bot.Input{{
			Name: inUntil, Kind: bot.InputMoment, Label: bot.Phrase("reminder.until"), Value: strconv.FormatInt(until.Unix(), 10),
		}},
	}
}

// snoozeMenu is the choices of a snooze.
func snoozeMenu() []bot.MenuOption {
	var menu []bot.MenuOption
	for _, d := range snoozes {
		menu = append(menu, bot.MenuOption{Value: d.String(), Label: bot.Phrase("format.value", "value", d)})
	}
	return append(menu,
		bot.MenuOption{Value: tomorrow, Label: bot.Phrase("button.snooze_tomorrow")},
		bot.MenuOption{Value: otherTime, Label: bot.Phrase("button.snooze_other")})
}
