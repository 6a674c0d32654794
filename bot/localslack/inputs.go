package localslack

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// maxInputText is the most a person can type into a field.
const maxInputText = 3000

var (
	wholeNumber   = regexp.MustCompile(`^-?[0-9]{1,16}$`)
	decimalNumber = regexp.MustCompile(`^-?[0-9]{1,16}(\.[0-9]{1,16})?$`)
	isoDate       = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
	clockTime     = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

// The first and the last second that have ten digits.
const (
	firstSecond = 1_000_000_000
	lastSecond  = 9_999_999_999
)

// picker is the check of a menu that Slack fills, with its own properties.
func picker(own ...string) func(node) {
	return func(n node) {
		n.only(append(own, "action_id", "placeholder", "confirm", "focus_on_load")...)
		n.common()
		n.number("max_selected_items", 1, 100)
		n.boolean("default_to_current_conversation", "response_url_enabled")
		if n.fields["response_url_enabled"] == true {
			n.problem(n.at("response_url_enabled"), "not supported by the local stand-in")
		}
		for _, key := range []string{"initial_user", "initial_channel", "initial_conversation"} {
			n.str(key, maxID)
			n.texts(key + "s")
		}
		n.pattern("initial_date", isoDate)
		n.pattern("initial_time", clockTime)
		n.child("filter", node.conversationFilter)
	}
}

func (n node) conversationFilter() {
	n.only("include", "exclude_external_shared_channels", "exclude_bot_users")
	n.boolean("exclude_external_shared_channels", "exclude_bot_users")
	for _, kind := range n.list("include", 0, 4) {
		if s, _ := kind.(string); !slices.Contains([]string{"im", "mpim", "private", "public"}, s) {
			n.problem(n.at("include"), "must be im, mpim, private or public")
		}
	}
}

// texts checks an optional array of ids.
func (n node) texts(key string) {
	for _, item := range n.list(key, 0, 100) {
		if s, _ := item.(string); s == "" {
			n.problem(n.at(key), "must hold ids")
		}
	}
}

func (n node) pattern(key string, form *regexp.Regexp) {
	if s := n.str(key, maxID); s != "" && !form.MatchString(s) {
		n.problem(n.at(key), "invalid format")
	}
}

func (n node) dateTimePicker() {
	n.only("action_id", "initial_date_time", "confirm", "focus_on_load")
	n.common()
	n.number("initial_date_time", firstSecond, lastSecond)
}

func (n node) staticSelect() {
	own := []string{"initial_option"}
	if n.kind() == "multi_static_select" {
		own = []string{"initial_options", "max_selected_items"}
	}
	n.only(append(own, "action_id", "placeholder", "options", "option_groups", "confirm", "focus_on_load")...)
	n.common()
	n.number("max_selected_items", 1, 100)
	if n.has("options") == n.has("option_groups") {
		n.problem(n.path, "must have exactly one of options and option_groups")
		return
	}
	if n.has("options") {
		n.options(100, false, plainOnly)
	} else {
		n.each("option_groups", 1, 100, func(g node) {
			g.only("label", "options")
			g.mustText("label", plainOnly, 75)
			g.options(100, false, plainOnly)
		})
	}
	n.initialOptions()
}

func (n node) choices() {
	own := "initial_options"
	if n.kind() == "radio_buttons" {
		own = "initial_option"
	}
	n.only(own, "action_id", "options", "confirm", "focus_on_load")
	n.common()
	n.options(10, false, anyText)
	n.initialOptions()
}

// initialOptions checks that what is chosen at first can be chosen.
func (n node) initialOptions() {
	c := control{element: n.fields}
	n.child("initial_option", func(o node) {
		if value, _ := o.fields["value"].(string); !sameOption(c.option(value), o.fields) {
			n.problem(o.path, "initial_option is not one of the options")
		}
	})
	n.each("initial_options", 0, 100, func(o node) {
		if value, _ := o.fields["value"].(string); !sameOption(c.option(value), o.fields) {
			n.problem(o.path, "initial_options are not among the options")
		}
	})
}

// sameOption tells whether two options have the same value and text.
func sameOption(a, b map[string]any) bool {
	first, _ := a["text"].(map[string]any)
	second, _ := b["text"].(map[string]any)
	return a != nil && a["value"] == b["value"] && first["text"] == second["text"]
}

func (n node) textInput() {
	n.only("action_id", "initial_value", "multiline", "min_length", "max_length", "placeholder", "focus_on_load",
		"dispatch_action_config")
	n.common()
	n.boolean("multiline")
	n.number("min_length", 0, maxInputText)
	n.number("max_length", 1, maxInputText)
	n.initialText()
	n.dispatchConfig()
	least, _ := n.fields["min_length"].(float64)
	most, limited := n.fields["max_length"].(float64)
	switch initial, _ := n.fields["initial_value"].(string); {
	case limited && least > most:
		n.problem(n.at("min_length"), "must not be more than max_length")
	case limited && len([]rune(initial)) > int(most):
		n.problem(n.at("initial_value"), "must not be longer than max_length")
	case n.fields["multiline"] != true && strings.ContainsAny(initial, "\r\n"):
		n.problem(n.at("initial_value"), "must be one line")
	}
}

// lineInput checks a field for an address.
func (n node) lineInput() {
	n.only("action_id", "initial_value", "placeholder", "focus_on_load", "dispatch_action_config")
	n.common()
	n.initialText()
	n.dispatchConfig()
}

func (n node) initialText() {
	if n.fields["initial_value"] != "" {
		n.str("initial_value", maxInputText)
	}
}

func (n node) dispatchConfig() {
	n.child("dispatch_action_config", func(d node) {
		d.only("trigger_actions_on")
		for _, on := range d.list("trigger_actions_on", 1, 2) {
			if on != "on_enter_pressed" && on != "on_character_entered" {
				d.problem(d.at("trigger_actions_on"), "must be on_enter_pressed or on_character_entered")
			}
		}
	})
}

func (n node) numberInput() {
	n.only("action_id", "is_decimal_allowed", "initial_value", "min_value", "max_value", "placeholder", "focus_on_load",
		"dispatch_action_config")
	n.common()
	n.dispatchConfig()
	if n.require("is_decimal_allowed") {
		n.boolean("is_decimal_allowed")
	}
	form := numberForm(n.fields)
	bounds := map[string]*big.Rat{}
	for _, key := range []string{"min_value", "max_value", "initial_value"} {
		if s := n.str(key, maxID); s == "" {
			continue
		} else if !form.MatchString(s) {
			n.problem(n.at(key), "must be a number")
		} else {
			bounds[key], _ = new(big.Rat).SetString(s)
		}
	}
	least, most, initial := bounds["min_value"], bounds["max_value"], bounds["initial_value"]
	if least != nil && most != nil && least.Cmp(most) > 0 {
		n.problem(n.at("min_value"), "must not be more than max_value")
	}
	if initial != nil && (least != nil && initial.Cmp(least) < 0 || most != nil && initial.Cmp(most) > 0) {
		n.problem(n.at("initial_value"), "must be from min_value to max_value")
	}
}

// numberForm is how a number must be written in a field.
func numberForm(element map[string]any) *regexp.Regexp {
	if element["is_decimal_allowed"] == true {
		return decimalNumber
	}
	return wholeNumber
}
