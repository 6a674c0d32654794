// Package config reads campaignbot.yaml, the environment and flags into one Config, and checks its shape.
//
// A value comes from the first of: flag, CAMPAIGNBOT_… variable, well-known variable (SLACK_BOT_TOKEN, …), file,
// default. No file at all is fine. Load reports every problem at once, never with a secret in it.
//
// It checks shape, not meaning: cron expressions, everyday phrases, quiet hours, runbooks and packs are checked by those that
// own them. It is the only user of viper and imports nothing of ours.
package config

import "time"

// Config is everything an operator can set. The tags of its fields are the one list of keys: Load, Describe and the
// README's table come from them.
type Config struct {
	Language    string      `mapstructure:"language" default:"en" oneof:"en nl de fr" doc:"language used when nothing better is known"`
	Slack       Slack       `mapstructure:"slack"`
	HTTP        HTTP        `mapstructure:"http"`
	Admin       Admin       `mapstructure:"admin"`
	Store       Store       `mapstructure:"store"`
	Knowledge   Knowledge   `mapstructure:"knowledge"`
	Channels    []Channel   `mapstructure:"channels"`
	Instances   []Instance  `mapstructure:"instances"`
	Schedules   []Schedule  `mapstructure:"schedules"`
	Permissions Permissions `mapstructure:"permissions"`
	Audit       Audit       `mapstructure:"audit"`

	// File is the configuration file that was read; empty when there was none.
	File string `mapstructure:"-" json:"-"`

	problemAt map[string]bool // paths that Load has complained about already; "": the whole file
	warnings  Problems
}

// The values of Slack.Mode.
const (
	ModeSocket = "socket"
	ModeHTTP   = "http"
)

// Slack is how the bot talks to Slack.
type Slack struct {
	Mode          string `mapstructure:"mode" default:"socket" oneof:"socket http" doc:"how Slack reaches the bot: over an outgoing connection, or with HTTP requests"`
	BotToken      Secret `mapstructure:"bot_token" known:"SLACK_BOT_TOKEN" doc:"bot token, starts with xoxb-"`
	AppToken      Secret `mapstructure:"app_token" known:"SLACK_APP_TOKEN" doc:"app-level token, starts with xapp-; socket mode only"`
	SigningSecret Secret `mapstructure:"signing_secret" known:"SLACK_SIGNING_SECRET" doc:"proves that a request comes from Slack; http mode only"`
	APIURL        string `mapstructure:"api_url" default:"https://slack.com/api/" doc:"another Slack address, e.g. a proxy or a test double"`
	Replies       string `mapstructure:"replies" default:"private" oneof:"private channel" doc:"who sees the answer to a slash command"`
}

// HTTP is the listener for Slack's requests. It is opened in HTTP mode only.
type HTTP struct {
	Addr string `mapstructure:"addr" default:":3000" doc:"address for Slack's requests; opened in http mode only"`
}

// Admin is the listener for health and metrics.
type Admin struct {
	Addr string `mapstructure:"addr" default:"127.0.0.1:9090" doc:"address of /healthz, /readyz and /metrics"`
}

// Store is where the bot keeps what must survive a restart.
type Store struct {
	URL Secret `mapstructure:"url" default:"sqlite://campaignbot.db" known:"DATABASE_URL" doc:"sqlite://path or postgres://…"`
}

// Redacted returns the store's address without its password and parameters, for logs and for people.
func (s Store) Redacted() string { return redactURL(s.URL) }

// Knowledge is where an operator's own entries are.
type Knowledge struct {
	Dir string `mapstructure:"dir" doc:"folder with entries laid over the built-in ones"`
}

// Channel is what holds in one Slack channel.
type Channel struct {
	ID       string `mapstructure:"id" doc:"channel id, e.g. C0123456789"`
	Instance string `mapstructure:"instance" doc:"Campaign instance that questions in this channel are about; it need not be listed under instances"`
	Language string `mapstructure:"language" oneof:"en nl de fr" doc:"language of what is posted there"`
	Watch    bool   `mapstructure:"watch" default:"false" doc:"answer alerts posted there"`
}

// Instance is one Campaign instance. Only ID is required; an empty Hosting or OS means: not known.
type Instance struct {
	ID       string   `mapstructure:"id" doc:"name of the instance, as in wfserver@prod"`
	Hosting  string   `mapstructure:"hosting" oneof:"on-premise hybrid hosted" doc:"who runs the servers"`
	OS       string   `mapstructure:"os" oneof:"linux windows" doc:"operating system of the servers"`
	Build    string   `mapstructure:"build" form:"digits" doc:"build number"`
	BaseURL  string   `mapstructure:"base_url" doc:"address of the instance, for links and live checks"`
	SOAP     SOAP     `mapstructure:"soap"`
	Database Database `mapstructure:"database"`
}

// SOAP is the Campaign operator used for live checks.
type SOAP struct {
	Login    string `mapstructure:"login" doc:"operator for live checks"`
	Password Secret `mapstructure:"password" doc:"password of that operator"`
}

// Database is a Campaign database that may be read, never written.
type Database struct {
	URL Secret `mapstructure:"url" doc:"address of the instance's database, with a read-only user"`
}

// Redacted returns the database's address without its password and parameters, for logs and for people.
func (d Database) Redacted() string { return redactURL(d.URL) }

// The values of Schedule.Kind.
const (
	KindReminder = "reminder"
	KindDigest   = "digest"
	KindStatus   = "status"
)

// Schedule is one thing that is posted again and again. Exactly one of Cron and When is set.
type Schedule struct {
	ID       string `mapstructure:"id" doc:"name of the schedule: a-z, 0-9 and -"`
	Cron     string `mapstructure:"cron" doc:"five-field expression, e.g. 30 8 * * 1-5"`
	When     string `mapstructure:"when" doc:"everyday phrase instead of cron, e.g. every weekday at 08:30"`
	TimeZone string `mapstructure:"time_zone" doc:"time zone, e.g. Europe/Amsterdam"`
	Channel  string `mapstructure:"channel" doc:"channel id to post in"`
	Kind     string `mapstructure:"kind" default:"reminder" oneof:"reminder digest status" doc:"what is posted; status: live checks"`

	Text    Text   `mapstructure:"text" doc:"what a reminder says: one text, or one for each of en, nl, de, fr"`
	Runbook string `mapstructure:"runbook" doc:"runbook or routine check instead of text, by its id"`
	Pack    string `mapstructure:"pack" doc:"routine checks instead of text, a reminder for each: campaign-daily, campaign-weekly or campaign-monthly"`

	Mention         []string      `mapstructure:"mention" doc:"user or user-group ids to mention"`
	WorkingDaysOnly bool          `mapstructure:"working_days_only" default:"false" doc:"not on Saturday and Sunday; what is overdue then waits for the next working day, 09:00"`
	Holidays        []string      `mapstructure:"holidays" form:"date" doc:"dates without posts, YYYY-MM-DD"`
	QuietHours      string        `mapstructure:"quiet_hours" doc:"hours, e.g. 22:00-07:00, in which nobody is rung; what is overdue then waits for their end"`
	CatchUp         time.Duration `mapstructure:"catch_up" default:"12h" doc:"how late a post is still made"`
	Due             time.Duration `mapstructure:"due" doc:"a task open longer than this is overdue"`
	Escalate        Escalate      `mapstructure:"escalate"`
}

// Escalate says who is told about a task that stays open. The zero value: nobody.
type Escalate struct {
	After time.Duration `mapstructure:"after" doc:"tell somebody else when a task is open this long"`
	To    string        `mapstructure:"to" doc:"channel or user id to tell"`
}

// Text is a text by language. The key "" is one text for every language; it then stands alone.
type Text map[string]string

// Permissions say who may change what, and where the bot answers.
type Permissions struct {
	Admins   []string `mapstructure:"admins" doc:"user or user-group ids; empty: each person changes only what they made"`
	Channels []string `mapstructure:"channels" doc:"channel ids where the bot answers; empty: everywhere"`
}

// Audit is the record of who changed what.
type Audit struct {
	Enabled   bool          `mapstructure:"enabled" default:"true" doc:"record who changed what"`
	Retention time.Duration `mapstructure:"retention" default:"400d" doc:"how long the record is kept"`
}
