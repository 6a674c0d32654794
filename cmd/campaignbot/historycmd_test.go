package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/schedule"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
	"campaignbot/config"
)

// remembered has a schedule with a history, one whose history is old, one that serve has seen and one that it has not.
const remembered = `
schedules:
  - {id: failed-exports, cron: "30 8 * * *", time_zone: Europe/Amsterdam, channel: C0OPS0001, text: Re-run the failed exports}
  - {id: yearly, cron: "0 9 1 3 *", time_zone: UTC, channel: C0OPS0001, text: Renew the certificate}
  - {id: seen, cron: "0 9 1 1 *", time_zone: UTC, channel: C0OPS0001, kind: digest}
  - {id: unseen, cron: "0 9 1 1 *", time_zone: UTC, channel: C0OPS0001, kind: digest}
`

// told is when the history of these tests is read: the day after the clocks went forward in Amsterdam, before 08:30.
var told = time.Date(2027, 3, 29, 4, 0, 0, 0, time.UTC)

// amsterdam is a due time of failed-exports.
func amsterdam(month time.Month, day int) time.Time {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return time.Date(2027, month, day, 8, 30, 0, 0, zone).UTC()
}

// remember writes the history of the schedules above into a store.
func remember(t *testing.T, url string) {
	t.Helper()
	s := storetest.Open(t, url)
	end := func(o bot.Occurrence, after time.Duration) {
		o.At = o.Due.Add(after)
		if _, err := s.Finish(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	end(bot.Occurrence{Schedule: "failed-exports", Due: amsterdam(3, 20), State: bot.Posted}, time.Second)
	end(bot.Occurrence{Schedule: "failed-exports", Due: amsterdam(3, 24), State: bot.Posted, Ref: bot.MessageRef{Channel: "C0OPS0001", TS: "1.0"}}, time.Second)
	end(bot.Occurrence{Schedule: "failed-exports", Due: amsterdam(3, 25), State: bot.Skipped, Reason: fmt.Sprintf(bot.SkipCovered, "2027-03-26 08:30")}, 25*time.Hour)
	end(bot.Occurrence{Schedule: "failed-exports", Due: amsterdam(3, 26), State: bot.PostedLate, Missed: 1, Ref: bot.MessageRef{Channel: "C0OLD0001", TS: "2.0"}}, 65*time.Minute)
	end(bot.Occurrence{Schedule: "failed-exports", Due: amsterdam(3, 27), State: bot.Skipped, Reason: bot.ReasonChannel}, time.Second)
	planned := bot.Occurrence{Schedule: "failed-exports", Due: amsterdam(3, 28), State: bot.Planned, At: amsterdam(3, 28)}
	if err := s.Plan(t.Context(), []bot.Occurrence{planned}); err != nil {
		t.Fatal(err)
	}
	end(bot.Occurrence{Schedule: "yearly", Due: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), State: bot.Posted}, time.Second)
	end(bot.Occurrence{Schedule: "gone", Due: told.Add(-time.Hour), State: bot.Posted}, time.Second)
	end(bot.Occurrence{Schedule: "long-gone", Due: told.AddDate(0, -6, 0), State: bot.Posted}, time.Second)
	for _, id := range []string{"failed-exports", "yearly", "seen", "gone", "long-gone"} {
		if _, err := s.MoveCursor(t.Context(), id, "of another day", time.Time{}, planned.Due); err != nil {
			t.Fatal(err)
		}
	}
}

// history runs schedule history at a time, and returns its exit code and what it printed.
func history(t *testing.T, url, yaml string, now time.Time, flags historyFlags) (code int, out, errs string) {
	t.Helper()
	flags.config = filepath.Join(t.TempDir(), "campaignbot.yaml")
	writeFile(t, flags.config, yaml)
	if flags.days == 0 {
		flags.days = 7
	}
	var text strings.Builder
	err := printHistory(t.Context(), world{out: &text, environ: []string{"DATABASE_URL=" + url}}, flags, now)
	if err == nil {
		return exitOK, text.String(), ""
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		t.Fatalf("no exit code in %v", err)
	}
	return exit.code, text.String(), err.Error()
}

func TestHistory(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		remember(t, url)
		for _, c := range []struct {
			name, file string
			flags      historyFlags
		}{
			{"of all schedules", "history/all.txt", historyFlags{}},
			{"as JSON", "history/all.json", historyFlags{json: true}},
			{"of one schedule, for longer", "history/one.txt", historyFlags{id: "failed-exports", days: 10}},
			{"of a schedule that is gone", "history/gone.txt", historyFlags{id: "long-gone"}},
		} {
			t.Run(c.name, func(t *testing.T) {
				code, out, errs := history(t, url, remembered, told, c.flags)
				if code != exitOK {
					t.Fatalf("exit code %d, %s", code, errs)
				}
				golden(t, c.file, out)
			})
		}
	})
}

func TestHistoryNamesWhatNobodyHasHandled(t *testing.T) {
	url := sqliteURL(t)
	yaml := strings.Replace(remembered, "text: Re-run", `holidays: ["2027-03-27"], text: Re-run`, 1)
	file := filepath.Join(t.TempDir(), "campaignbot.yaml")
	writeFile(t, file, yaml)
	cfg, err := config.Load(config.Options{File: file})
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, url)
	list, _ := schedulesOf(cfg)
	planner, err := schedule.New(schedule.Options{Schedules: plain(list), Store: s, Enqueuer: nowhere{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []int{24, 25} { // then serve ends
		if err := planner.EnqueueDue(t.Context(), amsterdam(3, day)); err != nil {
			t.Fatal(err)
		}
	}
	_, out, _ := history(t, url, yaml, told, historyFlags{id: "failed-exports"})
	golden(t, "history/waiting.txt", out)
	_, out, _ = history(t, url, strings.Replace(yaml, "30 8 * * *", "0 9 * * *", 1), told, historyFlags{id: "failed-exports"})
	if strings.Contains(out, "does it run") {
		t.Errorf("due times that nobody makes up for, because the schedule was changed, are shown:\n%s", out)
	}
}

// nowhere takes jobs and does nothing.
type nowhere struct{}

func (nowhere) Enqueue(context.Context, ...bot.Job) error { return nil }

func TestHistoryThatCannotBeTold(t *testing.T) {
	empty := storetest.SQLite(t)
	storetest.Open(t, empty)
	full := storetest.SQLite(t)
	remember(t, full)
	blank := filepath.Join(t.TempDir(), "blank.db")
	writeFile(t, blank, "")
	letter := filepath.Join(t.TempDir(), "letter.db")
	writeFile(t, letter, strings.Repeat("this is a letter to a friend\n", 100))
	for _, c := range []struct {
		name, url, yaml string
		flags           historyFlags
		code            int
		says            []string
	}{
		{"an empty store", empty, remembered, historyFlags{}, exitFound, []string{"store.url: the store is empty", "start serve"}},
		{"a schedule that is not there, in an empty store", empty, remembered, historyFlags{id: "failed-import"}, exitRefused, []string{"did you mean failed-exports?"}},
		{"a file without tables", "sqlite://" + blank, remembered, historyFlags{}, exitFound, []string{"store.url: the store is not migrated", "campaignbot migrate"}},
		{"PostgreSQL out of reach", "postgres://bot:" + marker + "@127.0.0.1:1/x", remembered, historyFlags{}, exitFound, []string{"store.url: ", "127.0.0.1:1 cannot be reached"}},
		{"a file that is not there", "sqlite://nowhere.db", remembered, historyFlags{}, exitRefused, []string{"store.url: ", "nowhere.db does not exist"}},
		{"a file of another kind", "sqlite://" + letter, remembered, historyFlags{}, exitRefused, []string{"is not a SQLite database"}},
		{"a schedule that is not there", full, remembered, historyFlags{id: "failed-import"}, exitRefused, []string{`no schedule "failed-import"`, "did you mean failed-exports?"}},
		{"a schedule with no name like it", full, remembered, historyFlags{id: "frobnicate"}, exitRefused, []string{`no schedule "frobnicate"`, "schedule preview"}},
		{"a bad schedule", full, strings.Replace(remembered, "30 8", "61 8", 1), historyFlags{}, exitRefused, []string{"schedules[0] failed-exports: "}},
		{"no days", full, remembered, historyFlags{days: -1}, exitRefused, []string{"--days: use 1 to 400"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, out, errs := history(t, c.url, c.yaml, told, c.flags)
			if code != c.code || out != "" {
				t.Errorf("exit code %d, want %d; printed %q", code, c.code, out)
			}
			holds(t, "the message", errs, c.says...)
			if strings.Contains(errs, marker) {
				t.Errorf("the password is in %q", errs)
			}
			if made, _ := os.ReadDir("."); len(made) > 0 {
				t.Errorf("it made %v", made)
			}
		})
	}
	t.Run("a PostgreSQL without tables", func(t *testing.T) {
		code, _, errs := history(t, storetest.Postgres(t), remembered, told, historyFlags{})
		if code != exitFound {
			t.Errorf("exit code %d", code)
		}
		holds(t, "the message", errs, "the store is not migrated")
	})
	t.Run("no schedules at all", func(t *testing.T) {
		if code, out, errs := history(t, empty, "language: en\n", told, historyFlags{}); code != exitOK || !strings.Contains(out, "no schedule is set up") {
			t.Errorf("exit code %d, %s%s", code, out, errs)
		}
	})
	t.Run("two names", func(t *testing.T) {
		if code, _, errs := once(t, nil, "", "schedule", "history", "a", "b"); code != exitRefused || errs == "" {
			t.Errorf("exit code %d, %s", code, errs)
		}
	})
}

// TestHistoryOfABotThatWasStopped lets the whole bot post once, miss some over a stop and catch up, and reads the history
// in each state, in a terminal and in Slack.
func TestHistoryOfABotThatWasStopped(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		r := newRig(t, config.ModeSocket, url, reminders)
		read := func(words ...string) string {
			t.Helper()
			var out strings.Builder
			flags := historyFlags{config: r.config.File, id: "failed-exports", days: 30}
			if err := printHistory(t.Context(), world{out: &out, environ: []string{"DATABASE_URL=" + url}}, flags, r.clock.Now()); err != nil {
				t.Fatal(err)
			}
			holds(t, "the history", out.String(), words...)
			return out.String()
		}
		read("failed-exports · reminder · C0OPS0001 · Europe/Amsterdam", "no due time yet")

		r.moveTo(t, 8, 30)
		r.await(t, ops, "Herstart de mislukte exports")
		r.awaitHandled(t, 1)
		read("1 posted, 0 posted late, 0 skipped, 0 planned")

		r.stop(t)
		r.clock.Move(3*24*time.Hour + 2*time.Hour)
		read("1 posted, 0 posted late, 0 skipped, 3 planned", "serve has not handled it; does it run?")

		r.start(t)
		r.awaitHandled(t, 4)
		read("1 posted, 1 posted late, 2 skipped, 0 planned", "skipped: missed, covered by: ", "posted late, ", "also covers 2 earlier times")

		got, err := r.slack.Slash(within(t), bram, other, "/campaign remind history failed-exports")
		if err != nil || got.Message == nil {
			t.Fatalf("%v %+v\n%s", err, got, r.log)
		}
		if !got.Message.Ephemeral() {
			t.Error("everybody sees the answer")
		}
		holds(t, "the answer", got.Message.Text, "Momenten van", "geplaatst", "overgeslagen: gemist, ingehaald: ", "geldt ook voor 2 eerdere momenten",
			"Geplaatst: 1, te laat: 1, overgeslagen: 2, gepland: 0", "Volgende: ")
		code, out, errs := once(t, []string{"DATABASE_URL=" + url}, "", "schedule", "history", "--json", "--config", r.config.File)
		if code != exitOK || errs != "" {
			t.Fatalf("exit code %d, %s", code, errs)
		}
		states := map[bot.OccurrenceState]int{}
		for line := range strings.Lines(out) {
			var l outcomeLine
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			if l.Schedule == "failed-exports" {
				states[l.State]++
			}
		}
		if states[bot.Posted] != 1 || states[bot.PostedLate] != 1 || states[bot.Skipped] != 2 {
			t.Errorf("as JSON: %v", states)
		}
	})
}

func TestRemindInSlack(t *testing.T) {
	r := newRig(t, config.ModeHTTP, sqliteURL(t), reminders)
	ask := func(text string) string {
		t.Helper()
		got, err := r.slack.Slash(within(t), ann, other, "/campaign "+text)
		if err != nil || got.Message == nil || !got.Message.Ephemeral() {
			t.Fatalf("%v %+v\n%s", err, got, r.log)
		}
		return got.Message.Text
	}
	holds(t, "the list", ask("remind"), "failed-exports", "30 8 * * *", "Europe/Amsterdam", "next: <!date^", "<#"+ops+">", "digest", "configuration file")
	holds(t, "one schedule", ask("remind show overview"), "0 17 * * *", "[History]")
	holds(t, "a schedule that is not there", ask("remind show overvieuw"), "The nearest:", "[overview]")
	if text := ask("remind me that mails are not leaving"); strings.Contains(text, "configuration file") {
		t.Errorf("a symptom is taken for the verb: %s", text)
	}
}

// awaitHandled waits until that many due times of failed-exports have a result.
func (r *rig) awaitHandled(t *testing.T, n int) {
	t.Helper()
	ctx := within(t)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		list, err := r.program.store.Occurrences(ctx, "failed-exports", time.Time{}, store.MostOccurrences)
		handled := 0
		for _, o := range list {
			if o.State != bot.Planned {
				handled++
			}
		}
		if handled == n {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("history is %+v, %v\n%s", list, err, r.log)
		}
	}
}
