package localslack

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// fieldKey names a field of a view; what a person typed is kept under it.
type fieldKey struct{ block, action string }

// field is one element of a view that holds a value.
type field struct {
	fieldKey
	control
	kind     string
	label    string
	hint     string
	input    bool // stands in an input block
	optional bool
	dispatch bool // tells the bot of every change
}

func (f field) key() fieldKey { return f.fieldKey }

// stateKeys is how the state of a view names the value of each type of element. Other elements hold none.
var stateKeys = map[string]string{
	"plain_text_input": "value", "number_input": "value", "email_text_input": "value", "url_text_input": "value",
	"static_select": "selected_option", "radio_buttons": "selected_option",
	"multi_static_select": "selected_options", "checkboxes": "selected_options",
	usersSelect: "selected_user", "multi_users_select": "selected_users",
	"channels_select": "selected_channel", "multi_channels_select": "selected_channels",
	"conversations_select": "selected_conversation", "multi_conversations_select": "selected_conversations",
	"datetimepicker": "selected_date_time", "datepicker": "selected_date", "timepicker": "selected_time",
}

// fieldsOf lists the fields of a view in their order.
func fieldsOf(content map[string]any) []field {
	blocks, _ := content["blocks"].([]any)
	var list []field
	for _, c := range controlsIn(blocks) {
		kind, _ := c.element["type"].(string)
		action, _ := c.element["action_id"].(string)
		if stateKeys[kind] == "" {
			continue
		}
		f := field{fieldKey: fieldKey{block: c.blockID, action: action}, control: c, kind: kind, input: c.within["type"] == "input"}
		if f.input {
			f.label, f.hint = textOf(c.within["label"]), textOf(c.within["hint"])
			f.optional, f.dispatch = c.within["optional"] == true, c.within["dispatch_action"] == true
		}
		list = append(list, f)
	}
	return list
}

// textOf is the text of a text object.
func textOf(v any) string {
	object, _ := v.(map[string]any)
	text, _ := object["text"].(string)
	return text
}

// written tells whether the value is what the person typed, and not a choice.
func (f field) written() bool { return stateKeys[f.kind] == "value" }

// several tells whether the field takes more than one value.
func (f field) several() bool {
	key := stateKeys[f.kind]
	return strings.HasPrefix(key, "selected_") && strings.HasSuffix(key, "s")
}

// valuesLocked is what the person sees in a field: typed, or the initial value.
func (w *Workspace) valuesLocked(v *view, f field) []string {
	if values, typed := v.typed[f.key()]; typed {
		return values
	}
	key := strings.Replace(stateKeys[f.kind], "selected_", "initial_", 1)
	if key == "value" {
		key = "initial_value"
	}
	var values []string
	add := func(item any) {
		switch item := item.(type) {
		case string:
			values = append(values, item)
		case float64:
			values = append(values, strconv.FormatInt(int64(item), 10))
		case map[string]any:
			values = append(values, fmt.Sprint(item["value"]))
		}
	}
	if list, ok := f.element[key].([]any); ok {
		for _, item := range list {
			add(item)
		}
	} else {
		add(f.element[key])
	}
	if len(values) == 0 && f.element["default_to_current_conversation"] == true {
		add(v.channel)
	}
	return slices.DeleteFunc(values, func(s string) bool { return s == "" })
}

// stateLocked is state.values of a view.
func (w *Workspace) stateLocked(v *view) map[string]map[string]any {
	state := map[string]map[string]any{}
	for _, f := range fieldsOf(v.content) {
		if state[f.block] == nil {
			state[f.block] = map[string]any{}
		}
		state[f.block][f.action] = w.fieldStateLocked(v, f)
	}
	return state
}

// fieldStateLocked is the value of one field as Slack writes it; an empty one is null or an empty list.
func (w *Workspace) fieldStateLocked(v *view, f field) map[string]any {
	key := stateKeys[f.kind]
	values := w.valuesLocked(v, f)
	if clean, problem := w.checkValuesLocked(v, f, values); problem == "" {
		values = clean
	}
	items := []any{}
	for _, value := range values {
		switch key {
		case "selected_option", "selected_options":
			if option := f.option(value); option != nil {
				items = append(items, option)
			}
		case "selected_date_time":
			if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
				items = append(items, seconds)
			}
		default:
			items = append(items, value)
		}
	}
	out := map[string]any{"type": f.kind, key: nil}
	if f.several() {
		out[key] = items
	} else if len(items) > 0 {
		out[key] = items[0]
	}
	return out
}

// What Slack's client says when it does not send a modal, in our words.
const (
	problemEmpty  = "This field is required."
	problemNumber = "Enter a number."
	problemWhole  = "Enter a whole number."
)

// checkValuesLocked is what Slack's client checks before it sends a field. It returns the values as they are sent, or
// what is wrong with them.
func (w *Workspace) checkValuesLocked(v *view, f field, values []string) ([]string, string) {
	values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
	if len(values) == 0 {
		if f.input && !f.optional {
			return nil, problemEmpty
		}
		return nil, ""
	}
	if len(values) > 1 && !f.several() {
		return nil, "Choose only one."
	}
	if most, limited := f.element["max_selected_items"].(float64); limited && len(values) > int(most) {
		return nil, fmt.Sprintf("Choose no more than %d.", int(most))
	}
	clean := []string{}
	for _, value := range values {
		sent, problem := w.checkValueLocked(v, f, value)
		if problem != "" {
			return nil, problem
		}
		if slices.Contains(clean, sent) {
			return nil, fmt.Sprintf("“%s” is chosen twice.", value)
		}
		clean = append(clean, sent)
	}
	return clean, ""
}

func (w *Workspace) checkValueLocked(v *view, f field, value string) (sent, problem string) {
	problem = fmt.Sprintf("“%s” is not one of the choices.", value)
	switch f.kind {
	case "plain_text_input":
		return value, f.checkText(value)
	case "number_input":
		return value, f.checkNumber(value)
	case "email_text_input":
		if typedMail.FindString(value) != value {
			return "", "Enter an e-mail address."
		}
	case "url_text_input":
		if !linkable(value) {
			return "", "Enter an address that begins with https://."
		}
	case "datetimepicker":
		return w.readDateTimeLocked(v, value)
	case "datepicker":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", "Enter a date."
		}
	case "timepicker":
		if !clockTime.MatchString(value) {
			return "", "Enter a time."
		}
	default:
		if !slices.ContainsFunc(w.choicesLocked(v, f), func(o optionView) bool { return o.Value == value }) {
			return "", problem
		}
	}
	return value, ""
}

func (f field) checkText(value string) string {
	length := utf8.RuneCountInString(value)
	least, _ := f.element["min_length"].(float64)
	most, limited := f.element["max_length"].(float64)
	if !limited {
		most = maxInputText
	}
	switch {
	case length < int(least):
		return fmt.Sprintf("Enter at least %d characters.", int(least))
	case length > int(most):
		return fmt.Sprintf("Enter no more than %d characters.", int(most))
	case f.element["multiline"] != true && strings.ContainsAny(value, "\r\n"):
		return "Enter one line."
	}
	return ""
}

func (f field) checkNumber(value string) string {
	if !numberForm(f.element).MatchString(value) {
		if decimalNumber.MatchString(value) {
			return problemWhole
		}
		return problemNumber
	}
	number, _ := new(big.Rat).SetString(value)
	bound := func(key string) (*big.Rat, string) {
		s, _ := f.element[key].(string)
		limit, ok := new(big.Rat).SetString(s)
		if !ok {
			return nil, ""
		}
		return limit, s
	}
	if least, s := bound("min_value"); least != nil && number.Cmp(least) < 0 {
		return "Enter at least " + s + "."
	}
	if most, s := bound("max_value"); most != nil && number.Cmp(most) > 0 {
		return "Enter no more than " + s + "."
	}
	return ""
}

// localTime is how a browser writes a date and time without a zone.
const localTime = "2006-01-02T15:04"

// readDateTimeLocked reads Unix seconds, or a date and time in the person's zone.
func (w *Workspace) readDateTimeLocked(v *view, value string) (sent, problem string) {
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		at, err := time.ParseInLocation(localTime, value, w.zoneLocked(v.user))
		if err != nil {
			return "", "Enter a date and time."
		}
		seconds = at.Unix()
	}
	if seconds < firstSecond || seconds > lastSecond {
		return "", "Enter a date and time that Slack can hold."
	}
	return strconv.FormatInt(seconds, 10), ""
}

// choicesLocked lists what a menu offers to a person.
func (w *Workspace) choicesLocked(v *view, f field) []optionView {
	var list []optionView
	switch strings.TrimPrefix(f.kind, "multi_") {
	case usersSelect:
		list = w.namesLocked(v.user).choices
		return append(slices.Clone(list), optionView{Text: w.opt.BotName, Value: w.opt.BotUserID})
	case "channels_select":
		for _, c := range w.opt.Channels {
			if !c.Private && !w.channels[c.ID].Archived {
				list = append(list, optionView{Text: "#" + c.Name, Value: c.ID})
			}
		}
	case "conversations_select":
		return w.conversationsLocked(v.user, f)
	default:
		for _, o := range f.options() {
			value, _ := o["value"].(string)
			list = append(list, optionView{Text: plainText(textOf(o["text"])), Value: value})
		}
	}
	return list
}

// conversationsLocked lists the conversations a person can choose under the filter of the menu.
func (w *Workspace) conversationsLocked(user string, f field) []optionView {
	filter, _ := f.element["filter"].(map[string]any)
	include, _ := filter["include"].([]any)
	takes := func(kind string) bool { return len(include) == 0 || slices.Contains(include, any(kind)) }
	var list []optionView
	for _, c := range w.opt.Channels {
		kind := "public"
		if c.Private {
			kind = "private"
		}
		if takes(kind) && !w.channels[c.ID].Archived && (!c.ExtShared || filter["exclude_external_shared_channels"] != true) {
			list = append(list, optionView{Text: "#" + c.Name, Value: c.ID})
		}
	}
	if takes("im") && filter["exclude_bot_users"] != true {
		list = append(list, optionView{Text: w.opt.BotName, Value: w.dms[user]})
	}
	return list
}

// initialProblemsLocked finds initial people and channels that the workspace does not have.
func (w *Workspace) initialProblemsLocked(v *view, content map[string]any) []string {
	var problems []string
	for _, f := range fieldsOf(content) {
		if f.written() {
			continue
		}
		for _, value := range w.valuesLocked(&view{user: v.user}, f) {
			if _, problem := w.checkValueLocked(v, f, value); problem != "" {
				problems = append(problems, fmt.Sprintf("[ERROR] initial value of %s in block %q: %s", f.kind, f.block, problem))
			}
		}
	}
	return problems
}
