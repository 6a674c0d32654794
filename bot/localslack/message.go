package localslack

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Message is one stored message as everybody, or one person, sees it.
type Message struct {
	Channel  string
	TS       string
	ThreadTS string // parent of a reply; empty on a parent
	User     string
	BotID    string // set when an app wrote it
	AppID    string
	Subtype  string
	Text     string
	// Blocks, Attachments and Metadata are the JSON as the app sent it, with the
	// block and action ids that Slack adds.
	Blocks      json.RawMessage
	Attachments json.RawMessage
	Metadata    json.RawMessage
	// VisibleTo is the only person who sees an ephemeral message.
	VisibleTo string
	Broadcast bool
	EditedTS  string
	Reactions []Reaction
	// Revision grows with every change of the message.
	Revision uint64
}

// Reaction is one emoji under a message.
type Reaction struct {
	Name  string
	Users []string
}

// Ephemeral tells whether only one person sees the message.
func (m Message) Ephemeral() bool { return m.VisibleTo != "" }

// FromBot tells whether an app wrote the message.
func (m Message) FromBot() bool { return m.BotID != "" }

// JSON is the message as Slack stores it, metadata included.
func (m Message) JSON() json.RawMessage { return encode(m.fields(true)) }

// HasReaction tells whether anybody reacted with the emoji.
func (m Message) HasReaction(name string) bool {
	return slices.ContainsFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
}

func (m Message) fields(metadata bool) map[string]any {
	f := map[string]any{"type": "message", "ts": m.TS, "text": m.Text, "user": m.User}
	set := func(key, value string) {
		if value != "" {
			f[key] = value
		}
	}
	set("thread_ts", m.ThreadTS)
	set("bot_id", m.BotID)
	set("app_id", m.AppID)
	set("subtype", m.Subtype)
	raw := func(key string, value json.RawMessage) {
		if len(value) > 0 {
			f[key] = value
		}
	}
	raw("blocks", m.Blocks)
	raw("attachments", m.Attachments)
	if metadata {
		raw("metadata", m.Metadata)
	}
	if m.EditedTS != "" {
		f["edited"] = map[string]any{"user": m.User, "ts": m.EditedTS}
	}
	if len(m.Reactions) > 0 {
		var list []map[string]any
		for _, r := range m.Reactions {
			list = append(list, map[string]any{"name": r.Name, "users": r.Users, "count": len(r.Users)})
		}
		f["reactions"] = list
	}
	return f
}

func (m *Message) clone() Message {
	c := *m
	c.Reactions = slices.Clone(m.Reactions)
	for i := range c.Reactions {
		c.Reactions[i].Users = slices.Clone(c.Reactions[i].Users)
	}
	return c
}

// encode writes JSON the way Slack does, without escaping mark-up characters.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // only maps, slices, strings and numbers made here come in
	}
	return bytes.TrimSpace(b.Bytes())
}

// addLocked stores a message and gives it its time.
func (w *Workspace) addLocked(m Message) *Message {
	if m.TS == "" {
		m.TS = w.newTSLocked()
	}
	if m.ThreadTS == m.TS {
		m.ThreadTS = ""
	}
	stored := &m
	w.messages[m.Channel] = append(w.messages[m.Channel], stored)
	w.touchLocked()
	stored.Revision = w.revision
	return stored
}

// changedLocked notes that a message was altered in place.
func (w *Workspace) changedLocked(m *Message) {
	w.touchLocked()
	m.Revision = w.revision
}

// findLocked finds a message that the app may address; ephemerals are left out,
// because no Web API method reaches them.
func (w *Workspace) findLocked(channel, ts string) *Message {
	for _, m := range w.messages[channel] {
		if m.TS == ts && !m.Ephemeral() && m.Subtype != subtypeEcho {
			return m
		}
	}
	return nil
}

// findSeenLocked finds a message that one person sees, ephemeral or not.
func (w *Workspace) findSeenLocked(channel, ts, user string) *Message {
	for _, m := range w.messages[channel] {
		if m.TS == ts && (!m.Ephemeral() || m.VisibleTo == user) {
			return m
		}
	}
	return nil
}

func (w *Workspace) removeLocked(m *Message) {
	w.messages[m.Channel] = slices.DeleteFunc(w.messages[m.Channel], func(x *Message) bool { return x == m })
	w.touchLocked()
}

// repliesLocked lists the replies under a parent, oldest first.
func (w *Workspace) repliesLocked(channel, parent string) []*Message {
	var list []*Message
	for _, m := range w.messages[channel] {
		if m.ThreadTS == parent && !m.Ephemeral() {
			list = append(list, m)
		}
	}
	return list
}

// threadedFieldsLocked is the JSON of a message with the counters of its thread.
func (w *Workspace) threadedFieldsLocked(m *Message, metadata bool) map[string]any {
	f := m.fields(metadata)
	if m.ThreadTS != "" {
		return f
	}
	if replies := w.repliesLocked(m.Channel, m.TS); len(replies) > 0 {
		f["thread_ts"] = m.TS
		f["reply_count"] = len(replies)
		f["latest_reply"] = replies[len(replies)-1].TS
	}
	return f
}
