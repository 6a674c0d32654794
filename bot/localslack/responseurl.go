package localslack

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

const (
	responseURLUses = 5
	responseURLLife = 30 * time.Minute // workspace clock
)

// responseURL is the right to answer one command or press.
type responseURL struct {
	user     string
	channel  string
	sourceTS string // message that carried the control; empty for a command
	uses     int
	expires  time.Time
}

func (w *Workspace) newResponseURLLocked(user, channel, sourceTS string) string {
	id := secret()
	w.responses[id] = &responseURL{
		user: user, channel: channel, sourceTS: sourceTS, expires: w.opt.Now().Add(responseURLLife),
	}
	return w.URL() + "response/" + id
}

func (w *Workspace) serveResponseURL(rw http.ResponseWriter, r *http.Request) {
	req := request{method: "response_url", args: args{}}
	raw, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	refused := (*refusal)(nil)
	if err != nil {
		refused = refuse("invalid_payload")
	} else if refused = readJSONArgs(raw, req.args); refused != nil {
		refused.code = "invalid_payload"
	}
	w.faulty(rw, r, req, func() (answer, *refusal) {
		if refused == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			refused = w.respondLocked(r.PathValue("id"), req.args)
		}
		if refused != nil && refused.status == 0 {
			refused.status = http.StatusBadRequest
		}
		return nil, refused
	}, writeResponse)
}

func writeResponse(rw http.ResponseWriter, _ request, _ answer, refused *refusal) {
	if refused != nil {
		send(rw, refused.status, "text/plain", []byte(refused.code))
		return
	}
	send(rw, http.StatusOK, "text/plain", []byte("ok"))
}

func (w *Workspace) respondLocked(id string, a args) *refusal {
	target := w.responses[id]
	switch {
	case target == nil:
		return &refusal{code: "invalid_url", status: http.StatusNotFound}
	case !w.opt.Now().Before(target.expires):
		return &refusal{code: "expired_url", status: http.StatusNotFound}
	case target.uses >= responseURLUses:
		return &refusal{code: "used_url", status: http.StatusNotFound}
	}
	r := w.answerLocked(target, a)
	if r == nil {
		target.uses++
	}
	return r
}

// answerLocked does what one post to a response_url asks for.
func (w *Workspace) answerLocked(target *responseURL, a args) *refusal {
	if kind := a["response_type"]; kind != "" && kind != "ephemeral" && kind != "in_channel" {
		return refuse("invalid_payload")
	}
	var source *Message
	if target.sourceTS != "" {
		source = w.findSeenLocked(target.channel, target.sourceTS, target.user)
	}
	dropEmpty(a)
	body, r := w.readContentLocked(a, 0)
	if r != nil {
		return r
	}
	if a.truth("delete_original") {
		switch {
		case !body.empty() || a.truth("replace_original"):
			return refuse("invalid_payload") // it must stand alone
		case source == nil:
			return refuse("message_not_found")
		}
		w.removeLocked(source)
		return nil
	}
	if body.empty() {
		return refuse("no_text")
	}
	// A command has no message of its own to replace: Slack then posts.
	if a.truth("replace_original") && target.sourceTS != "" {
		if source == nil {
			return refuse("message_not_found")
		}
		body.hasText, body.hasBlocks, body.hasAttachments = true, true, true
		w.editLocked(source, body) // an ephemeral one stays ephemeral
		return nil
	}
	m := w.botMessage(target.channel, body)
	if m.ThreadTS, r = w.threadLocked(target.channel, a["thread_ts"]); r != nil {
		return r
	}
	if a["response_type"] != "in_channel" {
		m.VisibleTo = target.user
	}
	stored := w.addLocked(m)
	if !stored.Ephemeral() {
		w.emitMessageLocked(stored)
	}
	return nil
}

// dropEmpty removes fields that clients send although nothing was set.
func dropEmpty(a args) {
	var metadata struct {
		EventType string `json:"event_type"`
	}
	if json.Unmarshal([]byte(a["metadata"]), &metadata) == nil && metadata.EventType == "" {
		delete(a, "metadata")
	}
	for _, key := range []string{"blocks", "attachments"} {
		if a[key] == "[]" || a[key] == "" {
			delete(a, key)
		}
	}
}
