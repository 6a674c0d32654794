package localslack

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func (p *page) modalRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /modal/submit", p.submitModal)
	mux.HandleFunc("POST /modal/press", p.pressModal)
	mux.HandleFunc("POST /modal/close", p.closeModal)
}

// takeTyped puts what the page's form holds into the fields of a modal. The form names the fields it was drawn with, so
// that a field that came later is not taken for an empty one. A date and time left as it was drawn keeps its seconds.
func (w *Workspace) takeTypedLocked(v *view, form url.Values) {
	for _, f := range fieldsOf(v.content) {
		if !f.input || !slices.Contains(form["has"], f.block) {
			continue
		}
		values := typedValues(form[fieldName(f.block)])
		drawn := w.fieldViewLocked(v, f, w.namesLocked(v.user)).Value
		if f.kind != "datetimepicker" || !slices.Equal(values, []string{drawn}) {
			v.typed[f.key()] = values
		}
	}
}

// typedValues are the values of a form with line ends as Slack's client sends them.
func typedValues(list []string) []string {
	values := []string{}
	for _, value := range list {
		values = append(values, strings.ReplaceAll(value, "\r\n", "\n"))
	}
	return values
}

func (p *page) submitModal(rw http.ResponseWriter, r *http.Request) {
	at, ok := p.form(rw, r)
	if !ok {
		return
	}
	result, err := p.w.submit(r.Context(), at.User, r.PostForm.Get("view"), func(v *view) error {
		p.w.takeTypedLocked(v, r.PostForm)
		return nil
	})
	p.modalDone(rw, r, at, result, err)
}

func (p *page) pressModal(rw http.ResponseWriter, r *http.Request) {
	at, ok := p.form(rw, r)
	if !ok {
		return
	}
	press, err := url.ParseQuery(r.PostForm.Get("press"))
	if err != nil {
		p.done(rw, r, at, "modalgone")
		return
	}
	which := press.Get("which")
	if menu := press.Get("menu"); menu != "" {
		which = strings.Join(r.PostForm[menu], ",")
	}
	result, err := p.w.pressInModal(r.Context(), at.User, r.PostForm.Get("view"), press.Get("action"), which, func(v *view) {
		p.w.takeTypedLocked(v, r.PostForm)
	})
	p.modalDone(rw, r, at, result, err)
}

func (p *page) closeModal(rw http.ResponseWriter, r *http.Request) {
	at, ok := p.form(rw, r)
	if !ok {
		return
	}
	result, err := p.w.CloseModal(r.Context(), at.User, r.PostForm.Get("view"))
	p.modalDone(rw, r, at, result, err)
}

// modalDone ends a POST from a modal. What is wrong with a field, or with the bot's answer, stands in the modal itself;
// once it is gone the note tells.
func (p *page) modalDone(rw http.ResponseWriter, r *http.Request, at place, result Result, err error) {
	switch shown := result.View; {
	case shown == nil && err != nil:
		p.done(rw, r, at, "modalgone")
	case shown != nil && !shown.Open:
		p.done(rw, r, at, resultNote(result, nil))
	default:
		p.done(rw, r, at, "")
	}
}
