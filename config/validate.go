package config

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var languages = []string{"en", "nl", "de", "fr"}

var (
	scheduleID = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	instanceID = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`) // it stands in commands people paste
	digits     = regexp.MustCompile(`^[0-9]{1,10}$`)
	channelID  = regexp.MustCompile(`^[CGD][A-Z0-9]{1,30}$`)
	userID     = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)
	groupID    = regexp.MustCompile(`^S[A-Z0-9]{1,30}$`)
	tokenShape = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

// checker collects problems with values.
type checker struct {
	problems Problems
	known    map[string]bool // paths that have a problem already
}

func (k *checker) add(at place, name, what, todo string) {
	k.problems = append(k.problems, at.problem(name, what, todo))
}

// missing complains about a value that is not there, unless it was there and wrong.
func (k *checker) missing(at place, name, todo string) {
	if !k.known[at.path(name)] {
		k.add(at, name, "is missing", todo)
	}
}

// validate checks the shape of values that have the right type.
func (c *Config) validate() Problems {
	k := &checker{known: c.problemAt}
	k.tokens(c.Slack)
	k.apiURL(c.Slack.APIURL)
	k.addr("http.addr", c.HTTP.Addr)
	k.addr("admin.addr", c.Admin.Addr)
	if c.Slack.Mode == ModeHTTP && c.HTTP.Addr != "" && c.HTTP.Addr == c.Admin.Addr && !strings.HasSuffix(c.HTTP.Addr, ":0") {
		k.add(place{}, "admin.addr", "is the same as http.addr", "choose another port")
	}
	k.storeURL(c.Store.URL)
	k.channels(c.Channels)
	k.instances(c.Instances)
	k.schedules(c.Schedules)
	k.permissions(c.Permissions)
	if c.Audit.Retention == 0 {
		k.missingOrZero(place{base: "audit"}, "retention", "e.g. 400d; audit.enabled: false keeps nothing")
	}
	return k.problems
}

func (k *checker) missingOrZero(at place, name, todo string) {
	if !k.known[at.path(name)] {
		k.add(at, name, "must be longer than 0", todo)
	}
}

// ServeProblems says which tokens are missing to talk to Slack. Commands that do not serve can do without.
func (c *Config) ServeProblems() Problems {
	needed := []string{"app_token", "bot_token"}
	values := map[string]Secret{"app_token": c.Slack.AppToken, "bot_token": c.Slack.BotToken, "signing_secret": c.Slack.SigningSecret}
	if c.Slack.Mode == ModeHTTP {
		needed = []string{"bot_token", "signing_secret"}
	}
	var problems Problems
	for _, name := range needed {
		path := "slack." + name
		if values[name].IsSet() || c.problemAt[path] || c.problemAt[""] {
			continue
		}
		problems = append(problems, Problem{Path: path, What: "is missing in " + c.Slack.Mode + " mode",
			Todo: "set SLACK_" + strings.ToUpper(name) + " or " + path + fileSuffix})
	}
	return problems
}

func (k *checker) tokens(s Slack) {
	at := place{base: "slack"}
	bot, app := s.BotToken.Reveal(), s.AppToken.Reveal()
	const botTodo = "take the Bot User OAuth Token from OAuth & Permissions"
	const appTodo = "take an app-level token from Basic Information"
	switch {
	case bot == "":
	case strings.HasPrefix(bot, "xapp-") && strings.HasPrefix(app, "xoxb-"):
		k.add(at, "bot_token", "holds the app-level token, and slack.app_token the bot token", "swap the two")
		return
	case strings.HasPrefix(bot, "xapp-"):
		k.add(at, "bot_token", "is an app-level token", botTodo+"; this one belongs in slack.app_token")
	case strings.HasPrefix(bot, "xoxp-"):
		k.add(at, "bot_token", "is a user token", botTodo)
	case !strings.HasPrefix(bot, "xoxb-"):
		k.add(at, "bot_token", "does not start with xoxb-", botTodo)
	case !tokenShape.MatchString(bot) || len(bot) == len("xoxb-"):
		k.add(at, "bot_token", "is cut off or holds more than the token", "copy it again")
	}
	switch {
	case app == "":
	case strings.HasPrefix(app, "xoxb-"):
		k.add(at, "app_token", "is a bot token", appTodo+"; this one belongs in slack.bot_token")
	case !strings.HasPrefix(app, "xapp-"):
		k.add(at, "app_token", "does not start with xapp-", appTodo)
	case !tokenShape.MatchString(app) || len(app) == len("xapp-"):
		k.add(at, "app_token", "is cut off or holds more than the token", "copy it again")
	}
	secret := s.SigningSecret.Reveal()
	switch {
	case strings.HasPrefix(secret, "xox") || strings.HasPrefix(secret, "xapp-"):
		k.add(at, "signing_secret", "is a token", "take the Signing Secret from Basic Information")
	case strings.ContainsAny(secret, " \t\r\n"):
		k.add(at, "signing_secret", "holds a space or a line break", "copy it again")
	}
}

func (k *checker) apiURL(text string) {
	at := place{base: "slack"}
	if text == "" {
		return
	}
	u := k.webURL(at, "api_url", text)
	if u == nil {
		return
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch {
	case !strings.HasSuffix(u.Path, "/api/") || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "#"):
		k.add(at, "api_url", "does not end in /api/", "e.g. https://slack.com/api/")
	case u.Scheme == "http" && (host == "slack.com" || strings.HasSuffix(host, ".slack.com")):
		k.add(at, "api_url", "would send tokens to Slack unencrypted", "write https:// instead of http://")
	}
}

// webURL complains about anything but an absolute http(s) address without a user, and then returns nil.
func (k *checker) webURL(at place, name, text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		k.add(at, name, "is not a web address", "write it whole, e.g. https://host/")
	case u.User != nil:
		k.add(at, name, "holds a user or a password", "remove what stands before @")
	case u.Port() != "" && !isPort(u.Port()) || strings.HasSuffix(u.Host, ":"):
		k.add(at, name, "has a port that does not exist", "1 to 65535")
	default:
		return u
	}
	return nil
}

func (k *checker) addr(path, text string) {
	if text == "" {
		return
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil || !isPort(port) || strings.ContainsAny(host, "/@ \t") {
		k.add(place{}, path, "is not an address with a port", "e.g. 127.0.0.1:9090, or :3000 for every address of this machine")
	}
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

func (k *checker) storeURL(s Secret) {
	const todo = "e.g. sqlite://campaignbot.db or postgres://user@host/database"
	at := place{base: "store"}
	scheme, rest, ok := strings.Cut(s.Reveal(), "://")
	switch {
	case !s.IsSet():
	case !ok:
		k.add(at, "url", "is not an address", todo)
	case scheme == "sqlite":
		k.sqlitePath(at, rest)
	case scheme == "postgres" || scheme == "postgresql":
		k.databaseURL(at, s.Reveal())
	default:
		k.add(at, "url", "names a database the bot cannot use", todo)
	}
}

func (k *checker) sqlitePath(at place, path string) {
	switch {
	case strings.Contains(path, ":memory:"):
		k.add(at, "url", "keeps nothing after a restart", "name a file, e.g. sqlite://campaignbot.db")
	case path == "" || strings.HasSuffix(path, "/"):
		k.add(at, "url", "names no file", "e.g. sqlite://campaignbot.db or sqlite:///var/lib/campaignbot.db")
	case strings.ContainsAny(path, "?#\x00") || strings.HasPrefix(path, "file:"):
		k.add(at, "url", "holds more than a path", "only the path of the file stands after sqlite://")
	}
}

// databaseURL checks the address of a database server. The parser's own words hold the address, so they are not used.
func (k *checker) databaseURL(at place, text string) {
	const encode = "write special characters of the password as % and two digits, e.g. %23 for #"
	u, err := url.Parse(text)
	switch {
	case err != nil:
		k.add(at, "url", "cannot be read", encode)
	case u.Scheme == "" || u.Opaque != "" || u.Host == "" && u.RawQuery == "":
		k.add(at, "url", "names no database server", "e.g. postgres://user@host/database")
	case strings.Contains(text, "#"):
		k.add(at, "url", "holds a #", encode)
	}
}
