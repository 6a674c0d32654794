package main

import (
	"strings"
	"testing"

	"campaignbot/bot"
	"campaignbot/bot/localslack"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
	"campaignbot/knowledge/search"
)

func load(t *testing.T, yaml string) *config.Config {
	t.Helper()
	inFolder(t, yaml)
	cfg, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

const daily = `{id: daily, cron: "30 8 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001`

func TestSchedulesOfTheConfiguration(t *testing.T) {
	for _, c := range []struct{ name, yaml, want, problem string }{
		{"a text", daily + `, text: Look}`, "daily", ""},
		{"a runbook by its number", daily + `, runbook: RB-15}`, "daily disk-full", ""},
		{"a routine check", daily + `, runbook: check-failed-exports}`, "daily check-failed-exports", ""},
		{"a runbook of nobody", daily + `, runbook: frobnicate}`, "", `schedules[0] daily: there is no runbook "frobnicate"`},
		{"a pack of nobody", daily + `, pack: campaign-hourly}`, "", `schedules[0] daily: there is no pack "campaign-hourly"`},
		{"live checks", daily + `, kind: status}`, "", "kind status needs live checks"},
		{"the monthly checks", daily + `, pack: campaign-monthly}`, "daily-backup check-backup, daily-billing check-billing", ""},
		{"quiet hours", daily + `, text: Look, quiet_hours: 22:00-07:00}`, "daily", ""},
		{"quiet hours that end when they begin", daily + `, text: Look, quiet_hours: 22:00-22:00}`, "", `schedules[0] daily: quiet_hours ends when it begins (write it as "22:00-07:00")`},
		{"quiet hours in words, and a runbook of nobody", daily + `, runbook: frobnicate, quiet_hours: at night}`, "", `schedules[0] daily: quiet_hours is not from one time of day to another (write it as "22:00-07:00")` + "\n" + `schedules[0] daily: there is no runbook "frobnicate"`},
		{"an id that a pack has too", daily + `, pack: campaign-monthly}, {id: daily-backup, cron: "0 1 * * *", time_zone: UTC, channel: C0OPS0001, text: x}`, "", "id is the same"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := load(t, "schedules: ["+c.yaml+"]\n")
			if problems := checkSchedules(cfg); c.problem != "" {
				if err := problems.Err(); err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("problems %v, want %q", err, c.problem)
				}
				return
			} else if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			list, _ := schedulesOf(cfg)
			var got []string
			for _, s := range list {
				got = append(got, strings.TrimSpace(s.ID+" "+s.Entry))
				if s.Entry == "" {
					continue
				}
				for _, lang := range bot.Languages() {
					if s.Text[lang] == "" {
						t.Errorf("%s says nothing in %s", s.ID, lang)
					}
				}
			}
			if all := strings.Join(got, ", "); !strings.HasPrefix(all, c.want) {
				t.Errorf("schedules %s, want %s", all, c.want)
			}
		})
	}
}

// TestAPackRemindsOfEachCheckWithItsSteps posts a pack and looks at the steps of one check.
func TestAskDoesNotTakeAPackForAModule(t *testing.T) {
	edition, err := search.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for pack := range packs {
		for _, text := range []string{pack, "why did " + pack + " not post?"} {
			if r := edition.Find(text); r.Sure {
				t.Errorf("%q is answered with %s", text, r.Modules[0].Entry.ID)
			}
		}
	}
}

func TestAPackRemindsOfEachCheckWithItsSteps(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		r := newRig(t, config.ModeSocket, url, "channels: [{id: C0OPS0001, instance: prod, language: nl}]\nschedules: ["+daily+", pack: campaign-monthly}]\n")
		r.moveTo(t, 8, 30)
		posted := map[string]localslack.Message{}
		for _, s := range r.program.settings.Load().configured {
			posted[s.Entry] = r.await(t, ops, s.Text["nl"])
		}
		backup := posted["check-backup"]
		if got, err := r.slack.Press(within(t), ann, ops, backup.TS, "open", ""); err != nil || got.Error != "" {
			t.Fatalf("%v %+v", err, got)
		}
		steps, err := r.slack.Await(within(t), func(m localslack.Message) bool {
			return m.Channel == ops && m.Ephemeral() && strings.Contains(m.Text, "check-backup")
		})
		if err != nil {
			t.Fatalf("no steps: %v\n%s", err, r.log)
		}
		if !strings.Contains(steps.Text, "Routine check") {
			t.Errorf("Ann reads English, and got %.200s", steps.Text)
		}
	})
}
