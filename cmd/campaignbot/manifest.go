package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"campaignbot/config"
)

// manifest is a Slack app manifest. The booleans are always written: Slack's defaults are not ours.
type manifest struct {
	Metadata    manifestMetadata `json:"_metadata" yaml:"_metadata"`
	Display     manifestDisplay  `json:"display_information" yaml:"display_information"`
	Features    manifestFeatures `json:"features" yaml:"features"`
	OAuthConfig manifestOAuth    `json:"oauth_config" yaml:"oauth_config"`
	Settings    manifestSettings `json:"settings" yaml:"settings"`
}

type manifestMetadata struct {
	Major int `json:"major_version" yaml:"major_version"`
	Minor int `json:"minor_version" yaml:"minor_version"`
}

type manifestDisplay struct {
	Name            string `json:"name" yaml:"name"`
	Description     string `json:"description" yaml:"description"`
	LongDescription string `json:"long_description" yaml:"long_description"`
	Background      string `json:"background_color" yaml:"background_color"`
}

type manifestFeatures struct {
	AppHome struct {
		Home     bool `json:"home_tab_enabled" yaml:"home_tab_enabled"`
		Messages bool `json:"messages_tab_enabled" yaml:"messages_tab_enabled"`
		ReadOnly bool `json:"messages_tab_read_only_enabled" yaml:"messages_tab_read_only_enabled"`
	} `json:"app_home" yaml:"app_home"`
	BotUser struct {
		Name   string `json:"display_name" yaml:"display_name"`
		Online bool   `json:"always_online" yaml:"always_online"`
	} `json:"bot_user" yaml:"bot_user"`
	Commands []manifestCommand `json:"slash_commands" yaml:"slash_commands"`
}

type manifestCommand struct {
	Command     string `json:"command" yaml:"command"`
	URL         string `json:"url,omitempty" yaml:"url,omitempty"`
	Description string `json:"description" yaml:"description"`
	Hint        string `json:"usage_hint" yaml:"usage_hint"`
	Escape      bool   `json:"should_escape" yaml:"should_escape"`
}

type manifestOAuth struct {
	Scopes struct {
		Bot []string `json:"bot" yaml:"bot"`
	} `json:"scopes" yaml:"scopes"`
}

type manifestSettings struct {
	Events struct {
		URL  string   `json:"request_url,omitempty" yaml:"request_url,omitempty"`
		List []string `json:"bot_events" yaml:"bot_events"`
	} `json:"event_subscriptions" yaml:"event_subscriptions"`
	Interactivity struct {
		Enabled bool   `json:"is_enabled" yaml:"is_enabled"`
		URL     string `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	} `json:"interactivity" yaml:"interactivity"`
	OrgDeploy bool `json:"org_deploy_enabled" yaml:"org_deploy_enabled"`
	Socket    bool `json:"socket_mode_enabled" yaml:"socket_mode_enabled"`
	Rotation  bool `json:"token_rotation_enabled" yaml:"token_rotation_enabled"`
}

// newManifestOf returns the manifest for what the configuration switches on. Base is the bot's public address in HTTP
// mode, without a path.
func newManifestOf(cfg *config.Config, base string) manifest {
	var m manifest
	m.Metadata = manifestMetadata{Major: 1, Minor: 1}
	m.Display = manifestDisplay{
		Name:        "campaignbot",
		Description: "Troubleshooting and routine checks for Adobe Campaign Classic v7",
		LongDescription: "Type /campaign module wfserver, or mention the bot with what you see, and read what to check first: steps with " +
			"commands, expected results and risks, in English, Dutch, German or French. Scheduled reminders and digests go to your channels.",
		Background: "#1f3a4d",
	}
	m.Features.AppHome.Messages = true
	m.Features.BotUser.Name = "campaignbot"
	m.Features.BotUser.Online = true
	m.Features.Commands = []manifestCommand{{
		Command: "/campaign", Description: "What to check when a Campaign module fails", Hint: "help | module wfserver | what you see", Escape: true,
	}}
	m.OAuthConfig.Scopes.Bot = scopes(cfg)
	m.Settings.Events.List = []string{"app_mention", "message.im"}
	m.Settings.Interactivity.Enabled = true
	m.Settings.Socket = cfg.Slack.Mode == config.ModeSocket
	if !m.Settings.Socket {
		m.Features.Commands[0].URL = base + "/slack/commands"
		m.Settings.Events.URL = base + "/slack/events"
		m.Settings.Interactivity.URL = base + "/slack/interactions"
	}
	return m
}

// scopes returns the bot scopes that the configuration needs, and no more. Anybody may make a reminder: the bot looks for its
// own post after a crash, for which it needs the history of the channel.
func scopes(cfg *config.Config) []string {
	list := []string{
		"app_mentions:read", "channels:history", "chat:write", "commands", "groups:history", "im:history", "reactions:write", "users:read",
	}
	if slices.ContainsFunc(cfg.Permissions.Admins, isGroup) {
		list = append(list, "usergroups:read")
	}
	slices.Sort(list)
	return list
}

type manifestFlags struct{ config, format, url string }

func newManifest(w world) *cobra.Command {
	var flags manifestFlags
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Write the Slack app manifest",
		Long: "manifest writes the Slack app manifest for what the configuration switches on, with the least scopes. Create the app from it\n" +
			"in Slack (Your Apps, Create New App, From a manifest), or update the app with it when the configuration has changed.\n\n" +
			"In HTTP mode say with --url where Slack reaches the bot. Nothing secret is in the manifest.",
		Example: "  campaignbot manifest > manifest.yaml\n  campaignbot manifest --config campaignbot.yaml --url https://bot.example.com --format json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return writeManifest(w, flags) },
	}
	addConfig(cmd, &flags.config)
	cmd.Flags().StringVar(&flags.format, "format", "yaml", "write `FORMAT`: yaml or json")
	cmd.Flags().StringVar(&flags.url, "url", "", "tell Slack to reach the bot at `URL`, as https://bot.example.com; HTTP mode only")
	return cmd
}

func writeManifest(w world, flags manifestFlags) error {
	if flags.format != "yaml" && flags.format != "json" {
		return refused(fmt.Errorf("--format: %q is not a format (use yaml or json)", flags.format))
	}
	cfg, err := config.Load(config.Options{File: flags.config, Environ: w.environ})
	if err != nil {
		return refused(err)
	}
	base, err := publicURL(cfg, flags.url)
	if err != nil {
		return refused(err)
	}
	m := newManifestOf(cfg, base)
	if flags.format == "json" {
		encoder := json.NewEncoder(w.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(m)
	}
	encoder := yaml.NewEncoder(w.out)
	encoder.SetIndent(2)
	if err := encoder.Encode(m); err != nil {
		return err
	}
	return encoder.Close()
}

// maxURL is Slack's limit for the address of a command; those of events and buttons may be longer.
const maxURL = 3000

// publicURL checks the address of the bot that Slack is told, and returns it without a slash at its end.
func publicURL(cfg *config.Config, address string) (string, error) {
	if cfg.Slack.Mode == config.ModeSocket {
		if address != "" {
			return "", errors.New("--url: Socket Mode has no address (leave it out, or set slack.mode: http)")
		}
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return "", errors.New("--url: in HTTP mode say where Slack reaches the bot, as https://bot.example.com")
	}
	if u.User != nil || strings.ContainsAny(address, "?#") {
		return "", errors.New("--url: a user, ? and # cannot stand in the address (write it as https://bot.example.com)")
	}
	base := strings.TrimRight(u.String(), "/")
	if len(base)+len("/slack/interactions") > maxURL {
		return "", fmt.Errorf("--url: the address is longer than Slack takes (%d characters)", maxURL)
	}
	return base, nil
}
