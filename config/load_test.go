package config

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "rewrite the .want files")

// write puts content into a file of its own and returns its name.
func write(t testing.TB, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func load(t testing.TB, o Options) *Config {
	t.Helper()
	c, err := Load(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// diff compares configurations without what Load remembers for itself.
func diff(want, got *Config) string {
	return cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{}))
}

func defaults() *Config {
	return &Config{
		Language: "en",
		Slack:    Slack{Mode: "socket", APIURL: "https://slack.com/api/", Replies: "private"},
		HTTP:     HTTP{Addr: ":3000"},
		Admin:    Admin{Addr: "127.0.0.1:9090"},
		Store:    Store{URL: NewSecret("sqlite://campaignbot.db")},
		Audit:    Audit{Enabled: true, Retention: 400 * 24 * time.Hour},
	}
}

func TestNothingSetGivesTheDefaults(t *testing.T) {
	got := load(t, Options{Dir: t.TempDir()})
	if d := diff(defaults(), got); d != "" {
		t.Error(d)
	}
}

func TestEmptyFileGivesTheDefaults(t *testing.T) {
	for _, content := range []string{"", "# nothing\n", "---\n# nothing\n", "slack:\nchannels:\nschedules: []\naudit: {}\n", "language: ''\nslack: {app_token: ''}\n"} {
		file := write(t, content)
		want := defaults()
		want.File = file
		if d := diff(want, load(t, Options{File: file})); d != "" {
			t.Errorf("%q: %s", content, d)
		}
	}
}

func TestEverySingleValueComesFromTheEnvironment(t *testing.T) {
	got := load(t, Options{Dir: t.TempDir(), Environ: []string{
		"CAMPAIGNBOT_LANGUAGE=nl", "CAMPAIGNBOT_SLACK_MODE=http", "CAMPAIGNBOT_SLACK_BOT_TOKEN=xoxb-1",
		"CAMPAIGNBOT_SLACK_APP_TOKEN=xapp-1", "CAMPAIGNBOT_SLACK_SIGNING_SECRET=abc",
		"CAMPAIGNBOT_SLACK_API_URL=http://127.0.0.1:8080/api/", "CAMPAIGNBOT_SLACK_REPLIES=channel",
		"CAMPAIGNBOT_HTTP_ADDR=:80", "CAMPAIGNBOT_ADMIN_ADDR=:81", "CAMPAIGNBOT_STORE_URL=postgres://h/d",
		"CAMPAIGNBOT_KNOWLEDGE_DIR=entries", "CAMPAIGNBOT_AUDIT_ENABLED=false", "CAMPAIGNBOT_AUDIT_RETENTION=1d12h",
	}})
	want := &Config{
		Language: "nl",
		Slack: Slack{Mode: "http", BotToken: NewSecret("xoxb-1"), AppToken: NewSecret("xapp-1"), SigningSecret: NewSecret("abc"),
			APIURL: "http://127.0.0.1:8080/api/", Replies: "channel"},
		HTTP:      HTTP{Addr: ":80"},
		Admin:     Admin{Addr: ":81"},
		Store:     Store{URL: NewSecret("postgres://h/d")},
		Knowledge: Knowledge{Dir: "entries"},
		Audit:     Audit{Enabled: false, Retention: 36 * time.Hour},
	}
	if d := diff(want, got); d != "" {
		t.Error(d)
	}
	if p := got.ServeProblems(); p != nil {
		t.Error(p)
	}
}

func TestDescribedVariablesAreAllThatIsRead(t *testing.T) {
	for _, key := range Describe() {
		for _, name := range key.Env {
			value := map[string]string{"yes/no": "maybe", "duration": "soon"}[key.Type]
			switch {
			case strings.HasSuffix(key.Path, fileSuffix):
				value = "not-there"
			case value == "" && key.Path == "knowledge.dir":
				continue // any text is a folder
			case value == "" && key.Path == "slack.signing_secret":
				value = "xoxb-1"
			case value == "":
				value = "nonsense"
			}
			_, err := Load(Options{Dir: t.TempDir(), Environ: []string{name + "=" + value}})
			if err == nil || !strings.HasPrefix(err.Error(), key.Path+": ") {
				t.Errorf("%s=%s: %v", name, value, err)
			}
		}
	}
}

func TestFileInTheFolderIsReadAndNamed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, DefaultFile)
	if err := os.WriteFile(file, []byte("language: de\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := load(t, Options{Dir: dir}); got.Language != "de" || got.File != file {
		t.Errorf("language %q from %q", got.Language, got.File)
	}
}

func TestNamedFileMustExist(t *testing.T) {
	c, err := Load(Options{File: "not-there.yaml", Environ: []string{"CAMPAIGNBOT_LANGUAGE=xx"}})
	want := "--config: there is no file not-there.yaml (check the path; a relative one starts at the folder the bot is started in)\n" +
		"language: must be one of en, nl, de, fr (not \"xx\"; set by CAMPAIGNBOT_LANGUAGE)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if !errors.Is(err, ErrNoFile) {
		t.Error("the error is not ErrNoFile")
	}
	if c == nil || c.ServeProblems() != nil {
		t.Error("tokens that may stand in the missing file must not be called missing")
	}
}

func TestUnusableFiles(t *testing.T) {
	big := write(t, "language: en\n#"+strings.Repeat("x", maxFile))
	cases := []struct{ name, file, want string }{
		{"a folder", ".", ".: is a folder, not a file (check the path)"},
		{"a file over the limit", big, big + ": is too large (check the path)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(Options{File: c.file})
			if err == nil || err.Error() != c.want || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			_, err := Load(Options{File: file})
			if err == nil {
				t.Fatal("loads without a problem")
			}
			got := err.Error() + "\n"
			if strings.Contains(got, "leak") || strings.Contains(got, "0-from-file") {
				t.Errorf("tells a secret: %s", got)
			}
			wantFile := strings.TrimSuffix(file, ".yaml") + ".want"
			if *update {
				if err := os.WriteFile(wantFile, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(wantFile)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestProblemSaysWhereTheValueComesFrom(t *testing.T) {
	cases := []struct {
		name, file  string
		env         []string
		flags       map[string]string
		wantProblem string
	}{
		{"a variable of ours with a wrong word", "", []string{"CAMPAIGNBOT_LANGUAGE=it"}, nil,
			`language: must be one of en, nl, de, fr (not "it"; set by CAMPAIGNBOT_LANGUAGE)`},
		{"a well-known variable with a wrong shape", "", []string{"DATABASE_URL=mysql://h"}, nil,
			"store.url: names a database the bot cannot use (e.g. sqlite://campaignbot.db or postgres://user@host/database; set by DATABASE_URL)"},
		{"a flag with a wrong address", "", nil, map[string]string{"http.addr": "3000"},
			"http.addr: is not an address with a port (e.g. 127.0.0.1:9090, or :3000 for every address of this machine; set by the flag for http.addr)"},
		{"a variable that names no file", "", []string{"CAMPAIGNBOT_STORE_URL_FILE=not-there"}, nil,
			"store.url_file: names a file that does not exist (check the path; a relative one starts at the folder the bot is started in; set by CAMPAIGNBOT_STORE_URL_FILE)"},
		{"the wrong word is in the file, under a good variable", "language: it\n", []string{"CAMPAIGNBOT_LANGUAGE=nl"}, nil,
			`language: must be one of en, nl, de, fr (not "it")`},
		{"two variables of the same level", "", []string{"CAMPAIGNBOT_SLACK_APP_TOKEN=xapp-1", "CAMPAIGNBOT_SLACK_APP_TOKEN_FILE=x"}, nil,
			"slack.app_token: CAMPAIGNBOT_SLACK_APP_TOKEN and CAMPAIGNBOT_SLACK_APP_TOKEN_FILE are both set (keep one)"},
		{"a flag for a key that is not there", "", nil, map[string]string{"schedules": "x"},
			"schedules: is not a key that a flag can set (report this as a bug)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(Options{File: write(t, c.file), Environ: c.env, Flags: c.flags})
			if err == nil || err.Error() != c.wantProblem {
				t.Errorf("got  %v\nwant %s", err, c.wantProblem)
			}
		})
	}
}

func TestStrongestLevelWins(t *testing.T) {
	file := func(content string) string { return write(t, content) }
	cases := []struct {
		name string
		o    Options
		want string // slack.bot_token, replies
	}{
		{"nothing but the file", Options{File: file("slack: {bot_token: xoxb-file, replies: channel}")}, "xoxb-file channel"},
		{"a file named in the file", Options{File: file("slack: {bot_token_file: testdata/secret}")}, "xoxb-0-from-file private"},
		{"well-known name over the file", Options{File: file("slack: {bot_token: xoxb-file}"),
			Environ: []string{"SLACK_BOT_TOKEN=xoxb-known"}}, "xoxb-known private"},
		{"well-known name over a twin in the file that is not there", Options{File: file("slack: {bot_token_file: not-there}"),
			Environ: []string{"SLACK_BOT_TOKEN=xoxb-known"}}, "xoxb-known private"},
		{"our name over the well-known one", Options{Dir: t.TempDir(),
			Environ: []string{"SLACK_BOT_TOKEN=xoxb-known", "CAMPAIGNBOT_SLACK_BOT_TOKEN=xoxb-ours"}}, "xoxb-ours private"},
		{"our twin over the well-known name", Options{Dir: t.TempDir(),
			Environ: []string{"SLACK_BOT_TOKEN=xoxb-known", "CAMPAIGNBOT_SLACK_BOT_TOKEN_FILE=testdata/secret"}}, "xoxb-0-from-file private"},
		{"our name over the file", Options{File: file("slack: {replies: channel, bot_token: xoxb-file}"),
			Environ: []string{"CAMPAIGNBOT_SLACK_REPLIES=private"}}, "xoxb-file private"},
		{"flags over everything", Options{File: file("slack: {replies: private, bot_token: xoxb-file}"),
			Flags:   map[string]string{"slack.replies": "channel", "slack.bot_token_file": "testdata/secret"},
			Environ: []string{"CAMPAIGNBOT_SLACK_REPLIES=private", "CAMPAIGNBOT_SLACK_BOT_TOKEN=xoxb-ours"}}, "xoxb-0-from-file channel"},
		{"empty and blank values count as not set", Options{File: file("slack: {replies: channel, bot_token: xoxb-file}"),
			Flags:   map[string]string{"slack.replies": ""},
			Environ: []string{"CAMPAIGNBOT_SLACK_REPLIES=", "CAMPAIGNBOT_SLACK_BOT_TOKEN= ", "CAMPAIGNBOT_SLACK_BOT_TOKEN_FILE=", "SLACK_BOT_TOKEN="}},
			"xoxb-file channel"},
		{"an empty value in the file beside its twin", Options{File: file("slack: {bot_token: '', bot_token_file: testdata/secret}")},
			"xoxb-0-from-file private"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := load(t, c.o)
			if text := got.Slack.BotToken.Reveal() + " " + got.Slack.Replies; text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}

func TestDefaultOfASecretYieldsToItsTwin(t *testing.T) {
	got := load(t, Options{Dir: t.TempDir(), Environ: []string{"CAMPAIGNBOT_STORE_URL_FILE=" + write(t, "\n postgres://me@db/bot \n")}})
	if got.Store.URL.Reveal() != "postgres://me@db/bot" {
		t.Errorf("got %q", got.Store.URL.Reveal())
	}
}
