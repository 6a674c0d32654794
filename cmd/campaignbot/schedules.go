package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"campaignbot/bot"
	"campaignbot/bot/schedule"
	"campaignbot/config"
	"campaignbot/knowledge"
)

// packs are the routine checks that one line of the configuration gives a team.
var packs = map[string]knowledge.Period{
	"campaign-daily": knowledge.Daily, "campaign-weekly": knowledge.Weekly, "campaign-monthly": knowledge.Monthly,
}

// planned is a schedule with its place in the configuration; a pack is one place and several schedules.
type planned struct {
	bot.Schedule
	place int
}

// schedulesOf returns the schedules of the configuration in the bot's terms, a pack as one for each of its checks, and what
// is wrong with what they refer to.
func schedulesOf(cfg *config.Config) ([]planned, config.Problems) {
	var list []planned
	var problems config.Problems
	var entries *knowledge.Library
	for i, s := range cfg.Schedules {
		if (s.Runbook != "" || s.Pack != "") && entries == nil {
			entries = plainEntries(cfg.Knowledge.Dir)
		}
		one, unclear := inBotTerms(s)
		more, problem := expand(s, one, i, entries)
		for _, p := range []*config.Problem{unclear, problem} {
			if p != nil {
				p.Path = config.SchedulePath(i, s.ID)
				problems = append(problems, *p)
			}
		}
		list = append(list, more...)
	}
	return list, problems
}

// plainEntries reads the entries without an index. What is wrong with a folder of one's own is said where it is opened; here
// the built-in entries stand in for it.
func plainEntries(dir string) *knowledge.Library {
	if dir != "" {
		if entries, err := knowledge.LoadOver(knowledge.Builtin(), os.DirFS(dir)); err == nil {
			return entries
		}
	}
	entries, err := knowledge.BuiltinLibrary()
	if err != nil {
		panic(err) // part of the program, and read by every test
	}
	return entries
}

// inBotTerms returns a schedule as it is, without the entries that it refers to.
func inBotTerms(s config.Schedule) (bot.Schedule, *config.Problem) {
	var problem *config.Problem
	quiet, err := bot.ParseQuietHours(s.QuietHours)
	if err != nil {
		problem = &config.Problem{What: "quiet_hours " + err.Error(), Todo: `write it as "22:00-07:00"`}
	}
	return bot.Schedule{
		ID: s.ID, Cron: s.Cron, When: s.When, TimeZone: s.TimeZone, Channel: s.Channel, Kind: s.Kind,
		Text: s.Text, Mention: s.Mention, WorkingDaysOnly: s.WorkingDaysOnly, Holidays: s.Holidays, QuietHours: quiet,
		CatchUp: s.CatchUp, Due: s.Due, Escalate: bot.Escalation{After: s.Escalate.After, To: s.Escalate.To},
	}, problem
}

// expand returns the schedules that a place of the configuration stands for; one is the schedule itself.
func expand(s config.Schedule, one bot.Schedule, place int, entries *knowledge.Library) ([]planned, *config.Problem) {
	alone := []planned{{one, place}}
	switch {
	case s.Kind == config.KindStatus:
		return alone, &config.Problem{What: "kind status needs live checks, which this version does not have", Todo: "use reminder or digest"}
	case s.Runbook != "":
		e, ok := entries.Lookup(knowledge.KindRunbook, s.Runbook)
		if !ok {
			return alone, &config.Problem{What: fmt.Sprintf("there is no runbook %q", s.Runbook), Todo: "campaignbot knowledge list shows them"}
		}
		return []planned{{reminding(one, s.ID, e), place}}, nil
	case s.Pack != "":
		every, ok := packs[s.Pack]
		if !ok {
			return alone, &config.Problem{What: fmt.Sprintf("there is no pack %q", s.Pack), Todo: "use campaign-daily, campaign-weekly or campaign-monthly"}
		}
		var list []planned
		for _, e := range entries.OfKind(knowledge.KindCheck) {
			if e.Every == every {
				list = append(list, planned{reminding(one, s.ID+"-"+strings.TrimPrefix(e.ID, "check-"), e), place})
			}
		}
		return list, nil
	}
	return alone, nil
}

// reminding returns the schedule as one that reminds of an entry, under its title.
func reminding(s bot.Schedule, id string, e *knowledge.Entry) bot.Schedule {
	s.ID, s.Text, s.Entry = id, e.Title, e.ID
	return s
}

// plain returns the schedules without their places.
func plain(list []planned) []bot.Schedule {
	schedules := make([]bot.Schedule, len(list))
	for i, p := range list {
		schedules[i] = p.Schedule
	}
	return schedules
}

// checkSchedules finds what the shape of the configuration does not show: an expression that never comes, a runbook that
// does not exist, and what this version does not have.
func checkSchedules(cfg *config.Config) config.Problems {
	list, problems := schedulesOf(cfg)
	for _, err := range schedule.Check(plain(list)) {
		var p *schedule.Problem
		if errors.As(err, &p) {
			place := list[p.Index].place
			problems = append(problems, config.Problem{Path: config.SchedulePath(place, cfg.Schedules[place].ID), What: p.What, Todo: p.Todo})
		}
	}
	return config.Join(problems)
}
