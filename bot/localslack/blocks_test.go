package localslack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func long(n int) string { return strings.Repeat("x", n) }

// many repeats JSON, with # as the number of each item.
func many(n int, format string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = strings.ReplaceAll(format, "#", fmt.Sprint(i))
	}
	return strings.Join(items, ",")
}

func plain(text string) string { return `{"type":"plain_text","text":"` + text + `"}` }

func mrkdwnText(text string) string { return `{"type":"mrkdwn","text":"` + text + `"}` }

func actions(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }

// button is an actions block with one button.
func button(extra string) string {
	return actions(`{"type":"button","text":` + plain("Go") + extra + `}`)
}

// blockTest is one list of blocks and part of the only problem it has; empty
// means that the blocks are accepted.
type blockTest struct{ name, blocks, want string }

func checkAll(t *testing.T, tests []blockTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var list []any
			if err := json.Unmarshal([]byte("["+test.blocks+"]"), &list); err != nil {
				t.Fatal(err)
			}
			got := checkBlocks(list).problems
			switch {
			case test.want == "" && len(got) > 0:
				t.Errorf("refused: %v", got)
			case test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)):
				t.Errorf("got %v, want one problem with %q", got, test.want)
			}
		})
	}
}

func TestCheckBlocks(t *testing.T) {
	checkAll(t, []blockTest{
		{"a section with text is accepted", `{"type":"section","text":` + mrkdwnText("a & b < c") + `}`, ""},
		{"a section with fields only is accepted", `{"type":"section","fields":[` + mrkdwnText("a") + `]}`, ""},
		{"a section needs text or fields", `{"type":"section"}`, "missing required field: text [json-pointer:/blocks/0]"},
		{"section text ends at 3000 characters", `{"type":"section","text":` + mrkdwnText(long(3000)) + `}`, ""},
		{"a character more is refused", `{"type":"section","text":` + mrkdwnText(long(3001)) + `}`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"text may not be empty", `{"type":"section","text":` + mrkdwnText("") + `}`, "must be more than 0 characters"},
		{"a text object has a known type", `{"type":"section","text":{"type":"html","text":"x"}}`, "unsupported type: html"},
		{"plain text does not know verbatim", `{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}`, "invalid additional property: verbatim"},
		{"at most ten fields", `{"type":"section","fields":[` + many(11, mrkdwnText("a")) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"a field has 2000 characters", `{"type":"section","fields":[` + mrkdwnText(long(2001)) + `]}`, "must be less than 2001 characters"},
		{"an unknown property is refused", `{"type":"section","text":` + mrkdwnText("a") + `,"color":"red"}`, "invalid additional property: color"},
		{"a header is plain text", `{"type":"header","text":` + mrkdwnText("a") + `}`, "must be a plain_text object"},
		{"a header has 150 characters", `{"type":"header","text":` + plain(long(151)) + `}`, "must be less than 151 characters"},
		{"a header level ends at 4", `{"type":"header","level":5,"text":` + plain("a") + `}`, "must be a number from 1 to 4"},
		{"a divider holds nothing", `{"type":"divider","text":"x"}`, "invalid additional property: text"},
		{"a context holds ten elements", `{"type":"context","elements":[` + many(11, mrkdwnText("a")) + `]}`, "no more than 10 items"},
		{"a context may not be empty", `{"type":"context","elements":[]}`, "no fewer than 1 items"},
		{"a context image needs alt_text", `{"type":"context","elements":[{"type":"image","image_url":"https://x"}]}`, "missing required field: alt_text"},
		{"an image needs a source", `{"type":"image","alt_text":"x"}`, "exactly one of image_url and slack_file"},
		{"an input needs a label", `{"type":"input","element":{"type":"plain_text_input"}}`, "missing required field: label"},
		{"a block id is unique in a message", many(2, `{"type":"divider","block_id":"b"}`), "block_id b already exists"},
		{"a block id has 255 characters", `{"type":"divider","block_id":"` + long(256) + `"}`, "must be less than 256 characters"},
		{"fifty blocks are accepted", many(50, `{"type":"divider"}`), ""},
		{"fifty-one blocks are refused", many(51, `{"type":"divider"}`), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"a block needs a type", `{"text":"x"}`, "missing required field: type"},
		{"an unknown block is refused", `{"type":"carousel","elements":[]}`, "unsupported type: carousel"},
		{"an alert is for modals", `{"type":"alert"}`, "unsupported type: alert"},
		{"a block is an object", `"section"`, "must provide an object"},
		{"rich text is accepted", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}},{"type":"link","url":"https://x"}]},{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[]}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x"}]}]}`, ""},
		{"rich text may not hold empty text", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}`, "must be more than 0 characters"},
		{"a rich text list needs a style", `{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[]}]}]}`, "missing required field: style"},
		{"rich text does not know every element", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"image"}]}]}`, "unsupported type: image"},
		{"rich text styles are flags", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":"bold"}]}]}`, "must provide an object"},
		{"a markdown block has 12,000 characters", `{"type":"markdown","text":"` + long(12_001) + `"}`, "must be less than 12001 characters"},
		{"a table is accepted", `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`, ""},
		{"a table cell may not be empty", `{"type":"table","rows":[[{"type":"raw_text","text":""}]]}`, "must be more than 0 characters"},
		{"a table has 20 columns", `{"type":"table","rows":[[` + many(21, `{"type":"raw_text","text":"a"}`) + `]]}`, "array of 1 to 20 cells"},
		{"a table has 10,000 characters", `{"type":"table","rows":[` + many(3, `[{"type":"raw_text","text":"`+long(4000)+`"}]`) + `]}`, "less than 10001 characters"},
		{"feedback buttons stand in context_actions", `{"type":"context_actions","elements":[{"type":"feedback_buttons","positive_button":{"text":` + plain("y") + `,"value":"y"},"negative_button":{"text":` + plain("n") + `,"value":"n"}}]}`, ""},
	})
}

func TestCheckElements(t *testing.T) {
	checkAll(t, []blockTest{
		{"actions hold 25 elements", actions(many(26, `{"type":"button","action_id":"a#","text":`+plain("x")+`}`)), "no more than 25 items"},
		{"an action id is unique in its block", actions(many(2, `{"type":"button","action_id":"a","text":`+plain("x")+`}`)), "action_id a already exists"},
		{"one action id in two blocks is accepted", many(2, button(`,"action_id":"a"`)), ""},
		{"a button text has 75 characters", `{"type":"actions","elements":[{"type":"button","text":` + plain(long(76)) + `}]}`, "must be less than 76 characters"},
		{"a button text is plain text", `{"type":"actions","elements":[{"type":"button","text":` + mrkdwnText("x") + `}]}`, "must be a plain_text object"},
		{"a button value has 2000 characters", button(`,"value":"` + long(2001) + `"`), "must be less than 2001 characters"},
		{"a button url has 3000 characters", button(`,"url":"https://` + long(3000) + `"`), "must be less than 3001 characters"},
		{"a button style is primary or danger", button(`,"style":"default"`), "must be one of [primary danger]"},
		{"a confirmation needs all its texts", button(`,"confirm":{"title":` + plain("t") + `,"text":` + plain("t") + `,"confirm":` + plain("ok") + `}`), "missing required field: deny"},
		{"a link out of place is refused", `{"type":"actions","elements":[{"type":"image","image_url":"https://x","alt_text":"x"}]}`, "unsupported type: image"},
		{"a text input needs an input block", `{"type":"actions","elements":[{"type":"plain_text_input"}]}`, "unsupported type: plain_text_input"},
		{"a number input is for modals", `{"type":"input","label":` + plain("l") + `,"element":{"type":"number_input","is_decimal_allowed":false}}`, "unsupported type: number_input"},
		{"an overflow menu has five options", `{"type":"section","text":` + mrkdwnText("a") + `,"accessory":{"type":"overflow","options":[` + many(6, `{"text":`+plain("o")+`,"value":"v#"}`) + `]}}`, "no more than 5 items"},
		{"an option value has 150 characters", `{"type":"actions","elements":[{"type":"static_select","options":[{"text":` + plain("o") + `,"value":"` + long(151) + `"}]}]}`, "must be less than 151 characters"},
		{"an option of a menu is plain text", `{"type":"actions","elements":[{"type":"static_select","options":[{"text":` + mrkdwnText("o") + `,"value":"v"}]}]}`, "must be a plain_text object"},
		{"a menu of people has no options", `{"type":"actions","elements":[{"type":"users_select","options":[{"text":` + plain("o") + `,"value":"v"}]}]}`, "options"},
		{"a menu of people may stand in actions", `{"type":"actions","elements":[{"type":"users_select","action_id":"a","placeholder":` + plain("Who") + `}]}`, ""},
		{"an option value is used once", `{"type":"actions","elements":[{"type":"static_select","options":[` + many(2, `{"text":`+plain("o")+`,"value":"v"}`) + `]}]}`, "value v is used twice"},
		{"the initial option is one of the options", `{"type":"actions","elements":[{"type":"static_select","options":[{"text":` + plain("o") + `,"value":"v"}],"initial_option":{"text":` + plain("o") + `,"value":"w"}}]}`, "initial_option is not one of the options"},
		{"a select has options or groups", `{"type":"actions","elements":[{"type":"static_select"}]}`, "exactly one of options and option_groups"},
	})
}

func TestCheckView(t *testing.T) {
	title := plain("Title")
	input := `{"type":"input","label":` + title + `,"element":{"type":"number_input","is_decimal_allowed":false}}`
	tests := []struct {
		name, kind, view, want string
	}{
		{"a modal is accepted", "modal", `{"type":"modal","title":` + title + `,"blocks":[]}`, ""},
		{"a modal with an input needs submit", "modal", `{"type":"modal","title":` + title + `,"blocks":[` + input + `]}`, "missing required field: submit"},
		{"a modal title has 24 characters", "modal", `{"type":"modal","title":{"type":"plain_text","text":"1234567890123456789012345"},"blocks":[]}`, "less than 25"},
		{"a Home tab has no title", "home", `{"type":"home","title":` + title + `,"blocks":[]}`, "invalid additional property: title"},
		{"a Home tab is not a modal", "home", `{"type":"modal","title":` + title + `,"blocks":[]}`, "must be home"},
		{"a view has no table", "home", `{"type":"home","blocks":[{"type":"table","rows":[]}]}`, "unsupported type: table"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var view map[string]any
			if err := json.Unmarshal([]byte(test.view), &view); err != nil {
				t.Fatal(err)
			}
			got := strings.Join(checkView(view, test.kind), "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
