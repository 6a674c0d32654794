package schedules

import (
	"context"
	"errors"

	"campaignbot/bot"
)

// changed is what became of a change that somebody asked for.
type changed struct {
	done    bool     // this call made it
	already bot.Line // said otherwise: somebody was first, or there is nothing to change
	now     bot.Line // said when it is done
	button  string   // the word of the button that undoes it
}

// change pauses, resumes, posts, deletes or brings back a schedule, if the asker may.
func (f *Feature) change(ctx context.Context, req bot.Request, word, id string) (bot.Reply, error) {
	s, err := f.lookUp(ctx, word, id)
	if err != nil {
		return bot.Reply{}, err
	}
	if word == wordRun {
		return f.run(ctx, req, s)
	}
	if err := f.may(ctx, req.User, s); err != nil {
		return bot.Reply{}, err
	}
	c, err := f.apply(ctx, word, s, bot.Mark{By: req.User, In: req.Channel, At: f.opts.Clock.Now()})
	if err != nil {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
	}
	if !c.done {
		return said(c.already, buttons(id, wordHistory)), nil
	}
	f.opts.Timetable.Reload(ctx)
	return said(c.now, buttons(id, c.button)), nil
}

// lookUp returns a schedule as the store has it now, also one that is deleted, or one of the configuration.
func (f *Feature) lookUp(ctx context.Context, word, id string) (bot.Schedule, error) {
	s, err := f.opts.Store.Schedule(ctx, id)
	all := f.opts.Timetable.Schedules()
	if inForce, found := find(all, id); found && inForce.Made.IsZero() {
		return inForce, nil // the configuration goes before Slack
	}
	switch {
	case errors.Is(err, f.opts.Missing):
		return s, unknown(word, id, all)
	case err != nil:
		return s, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
	case !s.Deleted.IsZero() && word != wordRestore && word != wordDelete:
		return s, &bot.UserError{Kind: bot.Stale, Line: already("remind.already_deleted", id, s.Deleted), Parts: []bot.Part{buttons(id, wordRestore)}}
	}
	return s, nil
}

// may returns why a person may not change a schedule, if they may not.
func (f *Feature) may(ctx context.Context, user string, s bot.Schedule) error {
	switch {
	case s.Made.IsZero():
		return &bot.UserError{Kind: bot.Denied, Line: bot.Phrase("error.schedule_from_file", "id", s.ID)}
	case s.Made.By == user || f.opts.Admin(ctx, user):
		return nil
	}
	return &bot.UserError{Kind: bot.Denied, Line: bot.Phrase("error.schedule_of_another", "id", s.ID, "user", bot.Person(s.Made.By))}
}

func (f *Feature) apply(ctx context.Context, word string, s bot.Schedule, m bot.Mark) (c changed, err error) {
	next := f.opts.Timetable.NextTimes(bot.Schedule{Cron: s.Cron, When: s.When, TimeZone: s.TimeZone}, m.At, 1)
	coming := bot.Phrase("schedule.none_to_come")
	if len(next) > 0 {
		coming = value(next[0])
	}
	switch word {
	case wordPause:
		c = changed{already: already("remind.already_paused", s.ID, s.Paused), now: bot.Phrase("remind.paused", "id", s.ID), button: wordResume}
		c.done, err = f.opts.Store.PauseSchedule(ctx, s.ID, m)
	case wordResume:
		c = changed{already: bot.Phrase("remind.already_on", "id", s.ID), now: bot.Phrase("remind.resumed", "id", s.ID, "next", coming), button: wordPause}
		c.done, err = f.opts.Store.ResumeSchedule(ctx, s.ID)
	case wordDelete:
		c = changed{already: already("remind.already_deleted", s.ID, s.Deleted), now: bot.Phrase("remind.deleted", "id", s.ID), button: wordRestore}
		c.done, err = f.opts.Store.DeleteSchedule(ctx, s.ID, m)
	case wordRestore:
		c = changed{already: bot.Phrase("remind.already_there", "id", s.ID), now: bot.Phrase("remind.restored", "id", s.ID, "next", coming), button: wordDelete}
		c.done, err = f.opts.Store.RestoreSchedule(ctx, s.ID)
	}
	return c, err
}

func already(key, id string, m bot.Mark) bot.Line {
	return bot.Phrase(key, "id", id, "user", bot.Person(m.By), "at", m.At)
}

// run posts for a schedule now, also for one of the configuration: for whoever may change it, and for those in its channel.
func (f *Feature) run(ctx context.Context, req bot.Request, s bot.Schedule) (bot.Reply, error) {
	if req.Channel != s.Channel && s.Made.By != req.User && !f.opts.Admin(ctx, req.User) {
		return bot.Reply{}, &bot.UserError{Kind: bot.Denied, Line: bot.Phrase("error.run_elsewhere", "id", s.ID, "channel", bot.ChannelRef(s.Channel))}
	}
	if err := f.opts.Timetable.Run(ctx, s, f.opts.Clock.Now()); err != nil {
		return bot.Reply{}, &bot.UserError{Kind: bot.Invalid, Line: bot.Phrase("error.store_down"), Err: err}
	}
	return said(bot.Phrase("remind.ran", "id", s.ID, "channel", bot.ChannelRef(s.Channel)), buttons(s.ID, wordHistory)), nil
}

func said(line bot.Line, row bot.Buttons) bot.Reply {
	return reply(line, bot.Paragraph{Lines: []bot.Line{line}}, row)
}
