package localslack

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCheckFieldsOfAModal(t *testing.T) {
	option := func(v string) string { return `{"text":` + plain(v) + `,"value":"` + v + `"}` }
	options := `"options":[` + option("a") + `,` + option("b") + `]`
	tests := []struct{ name, element, want string }{
		{"a text of several lines is accepted", `{"type":"plain_text_input","multiline":true,"min_length":0,"max_length":3000,"initial_value":"a\nb"}`, ""},
		{"an empty initial text is accepted", `{"type":"plain_text_input","initial_value":""}`, ""},
		{"an initial text fits", `{"type":"plain_text_input","max_length":3,"initial_value":"four"}`, "longer than max_length"},
		{"an initial text of one line", `{"type":"plain_text_input","initial_value":"a\nb"}`, "must be one line"},
		{"the least is not above the most", `{"type":"plain_text_input","min_length":4,"max_length":3}`, "more than max_length"},
		{"a text of 3001 characters", `{"type":"plain_text_input","max_length":3001}`, "number from 1 to 3000"},
		{"when a text is told", `{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_blur"]}}`, "on_enter_pressed"},
		{"a mail address has no length", `{"type":"email_text_input","max_length":3}`, "invalid additional property: max_length"},
		{"a number is accepted", `{"type":"number_input","is_decimal_allowed":true,"min_value":"-1.5","max_value":"2","initial_value":"0.5"}`, ""},
		{"a number needs is_decimal_allowed", `{"type":"number_input"}`, "missing required field: is_decimal_allowed"},
		{"bounds are strings", `{"type":"number_input","is_decimal_allowed":false,"min_value":1}`, "must provide a string"},
		{"bounds are numbers", `{"type":"number_input","is_decimal_allowed":false,"max_value":"1.5"}`, "must be a number"},
		{"the least number is not above the most", `{"type":"number_input","is_decimal_allowed":false,"min_value":"3","max_value":"2"}`, "more than max_value"},
		{"an initial number is within its bounds", `{"type":"number_input","is_decimal_allowed":false,"max_value":"2","initial_value":"3"}`, "from min_value to max_value"},
		{"a date and time is accepted", `{"type":"datetimepicker","initial_date_time":1795000000}`, ""},
		{"a date and time has ten digits", `{"type":"datetimepicker","initial_date_time":1795000000000}`, "must be a number from 1000000000"},
		{"a date and time is no string", `{"type":"datetimepicker","initial_date_time":"1795000000"}`, "must be a number from 1000000000"},
		{"a date and time has no placeholder", `{"type":"datetimepicker","placeholder":` + plain("x") + `}`, "invalid additional property: placeholder"},
		{"a date is written with dashes", `{"type":"datepicker","initial_date":"20-11-2026"}`, "invalid format"},
		{"one choice has no initial_options", `{"type":"radio_buttons",` + options + `,"initial_options":[` + option("a") + `]}`, "additional property: initial_options"},
		{"an initial choice is an option", `{"type":"radio_buttons",` + options + `,"initial_option":` + option("c") + `}`, "not one of the options"},
		{"an initial choice has the option's text", `{"type":"static_select",` + options + `,"initial_option":{"text":` + plain("other") + `,"value":"a"}}`, "not one of the options"},
		{"several initial choices are options", `{"type":"checkboxes",` + options + `,"initial_options":[` + option("a") + `,` + option("c") + `]}`, "not among the options"},
		{"an initial choice may stand in a group", `{"type":"static_select","option_groups":[{"label":` + plain("g") + `,` + options + `}],"initial_option":` + option("b") + `}`, ""},
		{"one choice has no most", `{"type":"static_select",` + options + `,"max_selected_items":2}`, "additional property: max_selected_items"},
		{"people are ids", `{"type":"multi_users_select","initial_users":[1]}`, "must hold ids"},
		{"kinds of conversations", `{"type":"conversations_select","filter":{"include":["channels"]}}`, "im, mpim, private or public"},
		{"a response_url from a modal is not played", `{"type":"conversations_select","response_url_enabled":true}`, "not supported"},
		{"a menu from outside is not played", `{"type":"external_select"}`, "not supported"},
		{"a button is no field", `{"type":"button","text":` + plain("x") + `}`, "unsupported type: button"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var view map[string]any
			text := `{"type":"modal","title":` + plain("T") + `,"submit":` + plain("S") + `,"blocks":[{"type":"input","label":` + plain("l") + `,"element":` + test.element + `}]}`
			if err := json.Unmarshal([]byte(text), &view); err != nil {
				t.Fatal(err)
			}
			got := checkView(view, "modal")
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)) {
				t.Errorf("got %v, want one problem with %q", got, test.want)
			}
		})
	}
}

func TestOnlyOneElementHasTheFocus(t *testing.T) {
	focused := `{"type":"input","label":` + plain("l") + `,"element":{"type":"plain_text_input","focus_on_load":true}}`
	checkAll(t, []blockTest{
		{"one has the focus", focused, ""},
		{"three want the focus", focused + "," + focused + "," + focused, "only one element"},
	})
}
