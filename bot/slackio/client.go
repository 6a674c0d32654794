// Package slackio is Slack in and out: it takes requests over HTTP or Socket Mode, decodes them into bot.Request, and
// posts replies. It decides nothing about their content, and no token or response_url leaves it.
package slackio

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot"
	"campaignbot/bot/blockkit"
)

// APITimeout bounds one Web API call. A post that has no answer by then is in doubt.
const APITimeout = 8 * time.Second

// ClientOptions are what a Client is made of. APIURL ends in a slash; AppToken is for Socket Mode only.
type ClientOptions struct {
	BotToken string
	AppToken string
	APIURL   string
	Renderer *blockkit.Renderer
	Metrics  *Metrics
}

// Identity is who the bot is in its workspace.
type Identity struct {
	Team  string
	User  string
	BotID string
}

// Client calls Slack's Web API. It is safe for concurrent use.
type Client struct {
	api      *slack.Client
	http     *http.Client
	renderer *blockkit.Renderer
	metrics  *Metrics
	official bool // the API address is Slack's own
	identity atomic.Pointer[Identity]
}

// NewClient returns a client; it calls nobody yet.
func NewClient(opts ClientOptions) (*Client, error) {
	u, err := url.Parse(opts.APIURL)
	if err != nil || u.Host == "" || !strings.HasSuffix(u.Path, "/") {
		return nil, fmt.Errorf("slack.api_url: %q is not an absolute URL that ends in a slash", opts.APIURL)
	}
	client := &http.Client{Timeout: APITimeout, Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 5 * time.Second,
	}}
	options := []slack.Option{
		slack.OptionAPIURL(opts.APIURL),
		slack.OptionHTTPClient(client),
		slack.OptionLog(log.New(io.Discard, "", 0)),
	}
	if opts.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(opts.AppToken))
	}
	return &Client{
		api:      slack.New(opts.BotToken, options...),
		http:     client,
		renderer: opts.Renderer,
		metrics:  opts.Metrics,
		official: isSlackHost(u.Hostname()),
	}, nil
}

func isSlackHost(host string) bool {
	return host == "slack.com" || strings.HasSuffix(host, ".slack.com")
}

// Identify asks Slack who the bot is and remembers it.
func (c *Client) Identify(ctx context.Context) (Identity, error) {
	res, err := c.api.AuthTestContext(ctx)
	c.metrics.call("auth.test", err)
	if err != nil {
		return Identity{}, fmt.Errorf("auth.test: %w", failure(err))
	}
	id := Identity{Team: res.TeamID, User: res.UserID, BotID: res.BotID}
	c.identity.Store(&id)
	return id, nil
}

// Identity returns who the bot is; zero until Identify succeeded.
func (c *Client) Identity() Identity {
	if id := c.identity.Load(); id != nil {
		return *id
	}
	return Identity{}
}

// Locale returns the locale of a person's Slack profile, such as fr-FR.
func (c *Client) Locale(ctx context.Context, user string) (string, error) {
	info, err := c.api.GetUserInfoContext(ctx, user)
	c.metrics.call("users.info", err)
	if err != nil {
		return "", fmt.Errorf("users.info: %w", failure(err))
	}
	return info.Locale, nil
}

// TimeZone returns the IANA name of the time zone in a person's Slack profile.
func (c *Client) TimeZone(ctx context.Context, user string) (string, error) {
	info, err := c.api.GetUserInfoContext(ctx, user)
	c.metrics.call("users.info", err)
	if err != nil {
		return "", fmt.Errorf("users.info: %w", failure(err))
	}
	return info.TZ, nil
}

// Members returns the user ids of a user group.
func (c *Client) Members(ctx context.Context, group string) ([]string, error) {
	members, err := c.api.GetUserGroupMembersContext(ctx, group)
	c.metrics.call("usergroups.users.list", err)
	if err != nil {
		return nil, fmt.Errorf("usergroups.users.list: %w", failure(err))
	}
	return members, nil
}

// React puts an emoji on a message.
func (c *Client) React(ctx context.Context, ref bot.MessageRef, emoji string) error {
	err := c.api.AddReactionContext(ctx, emoji, slack.NewRefToMessage(ref.Channel, ref.TS))
	c.metrics.call("reactions.add", err)
	if err != nil {
		return fmt.Errorf("reactions.add: %w", failure(err))
	}
	return nil
}
