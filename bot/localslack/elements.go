package localslack

// surface is a place inside a block where an element may stand.
type surface int

const (
	inSection surface = 1 << iota
	inActions
	inInput
	inContextActions
)

const (
	everywhere = inSection | inActions | inInput
	pressed    = inSection | inActions
)

// elementRule says where an element may stand and what it may hold.
type elementRule struct {
	places    surface
	modalOnly bool
	check     func(node)
}

func elementRules() map[string]elementRule {
	return map[string]elementRule{
		"image":                      {places: inSection, check: node.imageElement},
		"button":                     {places: pressed, check: node.button},
		"overflow":                   {places: pressed, check: node.overflow},
		"static_select":              {places: everywhere, check: node.staticSelect},
		"multi_static_select":        {places: everywhere, check: node.staticSelect},
		"checkboxes":                 {places: everywhere, check: node.choices},
		"radio_buttons":              {places: everywhere, check: node.choices},
		"external_select":            {places: everywhere, check: picker("initial_option", "min_query_length")},
		"users_select":               {places: everywhere, check: picker("initial_user")},
		"multi_users_select":         {places: everywhere, check: picker("initial_users", "max_selected_items")},
		"channels_select":            {places: everywhere, check: picker("initial_channel", "response_url_enabled")},
		"multi_channels_select":      {places: everywhere, check: picker("initial_channels", "max_selected_items")},
		"conversations_select":       {places: everywhere, check: picker("initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter")},
		"multi_conversations_select": {places: everywhere, check: picker("initial_conversations", "default_to_current_conversation", "max_selected_items", "filter")},
		"datepicker":                 {places: everywhere, check: picker("initial_date")},
		"timepicker":                 {places: everywhere, check: picker("initial_time", "timezone")},
		"datetimepicker":             {places: inActions | inInput, check: node.dateTimePicker},
		"plain_text_input":           {places: inInput, check: node.textInput},
		"email_text_input":           {places: inInput, modalOnly: true, check: node.lineInput},
		"url_text_input":             {places: inInput, modalOnly: true, check: node.lineInput},
		"number_input":               {places: inInput, modalOnly: true, check: node.numberInput},
		"feedback_buttons":           {places: inContextActions, check: node.feedbackButtons},
		"icon_button":                {places: inContextActions, check: node.iconButton},
	}
}

func (n node) element(place surface) {
	rule, known := elementRules()[n.kind()]
	if !known || rule.places&place == 0 || rule.modalOnly && !n.view {
		n.problem(n.path, "unsupported type: %s", n.kind())
		return
	}
	rule.check(n)
}

// common checks what most elements may carry.
func (n node) common() {
	n.str("action_id", maxID)
	n.text("placeholder", plainOnly, 150)
	n.boolean("focus_on_load")
	if n.fields["focus_on_load"] == true {
		if n.focused++; n.focused == 2 {
			n.problem(n.at("focus_on_load"), "only one element can have the focus")
		}
	}
	n.confirm()
}

func (n node) confirm() {
	n.child("confirm", func(c node) {
		c.only("title", "text", "confirm", "deny", "style")
		c.mustText("title", plainOnly, 100)
		c.mustText("text", anyText, 300)
		c.mustText("confirm", plainOnly, 30)
		c.mustText("deny", plainOnly, 30)
		c.style("primary", "danger")
	})
}

func (n node) button() {
	n.only("text", "action_id", "value", "url", "style", "confirm", "accessibility_label")
	n.common()
	n.mustText("text", plainOnly, 75)
	n.str("value", 2000)
	n.str("url", maxURL)
	n.str("accessibility_label", 75)
	n.style("primary", "danger")
}

func (n node) option(withURL bool, text string) {
	keys := []string{"text", "value", "description"}
	if withURL {
		keys = append(keys, "url")
	}
	n.only(keys...)
	n.mustText("text", text, 75)
	n.mustStr("value", 150)
	n.text("description", text, 75)
	n.str("url", maxURL)
}

func (n node) options(most int, withURL bool, text string) {
	seen := map[any]bool{}
	n.each("options", 1, most, func(o node) {
		o.option(withURL, text)
		if value := o.fields["value"]; seen[value] {
			n.problem(o.at("value"), "value %v is used twice", value)
		} else {
			seen[value] = true
		}
	})
}

func (n node) overflow() {
	n.only("action_id", "options", "confirm")
	n.common()
	n.options(5, true, plainOnly)
}

func (n node) feedbackButtons() {
	n.only("action_id", "positive_button", "negative_button")
	n.common()
	for _, key := range []string{"positive_button", "negative_button"} {
		if n.require(key) {
			n.child(key, func(b node) {
				b.only("text", "value", "accessibility_label")
				b.mustText("text", plainOnly, 75)
				b.mustStr("value", 2000)
			})
		}
	}
}

func (n node) iconButton() {
	n.only("action_id", "icon", "text", "value", "confirm", "accessibility_label", "visible_to_user_ids")
	n.common()
	n.mustStr("icon", maxID)
	n.mustText("text", plainOnly, 75)
	n.str("value", 2000)
}
