package handlers

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
	"campaignbot/handlers/about"
	"campaignbot/handlers/digest"
	"campaignbot/handlers/language"
	"campaignbot/handlers/reminder"
	"campaignbot/handlers/schedules"
	"campaignbot/handlers/troubleshoot"
	"campaignbot/knowledge/search"
)

var update = flag.Bool("update", false, "write the golden files")

var errMissing = errors.New("no such task")

// noon is when everything here happens.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

type stopped struct{}

func (stopped) Now() time.Time { return noon }

// memory keeps one task and the languages people chose.
type memory struct {
	task      bot.Task
	languages map[string]string
	down      error
	jobs      []bot.Job
	timetable []bot.Schedule // of the configuration
	made      []bot.Schedule // in Slack, also those that are deleted
	ran       []string
	results   []bot.Task       // oldest first
	past      []bot.Occurrence // newest first
	toCome    []bot.DuePost
	missed    int
}

func (m *memory) Language(_ context.Context, user string) (string, error) {
	return m.languages[user], m.down
}

func (m *memory) SetLanguage(_ context.Context, user, lang string) error {
	m.languages[user] = lang
	return m.down
}

func (m *memory) Counts(context.Context, time.Time) (map[bot.OccurrenceState]int, error) {
	return map[bot.OccurrenceState]int{bot.Posted: 12, bot.PostedLate: 1, bot.Skipped: 2}, m.down
}

func (m *memory) Enqueue(_ context.Context, jobs ...bot.Job) error {
	m.jobs = append(m.jobs, jobs...)
	return m.down
}

// saved is a chooser for people without a Slack profile.
type saved struct {
	memory   *memory
	fallback string
}

func (s saved) Language(_ context.Context, req bot.Request) string {
	if req.Language != "" {
		return req.Language
	}
	if l := s.memory.languages[req.User]; l != "" {
		return l
	}
	return s.fallback
}

// rig is every feature, on a memory, for a reader of one language.
type rig struct {
	memory   *memory
	set      Set
	reminder *reminder.Feature
	router   *bot.Router
	renderer *blockkit.Renderer
	zone     string // of everybody
}

func newRig(t *testing.T, lang string) *rig {
	t.Helper()
	r := &rig{memory: &memory{languages: map[string]string{}}, zone: "Europe/Amsterdam"}
	entries, err := search.Builtin()
	must(t, err)
	phrases, err := locale.Load()
	must(t, err)
	r.renderer = blockkit.New(phrases)
	same := func(string) string { return lang }
	chooser := saved{r.memory, lang}
	var f Features
	f.Troubleshoot, err = troubleshoot.New(troubleshoot.Options{Knowledge: func() troubleshoot.Knowledge { return entries }, ChannelLanguage: same, Clock: bot.SystemClock{},
		Instance: func(id string) bot.Instance { return bot.Instance{ID: id} }})
	must(t, err)
	f.Language, err = language.New(language.Options{Choices: r.memory, Changed: func(string) {}, Chooser: chooser})
	must(t, err)
	up := func(context.Context) error { return nil }
	f.About, err = about.New(about.Options{Version: "1.2.3", Knowledge: func() (string, int, error) { return "abc", 11, nil }, Mode: "socket", Engine: "SQLite", Schedules: func() int { return 3 },
		Started: noon.Add(-26 * time.Hour), Clock: stopped{}, Config: func() error { return nil }, Slack: up, Store: func(context.Context) error { return r.memory.down }, History: r.memory})
	must(t, err)
	f.Schedules, err = schedules.New(schedules.Options{Timetable: r.memory, Store: r.memory, Missing: errMissing, Clock: stopped{}, CatchUp: 12 * time.Hour,
		Zone:    func(context.Context, string) string { return r.zone },
		Admin:   func(_ context.Context, user string) bool { return user == "U0ADM0001" },
		Allowed: func(channel string) bool { return channel != "C0FORBID1" }})
	must(t, err)
	r.reminder, err = reminder.New(reminder.Options{Tasks: r.memory, Enqueuer: r.memory, ChannelLanguage: same, Self: func() string { return "U0BOT0001" },
		Clock: stopped{}, Missing: errMissing, Entry: func(string) string { return "" }})
	must(t, err)
	f.Reminder = r.reminder
	f.Digest, err = digest.New(digest.Options{Tasks: r.memory, InForce: r.memory, History: r.memory, ChannelLanguage: same, Clock: stopped{}})
	must(t, err)
	r.set = All(f)
	r.router, err = bot.NewRouter(bot.RouterOptions{Commands: r.set.Commands, Actions: r.set.Actions, Symptom: r.set.Symptom, Empty: r.set.Empty,
		Chooser: chooser, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Deadline: time.Second})
	must(t, err)
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) ask(text string) bot.Reply {
	return r.router.Route(context.Background(), bot.Request{ID: "ref23", Surface: bot.Slash, User: "U0ANN0001", Channel: "C1", Text: text})
}

func (r *rig) press(user, action, value string) bot.Reply { return r.choose(user, action, value, "") }

func (r *rig) choose(user, action, value, choice string) bot.Reply {
	return r.router.Route(context.Background(), bot.Request{ID: "ref23", Surface: bot.Button, User: user, Channel: "C1", Action: action, Value: value, Choice: choice})
}

func failedExports(due time.Time, missed int) bot.DuePost {
	return bot.DuePost{Due: due, Missed: missed, Schedule: bot.Schedule{
		ID: "failed-exports", TimeZone: "Europe/Amsterdam", Channel: "C1", Kind: bot.KindReminder, Due: 2 * time.Hour, Mention: []string{"S0TEAM001"},
		Text: map[string]string{"en": "Re-run yesterday's failed exports", "nl": "Herstart de mislukte exports van gisteren",
			"de": "Fehlgeschlagene Exporte von gestern neu anstoßen", "fr": "Relancer les exports d'hier en échec"},
		Escalate: bot.Escalation{After: 4 * time.Hour, To: "C0LEAD001"},
	}}
}

// TestWhatPeopleRead compares everything but the cards with a golden file for each language.
func TestWhatPeopleRead(t *testing.T) {
	for _, lang := range bot.Languages() {
		t.Run(lang, func(t *testing.T) {
			r := newRig(t, lang)
			var b strings.Builder
			show := func(what string, reply bot.Reply) {
				b.WriteString("=== " + what + "\n\n" + r.renderer.Plain(reply) + "\n\n")
			}
			for _, text := range []string{"", "help module", "modules", "about", "language", "language nl", "language klingon", "module frobnicator", "module wfservr2", "what's for lunch", "\x00\x01"} {
				show("/campaign "+text, r.ask(text))
			}
			r.memory.languages = map[string]string{}
			out, err := r.set.Compose[bot.KindReminder](context.Background(), failedExports(noon, 0))
			must(t, err)
			show("a reminder", out.Reply)
			out, err = r.set.Compose[bot.KindReminder](context.Background(), failedExports(noon.Add(-3*time.Hour), 2))
			must(t, err)
			show("a reminder that is late", out.Reply)
			id := r.memory.task.ID
			r.memory.task.Posted, r.memory.task.Ref = noon, bot.MessageRef{Channel: "C1", TS: "1.0"}
			show("the digest", r.digest(t))
			show("to the one who claims", r.press("U0ANN0001", "reminder.claim", id))
			show("to the second one", r.press("U0BRAM001", "reminder.claim", id))
			show("the claimed reminder", r.reminder.Show(r.memory.task))
			show("the digest with a claimed task", r.digest(t))
			show("to the one who is done", r.press("U0ANN0001", "reminder.done", id))
			show("to the one who is done later", r.press("U0BRAM001", "reminder.done", id))
			show("the done reminder", r.reminder.Show(r.memory.task))
			show("the digest with a done task", r.digest(t))
			show("a task that is gone", r.press("U0BRAM001", "reminder.done", "gone"))
			show("a button that is gone", r.press("U0BRAM001", "gone", ""))
			r.memory.task = bot.Task{}
			show("a quiet digest", r.digest(t))
			r.memory.down = errors.New("down")
			show("a choice without the store", r.ask("language fr"))
			show("about without the store", r.ask("about"))
			golden(t, lang+".txt", b.String())
		})
	}
}

func (r *rig) digest(t *testing.T) bot.Reply {
	t.Helper()
	out, err := r.set.Compose[bot.KindDigest](context.Background(), bot.DuePost{Due: noon, Schedule: bot.Schedule{ID: "overview", Channel: "C1", Kind: bot.KindDigest}})
	must(t, err)
	return out.Reply
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what people read now (make golden writes it anew):\n%s", file, diff)
	}
	if i := strings.Index(got, "!"); i >= 0 && strings.Contains(got, "!help.") {
		t.Error("a phrase is missing")
	}
}

func TestChoiceOfLanguageAnswersInIt(t *testing.T) {
	r := newRig(t, "en")
	if got := r.ask("language de"); got.Language != "de" || r.memory.languages["U0ANN0001"] != "de" {
		t.Errorf("answered in %q, kept %v", got.Language, r.memory.languages)
	}
	if got := r.ask("language auto"); got.Language != "en" || r.memory.languages["U0ANN0001"] != "" {
		t.Errorf("answered in %q, kept %v", got.Language, r.memory.languages)
	}
	if got := r.press("U0ANN0001", "language", "fr"); got.Language != "fr" {
		t.Errorf("the button answered in %q", got.Language)
	}
}

// TestSurfacesGiveTheSameAnswer asks the same in every place.
func TestSurfacesGiveTheSameAnswer(t *testing.T) {
	r := newRig(t, "nl")
	for _, text := range []string{"help", "modules", "module mta", "module xyz", "bounces komen niet binnen", "hoi", "language", ""} {
		var first string
		for _, surface := range []bot.Surface{bot.Slash, bot.Mention, bot.Direct, bot.Terminal} {
			reply := r.router.Route(context.Background(), bot.Request{ID: "ref", Surface: surface, User: "U1", Channel: "C1", Text: text})
			got := r.renderer.Plain(reply)
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("%q is answered differently in a %s:\n%s", text, surface, cmp.Diff(first, got))
			}
		}
	}
}
