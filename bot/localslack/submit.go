package localslack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Trouble is what a modal says when the bot does not answer a submission, or not in a way Slack understands.
const Trouble = "We had some trouble connecting. Try again?"

// FieldErrors are the fields of a modal that Slack's client does not send: the block id, and what is wrong there.
type FieldErrors map[string]string

// Error names every block.
func (e FieldErrors) Error() string {
	var list []string
	for _, block := range slices.Sorted(maps.Keys(e)) {
		list = append(list, fmt.Sprintf("block %s: %s", block, e[block]))
	}
	return strings.Join(list, "; ")
}

// Submit fills the fields of an open modal and submits it. Values are found by action id, or by block id where an action
// id occurs twice; a field that is not named keeps what it shows, an empty value empties it. A choice is the value of
// the option, or the id of the person or conversation; where several can be chosen, commas stand between them. A date
// and time is Unix seconds, or 2026-11-20T08:30 in the person's zone.
//
// What Slack's client would not send is returned as FieldErrors, and stands in the modal. Otherwise the bot gets a
// view_submission, and its acknowledgement is obeyed; Result.View is the modal after that.
func (w *Workspace) Submit(ctx context.Context, user, viewID string, values map[string]string) (Result, error) {
	return w.submit(ctx, user, viewID, func(v *view) error {
		typed, err := typedIn(v, values)
		if err == nil {
			maps.Copy(v.typed, typed)
		}
		return err
	})
}

// typedIn finds the fields that the values of a caller are for.
func typedIn(v *view, values map[string]string) (map[fieldKey][]string, error) {
	typed := map[fieldKey][]string{}
	for name, value := range values {
		var found []field
		var names []string
		for _, f := range fieldsOf(v.content) {
			if !f.input {
				continue
			}
			names = append(names, f.action)
			if f.action == name || f.block == name {
				found = append(found, f)
			}
		}
		if len(found) != 1 {
			return nil, fmt.Errorf("%d fields are called %q; the modal has %s", len(found), name, strings.Join(names, ", "))
		}
		f := found[0]
		if _, twice := typed[f.key()]; twice {
			return nil, fmt.Errorf("the field %q is named twice", f.action)
		}
		typed[f.key()] = []string{value}
		if f.several() {
			typed[f.key()] = strings.Split(value, ",")
		}
	}
	return typed, nil
}

// submit fills, checks and delivers. It goes on when the person stops waiting.
func (w *Workspace) submit(ctx context.Context, user, viewID string, fill func(*view) error) (Result, error) {
	w.mu.Lock()
	v, result, payload, err := w.submissionLocked(user, viewID, fill)
	w.mu.Unlock()
	if err != nil {
		return result, fmt.Errorf("submit the modal %s: %w", viewID, err)
	}
	return w.awaitResult(ctx, func() Result {
		result.Delivery = w.deliver(parcel{kind: kindInteractive, payload: payload})
		w.mu.Lock()
		defer w.mu.Unlock()
		w.obeyLocked(v, &result)
		return result
	})
}

// awaitResult runs f under the workspace's care and waits for it.
func (w *Workspace) awaitResult(ctx context.Context, f func() Result) (Result, error) {
	done := make(chan Result, 1)
	w.goroutine(func() { done <- f() })
	select {
	case result := <-done:
		return result, nil
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for the acknowledgement: %w", ctx.Err())
	case <-w.ctx.Done():
		return Result{}, fmt.Errorf("wait for the acknowledgement: %w", w.ctx.Err())
	}
}

// openModalLocked finds a modal on a person's screen.
func (w *Workspace) openModalLocked(user, viewID string) (*view, error) {
	v := w.modalLocked(user)
	if v == nil || v.id != viewID {
		return nil, fmt.Errorf("%s has no such modal open", user)
	}
	return v, nil
}

func (w *Workspace) submissionLocked(user, viewID string, fill func(*view) error) (*view, Result, json.RawMessage, error) {
	var result Result
	v, err := w.openModalLocked(user, viewID)
	switch {
	case err != nil:
		return nil, result, nil, err
	case v.content["submit"] == nil:
		return nil, result, nil, fmt.Errorf("it has no submit button")
	case v.busy:
		return nil, result, nil, fmt.Errorf("it is being submitted already")
	}
	if err := fill(v); err != nil {
		return nil, result, nil, err
	}
	v.errors, v.trouble = nil, ""
	wrong := FieldErrors{}
	for _, f := range fieldsOf(v.content) {
		if _, problem := w.checkValuesLocked(v, f, w.valuesLocked(v, f)); problem != "" {
			wrong[f.block] = problem
		}
	}
	w.touchLocked()
	if len(wrong) > 0 {
		v.errors, v.told = wrong, v.told+1
		shown := w.shownLocked(v)
		result.View = &shown
		return nil, result, nil, wrong
	}
	v.busy = true
	result.TriggerID = w.newTriggerLocked(user, v.channel)
	payload := w.interactionLocked("view_submission", w.users[user])
	payload["trigger_id"], payload["view"], payload["response_urls"] = result.TriggerID, w.wireLocked(v), []any{}
	return v, result, encode(payload), nil
}

// obeyLocked does what the acknowledgement of a submission asks for.
func (w *Workspace) obeyLocked(v *view, result *Result) {
	v.busy = false
	if result.Error = deliveryError(result.Delivery); result.Error == "" {
		result.Problems = w.answerViewLocked(v, result.Delivery.Answer)
	}
	if len(result.Problems) > 0 {
		result.Error = ErrorInvalidAnswer
	}
	if result.Error != "" {
		v.trouble = Trouble
	}
	w.touchLocked()
	shown := w.shownLocked(v)
	result.View = &shown
}

// viewAnswer is an acknowledgement of view_submission.
type viewAnswer struct {
	action string
	view   json.RawMessage
	errors map[string]string
}

// readViewAnswer reads an acknowledgement; an empty one closes the modal.
func readViewAnswer(raw json.RawMessage) (viewAnswer, string) {
	var a viewAnswer
	switch string(raw) {
	case "", "null", "{}", `""`:
		return a, ""
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return a, "the answer is no JSON object"
	}
	if json.Unmarshal(fields["response_action"], &a.action) != nil {
		return a, "the answer has no response_action"
	}
	content, known := map[string]string{"errors": "errors", "update": "view", "clear": "", "push": "view"}[a.action]
	if !known {
		return a, fmt.Sprintf("response_action %q is unknown", a.action)
	}
	for key := range fields {
		if key != "response_action" && key != content {
			return a, fmt.Sprintf("%s does not go with response_action %q", key, a.action)
		}
	}
	if a.view = fields["view"]; a.action == "errors" {
		if json.Unmarshal(fields["errors"], &a.errors) != nil || len(a.errors) == 0 {
			return a, "errors must be an object with a text for each block"
		}
	}
	return a, ""
}

// answerViewLocked changes the modal as the bot answered, and tells what is wrong with the answer.
func (w *Workspace) answerViewLocked(v *view, raw json.RawMessage) []string {
	a, problem := readViewAnswer(raw)
	if problem != "" {
		return []string{problem}
	}
	switch a.action {
	case "", "clear":
		v.open = false
	case "push":
		return []string{"push is not supported by the local stand-in"}
	case "errors":
		return w.showErrorsLocked(v, a.errors)
	case "update":
		if r := w.readViewLocked(v, a.view); r != nil {
			problems, _ := r.extras["errors"].([]string)
			return append([]string{r.code}, problems...)
		}
	}
	return nil
}

func (w *Workspace) showErrorsLocked(v *view, texts map[string]string) []string {
	inputs := map[string]bool{}
	for _, f := range fieldsOf(v.content) {
		inputs[f.block] = f.input
	}
	var problems []string
	for _, block := range slices.Sorted(maps.Keys(texts)) {
		switch {
		case !inputs[block]:
			problems = append(problems, fmt.Sprintf("the modal has no input block %q", block))
		case texts[block] == "":
			problems = append(problems, fmt.Sprintf("the error of block %q is empty", block))
		}
	}
	if len(problems) == 0 {
		v.errors, v.told = texts, v.told+1
	}
	return problems
}
