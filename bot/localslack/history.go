package localslack

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultHistory = 100
	maxHistory     = 999
)

// readableLocked resolves a channel whose messages the bot may read.
func (w *Workspace) readableLocked(a args) (string, *refusal) {
	channel, r := w.targetLocked(a["channel"], false)
	if r != nil {
		return "", r
	}
	if r := w.requireForLocked(channel, "history"); r != nil {
		return "", r
	}
	if !w.memberLocked(channel) {
		return "", refuse("not_in_channel")
	}
	return channel, nil
}

func (w *Workspace) history(a args) (answer, *refusal) {
	channel, r := w.readableLocked(a)
	if r != nil {
		return nil, r
	}
	var list []*Message
	for _, m := range w.messages[channel] {
		if !m.Ephemeral() && m.Subtype != subtypeEcho && (m.ThreadTS == "" || m.Broadcast) && inRange(m.TS, a) {
			list = append(list, m)
		}
	}
	slices.Reverse(list) // newest first
	return w.pageOfLocked(list, a)
}

func (w *Workspace) replies(a args) (answer, *refusal) {
	channel, r := w.readableLocked(a)
	if r != nil {
		return nil, r
	}
	asked := w.findLocked(channel, a["ts"])
	if asked == nil {
		return nil, refuse("thread_not_found")
	}
	parent := asked
	if asked.ThreadTS != "" {
		if parent = w.findLocked(channel, asked.ThreadTS); parent == nil {
			return nil, refuse("thread_not_found")
		}
	}
	list := []*Message{parent}
	for _, m := range w.repliesLocked(channel, parent.TS) {
		if inRange(m.TS, a) {
			list = append(list, m)
		}
	}
	return w.pageOfLocked(list, a)
}

// inRange applies oldest and latest; both are excluded unless inclusive is set.
// Message times of one length compare as text.
func inRange(ts string, a args) bool {
	oldest, latest, inclusive := padTS(a["oldest"]), padTS(a["latest"]), a.truth("inclusive")
	if oldest != "" && (ts < oldest || ts == oldest && !inclusive) {
		return false
	}
	return latest == "" || ts < latest || ts == latest && inclusive
}

// padTS gives a bound such as "1700000000" or "1700000000.5" six decimals. Zero
// and empty mean no bound.
func padTS(bound string) string {
	sec, frac, _ := strings.Cut(bound, ".")
	if strings.Trim(sec, "0") == "" {
		return ""
	}
	return strings.Repeat("0", max(0, 10-len(sec))) + sec + "." + (frac + "000000")[:6]
}

// limit is the size of a page.
func (a args) limit() (int, *refusal) {
	text := a["limit"]
	if text == "" || text == "0" {
		return defaultHistory, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxHistory {
		return 0, refuse("invalid_limit")
	}
	return n, nil
}

const cursorPrefix = "next_ts:"

// pageOfLocked cuts one page out of a list and names the next.
func (w *Workspace) pageOfLocked(list []*Message, a args) (answer, *refusal) {
	limit, r := a.limit()
	if r != nil {
		return nil, r
	}
	if cursor := a["cursor"]; cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		ts, ok := strings.CutPrefix(string(raw), cursorPrefix)
		if err != nil || !ok {
			return nil, refuse("invalid_cursor")
		}
		from := slices.IndexFunc(list, func(m *Message) bool { return m.TS == ts })
		if from < 0 {
			return nil, refuse("invalid_cursor")
		}
		list = list[from:]
	}
	next := ""
	if len(list) > limit {
		next = base64.StdEncoding.EncodeToString([]byte(cursorPrefix + list[limit].TS))
		list = list[:limit]
	}
	out := make([]map[string]any, 0, len(list))
	for _, m := range list {
		out = append(out, w.threadedFieldsLocked(m, a.truth("include_all_metadata")))
	}
	return answer{
		"messages": out, "has_more": next != "", "pin_count": 0,
		"response_metadata": answer{"next_cursor": next},
	}, nil
}
