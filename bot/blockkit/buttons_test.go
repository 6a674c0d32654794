package blockkit

import (
	"fmt"
	"strings"
	"testing"

	"campaignbot/bot"

	"github.com/slack-go/slack"
)

func TestActionIDs(t *testing.T) {
	for _, tt := range []struct {
		id   string
		n    int
		want string
	}{{"module", 0, "module"}, {"module", 1, "module#1"}, {"module", 24, "module#24"}} {
		if got := ActionID(tt.id, tt.n); got != tt.want || baseAction(got) != tt.id {
			t.Errorf("ActionID(%q, %d) = %q, back %q", tt.id, tt.n, got, baseAction(got))
		}
	}
	for _, id := range []string{"", "a", "a#", "a#x", "#"} {
		if got := baseAction(id); got != id {
			t.Errorf("baseAction(%q) = %q", id, got)
		}
	}
}

func TestMenusBeyondSlacksLimits(t *testing.T) {
	var menu []bot.MenuOption
	for i := range 120 {
		menu = append(menu, bot.MenuOption{Value: fmt.Sprint("v", i), Label: bot.Typed(strings.Repeat("<&>", 30))})
	}
	menu = append([]bot.MenuOption{{Value: "", Label: bot.Text("x")}, {Value: strings.Repeat("v", 151), Label: bot.Text("x")}, {Value: "v1"}}, menu...)
	for _, tt := range []struct {
		name string
		item bot.ReplyButton
		want int // options; -1: the menu is left out
	}{
		{"100 options, each value once", bot.ReplyButton{Action: "a", Menu: menu}, 100},
		{"no option that Slack would take", bot.ReplyButton{Action: "a", Menu: menu[:2]}, -1},
		{"people", bot.ReplyButton{Action: "a", People: true}, 0},
		{"people, with the longest value", bot.ReplyButton{Action: "a", Value: strings.Repeat("v", 250), People: true}, 0},
		{"people, with a value that does not come back whole", bot.ReplyButton{Action: "a", Value: strings.Repeat("v", 251), People: true}, -1},
		{"a menu with a value that does not come back whole", bot.ReplyButton{Action: "a", Value: strings.Repeat("v", 251), Menu: menu}, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := renderer(t).Message(bot.Reply{Parts: []bot.Part{bot.Buttons{Items: []bot.ReplyButton{tt.item, {Action: "b"}}}}})
			checkMessage(t, m)
			elements := m.Blocks[0].(*slack.ActionBlock).Elements.ElementSet
			got := -1
			if s, ok := elements[0].(*slack.SelectBlockElement); ok {
				got = len(s.Options)
			}
			if got != tt.want {
				t.Errorf("%d options, want %d", got, tt.want)
			}
		})
	}
}

func TestMenusBringTheirValueBack(t *testing.T) {
	const value = "a=b#7@2026-11-23T08:30:00Z"
	item := bot.ReplyButton{Action: "give", Value: value, People: true}
	m := renderer(t).Message(bot.Reply{Parts: []bot.Part{bot.Buttons{Items: []bot.ReplyButton{item, item}}}})
	checkMessage(t, m)
	for _, e := range m.Blocks[0].(*slack.ActionBlock).Elements.ElementSet {
		if action, got := ParseAction(e.(*slack.SelectBlockElement).ActionID); action != "give" || got != value {
			t.Errorf("brought back %q, %q", action, got)
		}
	}
	if action, got := ParseAction("share#3"); action != "share" || got != "" {
		t.Errorf("of a button %q, %q", action, got)
	}
}

func TestButtonsBeyondSlacksLimits(t *testing.T) {
	var items []bot.ReplyButton
	for i := range 60 {
		items = append(items, bot.ReplyButton{Action: "module", Value: fmt.Sprint(i), Label: bot.Typed(strings.Repeat("<&>", 30))})
	}
	items = append(items,
		bot.ReplyButton{Action: "gone", Value: strings.Repeat("v", 2001), Label: bot.Text("x")},
		bot.ReplyButton{Action: "", Label: bot.Text("x")},
		bot.ReplyButton{Action: strings.Repeat("a", 300), Label: bot.Text("x")},
		bot.ReplyButton{Action: "blank"})
	m := renderer(t).Message(bot.Reply{Parts: []bot.Part{bot.Buttons{Items: items}}})
	checkMessage(t, m)
	n := 0
	for _, b := range m.Blocks {
		n += len(b.(*slack.ActionBlock).Elements.ElementSet)
	}
	if n != 61 {
		t.Errorf("%d buttons, want 61", n)
	}
}
