package blockkit

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"campaignbot/bot"
)

func TestFormIsWhatSlackTakes(t *testing.T) {
	long := strings.Repeat("<&é ", 1500)
	menu := make([]bot.MenuOption, 120)
	for i := range menu {
		menu[i] = bot.MenuOption{Value: strings.Repeat("v", i+1), Label: bot.Typed(long)}
	}
	form := &bot.Form{
		Action: "remind.form", Value: "v", Title: bot.Typed(long), Submit: bot.Typed(long),
		Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Typed("above")}}, bot.Buttons{Items: []bot.ReplyButton{{Action: "a", Label: bot.Text("x")}}}},
		Inputs: []bot.Input{
			{Name: "lines", Kind: bot.InputLines, Label: bot.Typed(long), Hint: bot.Typed(long), Value: long},
			{Name: "text", Kind: bot.InputText, Value: "two\nlines"},
			{Name: "number", Kind: bot.InputNumber, Value: "12", Optional: true},
			{Name: "moment", Kind: bot.InputMoment, Value: "1795000000"},
			{Name: "person", Kind: bot.InputPerson, Value: "U1"},
			{Name: "channel", Kind: bot.InputChannel, Value: "C1"},
			{Name: "menu", Kind: bot.InputMenu, Value: "vv", Menu: menu},
		},
	}
	v := renderer(t).Form(form, "nl", "kept")
	for name, text := range map[string]*slack.TextBlockObject{"title": v.Title, "submit": v.Submit, "close": v.Close} {
		if n := units(text.Text); n == 0 || n > 24 || text.Type != slack.PlainTextType {
			t.Errorf("%s: %d units of %s", name, n, text.Type)
		}
	}
	if v.CallbackID != "remind.form" || v.PrivateMetadata != "kept" || v.Close.Text != "Annuleren" {
		t.Errorf("%q, %q, %q", v.CallbackID, v.PrivateMetadata, v.Close.Text)
	}
	if n := len(v.Blocks.BlockSet); n != 1+len(form.Inputs) {
		t.Fatalf("%d blocks: the buttons stay out", n)
	}
	inputs := map[string]*slack.InputBlock{}
	for _, b := range v.Blocks.BlockSet[1:] {
		in := b.(*slack.InputBlock)
		inputs[in.BlockID] = in
		if in.Label.Text == "" || units(in.Label.Text) > 2000 || in.Hint != nil && units(in.Hint.Text) > 2000 {
			t.Errorf("%s: a label of %d units", in.BlockID, units(in.Label.Text))
		}
	}
	if e := inputs["lines"].Element.(*slack.PlainTextInputBlockElement); !e.Multiline || units(e.InitialValue) > 3000 || e.InitialValue == "" {
		t.Errorf("several lines: %d units", units(e.InitialValue))
	}
	if e := inputs["text"].Element.(*slack.PlainTextInputBlockElement); e.Multiline || e.InitialValue != "two lines" {
		t.Errorf("one line: %q", e.InitialValue)
	}
	if e := inputs["number"].Element.(*slack.NumberInputBlockElement); e.IsDecimalAllowed || e.MinValue != "0" || e.InitialValue != "12" || !inputs["number"].Optional {
		t.Errorf("a number: %+v", e)
	}
	if e := inputs["moment"].Element.(*slack.DateTimePickerBlockElement); e.InitialDateTime != 1795000000 {
		t.Errorf("a moment: %d", e.InitialDateTime)
	}
	if e := inputs["menu"].Element.(*slack.SelectBlockElement); len(e.Options) != 100 || e.InitialOption != e.Options[1] {
		t.Errorf("a menu of %d options", len(e.Options))
	}
	if raw, err := json.Marshal(v); err != nil || strings.Contains(string(raw), `"initial_value":""`) {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestNoticeOnlyShows(t *testing.T) {
	line := bot.Typed("it is <made>")
	for _, parts := range [][]bot.Part{nil, {bot.Paragraph{Lines: []bot.Line{line}}, bot.Buttons{Items: []bot.ReplyButton{{Action: "a", Label: bot.Text("x")}}}}} {
		v := renderer(t).Notice(bot.Reply{Language: "fr", Title: line, Parts: parts})
		if v.Submit != nil || v.Close.Text != "Fermer" || len(v.Blocks.BlockSet) != 1 {
			t.Errorf("%+v", v)
		}
		if text := v.Blocks.BlockSet[0].(*slack.SectionBlock).Text.Text; text != "it is &lt;made&gt;" {
			t.Errorf("shown: %q", text)
		}
	}
}
