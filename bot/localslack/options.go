package localslack

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Options describes the workspace and the app that is installed in it. The zero
// value is a usable workspace in Socket Mode.
type Options struct {
	// Addr is a loopback address with a port; empty means a free port.
	Addr string

	BotToken      string // default "xoxb-local-bot"
	AppToken      string // default "xapp-local-app"
	SigningSecret string // default "local-signing-secret"; used in HTTP mode only

	TeamID    string // default T0LOCAL01
	AppID     string // default A0LOCAL01
	BotUserID string // default U0BOT0001
	BotID     string // default B0BOT0001
	BotName   string // default campaignbot

	// Scopes are the granted bot scopes; nil grants DefaultScopes.
	Scopes []string
	// Events are the subscribed bot events; nil means DefaultEvents.
	Events []string
	// Commands are the registered slash commands; nil accepts every one.
	Commands []string
	// EscapeCommands is should_escape of the manifest: users, channels and links
	// in the text of a command arrive as mark-up.
	EscapeCommands bool

	Users    []User    // nil: Ann, Bram, Carla and Denis
	Channels []Channel // nil: #campaign-ops, and #random without the bot
	// UserGroups are the members of each user group, by the id of the group.
	UserGroups map[string][]string
	// TimeZone is the zone of users without one; default Europe/Amsterdam.
	TimeZone string

	// RequestURL switches to HTTP mode: everything is delivered as signed POSTs
	// under this address, and Socket Mode is refused.
	RequestURL string

	AckTimeout  time.Duration   // default 3 s
	RetryDelays []time.Duration // nil: 0 s, 1 min, 5 min
	PingEvery   time.Duration   // default 5 s

	// Now is the workspace's clock; nil means time.Now. It is called under a lock
	// and must not call the workspace.
	Now func() time.Time
	// MoveClock moves the bot's clock forward and returns the new time. The page
	// hides its clock when it is nil.
	MoveClock func(time.Duration) (time.Time, error)

	Page   Page
	Logger *slog.Logger // nil discards
}

// User is a person of the workspace.
type User struct {
	ID         string
	Name       string // handle
	RealName   string
	Locale     string // such as nl-NL
	TZ         string // IANA name of the time zone; empty: Options.TimeZone
	TeamID     string // empty: the workspace's own team
	Restricted bool   // guest
	Stranger   bool   // external member of a shared channel: no locale, no zone
}

// Channel is a public or private channel. Direct messages exist by themselves.
type Channel struct {
	ID        string
	Name      string
	Private   bool
	Archived  bool
	ExtShared bool
	BotMember bool
	Locale    string
}

// Page holds the texts of the browser page that depend on the bot.
type Page struct {
	Title       string
	Intro       string
	Hint        string // example inside the composer
	Suggestions []Suggestion
}

// Suggestion is one thing to try, shown as a button.
type Suggestion struct {
	Label string
	Text  string // what is typed for the person
}

// DefaultScopes are the scopes of a bot with every usual feature installed.
func DefaultScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history",
		"groups:read", "im:history", "im:read", "im:write", "reactions:write", "usergroups:read", "users:read",
	}
}

// DefaultEvents are the events a mention and direct-message bot subscribes to.
func DefaultEvents() []string { return []string{"app_home_opened", "app_mention", "message.im"} }

func defaultUsers() []User {
	return []User{
		{ID: "U0ANN0001", Name: "ann", RealName: "Ann", Locale: "en-GB", TZ: "Europe/London"},
		{ID: "U0BRAM001", Name: "bram", RealName: "Bram", Locale: "nl-NL", TZ: "Europe/Amsterdam"},
		{ID: "U0CARLA01", Name: "carla", RealName: "Carla", Locale: "de-DE", TZ: "Europe/Berlin"},
		{ID: "U0DENIS01", Name: "denis", RealName: "Denis", Locale: "fr-FR", TZ: "Europe/Paris"},
	}
}

func defaultChannels() []Channel {
	return []Channel{
		{ID: "C0OPS0001", Name: "campaign-ops", BotMember: true, Locale: "en-GB"},
		{ID: "C0RANDOM1", Name: "random", Locale: "en-GB"},
	}
}

func (o *Options) setDefaults() {
	text := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	text(&o.Addr, "127.0.0.1:0")
	text(&o.BotToken, "xoxb-local-bot")
	text(&o.AppToken, "xapp-local-app")
	text(&o.SigningSecret, "local-signing-secret")
	text(&o.TeamID, "T0LOCAL01")
	text(&o.AppID, "A0LOCAL01")
	text(&o.BotUserID, "U0BOT0001")
	text(&o.BotID, "B0BOT0001")
	text(&o.BotName, "campaignbot")
	text(&o.TimeZone, "Europe/Amsterdam")
	text(&o.Page.Title, "Local Slack")
	text(&o.Page.Hint, "Type a message")
	if o.Scopes == nil {
		o.Scopes = DefaultScopes()
	}
	if o.Events == nil {
		o.Events = DefaultEvents()
	}
	if o.Users == nil {
		o.Users = defaultUsers()
	}
	if o.Channels == nil {
		o.Channels = defaultChannels()
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = 3 * time.Second
	}
	if o.RetryDelays == nil {
		o.RetryDelays = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.PingEvery == 0 {
		o.PingEvery = 5 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}

func (o *Options) validate() error {
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return fmt.Errorf("address %q: %w", o.Addr, err)
	}
	if !loopbackHost(host) {
		return fmt.Errorf("address %q is not a loopback address", o.Addr)
	}
	if o.RequestURL != "" {
		u, err := url.Parse(o.RequestURL)
		if err != nil || u.Host == "" {
			return fmt.Errorf("request URL %q is not an absolute address", o.RequestURL)
		}
	}
	if len(o.Users) == 0 || len(o.Channels) == 0 {
		return errors.New("a workspace needs at least one user and one channel")
	}
	return o.validatePeople()
}

func (o *Options) validatePeople() error {
	if _, err := time.LoadLocation(o.TimeZone); err != nil {
		return fmt.Errorf("time zone of the workspace: %w", err)
	}
	seen := map[string]bool{o.BotUserID: true}
	for _, u := range o.Users {
		if u.ID == "" || seen[u.ID] {
			return fmt.Errorf("user id %q is empty or used twice", u.ID)
		}
		if _, err := time.LoadLocation(u.TZ); err != nil {
			return fmt.Errorf("time zone of user %s: %w", u.ID, err)
		}
		seen[u.ID] = true
	}
	for group, members := range o.UserGroups {
		for _, member := range members {
			if !seen[member] {
				return fmt.Errorf("user group %s has the member %q, who is not in the workspace", group, member)
			}
		}
	}
	for _, c := range o.Channels {
		if c.ID == "" || seen[c.ID] {
			return fmt.Errorf("channel id %q is empty or used twice", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}

func (o *Options) hasScope(scope string) bool { return slices.Contains(o.Scopes, scope) }

func (o *Options) hasAnyScope(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, o.hasScope)
}

// loopbackHost tells whether a host name or address can only mean this machine.
func loopbackHost(host string) bool {
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
