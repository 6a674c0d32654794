package localslack

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// checker collects what is wrong with a list of blocks, in Slack's wording.
type checker struct {
	problems []string
	blockIDs map[string]bool
	tables   int
	view     bool // modal or Home tab instead of a message
	inputs   int
	focused  int // elements with focus_on_load
}

func (c *checker) problem(path, format string, values ...any) {
	c.problems = append(c.problems, "[ERROR] "+fmt.Sprintf(format, values...)+" [json-pointer:"+path+"]")
}

// node is one JSON object under check and where it stands.
type node struct {
	*checker
	path   string
	fields map[string]any
}

// object makes a node of a value; ok is false when it is no JSON object.
func (c *checker) object(v any, path string) (node, bool) {
	fields, ok := v.(map[string]any)
	if !ok {
		c.problem(path, "must provide an object")
	}
	return node{checker: c, path: path, fields: fields}, ok
}

func (n node) at(key string) string { return n.path + "/" + key }

func (n node) has(key string) bool { return n.fields[key] != nil }

func (n node) kind() string {
	kind, _ := n.fields["type"].(string)
	return kind
}

// only reports properties Slack does not know; "type" is always known.
func (n node) only(keys ...string) {
	var unknown []string
	for key := range n.fields {
		if key != "type" && !slices.Contains(keys, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		n.problem(n.path, "invalid additional property: %s", key)
	}
}

func (n node) require(key string) bool {
	if !n.has(key) {
		n.problem(n.path, "missing required field: %s", key)
	}
	return n.has(key)
}

// str checks an optional string of 1 to most characters.
func (n node) str(key string, most int) string {
	v, present := n.fields[key]
	if !present {
		return ""
	}
	s, ok := v.(string)
	switch length := utf8.RuneCountInString(s); {
	case !ok:
		n.problem(n.at(key), "must provide a string")
	case length == 0:
		n.problem(n.at(key), "must be more than 0 characters")
	case length > most:
		n.problem(n.at(key), "must be less than %d characters", most+1)
	}
	return s
}

func (n node) mustStr(key string, most int) {
	if n.require(key) {
		n.str(key, most)
	}
}

func (n node) boolean(keys ...string) {
	for _, key := range keys {
		if v, present := n.fields[key]; present {
			if _, ok := v.(bool); !ok {
				n.problem(n.at(key), "must be a boolean")
			}
		}
	}
}

// style checks the optional property of that name.
func (n node) style(allowed ...string) {
	v, present := n.fields["style"]
	if s, ok := v.(string); present && (!ok || !slices.Contains(allowed, s)) {
		n.problem(n.at("style"), "must be one of %v", allowed)
	}
}

// number checks an optional whole number within bounds.
func (n node) number(key string, least, most int) {
	v, present := n.fields[key]
	if f, ok := v.(float64); present && (!ok || f != float64(int(f)) || int(f) < least || int(f) > most) {
		n.problem(n.at(key), "must be a number from %d to %d", least, most)
	}
}

// list checks the length of an array.
func (n node) list(key string, least, most int) []any {
	if !n.has(key) {
		if least > 0 {
			n.require(key)
		}
		return nil
	}
	items, ok := n.fields[key].([]any)
	switch {
	case !ok:
		n.problem(n.at(key), "must provide an array")
	case len(items) < least:
		n.problem(n.at(key), "no fewer than %d items allowed", least)
	case len(items) > most:
		n.problem(n.at(key), "no more than %d items allowed", most)
	}
	return items
}

// each calls check for every object of an array.
func (n node) each(key string, least, most int, check func(node)) {
	for i, item := range n.list(key, least, most) {
		if child, ok := n.object(item, n.at(key)+"/"+strconv.Itoa(i)); ok {
			check(child)
		}
	}
}

// child calls check for an optional object.
func (n node) child(key string, check func(node)) {
	if n.has(key) {
		if child, ok := n.object(n.fields[key], n.at(key)); ok {
			check(child)
		}
	}
}

// The kinds of text object a place accepts.
const (
	plainOnly = "plain_text"
	anyText   = ""
)

// text checks an optional text object.
func (n node) text(key, kind string, most int) {
	n.child(key, func(t node) { t.checkText(kind, most) })
}

func (n node) mustText(key, kind string, most int) {
	if n.require(key) {
		n.text(key, kind, most)
	}
}

func (n node) checkText(kind string, most int) {
	switch found := n.kind(); {
	case found != "plain_text" && found != "mrkdwn":
		n.problem(n.path, "unsupported type: %s", found)
	case kind == plainOnly && found != plainOnly:
		n.problem(n.path, "must be a plain_text object")
	case found == "plain_text":
		n.only("text", "emoji")
	default:
		n.only("text", "verbatim")
	}
	n.boolean("emoji", "verbatim")
	n.mustStr("text", most)
}

// countText adds up the text people see, wherever it stands.
func countText(v any) int {
	sum := 0
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			sum += countText(item)
		}
	case map[string]any:
		for key, value := range v {
			if s, ok := value.(string); ok && key == "text" {
				sum += utf8.RuneCountInString(s)
			} else {
				sum += countText(value)
			}
		}
	}
	return sum
}
