package handlers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/schedule"
)

func (m *memory) NextTimes(s bot.Schedule, after time.Time, n int) []time.Time {
	return schedule.NextTimes(s, after, n)
}

func (m *memory) Split(line string) (when, what string, ok bool) { return schedule.Split(line) }

func (m *memory) Examples(language string) [2]string { return schedule.Examples(language) }

func (m *memory) Read(s bot.Schedule, when string) (bot.Schedule, string) {
	s = schedule.Typed(s, when)
	f, wrong := schedule.FaultOf(s)
	if wrong && f == schedule.FaultOther {
		f = schedule.FaultWhen
	}
	return s, string(f)
}

func (m *memory) Reload(context.Context) {}

func (m *memory) Run(_ context.Context, s bot.Schedule, _ time.Time) error {
	m.ran = append(m.ran, s.ID)
	return m.down
}

func (m *memory) Add(_ context.Context, s bot.Schedule) (bool, error) {
	if m.down != nil || m.index(s.ID) >= 0 {
		return false, m.down
	}
	m.made = append(m.made, s)
	return true, nil
}

func (m *memory) index(id string) int {
	return slices.IndexFunc(m.made, func(s bot.Schedule) bool { return s.ID == id })
}

func (m *memory) Schedule(_ context.Context, id string) (bot.Schedule, error) {
	if i := m.index(id); i >= 0 {
		return m.made[i], m.down
	}
	return bot.Schedule{}, errMissing
}

func (m *memory) mark(id string, may func(bot.Schedule) bool, set func(*bot.Schedule)) (bool, error) {
	i := m.index(id)
	if m.down != nil || i < 0 || !may(m.made[i]) {
		return false, m.down
	}
	set(&m.made[i])
	return true, nil
}

func (m *memory) PauseSchedule(_ context.Context, id string, by bot.Mark) (bool, error) {
	return m.mark(id, func(s bot.Schedule) bool { return s.Paused.IsZero() && s.Deleted.IsZero() }, func(s *bot.Schedule) { s.Paused = by })
}

func (m *memory) ResumeSchedule(_ context.Context, id string) (bool, error) {
	return m.mark(id, func(s bot.Schedule) bool { return !s.Paused.IsZero() && s.Deleted.IsZero() }, func(s *bot.Schedule) { s.Paused = bot.Mark{} })
}

func (m *memory) DeleteSchedule(_ context.Context, id string, by bot.Mark) (bool, error) {
	return m.mark(id, func(s bot.Schedule) bool { return s.Deleted.IsZero() }, func(s *bot.Schedule) { s.Deleted = by })
}

func (m *memory) RestoreSchedule(_ context.Context, id string) (bool, error) {
	return m.mark(id, func(s bot.Schedule) bool { return !s.Deleted.IsZero() }, func(s *bot.Schedule) { s.Deleted = bot.Mark{} })
}

const admin = "U0ADM0001"

var opsAndBob = map[string]string{"#ops": "C0OPS0001", "#ops-acc": "C0ACC0001", "@bob": bram, "@Bob de Vries": bram, "@operators": "S0OPS0001"}

func (r *rig) types(user, text string) bot.Reply {
	return r.router.Route(context.Background(), bot.Request{ID: "ref23", Surface: bot.Slash, User: user, Channel: "C1", Text: text, Refs: opsAndBob})
}

func (r *rig) fillIn(user, value string, inputs map[string]string) bot.Reply {
	return r.router.Route(context.Background(), bot.Request{ID: "ref23", Surface: bot.Submission, User: user, Channel: "C1", Action: "remind.form", Value: value, Inputs: inputs})
}

func TestOneLineMakesAReminder(t *testing.T) {
	type made struct{ ID, Cron, When, Zone, Channel, Text, Mention string }
	for _, c := range []struct {
		name, line string
		want       made
	}{
		{"English, for another channel", "#ops every weekday at 08:30 re-run failed exports",
			made{"re-run-failed-exports", "", "every weekday at 08:30", "Europe/Amsterdam", "C0OPS0001", "re-run failed exports", ""}},
		{"Dutch, here", "elke werkdag om 08:30 mislukte exports opnieuw draaien",
			made{"mislukte-exports-opnieuw-draaien", "", "elke werkdag om 08:30", "Europe/Amsterdam", "C1", "mislukte exports opnieuw draaien", ""}},
		{"German, with what first", "Löschläufe prüfen werktags um 8:30",
			made{"loschlaufe-prufen", "", "werktags um 8:30", "Europe/Amsterdam", "C1", "Löschläufe prüfen", ""}},
		{"French, for a person", "@bob chaque jour ouvré à 8h30 relancer les exports en échec",
			made{"relancer-les-exports-en-echec", "", "chaque jour ouvré à 8h30", "Europe/Amsterdam", "C1", "relancer les exports en échec", bram}},
		{"a cron expression", "#ops-acc 30 8 * * 1-5 re-run failed exports",
			made{"re-run-failed-exports", "30 8 * * 1-5", "", "Europe/Amsterdam", "C0ACC0001", "re-run failed exports", ""}},
		{"a cron word is no name", "@daily check the bounces", made{"check-the-bounces", "@daily", "", "Europe/Amsterdam", "C1", "check the bounces", ""}},
		{"a channel and a person whose name has spaces", "#ops @Bob de Vries every monday at 9:00 look", made{"look", "", "every monday at 9:00", "Europe/Amsterdam", "C0OPS0001", "look", bram}},
		{"a group", "@operators every monday at 9:00 look", made{"look", "", "every monday at 9:00", "Europe/Amsterdam", "C1", "look", "S0OPS0001"}},
		{"me", "me every monday at 9:00 to look", made{"look", "", "every monday at 9:00", "Europe/Amsterdam", "C1", "look", ann}},
		{"behind add", "add every monday at 9:00 look", made{"look", "", "every monday at 9:00", "Europe/Amsterdam", "C1", "look", ""}},
		{"without letters", "every monday at 9:00 проверить", made{"reminder", "", "every monday at 9:00", "Europe/Amsterdam", "C1", "проверить", ""}},
		{"a name that the configuration has", "every monday at 9:00 overview", made{"overview-2", "", "every monday at 9:00", "Europe/Amsterdam", "C1", "overview", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "en")
			r.memory.timetable = timetable()
			reply := r.types(ann, "remind "+c.line)
			if len(r.memory.made) != 1 {
				t.Fatalf("made %d:\n%s", len(r.memory.made), r.renderer.Plain(reply))
			}
			s := r.memory.made[0]
			got := made{s.ID, s.Cron, s.When, s.TimeZone, s.Channel, s.Text[""], strings.Join(s.Mention, " ")}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("made (-want +got):\n%s", diff)
			}
			if want := (bot.Mark{By: ann, In: "C1", At: noon}); s.Made != want || s.CatchUp != 12*time.Hour || s.Kind != bot.KindReminder {
				t.Errorf("made %+v, caught up within %s, kind %s", s.Made, s.CatchUp, s.Kind)
			}
		})
	}
}

func TestALineThatIsNotClearMakesNothing(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"no time", "re-run failed exports", "This does not say when."},
		{"no such day", "every blursday at 9:00 look", "This does not say when."},
		{"nothing to do", "every monday at 9:00", "What has to be done is missing."},
		{"a channel that Slack did not resolve", "#unknown every monday at 9:00 look", "#unknown is not known"},
		{"a person that Slack did not resolve", "@nobody every monday at 9:00 look", "@nobody is not known"},
		{"a date that never comes", "0 9 31 2 * look", "No month has this date."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "en")
			reply := r.types(ann, "remind "+c.line)
			if got := r.renderer.Plain(reply); len(r.memory.made) != 0 || !strings.Contains(got, c.want) {
				t.Errorf("made %d:\n%s", len(r.memory.made), got)
			}
		})
	}
	for _, c := range []struct{ name, line, text, when, channel, mention string }{
		{"no time", "re-run failed exports", "re-run failed exports", "", "C1", ""},
		{"a channel and a person", "#ops @bob re-run failed exports", "re-run failed exports", "", "C0OPS0001", bram},
		{"a name that Slack did not resolve", "#unknown every monday at 9:00 look", "#unknown look", "every monday at 9:00", "C1", ""},
		{"too much", "every monday at 9:00 " + strings.Repeat("x", 501), strings.Repeat("x", 501), "every monday at 9:00", "C1", ""},
	} {
		t.Run("the form has what was clear: "+c.name, func(t *testing.T) {
			r := newRig(t, "en")
			reply := r.types(ann, "remind "+c.line)
			button := reply.Parts[len(reply.Parts)-1].(bot.Buttons).Items[0]
			form := r.press(ann, button.Action, button.Value).Form
			if form == nil {
				t.Fatalf("%q opens no form", button.Value)
			}
			in := map[string]string{}
			for _, i := range form.Inputs {
				in[i.Name] = i.Value
			}
			if in["text"] != c.text || in["when"] != c.when || in["channel"] != c.channel || in["mention"] != c.mention {
				t.Errorf("the form has %v", in)
			}
		})
	}
}

func TestTheFormShowsTheTimesBeforeItMakesAReminder(t *testing.T) {
	r := newRig(t, "en")
	opened := r.types(ann, "remind add").Form
	if opened == nil || opened.Value != "" {
		t.Fatalf("opened %+v", opened)
	}
	in := map[string]string{}
	for _, i := range opened.Inputs {
		if i.Value != "" {
			in[i.Name] = i.Value
		}
	}
	if want := map[string]string{"zone": "Europe/Amsterdam", "channel": "C1", "due": "never"}; !maps.Equal(in, want) {
		t.Errorf("the form begins with %v", in)
	}
	fault := func(input, value, want, at string) {
		t.Helper()
		with := maps.Clone(in)
		with[input] = value
		reply := r.fillIn(ann, "", with)
		if reply.Fault == nil || reply.Fault.Input != at || !strings.Contains(r.renderer.Label("en", reply.Fault.Line), want) {
			t.Errorf("%s %q: %+v", input, value, reply.Fault)
		}
	}
	in["when"], in["text"], in["due"], in["mention"] = "every weekday at 08:30", "re-run failed exports", "2h0m0s", bram
	fault("text", "", "missing", "text")
	fault("text", strings.Repeat("x", 501), "500", "text")
	fault("when", "sometimes", "every weekday at 08:30", "when")
	fault("when", "every weekday", "time of day", "when")
	fault("when", "every 7 minutes", "evenly", "when")
	fault("zone", "Mars", "Europe/Amsterdam", "zone")
	fault("channel", "C0FORBID1", "another", "channel")

	shown := r.fillIn(ann, opened.Value, in).Form
	if shown == nil || len(r.memory.made) != 0 {
		t.Fatalf("shown %+v, made %d", shown, len(r.memory.made))
	}
	coming := r.renderer.Plain(bot.Reply{Language: "en", Parts: shown.Parts})
	for _, want := range []string{"2026-11-24 08:30 CET", "2026-11-30 08:30 CET", "Nothing is made yet"} {
		if !strings.Contains(coming, want) {
			t.Errorf("no %q in:\n%s", want, coming)
		}
	}
	in["when"] = "every weekday at 09:00"
	again := r.fillIn(ann, shown.Value, in).Form
	if again == nil || len(r.memory.made) != 0 {
		t.Fatal("other times are not shown again")
	}
	in["text"] = "re-run the failed exports"
	done := r.fillIn(ann, again.Value, in)
	if len(r.memory.made) != 1 || done.Form != nil {
		t.Fatalf("made %d: %+v", len(r.memory.made), done)
	}
	s := r.memory.made[0]
	if s.ID != "re-run-the-failed-exports" || s.Due != 2*time.Hour || s.When != "every weekday at 09:00" || s.Mention[0] != bram {
		t.Errorf("made %+v", s)
	}
}

// formText is a form as plain text.
func (r *rig) formText(lang string, f *bot.Form) string {
	var b strings.Builder
	label := func(l bot.Line) string { return r.renderer.Label(lang, l) }
	b.WriteString("[" + label(f.Title) + "]\n\n")
	if len(f.Parts) > 0 {
		b.WriteString(r.renderer.Plain(bot.Reply{Language: lang, Parts: f.Parts}) + "\n")
	}
	for _, in := range f.Inputs {
		b.WriteString(label(in.Label) + ": " + in.Value)
		for _, o := range in.Menu {
			b.WriteString(" (" + label(o.Label) + ")")
		}
		if !in.Hint.IsZero() {
			b.WriteString("\n    " + label(in.Hint))
		}
		b.WriteString("\n")
	}
	return b.String() + "[" + label(f.Submit) + "]\n\n\n"
}

// TestMakingRemindersIsWhatPeopleRead compares what people read while they make and change a reminder with a golden file for
// each language.
func TestMakingRemindersIsWhatPeopleRead(t *testing.T) {
	for _, lang := range bot.Languages() {
		t.Run(lang, func(t *testing.T) {
			r := newRig(t, lang)
			r.memory.timetable = timetable()[1:2]
			var b strings.Builder
			say := func(user, text string) {
				b.WriteString("=== " + user + ": /campaign remind " + text + "\n\n")
				if reply := r.types(user, "remind "+text); reply.Form != nil {
					b.WriteString(r.formText(lang, reply.Form))
				} else {
					b.WriteString(r.renderer.Plain(reply) + "\n\n")
				}
			}
			say(ann, "add")
			in := map[string]string{"text": "look", "when": "every monday at 9:00", "zone": "Europe/Amsterdam", "channel": "C1"}
			b.WriteString("=== the times are shown\n\n" + r.formText(lang, r.fillIn(ann, "", in).Form))
			b.WriteString("=== what can be wrong\n\n")
			for _, bad := range [][2]string{{"text", ""}, {"text", strings.Repeat("x", 501)}, {"when", "sometimes"}, {"when", "every weekday"}, {"when", "every day at 8:30 and 9:15"},
				{"when", "on the 31st of every month at 9:00"}, {"when", "every 7 minutes"}, {"when", "61 8 * * *"}, {"when", "0 9 31 2 *"}, {"zone", "Mars"}, {"channel", "C0FORBID1"}} {
				with := maps.Clone(in)
				with[bad[0]] = bad[1]
				b.WriteString(r.renderer.Label(lang, r.fillIn(ann, "", with).Fault.Line) + "\n")
			}
			b.WriteString("\n\n")
			for _, step := range []string{ann + " #ops every monday at 9:00 look", ann + " re-run failed exports", ann + " #unknown every monday at 9:00 look", ann + " list", bram + " pause look",
				ann + " pause look", admin + " pause look", ann + " list", ann + " show look", ann + " resume look", ann + " resume look", bram + " run look", ann + " run look",
				ann + " delete look", admin + " delete look", ann + " pause look", ann + " restore look", ann + " restore look", ann + " pause overview"} {
				user, text, _ := strings.Cut(step, " ")
				say(user, text)
			}
			r.memory.down = errors.New("down")
			say(ann, "every monday at 9:00 look")
			golden(t, "made."+lang+".txt", b.String())
		})
	}
}

func TestTheFormDoesNotOpenFromAMention(t *testing.T) {
	r := newRig(t, "en")
	reply := r.router.Route(context.Background(), bot.Request{ID: "ref23", Surface: bot.Mention, User: ann, Channel: "C1", Text: "remind add"})
	if reply.Form != nil || !strings.Contains(r.renderer.Plain(reply), "[New reminder]") {
		t.Errorf("%s", r.renderer.Plain(reply))
	}
}

func TestAReminderIsChangedByWhoMadeItAndByAdministrators(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []string // user, a space, what is typed; => and what the answer says
	}{
		{"who made it", []string{ann + " pause look => look is paused", ann + " pause look => was paused already, by @" + ann, ann + " resume look => look goes on. Next: 2026-11-30 09:00 CET",
			ann + " resume look => look is not paused", ann + " delete look => look is deleted", ann + " delete look => was deleted already, by @" + ann,
			ann + " pause look => was deleted already", ann + " restore look => look is back", ann + " restore look => look is not deleted"}},
		{"an administrator", []string{admin + " pause look => look is paused", ann + " resume look => look goes on", admin + " delete look => look is deleted", ann + " restore look => look is back"}},
		{"somebody else", []string{bram + " pause look => look is from @" + ann, bram + " delete look => Only they", bram + " run look => look is being posted in #C1"}},
		{"nobody changes the configuration", []string{admin + " pause overview => configuration file", admin + " delete overview => configuration file", admin + " run once => once is being posted in #C2"}},
		{"posting from elsewhere", []string{bram + " run once => once belongs to #C2"}},
		{"a name that is not there", []string{ann + " delete lokk => No schedule is called lokk. The nearest:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "en")
			r.memory.timetable = timetable()
			r.types(ann, "remind every monday at 9:00 look")
			for _, step := range c.steps {
				asked, want, _ := strings.Cut(step, " => ")
				user, text, _ := strings.Cut(asked, " ")
				reply := r.types(user, "remind "+text)
				if got := strings.ReplaceAll(r.renderer.Plain(reply), "`", ""); !reply.Private || !strings.Contains(got, want) {
					t.Errorf("%s, got:\n%s", step, got)
				}
			}
		})
	}
}

func TestADeletedReminderComesBackByItsButton(t *testing.T) {
	r := newRig(t, "en")
	r.types(ann, "remind every monday at 9:00 look")
	reply := r.types(ann, "remind delete look")
	if len(r.memory.Schedules()) != 0 {
		t.Fatal("it is not deleted")
	}
	undo := reply.Parts[len(reply.Parts)-1].(bot.Buttons).Items[0]
	if got := r.renderer.Plain(r.press(bram, undo.Action, undo.Value)); len(r.memory.Schedules()) != 0 {
		t.Errorf("somebody else brought it back:\n%s", got)
	}
	r.press(ann, undo.Action, undo.Value)
	if len(r.memory.Schedules()) != 1 {
		t.Error("it did not come back")
	}
	r.types(ann, "remind every monday at 9:00 look")
	if r.memory.made[1].ID != "look-2" {
		t.Errorf("the second is called %s", r.memory.made[1].ID)
	}
}

func TestNothingIsLostWhileTheStoreIsAway(t *testing.T) {
	r := newRig(t, "en")
	r.types(ann, "remind every monday at 9:00 look")
	r.memory.down = errors.New("down")
	for _, text := range []string{"every monday at 9:00 look", "pause look", "run look"} {
		if got := r.renderer.Plain(r.types(ann, "remind "+text)); !strings.Contains(got, "cannot be saved right now") {
			t.Errorf("%s:\n%s", text, got)
		}
	}
	in := map[string]string{"text": "look", "when": "every monday at 9:00", "zone": "UTC", "channel": "C1"}
	if reply := r.fillIn(ann, "every monday at 9:00\nUTC", in); reply.Fault == nil {
		t.Errorf("the form closes: %+v", reply)
	}
}

// TestTitlesAndButtonsOfFormsAreShort keeps them within Slack's 24 characters, so that none is cut.
func TestTitlesAndButtonsOfFormsAreShort(t *testing.T) {
	for _, lang := range bot.Languages() {
		r := newRig(t, lang)
		for _, key := range []string{"remind.form", "remind.preview", "remind.create", "result.form", "result.save", "button.snooze", "form.cancel", "form.close"} {
			if text := r.renderer.Label(lang, bot.Phrase(key)); utf8.RuneCountInString(text) > 24 {
				t.Errorf("%s: %s is %q", lang, key, text)
			}
		}
	}
}
