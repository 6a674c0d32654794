package reminder

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"campaignbot/bot"
)

// The inputs of the result form, which are also the ends of their phrases.
const (
	inRows       = "rows"
	inRejected   = "rejected"
	inDuplicates = "duplicates"
	inNote       = "note"
)

const (
	mostNote   = 1000 // characters
	mostDigits = 15
)

// result opens the form of a task that is done, and takes it when it comes back filled in.
func (f *Feature) result(ctx context.Context, req bot.Request) (bot.Reply, error) {
	t, err := f.opts.Tasks.Task(ctx, req.Value)
	if err != nil {
		return bot.Reply{}, f.failed(err)
	}
	switch {
	case t.State != bot.TaskDone:
		return bot.Reply{}, &bot.UserError{Kind: bot.Stale, Line: bot.Phrase("error.stale_button")}
	case t.DoneBy != req.User:
		return bot.Reply{}, &bot.UserError{Kind: bot.Denied, Line: bot.Phrase("error.result_of_another", "user", bot.Person(t.DoneBy))}
	case req.Surface != bot.Submission:
		return bot.Reply{Form: resultForm(t)}, nil
	}
	r, fault := readResult(req.Inputs)
	if fault != nil {
		return bot.Reply{}, fault
	}
	t, _, err = f.opts.Tasks.SetResult(ctx, t.ID, req.User, r, f.opts.Clock.Now())
	if err != nil {
		return bot.Reply{}, f.failed(err)
	}
	return bot.Reply{}, f.edit(ctx, t, req)
}

func resultButton(t bot.Task) bot.ReplyButton {
	return bot.ReplyButton{Action: actionResult, Value: t.ID, Label: bot.Phrase("button.result")}
}

func resultForm(t bot.Task) *bot.Form {
	input := func(name string, kind bot.InputKind, value string) bot.Input {
		return bot.Input{Name: name, Kind: kind, Label: bot.Phrase("result." + name), Value: value, Optional: true}
	}
	number := func(name string, n bot.Number) bot.Input {
		value := ""
		if n.Given {
			value = strconv.FormatInt(n.Value, 10)
		}
		return input(name, bot.InputNumber, value)
	}
	return &bot.Form{
		Action: actionResult, Value: t.ID, Title: bot.Phrase("result.form"), Submit: bot.Phrase("result.save"),
		Parts:  []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Text(t.Words())}}},
		Inputs: []bot.Input{number(inRows, t.Result.Rows), number(inRejected, t.Result.Rejected), number(inDuplicates, t.Result.Duplicates), input(inNote, bot.InputLines, t.Result.Note)},
	}
}

// readResult reads the form as it was filled in.
func readResult(in map[string]string) (bot.Result, *bot.UserError) {
	wrong := func(input string, line bot.Line) (bot.Result, *bot.UserError) {
		return bot.Result{}, &bot.UserError{Kind: bot.Invalid, Line: line, Input: input}
	}
	var r bot.Result
	for _, n := range []struct {
		name string
		into *bot.Number
	}{{inRows, &r.Rows}, {inRejected, &r.Rejected}, {inDuplicates, &r.Duplicates}} {
		text := strings.TrimSpace(in[n.name])
		if text == "" {
			continue
		}
		value, err := strconv.ParseInt(text, 10, 64)
		if err != nil || value < 0 || len(text) > mostDigits {
			return wrong(n.name, bot.Phrase("fault.number"))
		}
		*n.into = bot.Number{Value: value, Given: true}
	}
	r.Note = strings.TrimSpace(in[inNote])
	switch {
	case utf8.RuneCountInString(r.Note) > mostNote:
		return wrong(inNote, bot.Phrase("fault.long", "most", mostNote))
	case r == bot.Result{}:
		return wrong(inRows, bot.Phrase("fault.no_result"))
	}
	return r, nil
}
