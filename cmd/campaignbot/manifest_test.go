package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// manifestCase is a configuration with its manifest, which stands in testdata/manifest.NAME.yaml and .json.
type manifestCase struct {
	name, yaml, url string
	groups          bool // of administrators
}

func manifestCases() []manifestCase {
	const admins = "permissions: {admins: [U0123456789, S0123456789]}\n"
	const http = "slack: {mode: http}\n"
	return []manifestCase{
		{"socket", "language: en\n", "", false},
		{"socket-admins", admins, "", true},
		{"http", http, "https://bot.example.com", false},
		{"http-admins", http + admins, "https://bot.example.com", true},
	}
}

// written runs the command. Tokens are there, as beside a bot that runs, and may not be in the manifest.
func (c manifestCase) written(t *testing.T, format string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "campaignbot.yaml")
	writeFile(t, file, c.yaml)
	args := []string{"manifest", "--config", file, "--format", format}
	if c.url != "" {
		args = append(args, "--url", c.url)
	}
	code, out, errs := cli(t, tokens, "", args...)
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	return out
}

// value returns the manifest as JSON has it.
func (c manifestCase) value(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(c.written(t, "json")), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestManifestIsGolden(t *testing.T) {
	for _, c := range manifestCases() {
		for _, format := range []string{"yaml", "json"} {
			t.Run(c.name+"/"+format, func(t *testing.T) {
				golden(t, "manifest."+c.name+"."+format, c.written(t, format))
			})
		}
	}
}

func TestManifestSaysTheSameInBothFormats(t *testing.T) {
	for _, c := range manifestCases() {
		var fromYAML any
		if err := yaml.Unmarshal([]byte(c.written(t, "yaml")), &fromYAML); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(again, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.value(t), got); diff != "" {
			t.Errorf("%s (-json +yaml):\n%s", c.name, diff)
		}
	}
}

// Why each scope is asked for. The whole-program tests run with these scopes against a Slack that refuses the others.
var (
	whyAlways = map[string]string{
		"app_mentions:read": "the event app_mention: questions in a channel",
		"channels:history":  "to look for the bot's own post after a crash, in a public channel",
		"chat:write":        "to answer, to post what is due and to edit it",
		"commands":          "the slash command",
		"groups:history":    "the same in a private channel",
		"im:history":        "the event message.im: questions in a direct message",
		"reactions:write":   "reactions.add: the eyes on a mention",
		"users:read":        "users.info: the language and the time zone of the reader",
	}
	whyGroups = map[string]string{"usergroups:read": "usergroups.users.list: who belongs to the administrators"}
)

func TestManifestAsksForTheLeastScopes(t *testing.T) {
	for _, c := range manifestCases() {
		t.Run(c.name, func(t *testing.T) {
			want := slices.Collect(maps.Keys(whyAlways))
			if c.groups {
				want = slices.AppendSeq(want, maps.Keys(whyGroups))
			}
			slices.Sort(want)
			var got []string
			for _, s := range at(c.value(t), "oauth_config.scopes.bot") {
				got = append(got, s.(string))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("scopes, each of which needs its reason in this file (-want +got):\n%s", diff)
			}
		})
	}
}

func TestManifestSubscribesToWhatItHasScopesFor(t *testing.T) {
	needs := map[string]string{"app_mention": "app_mentions:read", "message.im": "im:history"}
	for _, c := range manifestCases() {
		m := c.value(t)
		events := at(m, "settings.event_subscriptions.bot_events")
		if len(events) != len(needs) {
			t.Errorf("%s: events %v", c.name, events)
		}
		for _, e := range events {
			if scope := needs[e.(string)]; !slices.Contains(at(m, "oauth_config.scopes.bot"), any(scope)) {
				t.Errorf("%s: event %s needs the scope %q", c.name, e, scope)
			}
		}
	}
}

// at returns the values at a path, with every element of a list; nothing when it is not there.
func at(v any, path string) []any {
	if list, ok := v.([]any); ok {
		var all []any
		for _, e := range list {
			all = append(all, at(e, path)...)
		}
		return all
	}
	if path == "" {
		return []any{v}
	}
	name, rest, _ := strings.Cut(path, ".")
	section, _ := v.(map[string]any)
	below, ok := section[strings.TrimSuffix(name, "[]")]
	if !ok {
		return nil
	}
	return at(below, rest)
}

// leaves returns the paths of all values, in order.
func leaves(v any, path string) []string {
	switch v := v.(type) {
	case map[string]any:
		var all []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leaves(v[name], strings.TrimPrefix(path+"."+name, "."))...)
		}
		return all
	case []any:
		var all []string
		for _, e := range v {
			all = append(all, leaves(e, path+"[]")...)
		}
		return slices.Compact(all)
	}
	return []string{path}
}

// Slack's limits: characters of a text, or elements of a list.
var manifestLimits = []struct {
	path     string
	min, max int
	shape    string // of a text
}{
	{"display_information.name", 1, 35, ``},
	{"display_information.description", 1, 140, ``},
	{"display_information.long_description", 175, 4000, ``},
	{"display_information.background_color", 7, 7, `^#[0-9a-f]{6}$`},
	{"features.bot_user.display_name", 1, 80, `^[a-z0-9._-]+$`},
	{"features.slash_commands[].command", 2, 32, `^/[a-z]+$`},
	{"features.slash_commands[].description", 1, 2000, ``},
	{"features.slash_commands[].usage_hint", 1, 1000, ``},
	{"features.slash_commands[].url", 9, 3000, `^https://bot\.example\.com/slack/commands$`},
	{"oauth_config.scopes.bot[]", 1, 255, `^[a-z_]+(:[a-z]+)?$`},
	{"settings.event_subscriptions.bot_events[]", 1, 100, `^[a-z_.]+$`},
	{"settings.event_subscriptions.request_url", 9, 3500, `^https://bot\.example\.com/slack/events$`},
	{"settings.interactivity.request_url", 9, 3500, `^https://bot\.example\.com/slack/interactions$`},
}

// The booleans and numbers. Slack's own defaults differ, so each has to be there, also when it is false.
func manifestSwitches(http bool) map[string]any {
	return map[string]any{
		"_metadata.major_version":                          1.0,
		"_metadata.minor_version":                          1.0,
		"features.app_home.home_tab_enabled":               false, // there is no App Home yet
		"features.app_home.messages_tab_enabled":           true,
		"features.app_home.messages_tab_read_only_enabled": false, // or nobody can type in a direct message
		"features.bot_user.always_online":                  true,
		"features.slash_commands[].should_escape":          true,
		"settings.interactivity.is_enabled":                true,
		"settings.org_deploy_enabled":                      false, // one workspace
		"settings.socket_mode_enabled":                     !http,
		"settings.token_rotation_enabled":                  false, // cannot be switched off again
	}
}

func TestManifestKeepsSlacksLimits(t *testing.T) {
	for _, c := range manifestCases() {
		t.Run(c.name, func(t *testing.T) {
			m := c.value(t)
			known := manifestSwitches(c.url != "")
			for path, want := range known {
				if got := at(m, path); len(got) != 1 || got[0] != want {
					t.Errorf("%s is %v, want %v", path, got, want)
				}
			}
			for _, l := range manifestLimits {
				known[l.path] = nil
				values := at(m, strings.TrimSuffix(l.path, "[]"))
				isURL := strings.HasSuffix(l.path, "url")
				if isURL != (c.url != "") && isURL {
					if len(values) != 0 {
						t.Errorf("%s is there in Socket Mode: %v", l.path, values)
					}
					continue
				}
				if strings.HasSuffix(l.path, "[]") && (len(values) < l.min || len(values) > l.max) {
					t.Errorf("%s has %d elements, limits are %d and %d", l.path, len(values), l.min, l.max)
				}
				if len(values) == 0 {
					t.Errorf("%s is not there", l.path)
				}
				for _, v := range values {
					text := v.(string)
					if n := utf8.RuneCountInString(text); !strings.HasSuffix(l.path, "[]") && (n < l.min || n > l.max) {
						t.Errorf("%s has %d characters, limits are %d and %d", l.path, n, l.min, l.max)
					}
					if !regexp.MustCompile(l.shape).MatchString(text) {
						t.Errorf("%s is %q, want %s", l.path, text, l.shape)
					}
				}
			}
			if n := len(at(m, "features.slash_commands[].command")); n < 1 || n > 50 {
				t.Errorf("%d slash commands", n)
			}
			for _, path := range leaves(m, "") {
				if _, ok := known[path]; !ok {
					t.Errorf("%s has no limit in this test", path)
				}
			}
		})
	}
}

func TestManifestColourCarriesWhiteText(t *testing.T) {
	colour := at(manifestCases()[0].value(t), "display_information.background_color")[0].(string)
	luminance := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		v := float64(n) / 255
		if v <= 0.03928 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		luminance += weight * v
	}
	if contrast := 1.05 / (luminance + 0.05); contrast < 4.5 {
		t.Errorf("white on %s has a contrast of %.1f, want 4.5", colour, contrast)
	}
}

func TestManifestTakesTheAddressAsPeopleWriteIt(t *testing.T) {
	for _, c := range []struct{ name, url, want string }{
		{"a host", "https://bot.example.com", "https://bot.example.com/slack/events"},
		{"a host and a slash", "https://bot.example.com/", "https://bot.example.com/slack/events"},
		{"a port", "https://bot.example.com:8443", "https://bot.example.com:8443/slack/events"},
		{"a path of a proxy", "https://example.com/bots/campaign/", "https://example.com/bots/campaign/slack/events"},
		{"capital letters", "HTTPS://bot.example.com", "https://bot.example.com/slack/events"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := manifestCase{yaml: "slack: {mode: http}\n", url: c.url}.value(t)
			if got := fmt.Sprint(at(m, "settings.event_subscriptions.request_url")[0]); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
