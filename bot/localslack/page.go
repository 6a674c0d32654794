package localslack

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// policy allows this page's own script and style and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// The steps of the clock, by the value of their button.
var clockSteps = map[string]time.Duration{"15m": 15 * time.Minute, "1h": time.Hour, "day": 24 * time.Hour}

// notes are what the page tells about something just done. The address carries
// only the key.
var notes = map[string]string{
	"timeout":    "No answer in time: the bot did not confirm that it got this (operation_timeout).",
	"dispatch":   "Not delivered: the bot is not connected right now (dispatch_failed).",
	"unheard":    "Sent. It does not mention the bot, so nobody answers. Begin with @%s or with a slash command.",
	"not_here":   "Sent, but the bot was not told: %s.",
	"command":    "The workspace does not know this command.",
	"invalid":    "The bot answered with something Slack refuses; the message below says what.",
	"in_thread":  "Slash commands do not exist in threads: leave the thread, or write the same words to the bot.",
	"empty":      "Type something first.",
	"gone":       "That did not work: the message has changed or is gone.",
	"modalgone":  "That did not work: the dialog has changed or is closed.",
	"clock":      "The clock could not be moved.",
	"clockmoved": "The clock was moved.",
}

type page struct {
	w        *Workspace
	template *template.Template
}

func (w *Workspace) pageRoutes(mux *http.ServeMux) {
	p := &page{w: w, template: template.Must(template.New("page").Funcs(template.FuncMap{"dict": dict}).ParseFS(pageFiles, "page/*.html"))}
	static, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("GET /stream", p.stream)
	mux.HandleFunc("POST /say", p.say)
	mux.HandleFunc("POST /press", p.press)
	mux.HandleFunc("POST /clock", p.clock)
	p.modalRoutes(mux)
	files := http.StripPrefix("/static/", http.FileServerFS(static))
	mux.Handle("GET /static/app.js", files)
	mux.Handle("GET /static/modal.js", files)
	mux.Handle("GET /static/style.css", files)
	mux.Handle("GET /static/icon.svg", files)
}

// dict lets a template hand several values to another.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict needs pairs")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict key %v is no string", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// guard refuses requests that a foreign page could cause: a host name that is
// not this machine (DNS rebinding), and posts from another origin.
func guard(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !loopbackHost(host) {
			http.Error(rw, "only for this machine: use 127.0.0.1 or localhost", http.StatusForbidden)
			return
		}
		if r.URL.Path == "/link" { // Socket Mode clients name Slack as their origin
			next.ServeHTTP(rw, r)
			return
		}
		h := rw.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		sameOrigin.ServeHTTP(rw, r)
	})
}

func (p *page) show(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	at := p.w.placeOf(q)
	var out bytes.Buffer
	if err := p.template.ExecuteTemplate(&out, "page.html", p.w.viewOf(at, p.note(q.Get("note"), at))); err != nil {
		p.w.log.Error("draw page", "error", err)
		http.Error(rw, "the page could not be drawn", http.StatusInternalServerError)
		return
	}
	send(rw, http.StatusOK, "text/html", out.Bytes())
}

// note is the sentence for a key.
func (p *page) note(key string, at place) string {
	switch text := notes[key]; key {
	case "unheard":
		return fmt.Sprintf(text, p.w.opt.BotName)
	case "not_here":
		return fmt.Sprintf(text, p.w.whyUnheard(at.Channel))
	default:
		return text
	}
}

// whyUnheard tells why a mention or direct message does not reach the bot.
func (w *Workspace) whyUnheard(channel string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	event := "app_mention"
	if w.channels[channel] == nil {
		event = "message.im"
	}
	if reason := w.withheld(event); reason != "" {
		return reason
	}
	return w.opt.BotName + " is not in this channel"
}

// stream tells the script that something changed; the script then reads the page
// again and takes over what differs.
func (p *page) stream(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(rw)
	beat := time.NewTicker(15 * time.Second) // lets a vanished browser be noticed
	defer beat.Stop()
	sent := uint64(0)
	for {
		p.w.mu.Lock()
		revision, changed := p.w.revision, p.w.changed
		p.w.mu.Unlock()
		if revision != sent || sent == 0 {
			sent = revision
			fmt.Fprintf(rw, "data: %d\n\n", revision)
			if out.Flush() != nil {
				return
			}
		}
		select {
		case <-changed:
		case <-beat.C:
			fmt.Fprint(rw, ": beat\n\n")
			if out.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

// done ends a POST: the script gets the note as JSON, a plain form is sent back to
// the page.
func (p *page) done(rw http.ResponseWriter, r *http.Request, at place, note string) {
	if r.Header.Get("Accept") == "application/json" {
		bad := note != "" && note != "unheard" && note != "clockmoved"
		writeJSON(rw, http.StatusOK, answer{"ok": !bad, "note": p.note(note, at), "url": at.URL()})
		return
	}
	target := at.URL()
	if note != "" {
		target += "&note=" + note
	}
	http.Redirect(rw, r, target+"#latest", http.StatusSeeOther)
}

func (p *page) form(rw http.ResponseWriter, r *http.Request) (place, bool) {
	r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
	if err := r.ParseMultipartForm(maxBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		http.Error(rw, "the form could not be read", http.StatusBadRequest)
		return place{}, false
	}
	return p.w.placeOf(r.PostForm), true
}

// say sends what was typed, the way Slack would take it.
func (p *page) say(rw http.ResponseWriter, r *http.Request) {
	at, ok := p.form(rw, r)
	if !ok {
		return
	}
	text := strings.TrimSpace(r.PostForm.Get("text"))
	if suggestion := r.PostForm.Get("suggestion"); suggestion != "" {
		text = suggestion
	}
	switch {
	case text == "":
		p.done(rw, r, at, "empty")
	case strings.HasPrefix(text, "/") && at.Thread != "":
		p.done(rw, r, at, "in_thread")
	case strings.HasPrefix(text, "/"):
		result, err := p.w.Slash(r.Context(), at.User, at.Channel, text)
		p.done(rw, r, at, resultNote(result, err))
	default:
		posted, err := p.w.Say(r.Context(), at.User, at.Channel, text, at.Thread)
		p.done(rw, r, at, p.heard(r.Context(), at, posted, err))
	}
}

func resultNote(result Result, err error) string {
	if err != nil {
		return "gone"
	}
	return map[string]string{
		ErrorTimeout: "timeout", ErrorDispatch: "dispatch", ErrorNoCommand: "command", ErrorInvalidAnswer: "invalid",
	}[result.Error]
}

// heard waits until the bot took a message, and tells when it did not.
func (p *page) heard(ctx context.Context, at place, posted Posted, err error) string {
	if err != nil {
		return "gone"
	}
	if len(posted.EventIDs) == 0 {
		mentioned := strings.Contains(posted.Message.Text, "<@"+p.w.opt.BotUserID+">")
		if mentioned || at.Channel == p.w.DM(at.User) {
			return "not_here"
		}
		return "unheard"
	}
	d, err := p.w.AwaitDelivery(ctx, func(d Delivery) bool {
		return d.EventID == posted.EventIDs[0] && (d.Acked || d.Problem != "")
	})
	switch {
	case err != nil || d.Problem == problemTimeout:
		return "timeout"
	case d.Problem != "":
		return "dispatch"
	}
	return ""
}

func (p *page) press(rw http.ResponseWriter, r *http.Request) {
	at, ok := p.form(rw, r)
	if !ok {
		return
	}
	f := r.PostForm
	which := f.Get("value")
	if which == "" {
		which = f.Get("block")
	}
	result, err := p.w.Press(r.Context(), at.User, at.Channel, f.Get("ts"), f.Get("action"), which)
	p.done(rw, r, at, resultNote(result, err))
}

func (p *page) clock(rw http.ResponseWriter, r *http.Request) {
	at, ok := p.form(rw, r)
	if !ok {
		return
	}
	step := clockSteps[r.PostForm.Get("by")]
	if p.w.opt.MoveClock == nil || step == 0 {
		p.done(rw, r, at, "clock")
		return
	}
	if _, err := p.w.opt.MoveClock(step); err != nil {
		p.w.log.Error("move clock", "error", err)
		p.done(rw, r, at, "clock")
		return
	}
	p.w.mu.Lock()
	p.w.touchLocked()
	p.w.mu.Unlock()
	p.done(rw, r, at, "clockmoved")
}
