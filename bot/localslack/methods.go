package localslack

import (
	"slices"
	"strings"
)

// method is what one Web API method asks for and does.
type method struct {
	scopes   []string // any one of them; nil asks for none
	appToken bool     // needs the app-level token instead of the bot token
	run      func(*Workspace, args) (answer, *refusal)
}

// methods is every method this workspace knows, with the scopes of its page in
// Slack's reference. For methods with one scope per kind of conversation, the
// exact one is checked again once the conversation is known.
var methods = map[string]method{
	"auth.test":             {run: (*Workspace).authTest},
	"apps.connections.open": {appToken: true, run: (*Workspace).openConnection},
	"chat.postMessage":      {scopes: []string{"chat:write"}, run: (*Workspace).postMessage},
	"chat.postEphemeral":    {scopes: []string{"chat:write"}, run: (*Workspace).postEphemeral},
	"chat.update":           {scopes: []string{"chat:write"}, run: (*Workspace).updateMessage},
	"chat.delete":           {scopes: []string{"chat:write"}, run: (*Workspace).deleteMessage},
	"conversations.history": {scopes: conversationScopes("history"), run: (*Workspace).history},
	"conversations.replies": {scopes: conversationScopes("history"), run: (*Workspace).replies},
	"conversations.info":    {scopes: conversationScopes("read"), run: (*Workspace).conversationInfo},
	"conversations.open":    {scopes: []string{"im:write", "mpim:write"}, run: (*Workspace).openConversation},
	"users.info":            {scopes: []string{"users:read"}, run: (*Workspace).userInfo},
	"usergroups.users.list": {scopes: []string{"usergroups:read"}, run: (*Workspace).userGroupMembers},
	"reactions.add":         {scopes: []string{"reactions:write"}, run: (*Workspace).addReaction},
	"reactions.remove":      {scopes: []string{"reactions:write"}, run: (*Workspace).removeReaction},
	"views.open":            {run: (*Workspace).openView},
	"views.publish":         {run: (*Workspace).publishView},
	"views.update":          {run: (*Workspace).updateView},
}

func conversationScopes(right string) []string {
	return []string{"channels:" + right, "groups:" + right, "im:" + right, "mpim:" + right}
}

// requireForLocked checks the scope for this kind of conversation.
func (w *Workspace) requireForLocked(channel, right string) *refusal {
	scope := "channels:" + right
	if c := w.channels[channel]; c == nil {
		scope = "im:" + right
	} else if c.Private {
		scope = "groups:" + right
	}
	if !w.opt.hasScope(scope) {
		return w.missingScope([]string{scope})
	}
	return nil
}

func (w *Workspace) authTest(args) (answer, *refusal) {
	return answer{
		"url": w.URL(), "team": "Local", "user": w.opt.BotName, "team_id": w.opt.TeamID,
		"user_id": w.opt.BotUserID, "bot_id": w.opt.BotID, "is_enterprise_install": false,
	}, nil
}

// dmUserLocked returns the person of a direct-message channel.
func (w *Workspace) dmUserLocked(channel string) *User {
	for user, dm := range w.dms {
		if dm == channel {
			return w.users[user]
		}
	}
	return nil
}

func (w *Workspace) conversationInfo(a args) (answer, *refusal) {
	id := a["channel"]
	if u := w.dmUserLocked(id); u != nil {
		if r := w.requireForLocked(id, "read"); r != nil {
			return nil, r
		}
		return answer{"channel": answer{"id": id, "is_im": true, "is_channel": false, "user": u.ID, "is_archived": false}}, nil
	}
	c := w.channels[id]
	if c == nil || c.Private && !c.BotMember {
		return nil, refuse("channel_not_found")
	}
	if r := w.requireForLocked(id, "read"); r != nil {
		return nil, r
	}
	info := answer{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "is_channel": !c.Private, "is_group": c.Private,
		"is_im": false, "is_mpim": false, "is_private": c.Private, "is_archived": c.Archived, "is_general": false,
		"is_member": c.BotMember, "is_ext_shared": c.ExtShared, "context_team_id": w.opt.TeamID,
	}
	if a.truth("include_locale") {
		info["locale"] = c.Locale
	}
	return answer{"channel": info}, nil
}

func (w *Workspace) openConversation(a args) (answer, *refusal) {
	users := a["users"]
	if strings.Contains(users, ",") {
		return nil, refuse("not_supported_by_local_slack")
	}
	if channel := a["channel"]; channel != "" && users == "" {
		if u := w.dmUserLocked(channel); u != nil {
			users = u.ID
		}
	}
	dm, ok := w.dms[users]
	if !ok {
		return nil, refuse("user_not_found")
	}
	return answer{"no_op": true, "already_open": true, "channel": answer{"id": dm, "is_im": true, "user": users}}, nil
}

func (w *Workspace) userInfo(a args) (answer, *refusal) {
	id := a["user"]
	if id == w.opt.BotUserID {
		return answer{"user": answer{
			"id": id, "team_id": w.opt.TeamID, "name": w.opt.BotName, "is_bot": true,
			"profile": answer{"real_name": w.opt.BotName, "bot_id": w.opt.BotID, "api_app_id": w.opt.AppID},
		}}, nil
	}
	u := w.users[id]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	info := answer{
		"id": u.ID, "team_id": w.teamOf(u), "name": u.Name, "real_name": u.RealName, "deleted": false,
		"is_bot": false, "is_app_user": false, "is_restricted": u.Restricted, "is_ultra_restricted": false,
		"is_stranger": u.Stranger, "profile": answer{"real_name": u.RealName, "display_name": u.Name},
	}
	if u.Stranger {
		return answer{"user": info}, nil
	}
	name, offset := w.opt.Now().In(w.zoneLocked(id)).Zone()
	info["tz"], info["tz_label"], info["tz_offset"] = u.TZ, zoneLabel(u.TZ, name), offset
	if a.truth("include_locale") {
		info["locale"] = u.Locale
	}
	return answer{"user": info}, nil
}

// zoneLabels are the words Slack uses for a zone, by its usual short name.
var zoneLabels = map[string]string{
	"UTC": "Coordinated Universal Time", "GMT": "Greenwich Mean Time", "BST": "British Summer Time",
	"WET": "Western European Time", "WEST": "Western European Summer Time",
	"CET": "Central European Time", "CEST": "Central European Summer Time",
	"EET": "Eastern European Time", "EEST": "Eastern European Summer Time",
	"EST": "Eastern Standard Time", "EDT": "Eastern Daylight Time",
}

func zoneLabel(zone, short string) string {
	if label, ok := zoneLabels[short]; ok {
		return label
	}
	return zone
}

func (w *Workspace) userGroupMembers(a args) (answer, *refusal) {
	members, known := w.opt.UserGroups[a["usergroup"]]
	if !known {
		return nil, refuse("no_such_subteam")
	}
	return answer{"users": append([]string{}, members...)}, nil
}

func (w *Workspace) teamOf(u *User) string {
	if u.TeamID != "" {
		return u.TeamID
	}
	return w.opt.TeamID
}

// targetLocked resolves a channel argument for writing: an id, a name with #, or
// a user id, which means that person's direct messages.
func (w *Workspace) targetLocked(channel string, writing bool) (string, *refusal) {
	if dm, ok := w.dms[channel]; ok && writing {
		return dm, nil
	}
	if w.dmUserLocked(channel) != nil {
		return channel, nil
	}
	c := w.channels[channel]
	if name, named := strings.CutPrefix(channel, "#"); named && c == nil && writing {
		for _, candidate := range w.channels {
			if candidate.Name == name {
				c = candidate
			}
		}
	}
	if c == nil || c.Private && !c.BotMember {
		return "", refuse("channel_not_found")
	}
	if writing && c.Archived {
		return "", refuse("is_archived")
	}
	return c.ID, nil
}

func (w *Workspace) memberLocked(channel string) bool {
	c := w.channels[channel]
	return c == nil || c.BotMember
}

func (w *Workspace) addReaction(a args) (answer, *refusal) {
	m, r := w.reactionTargetLocked(a)
	if r != nil {
		return nil, r
	}
	i := slices.IndexFunc(m.Reactions, func(x Reaction) bool { return x.Name == a["name"] })
	if i < 0 {
		m.Reactions = append(m.Reactions, Reaction{Name: a["name"]})
		i = len(m.Reactions) - 1
	}
	if slices.Contains(m.Reactions[i].Users, w.opt.BotUserID) {
		return nil, refuse("already_reacted")
	}
	m.Reactions[i].Users = append(m.Reactions[i].Users, w.opt.BotUserID)
	w.changedLocked(m)
	return nil, nil
}

func (w *Workspace) removeReaction(a args) (answer, *refusal) {
	m, r := w.reactionTargetLocked(a)
	if r != nil {
		return nil, r
	}
	i := slices.IndexFunc(m.Reactions, func(x Reaction) bool {
		return x.Name == a["name"] && slices.Contains(x.Users, w.opt.BotUserID)
	})
	if i < 0 {
		return nil, refuse("no_reaction")
	}
	users := slices.DeleteFunc(m.Reactions[i].Users, func(u string) bool { return u == w.opt.BotUserID })
	if m.Reactions[i].Users = users; len(users) == 0 {
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
	}
	w.changedLocked(m)
	return nil, nil
}

func (w *Workspace) reactionTargetLocked(a args) (*Message, *refusal) {
	name := a["name"]
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_+'-") != "" {
		return nil, refuse("invalid_name")
	}
	if a["timestamp"] == "" {
		return nil, refuse("no_item_specified")
	}
	channel, r := w.targetLocked(a["channel"], false)
	if r != nil {
		return nil, r
	}
	if !w.memberLocked(channel) {
		return nil, refuse("not_in_channel")
	}
	if !validTS(a["timestamp"]) {
		return nil, refuse("bad_timestamp")
	}
	m := w.findLocked(channel, a["timestamp"])
	if m == nil {
		return nil, refuse("message_not_found")
	}
	return m, nil
}

// validTS tells whether a text has the form of a message time.
func validTS(ts string) bool {
	sec, frac, ok := strings.Cut(ts, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return ok && len(frac) == 6 && len(sec) >= 10 && digits(sec) && digits(frac)
}
