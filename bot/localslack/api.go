package localslack

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody is far above anything a bot sends; it only bounds memory.
const maxBody = 4 << 20

// args are the arguments of a call; nested JSON values stay JSON text.
type args map[string]string

func (a args) truth(key string) bool { return a[key] == "true" || a[key] == "1" }

// answer is the body of a reply. A nil "error" means ok.
type answer map[string]any

// refusal is an error code of Slack with what it says besides.
type refusal struct {
	code   string
	extras answer
	status int // HTTP status of a response_url; the Web API always answers 200
}

func refuse(code string) *refusal { return &refusal{code: code} }

// request is one call on its way through the API.
type request struct {
	method string
	args   args
	token  string
}

func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	req, refused := readRequest(r)
	req.method = r.PathValue("method")
	w.faulty(rw, r, req, func() (answer, *refusal) {
		if refused != nil {
			return nil, refused
		}
		return w.call(req)
	}, w.writeAnswer)
}

// faulty runs one call under the injected faults, records it and writes its answer.
func (w *Workspace) faulty(rw http.ResponseWriter, r *http.Request, req request,
	do func() (answer, *refusal), write func(http.ResponseWriter, request, answer, *refusal),
) {
	fault := w.faults.take(req.method)
	call := Call{Method: req.method, Args: req.args}
	record := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.recordLocked(call)
	}
	switch fault.Kind {
	case RateLimited:
		call.Status, call.Error = http.StatusTooManyRequests, "ratelimited"
		record()
		seconds := max(1, int((fault.Delay+time.Second-1)/time.Second))
		rw.Header().Set("Retry-After", strconv.Itoa(seconds))
		writeJSON(rw, call.Status, answer{"ok": false, "error": "ratelimited"})
		return
	case ServerError:
		call.Status, call.Error = http.StatusInternalServerError, "http_500"
		record()
		send(rw, call.Status, "text/html", []byte("<html><body>Server error</body></html>"))
		return
	case Latency:
		if !pause(r, fault.Delay) {
			return
		}
	}
	out, refused := do()
	call.Accepted, call.Status = refused == nil, http.StatusOK
	if refused != nil {
		call.Error = refused.code
		if refused.status != 0 {
			call.Status = refused.status
		}
	}
	record()
	switch fault.Kind {
	case AcceptThenDelay:
		if !pause(r, fault.Delay) {
			return
		}
	case AcceptThenDrop:
		panic(http.ErrAbortHandler)
	}
	write(rw, req, out, refused)
}

// pause waits in real time unless the caller or the workspace goes away first.
func pause(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

func (w *Workspace) writeAnswer(rw http.ResponseWriter, req request, out answer, refused *refusal) {
	if out == nil {
		out = answer{}
	}
	out["ok"] = refused == nil
	if refused != nil {
		out["error"] = refused.code
		maps.Copy(out, refused.extras)
	}
	if spec, ok := methods[req.method]; ok && !spec.appToken {
		rw.Header().Set("X-OAuth-Scopes", strings.Join(w.opt.Scopes, ","))
		rw.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(spec.scopes, ","))
	}
	writeJSON(rw, http.StatusOK, out)
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	send(rw, status, "application/json", encode(v))
}

// send writes an answer. When the caller has gone there is nobody to tell.
func send(rw http.ResponseWriter, status int, kind string, body []byte) {
	rw.Header().Set("Content-Type", kind+"; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(body)
}

// call checks method, token and scopes, then runs the method.
func (w *Workspace) call(req request) (answer, *refusal) {
	spec, known := methods[req.method]
	if !known {
		return nil, refuse("unknown_method")
	}
	switch {
	case req.token == "":
		return nil, refuse("not_authed")
	case req.token != w.opt.BotToken && req.token != w.opt.AppToken:
		return nil, refuse("invalid_auth")
	case spec.appToken != (req.token == w.opt.AppToken):
		return nil, refuse("not_allowed_token_type")
	case !w.opt.hasAnyScope(spec.scopes):
		return nil, w.missingScope(spec.scopes)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return spec.run(w, req.args)
}

func (w *Workspace) missingScope(needed []string) *refusal {
	return &refusal{code: "missing_scope", extras: answer{
		"needed": strings.Join(needed, ","), "provided": strings.Join(w.opt.Scopes, ","),
	}}
}

// readRequest reads arguments from a form, a JSON body or, for reading methods,
// the query. A token is only taken from the header or a form field: Slack refuses
// it in a query, and ignores it in JSON.
func readRequest(r *http.Request) (request, *refusal) {
	req := request{args: args{}}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		req.token = token
	}
	for key, values := range r.URL.Query() {
		if key != "token" {
			req.args[key] = values[0]
		}
	}
	body := http.MaxBytesReader(nil, r.Body, maxBody)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		raw, err := io.ReadAll(body)
		if err != nil {
			return req, refuse("request_timeout")
		}
		return req, readJSONArgs(raw, req.args)
	case "application/x-www-form-urlencoded", "multipart/form-data":
		r.Body = body
		err := r.ParseMultipartForm(maxBody)
		if err != nil && !errors.Is(err, http.ErrNotMultipart) {
			return req, refuse("invalid_form_data")
		}
		for key, values := range r.PostForm {
			req.args[key] = values[0]
		}
		if token := req.args["token"]; token != "" && req.token == "" {
			req.token = token
		}
		delete(req.args, "token")
	}
	return req, nil
}

func readJSONArgs(raw []byte, into args) *refusal {
	if len(raw) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return refuse("json_not_object")
		}
		return refuse("invalid_json")
	}
	for key, value := range fields {
		var text string
		switch {
		case key == "token" || string(value) == "null":
		case json.Unmarshal(value, &text) == nil:
			into[key] = text
		default:
			into[key] = string(value)
		}
	}
	return nil
}
