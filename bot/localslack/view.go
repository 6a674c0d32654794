package localslack

import (
	"encoding/json"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// place is what a viewer looks at; it lives in the address of the page.
type place struct {
	User    string
	Channel string
	Thread  string // parent that the composer answers, or empty
}

// URL is the page's address for a place.
func (p place) URL() string {
	q := url.Values{"user": {p.User}, "channel": {p.Channel}}
	if p.Thread != "" {
		q.Set("thread", p.Thread)
	}
	return "/?" + q.Encode()
}

// pageView is everything the template draws.
type pageView struct {
	Page
	Place     place
	IsDM      bool
	Bot       string
	People    []choiceView
	Rooms     []choiceView
	RoomTitle string
	Messages  []messageView
	Thread    *threadView
	Clock     *clockView
	Modal     *modalView
	Note      string
	Revision  uint64
}

type choiceView struct {
	Text, Detail, URL string
	Current           bool
	Face              faceView
}

// faceView is the round sign beside a name.
type faceView struct {
	Sign  string
	Shade int
}

type threadView struct{ Text, CloseURL string }

type clockView struct{ Text, Zone string }

type messageView struct {
	Key      string
	Revision uint64
	Author   string
	Face     faceView
	Kind     string // person, app, slack or echo
	Time     string
	Stamp    string
	Text     template.HTML
	Blocks   []blockView
	Private  bool
	Edited   bool
	Marks    []markView
	Replies  []messageView
	ReplyURL string
	Place    place // where a press of its buttons happens
}

type markView struct {
	Sign, Name string
	Count      int
}

// placeOf completes what the address leaves open: the first person, the first
// channel, and the person's own direct messages instead of somebody else's.
func (w *Workspace) placeOf(q url.Values) place {
	p := place{User: q.Get("user"), Channel: q.Get("channel"), Thread: q.Get("thread")}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users[p.User] == nil {
		p.User = w.opt.Users[0].ID
	}
	if w.channels[p.Channel] == nil {
		if w.dmUserLocked(p.Channel) != nil {
			p.Channel = w.dms[p.User]
		} else {
			p.Channel = w.opt.Channels[0].ID
		}
	}
	if m := w.findLocked(p.Channel, p.Thread); m == nil || m.ThreadTS != "" {
		p.Thread = ""
	}
	return p
}

func (w *Workspace) viewOf(p place, note string) pageView {
	now := w.opt.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.namesLocked(p.User)
	v := pageView{
		Page: w.opt.Page, Place: p, IsDM: p.Channel == w.dms[p.User], Bot: w.opt.BotName, Note: note,
		Revision: w.revision, Messages: w.messageViewsLocked(p, n), Modal: w.modalViewLocked(p, n),
	}
	for _, u := range w.opt.Users {
		to := place{User: u.ID, Channel: p.Channel}
		if v.IsDM {
			to.Channel = w.dms[u.ID]
		}
		v.People = append(v.People, choiceView{
			Text: u.RealName, Detail: w.users[u.ID].Locale, URL: to.URL(), Current: u.ID == p.User, Face: w.faceLocked(u.ID, n),
		})
	}
	for _, c := range w.opt.Channels {
		room := choiceView{Text: "#" + c.Name, URL: place{User: p.User, Channel: c.ID}.URL(), Current: c.ID == p.Channel}
		if !w.channels[c.ID].BotMember {
			room.Detail = "bot not here"
		}
		v.Rooms = append(v.Rooms, room)
	}
	dm := place{User: p.User, Channel: w.dms[p.User]}
	v.Rooms = append(v.Rooms, choiceView{Text: "Direct message", URL: dm.URL(), Current: v.IsDM})
	i := slices.IndexFunc(v.Rooms, func(c choiceView) bool { return c.Current })
	v.RoomTitle = v.Rooms[max(i, 0)].Text
	if parent := w.findLocked(p.Channel, p.Thread); parent != nil {
		v.Thread = &threadView{Text: n.excerpt(parent.Text), CloseURL: place{User: p.User, Channel: p.Channel}.URL()}
	}
	if w.opt.MoveClock != nil {
		v.Clock = &clockView{Text: now.In(n.zone).Format("Mon 2 Jan 2006, 15:04"), Zone: n.zone.String()}
	}
	return v
}

// excerpt is the beginning of a text without mark-up, for a label.
func (n names) excerpt(text string) string {
	text = angleMark.ReplaceAllStringFunc(text, func(mark string) string {
		target, label, _ := strings.Cut(strings.Trim(mark, "<>"), "|")
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + n.person(target[1:])
		case strings.HasPrefix(target, "#"):
			return "#" + n.channel(target[1:], label)
		case label != "":
			return label
		}
		return target
	})
	text = slackEntities.Replace(text)
	if utf8.RuneCountInString(text) > 60 {
		return cut(text, 60) + "…"
	}
	return text
}

func (w *Workspace) messageViewsLocked(p place, n names) []messageView {
	var views []messageView
	at := map[string]int{} // parent → its place in views
	for _, m := range w.messages[p.Channel] {
		if m.Ephemeral() && m.VisibleTo != p.User {
			continue
		}
		v := w.messageViewLocked(m, p, n)
		if parent, known := at[m.ThreadTS]; known {
			views[parent].Replies = append(views[parent].Replies, v)
			continue
		}
		at[m.TS] = len(views)
		views = append(views, v)
	}
	return views
}

func (w *Workspace) messageViewLocked(m *Message, p place, n names) messageView {
	at := timeOf(m.TS).In(n.zone)
	v := messageView{
		Key: m.TS, Revision: m.Revision, Author: n.person(m.User), Face: w.faceLocked(m.User, n), Kind: w.kindLocked(m),
		Time: at.Format("15:04"), Stamp: at.Format(time.RFC3339), Private: m.Ephemeral() && m.Subtype != subtypeEcho,
		Edited: m.EditedTS != "", Blocks: n.blocksHTML(m.Blocks), Place: p,
	}
	if len(v.Blocks) == 0 {
		v.Text = n.mrkdwnHTML(m.Text)
	}
	if m.Subtype == subtypeEcho {
		v.Text = n.plainHTML(m.Text)
	}
	if !m.Ephemeral() && m.ThreadTS == "" && m.Subtype != subtypeEcho {
		v.ReplyURL = place{User: p.User, Channel: p.Channel, Thread: m.TS}.URL() + "#m-" + m.TS
	}
	v.Blocks = append(v.Blocks, n.attachmentsHTML(m.Attachments)...)
	for _, r := range m.Reactions {
		v.Marks = append(v.Marks, markView{Sign: emojis[r.Name], Name: strings.ReplaceAll(r.Name, "_", " "), Count: len(r.Users)})
	}
	return v
}

func (w *Workspace) kindLocked(m *Message) string {
	switch {
	case m.Subtype == subtypeEcho:
		return "echo"
	case m.User == slackbot:
		return "slack"
	case m.FromBot():
		return "app"
	}
	return "person"
}

func (w *Workspace) faceLocked(user string, n names) faceView {
	sign, _ := utf8.DecodeRuneInString(n.person(user))
	shade := slices.IndexFunc(w.opt.Users, func(u User) bool { return u.ID == user })
	return faceView{Sign: strings.ToUpper(string(sign)), Shade: (shade + 1) % 6}
}

// attachmentsHTML draws the blocks or the text of secondary attachments.
func (n names) attachmentsHTML(raw json.RawMessage) []blockView {
	var list []struct {
		Text     string          `json:"text"`
		Fallback string          `json:"fallback"`
		Blocks   json.RawMessage `json:"blocks"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var views []blockView
	for _, a := range list {
		if blocks := n.blocksHTML(a.Blocks); len(blocks) > 0 {
			views = append(views, blocks...)
			continue
		}
		if a.Text == "" {
			a.Text = a.Fallback
		}
		views = append(views, blockView{Kind: "section", HTML: n.mrkdwnHTML(a.Text)})
	}
	return views
}
