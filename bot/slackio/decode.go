package slackio

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"campaignbot/bot"
)

// command is a slash command, as form fields over HTTP and as JSON over Socket Mode.
type command struct {
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	Command     string `json:"command"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
}

var errMalformed = errors.New("malformed payload")

func commandFromForm(form url.Values) (command, error) {
	c := command{
		TeamID:      form.Get("team_id"),
		ChannelID:   form.Get("channel_id"),
		UserID:      form.Get("user_id"),
		Command:     form.Get("command"),
		Text:        form.Get("text"),
		ResponseURL: form.Get("response_url"),
		TriggerID:   form.Get("trigger_id"),
	}
	return c, c.check()
}

func (c command) check() error {
	if c.Command == "" || c.UserID == "" {
		return errMalformed
	}
	return nil
}

func (c command) request(id string) bot.Request {
	return bot.Request{
		ID:      id,
		Surface: bot.Slash,
		Team:    c.TeamID,
		User:    c.UserID,
		Channel: c.ChannelID,
		Text:    plain(unwrap(c.Text, "")),
		Refs:    refs(c.Text, ""),
	}
}

// interaction is a block_actions or view_submission payload: the parts that matter here.
type interaction struct {
	Type        string `json:"type"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
	View        view   `json:"view"`
	Team        *struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		MessageTS   string `json:"message_ts"`
		ThreadTS    string `json:"thread_ts"`
		ChannelID   string `json:"channel_id"`
		IsEphemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Message struct {
		ThreadTS string `json:"thread_ts"`
	} `json:"message"`
	Actions []struct {
		ActionID       string `json:"action_id"`
		Value          string `json:"value"`
		SelectedOption struct {
			Value string `json:"value"`
		} `json:"selected_option"`
		SelectedUser string `json:"selected_user"`
	} `json:"actions"`
}

func parseInteraction(payload []byte) (interaction, error) {
	var in interaction
	if err := json.Unmarshal(payload, &in); err != nil || in.Type == "" {
		return in, errMalformed
	}
	return in, nil
}

func (in interaction) team() string {
	if in.Team == nil {
		return ""
	}
	return in.Team.ID
}

// request returns the request of the first action; Slack sends one per press. The parse function takes an action_id apart
// that the renderer put together: the action, and the value of a menu.
func (in interaction) request(id string, parse func(string) (action, value string)) (bot.Request, bool) {
	if in.Type != "block_actions" || len(in.Actions) == 0 || in.User.ID == "" {
		return bot.Request{}, false
	}
	a := in.Actions[0]
	action, value := parse(a.ActionID)
	r := bot.Request{
		ID:      id,
		Surface: bot.Button,
		Team:    in.team(),
		User:    in.User.ID,
		Channel: in.Channel.ID,
		Thread:  in.Container.ThreadTS,
		Message: in.Container.MessageTS,
		Action:  action,
		Value:   value,
		Choice:  a.SelectedOption.Value,
	}
	if r.Channel == "" {
		r.Channel = in.Container.ChannelID
	}
	if r.Thread == "" {
		r.Thread = in.Message.ThreadTS
	}
	if r.Value == "" {
		r.Value = a.Value
	}
	if r.Choice == "" {
		r.Choice = a.SelectedUser
	}
	return r, true
}

// callback is the envelope of the Events API.
type callback struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	EventID        string          `json:"event_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
		IsBot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

func parseCallback(payload []byte) (callback, error) {
	var cb callback
	if err := json.Unmarshal(payload, &cb); err != nil || cb.Type == "" {
		return cb, errMalformed
	}
	return cb, nil
}

// botUser returns the bot's user id as the envelope tells it.
func (cb callback) botUser() string {
	for _, a := range cb.Authorizations {
		if a.IsBot {
			return a.UserID
		}
	}
	return ""
}

// message is an app_mention or message event: the parts that matter here.
type message struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	AppID       string          `json:"app_id"`
	Channel     string          `json:"channel"`
	ChannelType string          `json:"channel_type"`
	Text        string          `json:"text"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	Edited      json.RawMessage `json:"edited"`
}

// request returns the request a person made with the event; false when nobody asked anything: another event, an edit,
// a message of the bot itself or of another bot.
func (cb callback) request(me Identity) (bot.Request, bool) {
	var m message
	if cb.Type != "event_callback" || cb.EventID == "" || json.Unmarshal(cb.Event, &m) != nil {
		return bot.Request{}, false
	}
	edited := len(m.Edited) > 0 && string(m.Edited) != "null"
	own := m.User != "" && (m.User == me.User || m.User == cb.botUser())
	if m.User == "" || m.Channel == "" || m.TS == "" || m.BotID != "" || own || edited {
		return bot.Request{}, false
	}
	if m.Subtype != "" && m.Subtype != "thread_broadcast" && m.Subtype != "file_share" {
		return bot.Request{}, false
	}
	user := me.User
	if user == "" {
		user = cb.botUser()
	}
	if user == "" && m.Type == "app_mention" {
		user = firstMention(m.Text)
	}
	r := bot.Request{
		ID:      cb.EventID,
		Team:    cb.TeamID,
		User:    m.User,
		Channel: m.Channel,
		Thread:  m.ThreadTS,
		Message: m.TS,
		Text:    plain(unwrap(m.Text, user)),
		Refs:    refs(m.Text, user),
	}
	switch {
	case m.Type == "app_mention":
		r.Surface = bot.Mention
		if r.Thread == "" {
			r.Thread = m.TS
		}
	case m.Type == "message" && m.ChannelType == "im":
		r.Surface = bot.Direct
	default:
		return bot.Request{}, false
	}
	return r, true
}

// firstMention returns the user id of the first mention in the text: whom an app_mention is for, while the bot does not
// know its own id yet.
func firstMention(text string) string {
	_, rest, found := strings.Cut(text, "<@")
	if !found {
		return ""
	}
	id, _, _ := strings.Cut(rest, ">")
	id, _, _ = strings.Cut(id, "|")
	return id
}
