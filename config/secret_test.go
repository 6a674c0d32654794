package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecretIsNeverSeen(t *testing.T) {
	const value = "s3cr3t-value"
	s := NewSecret(value)
	holder := struct {
		Public  Secret
		private Secret
		list    []Secret
		pointer *Secret
	}{s, s, []Secret{s}, &s}

	var outputs []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10.3v", "%t"} {
		for _, what := range []any{s, &s, holder, &holder, []Secret{s}, map[string]Secret{"k": s}, errors.Join(fmt.Errorf("token %v", s))} {
			outputs = append(outputs, fmt.Sprintf(verb, what))
		}
	}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		data, err := marshal(struct{ Token Secret }{s})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), "secret") {
			t.Errorf("nothing stands for the secret: %s", data)
		}
		outputs = append(outputs, string(data))
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "token", s, "holder", holder, "pointer", &s)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "token", s, "holder", holder, "pointer", &s)
	outputs = append(outputs, log.String())

	for _, out := range outputs {
		if strings.Contains(out, value) || strings.Contains(out, fmt.Sprintf("%x", value)) {
			t.Errorf("tells the secret: %s", out)
		}
	}
	if got := fmt.Sprint(s); got != "<secret>" {
		t.Errorf("prints as %q", got)
	}
}

func TestSecretWithoutValuePrintsNothing(t *testing.T) {
	s := NewSecret("")
	if got := fmt.Sprintf("%v", s); got != "" || s.IsSet() || s.Reveal() != "" {
		t.Errorf("prints %q, set %t", got, s.IsSet())
	}
	if !s.Equal(Secret{}) || s.Equal(NewSecret("x")) || !NewSecret("x").Equal(NewSecret("x")) {
		t.Error("Equal compares something else than the values")
	}
}

func TestAddressesForLogsHoldNoPassword(t *testing.T) {
	cases := []struct{ name, url, want string }{
		{"nothing set", "", ""},
		{"a SQLite file", "sqlite://campaignbot.db", "sqlite://campaignbot.db"},
		{"a SQLite file with parameters", "sqlite:///var/lib/bot.db?key=hush", "sqlite:///var/lib/bot.db"},
		{"user and password", "postgres://me:hush@db:5432/bot?sslmode=disable", "postgres://me:<secret>@db:5432/bot"},
		{"a user alone", "postgres://me@db/bot", "postgres://me@db/bot"},
		{"a password among the parameters", "postgres://db/bot?user=me&password=hush#hush", "postgres://db/bot"},
		{"a password that breaks the address", "postgres://me:hu%sh@db/bot", "<secret>"},
		{"no address", "hush", "<secret>"},
		{"key=value form", "host=db password=hush", "<secret>"},
		{"an opaque address", "postgres:me:hush@db", "<secret>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := (Store{URL: NewSecret(c.url)}).Redacted(); got != c.want {
				t.Errorf("store: got %q, want %q", got, c.want)
			}
			if got := (Database{URL: NewSecret(c.url)}).Redacted(); got != c.want {
				t.Errorf("database: got %q, want %q", got, c.want)
			}
		})
	}
}

// dump prints a configuration in every way somebody might.
func dump(t testing.TB, c *Config) string {
	t.Helper()
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		fmt.Fprintf(&out, verb, c)
	}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		data, err := marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("start", "config", c, "slack", c.Slack)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "config", c, "slack", c.Slack)
	out.WriteString(c.Store.Redacted() + c.Warnings().Error() + c.ServeProblems().Error())
	return out.String()
}

const leakFile = `
slack: {bot_token: xoxb-LEAK1, app_token: xapp-LEAK2, signing_secret: LEAK3}
store: {url: "postgres://me:LEAK4@db/bot?password=LEAK5"}
instances:
  - id: prod
    soap: {login: monitor, password: LEAK6}
    database: {url: "postgres://reader:LEAK7@db/neolane"}
`

func TestDumpsHoldNoSecret(t *testing.T) {
	c := load(t, Options{File: write(t, leakFile)})
	if c.Slack.SigningSecret.Reveal() != "LEAK3" || c.Instances[0].SOAP.Password.Reveal() != "LEAK6" {
		t.Fatal("the secrets were not read")
	}
	if out := dump(t, c); strings.Contains(out, "LEAK") {
		t.Errorf("tells a secret: %s", out)
	}
}

func TestErrorsHoldNoSecretWhereverItStands(t *testing.T) {
	secrets := []string{"xoxb-1111-LEAK", "xapp-1-LEAK", "0123456789abcdef0123456789abLEAK", "postgres://me:LEAK@db/bot"}
	var files []string
	for _, secret := range secrets {
		for _, key := range Describe() {
			files = append(files, fileWith(key.Path, secret))
		}
		files = append(files, secret, "- "+secret, "a: *"+secret, secret+": x", "? ["+secret+"]\n: x", "x: \""+secret, "x: !"+secret+" y",
			"x: &"+secret+" y\ny: *z", "x: "+secret+"\nx: "+secret, "slack: {"+secret+": 1, "+secret+": 2}", "schedules: [{id: "+secret+"}]")
	}
	for _, content := range files {
		c, err := Load(Options{File: write(t, content)})
		if err != nil && strings.Contains(err.Error(), "LEAK") {
			t.Errorf("%q gives %v", content, err)
		}
		if c == nil {
			t.Fatalf("%q gives no configuration", content)
		}
	}
	for _, secret := range secrets {
		for _, key := range Describe() {
			for _, name := range key.Env {
				_, err := Load(Options{Dir: t.TempDir(), Environ: []string{name + "=" + secret}})
				if err != nil && strings.Contains(err.Error(), "LEAK") {
					t.Errorf("%s gives %v", name, err)
				}
			}
		}
	}
}

// fileWith returns a file that sets one key. JSON is YAML too.
func fileWith(path, value string) string {
	var content any = value
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		name, isList := strings.CutSuffix(parts[i], "[]")
		if isList {
			content = []any{content}
		}
		content = map[string]any{name: content}
	}
	data, err := json.Marshal(content)
	if err != nil {
		panic(err)
	}
	return string(data)
}
