package troubleshoot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
	"campaignbot/bot/locale"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

var update = flag.Bool("update", false, "write the golden files")

type rig struct {
	*Feature
	library  *knowledge.Library
	renderer *blockkit.Renderer
}

// known is what the configuration says about instances.
func known(id string) bot.Instance {
	if id == "hybrid" {
		return bot.Instance{ID: id, Hosting: "hybrid", OS: "linux", Build: "9000"}
	}
	return bot.Instance{ID: id}
}

func newRig(t testing.TB) rig {
	t.Helper()
	entries, err := search.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	phrases, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(Options{Knowledge: func() Knowledge { return entries }, ChannelLanguage: func(string) string { return "nl" }, Clock: bot.SystemClock{},
		Instance: known})
	if err != nil {
		t.Fatal(err)
	}
	return rig{f, entries.Library, blockkit.New(phrases)}
}

// TestEveryCard compares what people see of every entry in every language with the golden files: of the modules that a
// symptom leads to as blocks too, of the others as text.
func TestEveryCard(t *testing.T) {
	r := newRig(t)
	for _, e := range r.library.Entries() {
		t.Run(e.ID, func(t *testing.T) {
			var all strings.Builder
			for _, lang := range bot.Languages() {
				reply := r.Card(bot.Request{Language: lang, Instance: bot.Instance{ID: "prod"}}, e)
				reply.Language = lang
				text := r.renderer.Plain(reply) + "\n"
				m := r.renderer.Message(reply)
				if e.Kind == knowledge.KindModule && !e.Brief {
					golden(t, e.ID+"."+lang+".txt", []byte(text))
					golden(t, e.ID+"."+lang+".json", pretty(t, m))
				}
				fmt.Fprintf(&all, "=== %s\n\n%s\n", lang, text)
				if len(m.Blocks) > 50 || strings.Contains(text, "!card.") || strings.Contains(text, "!runbook.") {
					t.Errorf("%d blocks in %s:\n%s", len(m.Blocks), lang, text)
				}
			}
			if e.Kind != knowledge.KindModule || e.Brief {
				golden(t, filepath.Join(string(e.Kind), e.ID+".txt"), []byte(all.String()))
			}
		})
	}
}

func pretty(t *testing.T, m blockkit.Message) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what people see now (make golden writes it anew):\n%s", file, diff)
	}
}

func TestModuleByAnyName(t *testing.T) {
	r := newRig(t)
	for asked, want := range map[string]string{
		"wfserver": "wfserver", "WFServer": "wfserver", "waakhond": "watchdog", "Wachhund": "watchdog", "Bundesland": "stat",
		"in-mail": "inMail", "bijhouden": "tracking", "importieren": "import", "wfsever": "wfserver", "trackinglogd": "trackinglogd",
		"mta@prod": "mta",
	} {
		if !r.fitsModule(asked) {
			t.Errorf("%q does not fit", asked)
			continue
		}
		reply, err := r.module(context.Background(), bot.Request{Language: "en", Args: asked})
		if err != nil || reply.Answer.Modules[0].Name != want {
			t.Errorf("%q: %+v, %v", asked, reply.Answer, err)
		}
	}
}

func TestModuleThatIsNotThere(t *testing.T) {
	r := newRig(t)
	_, err := r.module(context.Background(), bot.Request{Language: "en", Args: "frobnicator"})
	var ue *bot.UserError
	if !errors.As(err, &ue) || ue.Kind != bot.NotFound {
		t.Fatalf("got %v", err)
	}
	if r.fitsModule("stat start niet na de reboot") {
		t.Error("a sentence that begins with a module's name is taken for a name")
	}
}

func TestInstanceFillsTheCommands(t *testing.T) {
	r := newRig(t)
	plain := func(args string, instance bot.Instance) string {
		reply, err := r.module(context.Background(), bot.Request{Language: "en", Args: args, Instance: instance})
		if err != nil {
			t.Fatal(err)
		}
		reply.Language = "en"
		return r.renderer.Plain(reply)
	}
	for _, c := range []struct {
		name         string
		args         string
		instance     bot.Instance
		want, absent string
	}{
		{"the instance of the question", "wfserver@test2", bot.Instance{ID: "prod"}, "wfserver@test2", "@prod"},
		{"the instance of the channel", "wfserver", bot.Instance{ID: "prod"}, "nlserver restart wfserver@prod", "<inst>"},
		{"no instance keeps the placeholder and says what it is", "wfserver", bot.Instance{}, "config-<inst>.xml", "@prod"},
		{"an instance that cannot be one is not used", "wfserver@x;rm", bot.Instance{}, "wfserver@<inst>", "x;rm"},
		{"the operating system of the instance is the only one shown", "wfserver", bot.Instance{ID: "prod", OS: "linux"}, "tail -n", "Get-Content"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := plain(c.args, c.instance)
			if !strings.Contains(got, c.want) || strings.Contains(got, c.absent) {
				t.Errorf("want %q, not %q:\n%s", c.want, c.absent, got)
			}
		})
	}
}

func TestSymptom(t *testing.T) {
	r := newRig(t)
	ask := func(text string) bot.Reply {
		reply, err := r.Symptom(context.Background(), bot.Request{Language: "nl", Args: text})
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	if got := ask("de bouncemailbox loopt vol, niemand haalt ze op"); !got.Answer.Answered || got.Answer.Modules[0].Name != "inMail" {
		t.Errorf("got %+v", got.Answer)
	}
	if got := ask("wat eten we vanavond?"); got.Answer.Answered || got.Answer.Kind != bot.KindNone || len(got.Answer.Modules) != 0 {
		t.Errorf("chatter was answered: %+v", got.Answer)
	}
	if _, err := r.Symptom(context.Background(), bot.Request{Args: "\x00 … !!"}); err == nil {
		t.Error("junk was understood")
	}
}

func TestInstanceInAQuestionFillsTheCommands(t *testing.T) {
	r := newRig(t)
	for text, want := range map[string]string{
		"mta@prod does not start":                   "mta@prod",
		"mails gaan niet weg, mta@acc-2 staat stil": "mta@acc-2",
		"wfserver@prod":                             "wfserver@prod",
		"mail from ann@example.com: mta is down":    "mta@<inst>",
		"syslogd@default is gone":                   "syslogd@default",
	} {
		reply, err := r.Symptom(context.Background(), bot.Request{Language: "en", Args: text})
		if err != nil {
			t.Fatal(err)
		}
		reply.Language = "en"
		if got := r.renderer.Plain(reply); !strings.Contains(got, want) {
			t.Errorf("%q: %q is not in\n%s", text, want, got)
		}
	}
}

func TestShareWithAValueOfNobody(t *testing.T) {
	r := newRig(t)
	for _, value := range []string{"", "module", "module ", "tied mta", "find something"} {
		if _, err := r.share(context.Background(), bot.Request{Language: "en", Value: value}); err == nil {
			t.Errorf("%q was shared", value)
		}
	}
}

func TestShareAnswersInTheChannelsLanguage(t *testing.T) {
	r := newRig(t)
	shown, err := r.module(context.Background(), bot.Request{Language: "en", Args: "mta"})
	if err != nil {
		t.Fatal(err)
	}
	row := shown.Parts[len(shown.Parts)-1].(bot.Buttons)
	shared, err := r.share(context.Background(), bot.Request{Language: "en", User: "U1", Channel: "C1", Value: row.Items[0].Value})
	if err != nil || shared.To != bot.ToChannel || shared.Language != "nl" {
		t.Fatalf("%v: to %q in %q", err, shared.To, shared.Language)
	}
	for _, p := range shared.Parts {
		if b, ok := p.(bot.Buttons); ok && b.Items[len(b.Items)-1].Action == actionShare {
			t.Error("what is shared can be shared again")
		}
	}
}

func TestQuestionInAnotherLanguageOffersIt(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name, language, text, offered string
	}{
		{"a Dutch question of an English reader", "en", "de mails gaan niet meer weg sinds het onderhoud, er wordt niets verzonden", "nl"},
		{"a Dutch question of a Dutch reader", "nl", "de mails gaan niet meer weg sinds het onderhoud, er wordt niets verzonden", ""},
		{"a question that is not clearly in a language", "en", "mta down", ""},
		{"chatter in another language", "en", "je ne sais pas ce que nous mangeons et pourquoi", "fr"},
	} {
		t.Run(c.name, func(t *testing.T) {
			reply, err := r.Symptom(context.Background(), bot.Request{Surface: bot.Slash, Language: c.language, Args: c.text})
			if err != nil {
				t.Fatal(err)
			}
			offered := ""
			for _, p := range reply.Parts {
				if b, ok := p.(bot.Buttons); ok {
					for _, item := range b.Items {
						if item.Action == actionLanguage {
							offered = item.Value
						}
					}
				}
			}
			if offered != c.offered {
				t.Errorf("offered %q, want %q", offered, c.offered)
			}
		})
	}
}
