package config

import (
	"testing"
	"time"
)

func TestEveryKeyOfTheFileIsRead(t *testing.T) {
	got := load(t, Options{File: "testdata/full.yaml"})
	want := &Config{
		Language: "nl",
		Slack: Slack{Mode: "http", BotToken: NewSecret("xoxb-0-from-file"), AppToken: NewSecret("xapp-1"), SigningSecret: NewSecret("abc"),
			APIURL: "http://127.0.0.1:8080/api/", Replies: "channel"},
		HTTP:      HTTP{Addr: "0.0.0.0:3000"},
		Admin:     Admin{Addr: "[::1]:9090"},
		Store:     Store{URL: NewSecret("postgresql://me:pass@db:5432/bot?sslmode=disable")},
		Knowledge: Knowledge{Dir: "/etc/campaignbot/entries"},
		Channels: []Channel{
			{ID: "C0123456789", Instance: "prod", Language: "nl", Watch: true},
			{ID: "G01"},
		},
		Instances: []Instance{
			{ID: "prod", Hosting: "on-premise", OS: "linux", Build: "9368", BaseURL: "https://campaign.example.com",
				SOAP:     SOAP{Login: "monitor", Password: NewSecret("xoxb-0-from-file")},
				Database: Database{URL: NewSecret("postgres://reader:pass@db/neolane")}},
			{ID: "stage", Build: "9368"},
		},
		Schedules: []Schedule{
			{ID: "failed-exports", Cron: "30 8 * * 1-5", TimeZone: "Europe/Amsterdam", Channel: "C0123456789", Kind: "reminder",
				Text: Text{"": "Re-run yesterday's failed exports"}, Mention: []string{"S0123456789", "W1"}, WorkingDaysOnly: true,
				Holidays: []string{"2026-12-25", "2026-12-26"}, QuietHours: "22:00-07:00", CatchUp: 0, Due: 2 * time.Hour,
				Escalate: Escalate{After: 28 * time.Hour, To: "C0999999999"}},
			{ID: "daily", When: "every weekday at 08:30", TimeZone: "UTC", Channel: "D1", Kind: "reminder", Pack: "campaign-daily",
				CatchUp: 12 * time.Hour, Escalate: Escalate{After: time.Hour, To: "U1"}},
			{ID: "weekly", Cron: "@weekly", TimeZone: "UTC", Channel: "C1", Kind: "reminder",
				Text: Text{"en": "Look", "nl": "Kijk"}, CatchUp: 12 * time.Hour},
			{ID: "steps", Cron: "0 8 * * *", TimeZone: "UTC", Channel: "C1", Kind: "reminder", Runbook: "log-precision", CatchUp: 12 * time.Hour},
			{ID: "digest", Cron: "0 9 * * *", TimeZone: "UTC", Channel: "C1", Kind: "digest", CatchUp: 12 * time.Hour},
		},
		Permissions: Permissions{Admins: []string{"U1", "S1"}, Channels: []string{"C1"}},
		Audit:       Audit{Enabled: false, Retention: 36 * time.Hour},
		File:        "testdata/full.yaml",
	}
	if d := diff(want, got); d != "" {
		t.Error(d)
	}
	if w := got.Warnings(); w != nil {
		t.Error(w)
	}
}

func TestTokensAreNeededToServe(t *testing.T) {
	const bot, app, signing = "SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "SLACK_SIGNING_SECRET=abc"
	const noBot = "slack.bot_token: is missing in socket mode (set SLACK_BOT_TOKEN or slack.bot_token_file)"
	const noApp = "slack.app_token: is missing in socket mode (set SLACK_APP_TOKEN or slack.app_token_file)"
	cases := []struct {
		name string
		env  []string
		want string
	}{
		{"socket mode with both tokens", []string{bot, app}, ""},
		{"socket mode without tokens", nil, noApp + "\n" + noBot},
		{"socket mode with the signing secret only", []string{signing}, noApp + "\n" + noBot},
		{"http mode with token and signing secret", []string{"CAMPAIGNBOT_SLACK_MODE=http", bot, signing}, ""},
		{"http mode with the wrong token", []string{"CAMPAIGNBOT_SLACK_MODE=http", app, bot},
			"slack.signing_secret: is missing in http mode (set SLACK_SIGNING_SECRET or slack.signing_secret_file)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := load(t, Options{Dir: t.TempDir(), Environ: c.env}).ServeProblems().Error(); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
	t.Run("a token that Load complains about", func(t *testing.T) {
		c, err := Load(Options{Dir: t.TempDir(), Environ: []string{"CAMPAIGNBOT_SLACK_BOT_TOKEN_FILE=not-there", app}})
		if err == nil || c.ServeProblems() != nil {
			t.Errorf("problems %v, to serve %v", err, c.ServeProblems())
		}
	})
}

func TestMisspeltVariablesAreWarnings(t *testing.T) {
	got := load(t, Options{Dir: t.TempDir(), Environ: []string{
		"CAMPAIGNBOT_SLACK_BOTTOKEN=xoxb-1", "CAMPAIGNBOT_PERMISSIONS_ADMINS=U1", "CAMPAIGNBOT_CHANNELS=C1", "CAMPAIGNBOT_LANGUAGE=nl",
		"CAMPAIGNBOT_SERVICE_HOST=10.0.0.1", "CAMPAIGNBOT_PORT_3000_TCP_ADDR=10.0.0.1", "SLACK_BOT_TOKN=xoxb-1", "PATH=/bin",
	}}).Warnings().Error()
	want := "CAMPAIGNBOT_CHANNELS: sets nothing (lists are set in the file only)\n" +
		"CAMPAIGNBOT_PERMISSIONS_ADMINS: sets nothing (lists are set in the file only)\n" +
		"CAMPAIGNBOT_SLACK_BOTTOKEN: sets nothing (did you mean CAMPAIGNBOT_SLACK_BOT_TOKEN?)"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestGoodAddresses(t *testing.T) {
	cases := []struct{ name, variable, value string }{
		{"Slack itself", "CAMPAIGNBOT_SLACK_API_URL", "https://slack.com/api/"},
		{"a workspace of Slack", "CAMPAIGNBOT_SLACK_API_URL", "https://acme.slack.com/api/"},
		{"a proxy below a path", "CAMPAIGNBOT_SLACK_API_URL", "https://proxy.example.com/slack/api/"},
		{"a test double without encryption", "CAMPAIGNBOT_SLACK_API_URL", "http://[::1]:8765/api/"},
		{"a host that only ends like Slack's", "CAMPAIGNBOT_SLACK_API_URL", "http://notslack.com/api/"},
		{"a port chosen by the system", "CAMPAIGNBOT_ADMIN_ADDR", "127.0.0.1:0"},
		{"an absolute SQLite file", "CAMPAIGNBOT_STORE_URL", "sqlite:///var/lib/campaignbot/bot.db"},
		{"a SQLite file in a folder with a space", "CAMPAIGNBOT_STORE_URL", "sqlite://my data/bot.db"},
		{"PostgreSQL over a socket", "CAMPAIGNBOT_STORE_URL", "postgres:///bot?host=/run/postgresql"},
		{"PostgreSQL with two hosts", "CAMPAIGNBOT_STORE_URL", "postgres://me:p%23@a:5432,b:5432/bot"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			load(t, Options{Dir: t.TempDir(), Environ: []string{c.variable + "=" + c.value}})
		})
	}
}
