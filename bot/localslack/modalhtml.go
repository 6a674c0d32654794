package localslack

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// modalView is an open modal as the page draws it.
type modalView struct {
	ID, Title, Submit, Close string
	Place                    place
	Parts                    []modalPart
	Trouble                  string
	Told                     int
}

// modalPart is one block of a modal: a field, or something drawn as in a message.
type modalPart struct {
	Key      string
	Block    blockView
	Controls []modalControl
	Field    *fieldView
}

// modalControl is a button or menu between the fields. Press names it to the server.
type modalControl struct {
	controlView
	Press, Menu string
}

// fieldView is one labelled field.
type fieldView struct {
	ID, Name, Block   string
	Kind              string // text, area, select, several, checks, radios, time or other
	Type, Mode        string // of an input element in HTML
	Label, Hint, Note string
	Placeholder       string
	Value, Error      string
	Optional, Auto    bool
	Dispatch          string // how a change is told to the bot
	Groups            []groupView
}

type groupView struct {
	Label   string
	Options []fieldOption
}

type fieldOption struct {
	optionView
	Detail string
	Chosen bool
}

// fieldName is the name of a field in the page's form.
func fieldName(block string) string { return "b:" + block }

// pressName is how the page names a control to the server; menu is the field of the form that holds the value.
func pressName(action, which, menu string) string {
	return url.Values{"action": {action}, "which": {which}, "menu": {menu}}.Encode()
}

// modalViewLocked draws the modal the viewer has open, if any.
func (w *Workspace) modalViewLocked(p place, n names) *modalView {
	v := w.modalLocked(p.User)
	if v == nil {
		return nil
	}
	m := &modalView{
		ID: v.id, Place: p, Title: plainText(textOf(v.content["title"])), Submit: plainText(textOf(v.content["submit"])),
		Close: plainText(textOf(v.content["close"])), Trouble: v.trouble, Told: v.told,
	}
	if m.Close == "" {
		m.Close = "Close"
	}
	fields := fieldsOf(v.content)
	blocks, _ := v.content["blocks"].([]any)
	first := max(0, slices.IndexFunc(fields, func(f field) bool { return f.input && f.element["focus_on_load"] == true }))
	for i, item := range blocks {
		block, _ := item.(map[string]any)
		part := modalPart{Key: v.id + " " + blockID(block)}
		at := slices.IndexFunc(fields, func(f field) bool { return f.input && f.blockID == blockID(block) })
		if at >= 0 {
			f := w.fieldViewLocked(v, fields[at], n)
			f.ID, f.Auto = "field-"+strconv.Itoa(i), at == first
			part.Field, part.Key = &f, part.Key+" "+fields[at].action
		} else if views := n.blocksHTML(encode([]any{block})); len(views) == 1 {
			part.Block = views[0]
			for _, c := range views[0].Controls {
				part.Controls = append(part.Controls, w.modalControlLocked(v, fields, c))
			}
		}
		m.Parts = append(m.Parts, part)
	}
	return m
}

func blockID(block map[string]any) string {
	id, _ := block["block_id"].(string)
	return id
}

// modalControlLocked completes a button or menu; a menu shows what is chosen.
func (w *Workspace) modalControlLocked(v *view, fields []field, c controlView) modalControl {
	m := modalControl{controlView: c}
	which := c.Value
	if which == "" {
		which = c.BlockID
	}
	if c.Kind == "menu" {
		m.Menu = "m:" + c.BlockID + ":" + c.ActionID
		for _, f := range fields {
			if values := w.valuesLocked(v, f); f.block == c.BlockID && f.action == c.ActionID && len(values) > 0 {
				m.Value = values[0]
			}
		}
	}
	m.Press = pressName(c.ActionID, which, m.Menu)
	return m
}

// fieldKinds is how each type of element is drawn: the kind, and for an input of HTML its type and keyboard.
var fieldKinds = map[string][3]string{
	"plain_text_input": {"text", "text", ""}, "number_input": {"text", "text", "decimal"},
	"email_text_input": {"text", "text", "email"}, "url_text_input": {"text", "text", "url"},
	"datetimepicker": {"time", "datetime-local", ""}, "datepicker": {"time", "date", ""}, "timepicker": {"time", "time", ""},
	"checkboxes": {"checks", "checkbox", ""}, "radio_buttons": {"radios", "radio", ""},
}

func (w *Workspace) fieldViewLocked(v *view, f field, n names) fieldView {
	kind, known := fieldKinds[f.kind]
	if !known {
		kind[0] = "select"
		if f.several() {
			kind[0] = "several"
		}
	}
	if kind[0] == "text" && f.element["multiline"] == true {
		kind[0] = "area"
	}
	values := w.valuesLocked(v, f)
	view := fieldView{
		Name: fieldName(f.block), Block: f.block, Kind: kind[0], Type: kind[1], Mode: kind[2], Label: plainText(f.label),
		Hint: plainText(f.hint), Placeholder: plainText(textOf(f.element["placeholder"])), Error: v.errors[f.block],
		Optional: f.optional, Value: strings.Join(values, ","),
	}
	if f.dispatch {
		view.Dispatch = pressName(f.action, "", view.Name)
	}
	switch {
	case f.kind == "datetimepicker":
		view.Note = "Time in " + n.zone.String()
		if seconds, err := strconv.ParseInt(view.Value, 10, 64); err == nil {
			view.Value = time.Unix(seconds, 0).In(n.zone).Format(localTime)
		}
	case !f.written() && kind[0] != "time":
		view.Groups = w.groupsLocked(v, f, values)
	}
	return view
}

// groupsLocked lists the options of a field, in one group without a name unless the app made groups.
func (w *Workspace) groupsLocked(v *view, f field, values []string) []groupView {
	chosen := func(list []optionView) []fieldOption {
		var out []fieldOption
		for _, o := range list {
			detail := textOf(f.option(o.Value)["description"])
			out = append(out, fieldOption{optionView: o, Detail: plainText(detail), Chosen: slices.Contains(values, o.Value)})
		}
		return out
	}
	groups, _ := f.element["option_groups"].([]any)
	if len(groups) == 0 {
		return []groupView{{Options: chosen(w.choicesLocked(v, f))}}
	}
	var views []groupView
	for _, item := range groups {
		group, _ := item.(map[string]any)
		options := w.choicesLocked(v, field{kind: "static_select", control: control{element: group}})
		views = append(views, groupView{Label: plainText(textOf(group["label"])), Options: chosen(options)})
	}
	return views
}
