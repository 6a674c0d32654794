package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

// marker stands in every secret of these tests, and may stand in no output.
const marker = "s3cret"

// tokens are those of Socket Mode.
var tokens = []string{"SLACK_BOT_TOKEN=xoxb-1-" + marker, "SLACK_APP_TOKEN=xapp-1-" + marker}

// cli runs campaignbot to its end, in the working folder, and sees that no secret is printed.
func cli(t *testing.T, environ []string, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	code, out, errs = once(t, environ, stdin, args...)
	if strings.Contains(out+errs, marker) {
		t.Errorf("%v printed a secret:\n%s%s", args, out, errs)
	}
	return code, out, errs
}

// inFolder makes a new folder with the configuration the working folder. Without a configuration the folder is empty.
func inFolder(t *testing.T, yaml string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if yaml != "" {
		writeFile(t, "campaignbot.yaml", yaml)
	}
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// holds fails for each of the words that the text lacks.
func holds(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, text)
		}
	}
}

// askJSON asks with --json and returns an answer a line.
func askJSON(t *testing.T, stdin string, args ...string) []answerLine {
	t.Helper()
	code, out, errs := cli(t, nil, stdin, append([]string{"ask", "--json"}, args...)...)
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	return decodeAnswers(t, out)
}

func decodeAnswers(t *testing.T, out string) []answerLine {
	t.Helper()
	var answers []answerLine
	for line := range strings.Lines(out) {
		var a answerLine
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%v: %.200s", err, line)
		}
		answers = append(answers, a)
	}
	return answers
}

func TestCLIAskJSONHasExactlyTheseFields(t *testing.T) {
	cases := []struct {
		name, question string
		answered       bool
		kind           bot.Kind
		module         string // the best; empty: none
	}{
		{"a module that is named", "module wfserver", true, bot.KindModule, "wfserver"},
		{"a name with a typing mistake", "module wfsever", true, bot.KindModule, "wfserver"},
		{"a name that a translation made", "module waakhond", true, bot.KindModule, "watchdog"},
		{"a symptom", "the bounce mailbox is full", true, bot.KindModule, "inMail"},
		{"help", "help", true, bot.KindHelp, ""},
		{"nothing at all", "", true, bot.KindHelp, ""},
		{"something else", "what a lovely day", false, bot.KindNone, ""},
		{"a module that is not there", "module xyzzy", false, bot.KindNone, ""},
	}
	questions := ""
	for _, c := range cases {
		questions += c.question + "\n"
	}
	code, out, errs := cli(t, nil, questions, "ask", "--json", "-")
	answers := slices.Collect(strings.Lines(out))
	if code != exitOK || errs != "" || len(answers) != len(cases) {
		t.Fatalf("exit code %d, %d answers, %s", code, len(answers), errs)
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var fields map[string]json.RawMessage
			if err := json.Unmarshal([]byte(answers[i]), &fields); err != nil {
				t.Fatal(err)
			}
			want := []string{"answered", "kind", "language", "modules", "question", "text", "title"}
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(fields))); diff != "" {
				t.Error(diff)
			}
			if c.module == "" && string(fields["modules"]) != "[]" {
				t.Errorf("modules is %s", fields["modules"])
			}
			a := decodeAnswers(t, answers[i])[0]
			if a.Question != c.question || a.Language != "en" || a.Answered != c.answered || a.Kind != c.kind {
				t.Errorf("got %+v", a)
			}
			if a.Title == "" || a.Text == "" {
				t.Errorf("no title or no text: %+v", a)
			}
			if c.module != "" && (len(a.Modules) == 0 || a.Modules[0].Name != c.module) {
				t.Errorf("modules are %v", a.Modules)
			}
			for i, m := range a.Modules {
				if m.Score <= 0 || m.Score > 1 || (i > 0 && m.Score > a.Modules[i-1].Score) {
					t.Errorf("the modules do not stand best first: %v", a.Modules)
				}
			}
		})
	}
}

func TestCLIAskTextIsTheTextOfTheJSON(t *testing.T) {
	const questions = "module mta\nhelp\n\nmodules\nwhat a lovely day\n"
	_, text, _ := cli(t, nil, questions, "ask", "-")
	want := ""
	for _, a := range askJSON(t, questions, "-") {
		want += a.Text + "\n"
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
}

func TestCLIAskJoinsItsWords(t *testing.T) {
	if got := askJSON(t, "", "module", "wfserver@prod")[0]; got.Question != "module wfserver@prod" {
		t.Errorf("asked %q", got.Question)
	} else {
		holds(t, "the answer", got.Text, "nlserver restart wfserver@prod")
	}
	code, out, errs := cli(t, nil, "", "ask", "--json", "--", "monitor", "-missing", "shows", "wfserver@prod")
	if code != exitOK {
		t.Fatal(errs)
	}
	if got := decodeAnswers(t, out)[0]; got.Question != "monitor -missing shows wfserver@prod" {
		t.Errorf("asked %q", got.Question)
	}
}

func TestCLIAskLanguageChangesOnlyTheWords(t *testing.T) {
	questions := "module wfserver\nmails gaan niet meer weg\nla boîte de rebond est pleine\nmodules\nhelp\nwas für ein schöner Tag\n"
	english := askJSON(t, questions, "-")
	for _, lang := range bot.Languages() {
		t.Run(lang, func(t *testing.T) {
			texts := map[string]bool{}
			for i, got := range askJSON(t, questions, "--lang", lang, "-") {
				if got.Language != lang {
					t.Errorf("%q was answered in %s", got.Question, got.Language)
				}
				if lang != "en" && (got.Text == english[i].Text || texts[got.Text]) {
					t.Errorf("%q has the text of another answer:\n%s", got.Question, got.Text)
				}
				texts[got.Text] = true
				want := english[i]
				want.Language, want.Title, want.Text = got.Language, got.Title, got.Text
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%q finds something else than in English (-en +%s):\n%s", got.Question, lang, diff)
				}
			}
		})
	}
}

func TestCLIAskNeverPrintsAPhraseKey(t *testing.T) {
	key := regexp.MustCompile(`![a-z][a-z0-9_.]*!`)
	for _, lang := range bot.Languages() {
		modules := askJSON(t, "", "--lang", lang, "modules")[0].Text
		questions := "modules\nhelp\nhelp module\nhelp nonsense\nmodule\nmodule xyzzy\nfind\nwhat a lovely day\nmta or stat\nremind list\nabout\nlanguage nl\nmodule mta@prod\n"
		for _, name := range regexp.MustCompile(`(?m)^• (\w+) ·`).FindAllStringSubmatch(modules, -1) {
			questions += "module " + name[1] + "\n"
		}
		if n := strings.Count(questions, "\nmodule "); n < 11 {
			t.Errorf("%s lists %d modules:\n%s", lang, n, modules)
		}
		for _, a := range askJSON(t, questions, "--lang", lang, "-") {
			if found := key.FindString(a.Title + "\n" + a.Text); found != "" {
				t.Errorf("%q in %s holds %s", a.Question, lang, found)
			}
		}
	}
}

func TestCLIAskReadsQuestions(t *testing.T) {
	long := strings.Repeat("mails are not leaving ", 1<<20/22)
	for _, c := range []struct {
		name, stdin string
		args        []string
		want        []string // the questions
	}{
		{"one a line", "module mta\nmodule stat\n", []string{"-"}, []string{"module mta", "module stat"}},
		{"an empty line is a question too, so that answers and lines can be told apart", "module mta\n\n   \nmodule stat\n", []string{"-"}, []string{"module mta", "", "   ", "module stat"}},
		{"lines that end as on Windows", "module mta\r\n\r\nmodule stat\r\n", []string{"-"}, []string{"module mta", "", "module stat"}},
		{"a last line that does not end", "module mta\nmodule stat", []string{"-"}, []string{"module mta", "module stat"}},
		{"no input", "", []string{"-"}, nil},
		{"a line of 1 MB, and the one behind it", long + "\nmodule stat\n", []string{"-"}, []string{long, "module stat"}},
		{"bytes that are not text", "module \xff\xfemta\n\x00\x01\n", []string{"-"}, []string{"module \uFFFDmta", "\x00\x01"}},
		{"the whole input is one question", "module mta\r\n\nline two\n", []string{"--paste"}, []string{"module mta\r\n\nline two\n"}},
		{"the whole input is one question, said twice", "one\ntwo", []string{"--paste", "-"}, []string{"one\ntwo"}},
		{"a pasted text of 1 MB", long, []string{"--paste"}, []string{long}},
		{"nothing was pasted", "", []string{"--paste"}, []string{""}},
		{"a dash among other words is a word", "unread", []string{"mta", "-", "stat"}, []string{"mta - stat"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, a := range askJSON(t, c.stdin, c.args...) {
				got = append(got, a.Question)
			}
			if !slices.Equal(c.want, got) {
				t.Errorf("%d questions, want %d: %.300q", len(got), len(c.want), got)
			}
		})
	}
}

// talk runs ask --json - with a person at the other end, until stop is called, and returns the exit code.
func talk(t *testing.T) (say io.Writer, hear *json.Decoder, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	in, say := io.Pipe()
	answers, out := io.Pipe()
	context.AfterFunc(within(t), func() { out.CloseWithError(errors.New("no answer in time")) })
	done := make(chan int, 1)
	go func() { done <- run(ctx, []string{"ask", "--json", "-"}, world{in: in, out: out, errs: io.Discard}) }()
	return say, json.NewDecoder(answers), func() int {
		cancel()
		return <-done
	}
}

func TestCLIAskAnswersWhoTypesAtOnce(t *testing.T) {
	say, hear, stop := talk(t)
	for _, question := range []string{"module mta", "module stat"} {
		fmt.Fprintln(say, question)
		var a answerLine
		if err := hear.Decode(&a); err != nil || a.Question != question {
			t.Fatalf("%v %+v", err, a)
		}
	}
	if code := stop(); code != exitFound {
		t.Errorf("an interrupt ended it with %d", code)
	}
}

// unreadable is an input that breaks.
type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

// full is an output that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestCLIAskSaysWhenAStreamBreaks(t *testing.T) {
	for _, c := range []struct {
		name string
		in   io.Reader
		out  io.Writer
		args []string
		want string
	}{
		{"the questions cannot be read", unreadable{}, io.Discard, []string{"ask", "-"}, "input/output error"},
		{"the paste cannot be read", unreadable{}, io.Discard, []string{"ask", "--paste"}, "input/output error"},
		{"the answer cannot be written", strings.NewReader(""), full{}, []string{"ask", "module mta"}, "no space left on device"},
		{"the manifest cannot be written", strings.NewReader(""), full{}, []string{"manifest"}, "no space left on device"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, "")
			var errs strings.Builder
			if code := run(within(t), c.args, world{in: c.in, out: c.out, errs: &errs}); code != exitRefused {
				t.Errorf("exit code %d", code)
			}
			holds(t, "the message", errs.String(), c.want)
		})
	}
}

func TestCLIRefuses(t *testing.T) {
	const badSchedule = "schedules:\n  - {id: failed-exports, cron: \"61 8 * * *\", time_zone: UTC, channel: C0123456789, kind: reminder, text: x}\n"
	http := []string{"CAMPAIGNBOT_SLACK_MODE=http"}
	store := func(url string) []string { return append([]string{"CAMPAIGNBOT_STORE_URL=" + url}, tokens...) }
	for _, c := range []struct {
		name    string
		yaml    string
		environ []string
		args    []string
		errs    []string
	}{
		{"a command that is not there", "", nil, []string{"bogus"}, []string{`unknown command "bogus"`}},
		{"a command that is nearly there", "", nil, []string{"chek"}, []string{"Did you mean", "check"}},
		{"help for what is not there", "", nil, []string{"help", "bogus"}, []string{`"bogus"`, "campaignbot --help"}},
		{"completions for a shell that is not there", "", nil, []string{"completion", "tcsh"}, []string{`"tcsh"`}},
		{"a flag that is not there", "", nil, []string{"check", "--colour"}, []string{"--colour", "campaignbot check --help"}},
		{"a flag without its value", "", nil, []string{"manifest", "--format"}, []string{"--format", "campaignbot manifest --help"}},
		{"words behind check", "", nil, []string{"check", "everything"}, []string{`"everything"`}},
		{"words behind serve", "", nil, []string{"serve", "now"}, []string{`"now"`}},
		{"words behind demo", "", nil, []string{"demo", "now"}, []string{`"now"`}},
		{"words behind migrate", "", nil, []string{"migrate", "up"}, []string{`"up"`}},
		{"words behind version", "", nil, []string{"version", "1"}, []string{`"1"`}},
		{"words behind manifest", "", nil, []string{"manifest", "yaml"}, []string{`"yaml"`}},

		{"ask without a question", "", nil, []string{"ask"}, []string{"no question", "-"}},
		{"ask in a language the bot does not have", "", nil, []string{"ask", "--lang", "es", "hola"}, []string{`"es"`, "en, nl, de or fr"}},
		{"a question and a paste", "", nil, []string{"ask", "--paste", "module mta"}, []string{"--paste"}},
		{"a question with a dash", "", nil, []string{"ask", "monitor", "-missing"}, []string{"put -- before"}},

		{"check of a file that is not there", "", tokens, []string{"check", "--config", "nope.yaml"}, []string{"nope.yaml", "check the path"}},
		{"serve of a file that is not there", "", tokens, []string{"serve", "--config", "nope.yaml"}, []string{"nope.yaml"}},
		{"manifest of a file that is not there", "", nil, []string{"manifest", "--config", "nope.yaml"}, []string{"nope.yaml"}},
		{"migrate of a file that is not there", "", nil, []string{"migrate", "--config", "nope.yaml"}, []string{"nope.yaml"}},

		{"a manifest in another format", "", nil, []string{"manifest", "--format", "toml"}, []string{`"toml"`, "yaml or json"}},
		{"a manifest for HTTP without an address", "", http, []string{"manifest"}, []string{"--url", "https://"}},
		{"a manifest for HTTP with an address that is not encrypted", "", http, []string{"manifest", "--url", "http://bot.example.com"}, []string{"--url", "https://"}},
		{"a manifest for HTTP with half an address", "", http, []string{"manifest", "--url", "https:///slack"}, []string{"--url", "https://"}},
		{"a manifest for HTTP with no address at all", "", http, []string{"manifest", "--url", "bot.example.com"}, []string{"--url", "https://"}},
		{"a manifest for HTTP with a password in the address", "", http, []string{"manifest", "--url", "https://user:" + marker + "@bot.example.com"}, []string{"--url", "user"}},
		{"a manifest for HTTP with a query in the address", "", http, []string{"manifest", "--url", "https://bot.example.com/?team=1"}, []string{"--url", "?"}},
		{"a manifest for HTTP with a fragment in the address", "", http, []string{"manifest", "--url", "https://bot.example.com/#"}, []string{"--url", "#"}},
		{"a manifest for HTTP with an address that is too long", "", http, []string{"manifest", "--url", "https://bot.example.com/" + strings.Repeat("x", 3000)}, []string{"--url", "3000"}},
		{"a manifest for Socket Mode with an address", "", nil, []string{"manifest", "--url", "https://bot.example.com"}, []string{"--url", "Socket Mode"}},
		{"a manifest of a bad configuration", "languages: en\nslack: {mode: pigeon}\n", nil, []string{"manifest"}, []string{"languages", "slack.mode"}},

		{"serve without tokens names every one", "", nil, []string{"serve"}, []string{"slack.bot_token", "SLACK_BOT_TOKEN", "slack.app_token", "SLACK_APP_TOKEN"}},
		{"serve over HTTP without tokens names every one", "", http, []string{"serve"}, []string{"slack.bot_token", "SLACK_BOT_TOKEN", "slack.signing_secret", "SLACK_SIGNING_SECRET"}},
		{"serve with a token from the wrong place", "", []string{"SLACK_BOT_TOKEN=xapp-" + marker, "SLACK_APP_TOKEN=xoxb-" + marker}, []string{"serve"}, []string{"swap the two"}},
		{"serve with a bad schedule", badSchedule, tokens, []string{"serve"}, []string{"schedules[0] failed-exports: ", `"61"`}},
		{"serve with a schedule that this version cannot do", "schedules:\n  - {id: live, cron: \"0 8 * * *\", time_zone: UTC, channel: C0123456789, kind: status}\n", tokens, []string{"serve"}, []string{"schedules[0] live: ", "use reminder or digest"}},
		{"serve with two schedules of one name", "schedules:\n  - {id: a, cron: \"0 8 * * *\", time_zone: UTC, channel: C0123456789, kind: digest}\n  - {id: a, cron: \"0 9 * * *\", time_zone: UTC, channel: C0123456789, kind: digest}\n", tokens, []string{"serve"}, []string{"schedules[1] a: "}},
		{"serve with an unknown key", "slack: {bot_tokn: xoxb-" + marker + "}\n", tokens, []string{"serve"}, []string{"slack.bot_tokn", "did you mean bot_token"}},
		{"serve with a file that is not YAML", "slack: {bot_token: [xoxb-" + marker + "\n", tokens, []string{"serve"}, []string{"campaignbot.yaml:", "not valid YAML"}},
		{"serve with a secret that is a list", "slack: {bot_token: [xoxb-" + marker + "]}\n", tokens, []string{"serve"}, []string{"slack.bot_token"}},
		{"serve with a secret given twice", "slack: {bot_token: xoxb-" + marker + ", bot_token_file: token}\n", nil, []string{"serve"}, []string{"slack.bot_token"}},
		{"serve with a level that is not there", "", tokens, []string{"serve", "--log-level", "loud"}, []string{`"loud"`, "debug, info, warn or error"}},
		{"serve with a store in a folder that is not there", "", store("sqlite://nowhere/bot.db"), []string{"serve"}, []string{"store.url", "folder", "does not exist"}},
		{"serve with a store that is a folder", "", store("sqlite://."), []string{"serve"}, []string{"store.url", "is a folder"}},
		{"serve with a store that is no database", "", store("sqlite://campaignbot.yaml"), []string{"serve"}, []string{"store.url"}},
		{"serve with a database that the bot does not know", "", store("oracle://bot:" + marker + "@db/x"), []string{"serve"}, []string{"store.url", "sqlite://"}},
		{"serve with an overlay that is not there", "knowledge: {dir: nowhere}\n", tokens, []string{"serve"}, []string{"knowledge.dir", "nowhere"}},

		{"migrate with a store in a folder that is not there", "", store("sqlite://nowhere/bot.db"), []string{"migrate"}, []string{"store.url", "folder", "does not exist"}},
		{"migrate with a store that is no database", "", store("sqlite://campaignbot.yaml"), []string{"migrate"}, []string{"store.url"}},
		{"migrate with PostgreSQL out of reach", "", store("postgres://bot:" + marker + "@127.0.0.1:1/x"), []string{"migrate"}, []string{"store.url", "127.0.0.1:1", "cannot be reached"}},
		{"migrate with an address that cannot be read", "", store("postgres://bot:" + marker + "@db:port/x"), []string{"migrate"}, []string{"store.url"}},

		{"demo beside a bot token", "", tokens[:1], []string{"demo"}, []string{"SLACK_BOT_TOKEN", "real token"}},
		{"demo beside an app token", "", tokens[1:], []string{"demo"}, []string{"SLACK_APP_TOKEN", "real token"}},
		{"demo beside a token by its long name", "", []string{"CAMPAIGNBOT_SLACK_BOT_TOKEN=xoxb-" + marker}, []string{"demo"}, []string{"CAMPAIGNBOT_SLACK_BOT_TOKEN"}},
		{"demo for the whole network", "", nil, []string{"demo", "--addr", "0.0.0.0:1"}, []string{"0.0.0.0:1", "this machine"}},
		{"demo for the whole network, unsaid", "", nil, []string{"demo", "--addr", ":8765"}, []string{"--addr", "this machine"}},
		{"demo without a port", "", nil, []string{"demo", "--addr", "127.0.0.1"}, []string{"--addr"}},
		{"demo with a level that is not there", "", nil, []string{"demo", "--log-level", "loud"}, []string{`"loud"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, c.yaml)
			if c.yaml == "" && strings.Contains(c.name, "that is no database") {
				writeFile(t, "campaignbot.yaml", "# "+strings.Repeat("not a database\n# ", 100)+"\n")
			}
			environ := append([]string{"CAMPAIGNBOT_ADMIN_ADDR=127.0.0.1:0"}, c.environ...)
			code, out, errs := cli(t, environ, "", c.args...)
			if code != exitRefused {
				t.Errorf("exit code %d", code)
			}
			if out != "" {
				t.Errorf("it printed as if all were fine:\n%s", out)
			}
			holds(t, "the message", errs, c.errs...)
			if !strings.Contains(errs, "campaignbot: ") {
				t.Errorf("the message does not say who speaks:\n%s", errs)
			}
		})
	}
}

func TestCLIServeRefusesATakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct{ name, http, admin, path string }{
		{"the port for Slack", taken.Addr().String(), "127.0.0.1:0", "http.addr: "},
		{"the port for health and metrics", "127.0.0.1:0", taken.Addr().String(), "admin.addr: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, "")
			code, _, errs := cli(t, []string{
				"CAMPAIGNBOT_HTTP_ADDR=" + c.http, "CAMPAIGNBOT_ADMIN_ADDR=" + c.admin, "CAMPAIGNBOT_SLACK_MODE=http",
				"CAMPAIGNBOT_SLACK_API_URL=http://127.0.0.1:1/api/", tokens[0], "SLACK_SIGNING_SECRET=" + marker,
			}, "", "serve")
			if code != exitRefused {
				t.Errorf("exit code %d", code)
			}
			holds(t, "the message", errs, "campaignbot: "+c.path+taken.Addr().String()+" is in use")
		})
	}
}

// problem is the shape of what check says: where, what is wrong, and what to do about it.
var problem = regexp.MustCompile(`^\S.*?: .+ \(.+\)$`)

func TestCLICheckListsEveryProblemOnce(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		environ    []string
		want       []string // how each line begins
	}{
		{"nothing is set", "", nil, []string{"slack.app_token: ", "slack.bot_token: "}},
		{"one token is missing", "", tokens[:1], []string{"slack.app_token: "}},
		{"over HTTP", "slack: {mode: http}\n", nil, []string{"slack.bot_token: ", "slack.signing_secret: "}},
		{"a variable has a typing mistake", "", append([]string{"CAMPAIGNBOT_SLACK_MOOD=http"}, tokens...), []string{"CAMPAIGNBOT_SLACK_MOOD: "}},
		{"a folder with entries is not there", "knowledge: {dir: nowhere}\n", tokens, []string{"knowledge.dir: nowhere cannot be read"}},
		{"a token file is not there", "slack: {bot_token_file: nowhere}\n", tokens[1:], []string{"slack.bot_token_file: "}},
		{"everything at once", `
languages: en
slack: {mode: carrier-pigeon, bot_token: ` + marker + `}
schedules:
  - {id: failed-exports, cron: "61 8 * * *", time_zone: Europe/Amsterdam, channel: C0123456789, kind: reminder, text: x}
  - {id: two, cron: "0 0 31 2 *", time_zone: Mars/Phobos, channel: general, kind: status}
  - {id: three, cron: "0 8 * * *", time_zone: UTC, channel: C0123456789, runbook: frobnicate}
knowledge: {dir: nowhere}
`, nil, []string{
			"languages: ", "schedules[0] failed-exports: cron", "schedules[1] two: channel", "schedules[1] two: cron", "schedules[1] two: kind status",
			"schedules[1] two: time_zone", "schedules[2] three: there is no runbook", "slack.app_token: ", "slack.bot_token: ", "slack.mode: ", "knowledge.dir: ",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, c.yaml)
			code, out, errs := cli(t, c.environ, "", "check")
			if code != exitFound || errs != "" {
				t.Errorf("exit code %d, %s", code, errs)
			}
			lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
			sum := fmt.Sprintf("%d problems", len(c.want))
			if len(c.want) == 1 {
				sum = "1 problem"
			}
			if last := lines[len(lines)-1]; last != sum {
				t.Errorf("the last line is %q, want %q", last, sum)
			}
			for i, line := range lines[:len(lines)-1] {
				if !problem.MatchString(line) {
					t.Errorf("no remedy in %q", line)
				}
				if i >= len(c.want) || !strings.HasPrefix(line, c.want[i]) {
					t.Errorf("line %d is %q", i+1, line)
				}
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
}

func TestCLICheckReadsTheEntriesLaidOver(t *testing.T) {
	inFolder(t, "knowledge: {dir: mine}\n")
	writeFile(t, "mine/module/extra.yaml", "id: extra\nkind: module\n")
	code, out, _ := cli(t, tokens, "", "check")
	if code != exitFound {
		t.Errorf("exit code %d", code)
	}
	holds(t, "the report", out, "module/extra.yaml:1: steps: ", "module/extra.yaml:1: title: ")
}

func TestCLICheckFindsNothing(t *testing.T) {
	example, err := os.ReadFile("../../config/campaignbot.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, yaml string
		environ    []string
		out        []string
	}{
		{"with two tokens in the environment", "", tokens, []string{"no file", "schedules: 0", "entries in 4 languages"}},
		{"in the example", string(example), tokens, []string{"campaignbot.yaml", "schedules: 1"}},
		{"over HTTP", "slack: {mode: http}\n", []string{tokens[0], "SLACK_SIGNING_SECRET=" + marker}, []string{"campaignbot.yaml"}},
		{"with PostgreSQL, which is not asked", "", append([]string{"DATABASE_URL=postgres://bot:" + marker + "@127.0.0.1:1/x"}, tokens...), []string{"fine"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, c.yaml)
			code, out, errs := cli(t, c.environ, "", "check")
			if code != exitOK || errs != "" {
				t.Errorf("exit code %d, %s", code, errs)
			}
			holds(t, "the report", out, append(c.out, "configuration: fine")...)
			if made, _ := filepath.Glob("*.db*"); made != nil {
				t.Errorf("check made %v", made)
			}
		})
	}
}

func TestCLIMigrate(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		inFolder(t, "")
		environ := []string{"DATABASE_URL=" + url}
		for _, when := range []string{"on an empty store", "again"} {
			if code, out, errs := cli(t, environ, "", "migrate"); code != exitOK || out != "the store is up to date\n" || errs != "" {
				t.Fatalf("%s: exit code %d, %s%s", when, code, out, errs)
			}
		}
		driver, address := "pgx", url
		if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
			driver, address = "sqlite", path
		}
		db, err := sql.Open(driver, address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, table := range []string{"schema_versions", "river_job", "river_migration"} {
			if err := db.QueryRowContext(t.Context(), "select count(*) from "+table).Scan(new(int)); err != nil {
				t.Errorf("%s: %v", table, err)
			}
		}
	})
}

func TestCLIMigrateBesideAnotherProcess(t *testing.T) {
	inFolder(t, "")
	s, err := store.Open(store.Options{URL: "sqlite://campaignbot.db", Exclusive: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	code, _, errs := cli(t, nil, "", "migrate")
	if code != exitRefused {
		t.Errorf("exit code %d", code)
	}
	holds(t, "the message", errs, "campaignbot: store.url: ", "in use by another campaignbot", "stop it")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := cli(t, nil, "", "migrate"); code != exitOK {
		t.Errorf("when the other has ended: exit code %d, %s", code, errs)
	}
}

func TestCLIVersion(t *testing.T) {
	code, out, errs := cli(t, nil, "", "version")
	if code != exitOK || errs != "" || !regexp.MustCompile(`^campaignbot \S+\n$`).MatchString(out) {
		t.Errorf("exit code %d, %q, %s", code, out, errs)
	}
}

func TestCLICompletions(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, out, errs := cli(t, nil, "", "completion", shell)
		if code != exitOK || errs != "" || !strings.Contains(out, "campaignbot") {
			t.Errorf("%s: exit code %d, %.100s%s", shell, code, out, errs)
		}
	}
	_, out, _ := cli(t, nil, "", "__complete", "m")
	var names []string
	for s := bufio.NewScanner(strings.NewReader(out)); s.Scan() && !strings.HasPrefix(s.Text(), ":"); {
		name, _, _ := strings.Cut(s.Text(), "\t")
		names = append(names, name)
	}
	if diff := cmp.Diff([]string{"manifest", "migrate"}, names); diff != "" {
		t.Error(diff)
	}
}
