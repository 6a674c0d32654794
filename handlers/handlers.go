// Package handlers is the explicit list of what the bot can do: commands, buttons and scheduled posts. Help is built last,
// from that list.
package handlers

import (
	"context"

	"campaignbot/bot"
	"campaignbot/handlers/about"
	"campaignbot/handlers/digest"
	"campaignbot/handlers/help"
	"campaignbot/handlers/language"
	"campaignbot/handlers/reminder"
	"campaignbot/handlers/schedules"
	"campaignbot/handlers/troubleshoot"
)

// Features are the parts of the bot. Only Troubleshoot is required: the terminal has no more.
type Features struct {
	Troubleshoot *troubleshoot.Feature
	Schedules    *schedules.Feature
	Language     *language.Feature
	About        *about.Feature
	Reminder     *reminder.Feature
	Digest       *digest.Feature
}

// Set is everything a router and a delivery need.
type Set struct {
	Commands []bot.Command
	Actions  []bot.Action
	Symptom  bot.Handler
	Empty    bot.Handler
	Compose  map[string]func(context.Context, bot.DuePost) (bot.Outgoing, error) // by kind of schedule
}

// All returns the set of the features.
func All(f Features) Set {
	var s Set
	s.Commands = append(s.Commands, f.Troubleshoot.Commands()...)
	s.Actions = append(s.Actions, f.Troubleshoot.Actions()...)
	if f.Schedules != nil {
		s.Commands = append(s.Commands, f.Schedules.Commands()...)
		s.Actions = append(s.Actions, f.Schedules.Actions()...)
	}
	if f.Language != nil {
		s.Commands = append(s.Commands, f.Language.Commands()...)
		s.Actions = append(s.Actions, f.Language.Actions()...)
	}
	if f.About != nil {
		s.Commands = append(s.Commands, f.About.Commands()...)
	}
	if f.Reminder != nil && f.Digest != nil {
		s.Commands = append(s.Commands, f.Digest.Commands()...)
		s.Actions = append(s.Actions, f.Reminder.Actions()...)
		s.Actions = append(s.Actions, f.Digest.Actions()...)
		s.Compose = map[string]func(context.Context, bot.DuePost) (bot.Outgoing, error){
			bot.KindReminder: f.Reminder.Compose,
			bot.KindDigest:   f.Digest.Compose,
		}
	}
	h := help.New(s.Commands)
	s.Commands = append(s.Commands, h.Command())
	s.Symptom = f.Troubleshoot.Symptom
	s.Empty = h.Help
	return s
}
