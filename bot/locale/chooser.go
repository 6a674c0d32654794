package locale

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"campaignbot/bot"
)

// ChooserOptions are what a Chooser is made of. Every function may be nil: its rule is then left out.
type ChooserOptions struct {
	// Saved returns the language a person has chosen; empty or "auto" when none.
	Saved func(ctx context.Context, user string) (string, error)
	// Profile returns the locale of a person's Slack profile, such as "fr-FR".
	Profile func(ctx context.Context, user string) (string, error)
	// Channel returns a channel's language; empty when none is configured.
	Channel func(channel string) string
	Default string        // one of bot.Languages; empty: the first of them
	Wait    time.Duration // how long an answer waits for Saved and Profile together; 0: 300 ms
	TTL     time.Duration // how long a profile is remembered; 0: 1 h
	Log     *slog.Logger
}

// How the two lookups are asked. A saved choice is remembered shortly, because another replica may change it; a profile
// costs a call to Slack.
const (
	defaultWait   = 300 * time.Millisecond
	defaultTTL    = time.Hour
	savedTTL      = time.Minute
	savedRetry    = 5 * time.Second
	profileRetry  = time.Minute
	lookupTimeout = 30 * time.Second
	maxUsers      = 10_000
)

// Chooser finds the language a person reads: their saved choice, else their Slack profile, else the channel's language,
// else the default. It implements bot.Chooser and is safe for concurrent use. Close it.
//
// A lookup that takes longer than Wait goes on in the background and the next rule applies. From then on nobody waits
// for that source until it answers in time again.
type Chooser struct {
	opts    ChooserOptions
	saved   *lookup
	profile *lookup
	cancel  context.CancelFunc
}

var _ bot.Chooser = (*Chooser)(nil)

// NewChooser checks the options and returns a chooser.
func NewChooser(opts ChooserOptions) (*Chooser, error) {
	if opts.Log == nil {
		return nil, errors.New("chooser: Log is required")
	}
	if opts.Default == "" {
		opts.Default = fallback
	}
	if !bot.KnownLanguage(opts.Default) {
		return nil, errors.New("chooser: default language " + opts.Default + " is not known")
	}
	if opts.Wait < 0 || opts.TTL < 0 {
		return nil, errors.New("chooser: Wait and TTL must not be negative")
	}
	if opts.Wait == 0 {
		opts.Wait = defaultWait
	}
	if opts.TTL == 0 {
		opts.TTL = defaultTTL
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Chooser{opts: opts, cancel: cancel}
	if opts.Saved != nil {
		c.saved = newLookup(ctx, lookupOptions{
			name: "saved", ask: opts.Saved, log: opts.Log, wait: opts.Wait,
			ttl: savedTTL, retry: savedRetry, users: maxUsers,
			untried: 32, healthy: 256, background: 8,
		})
	}
	if opts.Profile != nil {
		c.profile = newLookup(ctx, lookupOptions{
			name: "profile", ask: opts.Profile, log: opts.Log, wait: opts.Wait,
			ttl: opts.TTL, retry: profileRetry, users: maxUsers, stale: true,
			untried: 16, healthy: 16, background: 4,
		})
	}
	return c, nil
}

// Language returns the language to answer the request in. A request that names one keeps it.
func (c *Chooser) Language(ctx context.Context, req bot.Request) string {
	if bot.KnownLanguage(req.Language) {
		return req.Language
	}
	if req.User != "" {
		deadline := time.Now().Add(c.opts.Wait)
		if lang := MatchLanguage(c.saved.get(ctx, req.User, deadline)); lang != "" {
			return lang
		}
		if lang := MatchLanguage(c.profile.get(ctx, req.User, deadline)); lang != "" {
			return lang
		}
	}
	return c.ChannelLanguage(req.Channel)
}

// ChannelLanguage returns the language of what is posted to a channel: the channel's, else the default.
func (c *Chooser) ChannelLanguage(channel string) string {
	if c.opts.Channel != nil && channel != "" {
		if lang := MatchLanguage(c.opts.Channel(channel)); lang != "" {
			return lang
		}
	}
	return c.opts.Default
}

// Remember tells the chooser what a person has just chosen; empty or "auto": nothing. It holds at once, whatever a
// lookup that is still under way may say.
func (c *Chooser) Remember(user, lang string) { c.saved.set(user, MatchLanguage(lang)) }

// Forget drops what is known of a person: both is asked again.
func (c *Chooser) Forget(user string) {
	c.saved.forget(user)
	c.profile.forget(user)
}

// Close ends the lookups in the background and waits for them. The chooser still answers, from what it knows.
func (c *Chooser) Close() {
	c.cancel()
	c.saved.close()
	c.profile.close()
}
