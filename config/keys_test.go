package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const example = "campaignbot.example.yaml"

func TestExampleLoadsWithTokensFromTheEnvironment(t *testing.T) {
	got := load(t, Options{File: example, Environ: []string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1"}})
	if p := got.ServeProblems(); p != nil {
		t.Error(p)
	}
	if w := got.Warnings(); w != nil {
		t.Error(w)
	}
}

var exampleKey = regexp.MustCompile(`^( *)(?:# )?( *)(- )?([a-z_]+):(?: +(.*?))?(?: +#.*)?$`)

var exampleList = regexp.MustCompile(`^(channels|instances|schedules)\.`)

// exampleKeys returns the keys of the example in order, also those that are commented out, with their values.
func exampleKeys(t *testing.T) (paths []string, values map[string]string) {
	t.Helper()
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]string{}
	type level struct {
		indent int
		name   string
	}
	var open []level
	for line := range strings.Lines(string(data)) {
		m := exampleKey.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		indent := len(m[1]) + len(m[2]) + len(m[3])
		for len(open) > 0 && open[len(open)-1].indent >= indent {
			open = open[:len(open)-1]
		}
		path := ""
		for _, l := range open {
			path += l.name + "."
		}
		path = exampleList.ReplaceAllString(path, "$1[].")
		open = append(open, level{indent, m[4]})
		paths = append(paths, path+m[4])
		values[path+m[4]] = strings.Trim(m[5], `"`)
	}
	return paths, values
}

func TestExampleHoldsEveryKey(t *testing.T) {
	paths, values := exampleKeys(t)
	sections := regexp.MustCompile(`^(slack|http|admin|store|knowledge|channels|instances|schedules|permissions|audit|.*\.(soap|database|escalate))$`)
	var got, want []string
	for _, path := range paths {
		if !sections.MatchString(path) {
			got = append(got, path)
		}
	}
	for _, key := range Describe() {
		want = append(want, key.Path)
		if key.Default != "" && values[key.Path] != key.Default {
			t.Errorf("%s: the example says %q, the default is %q", key.Path, values[key.Path], key.Default)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEveryKeyIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, key := range Describe() {
		if key.Comment == "" || key.Type == "" {
			t.Errorf("%s: comment %q, type %q", key.Path, key.Comment, key.Type)
		}
		if seen[key.Path] {
			t.Errorf("%s stands twice", key.Path)
		}
		seen[key.Path] = true
	}
	for _, s := range singles(reflect.TypeFor[Config](), "") {
		if s.def != "" {
			if _, problem := normal(s.field, s.def); problem != nil {
				t.Errorf("%s: its default %s", s.path, problem.What)
			}
		}
	}
}

func TestDescriptionOfSomeKeys(t *testing.T) {
	want := []Key{
		{Path: "slack.bot_token", Type: "text", Env: []string{"CAMPAIGNBOT_SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"}, Secret: true,
			Comment: "bot token, starts with xoxb-"},
		{Path: "slack.bot_token_file", Type: "text", Env: []string{"CAMPAIGNBOT_SLACK_BOT_TOKEN_FILE"}, Comment: "file that holds bot_token"},
		{Path: "store.url", Type: "text", Default: "sqlite://campaignbot.db", Env: []string{"CAMPAIGNBOT_STORE_URL", "DATABASE_URL"},
			Secret: true, Comment: "sqlite://path or postgres://…"},
		{Path: "instances[].soap.password_file", Type: "text", Comment: "file that holds password"},
		{Path: "schedules[].kind", Type: "one of reminder, digest, status", Default: "reminder", Comment: "what is posted; status: live checks"},
		{Path: "permissions.admins", Type: "list of text", Comment: "user or user-group ids; empty: each person changes only what they made"},
		{Path: "audit.retention", Type: "duration", Default: "400d", Env: []string{"CAMPAIGNBOT_AUDIT_RETENTION"}, Comment: "how long the record is kept"},
	}
	all := map[string]Key{}
	for _, key := range Describe() {
		all[key.Path] = key
	}
	for _, w := range want {
		if d := cmp.Diff(w, all[w.Path]); d != "" {
			t.Errorf("%s: %s", w.Path, d)
		}
	}
}
