package blockkit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"

	"github.com/slack-go/slack"
)

func BenchmarkMessageCard(b *testing.B) {
	r := renderer(b)
	reply := moduleCard("nl")
	b.Run("render", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Message(reply)
		}
	})
	b.Run("render and marshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := r.Message(reply)
			if _, err := json.Marshal(m.Blocks); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPlain(b *testing.B) {
	r := renderer(b)
	reply := moduleCard("nl")
	b.ReportAllocs()
	for b.Loop() {
		r.Plain(reply)
	}
}

func section0(t *testing.T, m Message) string {
	t.Helper()
	if len(m.Blocks) == 0 {
		t.Fatal("no blocks")
	}
	s, ok := m.Blocks[0].(*slack.SectionBlock)
	if !ok {
		t.Fatalf("first block is a %T", m.Blocks[0])
	}
	return s.Text.Text
}

func TestEscaping(t *testing.T) {
	r := renderer(t)
	long := strings.Repeat("x", 400)
	tests := []struct {
		name string
		line bot.Line
		want string
	}{
		{"entities, once", bot.Text("a & b < c &amp;"), "a &amp; b &lt; c &amp;amp;"},
		{"code of an entry", bot.Text("Run `nlserver <inst> && x`"), "Run `nlserver &lt;inst&gt; &amp;&amp; x`"},
		{"a broadcast that was typed", bot.Typed("<!channel> <@U123> <#C1|x>"), "&lt;!channel&gt; &lt;@U123&gt; &lt;#C1|x&gt;"},
		{"a typed backtick", bot.Typed("a `b` c"), "a ʼbʼ c"},
		{"a typed backtick within code", bot.Phrase("help.unknown_verb", "name", "x` *y*"), "`xʼ *y*` is not a command. `help` lists them all."},
		{"a broadcast within code", bot.Phrase("help.usage", "usage", "<!here>"), "Type `&lt;!here&gt;`"},
		{"a word that would be bold", bot.Text("see *.log and *this*, ok"), "see `*.log` and `*this*`, ok"},
		{"marks within a word stay", bot.Text("nms_delivery and a*b"), "nms_delivery and a*b"},
		{"a lone mark stays", bot.Text("5 * 3 ~ 15"), "5 * 3 ~ 15"},
		{"a lone mark at the border does not reach code", bot.Text("* `x` *"), "`*` `x` `*`"},
		{"code that touches code", bot.Text("`a``b`"), "`ab`"},
		{"a mark that touches code", bot.Text("_`a`_"), "`_a_`"},
		{"a quote", bot.Typed("> said\n>more"), "`&gt;` said\n`&gt;more`"},
		{"a greater-than elsewhere", bot.Typed("a > b"), "a &gt; b"},
		{"a person rings", bot.Phrase("format.value", "value", bot.Person("U0ABC")), "<@U0ABC>"},
		{"a group rings", bot.Phrase("format.value", "value", bot.Person("S0ABC")), "<!subteam^S0ABC>"},
		{"what is no id does not ring", bot.Phrase("format.value", "value", bot.Person("!channel")), "@!channel"},
		{"what closes the mark does not either", bot.Phrase("format.value", "value", bot.Person("U1><!here")), "@U1&gt;&lt;!here"},
		{"a channel", bot.Phrase("reminder.escalation", "text", "x", "channel", bot.ChannelRef("C0123456789"), "since", time.Time{}), "Not done: x · <#C0123456789> · open since –"},
		{"what is no channel", bot.Phrase("format.value", "value", bot.ChannelRef("C1|<!here>")), "#C1|&lt;!here&gt;"},
		{"invalid UTF-8 and controls", bot.Typed("a\xffb\x00\x1b[31mc\u202ed"), "ab[31mcd"},
		{"right to left stays", bot.Typed("שלום & مرحبا"), "שלום &amp; مرحبا"},
		{"emoji stay", bot.Typed("👩‍💻 ok"), "👩‍💻 ok"},
		{"a missing phrase", bot.Phrase("no_such.key"), "!no_such.key!"},
		{"a long text without marks", bot.Text(long), long},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := r.Message(bot.Reply{Language: "en", Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{tt.line}}}})
			checkMessage(t, m)
			if got := section0(t, m); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestInstantsAreShownInTheReadersZone(t *testing.T) {
	m := renderer(t).Message(bot.Reply{Language: "fr", Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Phrase("reminder.due", "at", morning)}}}})
	want := "Échéance\u00a0: <!date^1795332600^{date_short_pretty} {time}|2026-11-22 08:30 CET>"
	if got := section0(t, m); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestTitlesStayBoldWhateverTheyHold(t *testing.T) {
	r := renderer(t)
	tests := []struct{ name, title, want string }{
		{"plain", "Is it running?", "*Is it running?*"},
		{"code", "`mta` stands still", "*`mta` stands still*"},
		{"marks", "5 * 3 * x", "*5 `*` 3 `*` x*"},
		{"lines", "a\nb", "*a b*"},
		{"blanks", "  a  ", "*a*"},
		{"too long", strings.Repeat("a ", 200), strings.TrimSpace(strings.Repeat("a ", 200))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := r.Message(bot.Reply{Parts: []bot.Part{bot.Paragraph{Title: bot.Text(tt.title)}}})
			if got := section0(t, m); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			m = r.Message(bot.Reply{Parts: []bot.Part{bot.Steps{Items: []bot.Step{{Title: bot.Text(tt.title), Risk: bot.Text("r")}}}}})
			want := "*1. " + strings.TrimPrefix(tt.want, "*") + " · _r_"
			if tt.name == "too long" {
				want = "*1.* " + tt.want + " · _r_"
			}
			if got := section0(t, m); got != want {
				t.Errorf("step: got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestAnEmptyReplyStillSaysSomething(t *testing.T) {
	r := renderer(t)
	for _, reply := range []bot.Reply{
		{},
		{Title: bot.Text(" ")},
		{Title: bot.Typed("\x00")},
		{Parts: []bot.Part{bot.Heading{}, bot.Paragraph{}, bot.List{}, bot.Steps{}, bot.Fields{}, bot.Links{}, bot.Note{}, bot.Buttons{}}},
		{Parts: []bot.Part{nil, bot.Paragraph{Lines: []bot.Line{bot.Text("\n \n")}}}},
	} {
		checkMessage(t, r.Message(reply))
	}
	m := r.Message(bot.Reply{Language: "de", Title: bot.Phrase("answer.unsure")})
	if got := section0(t, m); got != "Das weiß ich nicht" || m.Text != got {
		t.Errorf("a reply of a title only: %q, text %q", got, m.Text)
	}
	if got := r.Plain(bot.Reply{Language: "xx", Title: bot.Phrase("answer.unsure")}); got != "I do not know\n" {
		t.Errorf("plain: %q", got)
	}
}

func TestALongHeadingIsNotCut(t *testing.T) {
	text := strings.Repeat("wörter ", 30)
	m := renderer(t).Message(bot.Reply{Parts: []bot.Part{bot.Heading{Line: bot.Text(text)}}})
	checkMessage(t, m)
	if got, want := section0(t, m), "*"+strings.TrimSpace(text)+"*"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestStepsAreNotDroppedSilently(t *testing.T) {
	r := renderer(t)
	many := bot.Steps{}
	for range 30 {
		many.Items = append(many.Items, bot.Step{Title: bot.Text("Look"), Text: bot.Text(strings.Repeat("word ", 120))})
	}
	reply := bot.Reply{Language: "nl", Title: bot.Text("t"), Parts: []bot.Part{
		bot.Heading{Line: bot.Text("t")},
		bot.Paragraph{Lines: []bot.Line{bot.Text("What it does")}},
		bot.Paragraph{Lines: []bot.Line{bot.Text("More about it")}},
		many,
		bot.Note{Lines: []bot.Line{bot.Text("small print")}},
		bot.Links{Items: []bot.Link{{Title: bot.Text("page"), URL: "https://example.com"}}},
		bot.Buttons{Items: []bot.ReplyButton{{Action: "share", Label: bot.Phrase("button.share")}}},
	}}
	m := r.Message(reply)
	checkMessage(t, m)
	all := string(readable(t, Message{Blocks: m.Blocks}))
	kept := strings.Count(all, "Look*")
	for _, want := range []string{
		fmt.Sprintf("… nog %d stappen passen niet in dit bericht", 30-kept), "… ingekort", "What it does", "Delen in kanaal",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(all, "small print") || strings.Contains(all, "example.com") || kept < 15 {
		t.Errorf("%d steps kept; small print and sources must go first", kept)
	}
	if !strings.HasSuffix(m.Text, "\n…") {
		t.Errorf("text ends in %q", m.Text[len(m.Text)-20:])
	}
	if plain := r.Plain(reply); strings.Count(plain, "Look") != 30 || strings.Contains(plain, "…") {
		t.Error("the plain form is cut")
	}
}

func TestALongCommandIsSplitIntoWholeCodeBlocks(t *testing.T) {
	command := strings.Repeat("echo 'a & b' <in >out\n", 300)
	m := renderer(t).Message(bot.Reply{Parts: []bot.Part{bot.Steps{Items: []bot.Step{
		{Title: bot.Text("Paste"), Commands: []bot.Shell{{Text: command}, {Text: strings.Repeat("&", 4000)}}},
	}}}})
	checkMessage(t, m)
}

func TestPlainCommandsCanBeCopied(t *testing.T) {
	got := renderer(t).Plain(bot.Reply{Language: "en", Parts: []bot.Part{bot.Steps{Items: []bot.Step{
		{Title: bot.Text("Look"), Commands: []bot.Shell{{Text: "a <b> && `c` | *d*\ne"}}, Risk: bot.Phrase("risk.read_only")},
	}}}})
	if want := "1. Look (read only)\n    a <b> && `c` | *d*\n    e\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := renderer(t).Plain(bot.Reply{Parts: []bot.Part{bot.Paragraph{Lines: []bot.Line{bot.Typed("\x1b]0;x\a\x1b[2J")}}}}); strings.ContainsAny(got, "\x1b\a") {
		t.Errorf("control characters reach the terminal: %q", got)
	}
}

func TestLinksNeverBreakOut(t *testing.T) {
	for _, link := range []bot.Link{
		{Title: bot.Text("a|b> *c* <!here>"), URL: "https://x/|>&<y z`ü"},
		{Title: bot.Text(""), URL: "https://x/"},
		{Title: bot.Text("no scheme"), URL: "javascript:alert(1)"},
		{Title: bot.Text("long"), URL: "https://x/" + strings.Repeat("&", 2000)},
	} {
		checkMessage(t, renderer(t).Message(bot.Reply{Parts: []bot.Part{bot.Links{Title: bot.Text("Sources"), Items: []bot.Link{link, link}}}}))
	}
}

var scraps = []string{
	"<!channel>", "<@U0123>", "<#C1|x>", "&amp;", "&", "<", ">", "`", "```", "*", "_", "~", "*a*", "_b_", "word ", "\n", "\r\n", "\t",
	"שלום", "\u202e", "👩‍💻", "\xff", "\xe2\x82", "\x00", "{{.x}}", "https://e.example/a_b_", "…", "é", "|", "• ", "    ", "\u2028",
}

// scrap returns up to n scraps of everything that goes wrong.
func scrap(rnd *rand.Rand, n int) string {
	var b strings.Builder
	for range rnd.IntN(n + 1) {
		b.WriteString(scraps[rnd.IntN(len(scraps))])
	}
	return b.String()
}

func anyLine(rnd *rand.Rand) bot.Line {
	n := []int{0, 1, 3, 3, 10, 20, 20, 100, 400, 4000}[rnd.IntN(10)]
	s := scrap(rnd, n)
	switch rnd.IntN(6) {
	case 0:
		return bot.Text(s)
	case 1:
		return bot.Typed(s)
	case 2:
		return bot.Phrase("error.unknown_module", "name", s)
	case 3:
		return bot.Phrase("reminder.claimed", "user", bot.Person(scrap(rnd, 3)), "at", time.Unix(rnd.Int64N(1<<33), 0))
	case 4:
		return bot.Phrase("reminder.title", "text", bot.Text(s))
	}
	return bot.Phrase(scrap(rnd, 2), "count", rnd.IntN(3))
}

func anyLines(rnd *rand.Rand) []bot.Line {
	var out []bot.Line
	for range rnd.IntN(6) {
		out = append(out, anyLine(rnd))
	}
	return out
}

func anyPart(rnd *rand.Rand) bot.Part {
	switch rnd.IntN(9) {
	case 0:
		return bot.Heading{Line: anyLine(rnd)}
	case 1:
		return bot.Paragraph{Title: anyLine(rnd), Lines: anyLines(rnd)}
	case 2:
		return bot.List{Title: anyLine(rnd), Items: anyLines(rnd)}
	case 3:
		var s bot.Steps
		for range rnd.IntN(20) {
			s.Items = append(s.Items, bot.Step{
				Title: anyLine(rnd), Text: anyLine(rnd), Expect: anyLine(rnd), Else: anyLine(rnd), Risk: anyLine(rnd), Ours: rnd.IntN(2) == 0,
				Commands: []bot.Shell{{OS: scrap(rnd, 1), Text: scrap(rnd, 200)}, {OS: "windows", Text: scrap(rnd, 600)}},
			})
		}
		return s
	case 4:
		var f bot.Fields
		for range rnd.IntN(12) {
			f.Items = append(f.Items, bot.Field{Name: anyLine(rnd), Values: []bot.Line{anyLine(rnd), anyLine(rnd)}})
		}
		return f
	case 5:
		l := bot.Links{Title: anyLine(rnd)}
		for range rnd.IntN(12) {
			l.Items = append(l.Items, bot.Link{Title: anyLine(rnd), URL: "https://e.example/" + scrap(rnd, 300)})
		}
		return l
	case 6:
		return bot.Note{Lines: anyLines(rnd)}
	case 7:
		return bot.Divider{}
	}
	var b bot.Buttons
	for range rnd.IntN(40) {
		item := bot.ReplyButton{Action: "a", Value: scrap(rnd, 100), Label: anyLine(rnd), Primary: rnd.IntN(2) == 0, People: rnd.IntN(6) == 0}
		for range rnd.IntN(3) {
			item.Menu = append(item.Menu, bot.MenuOption{Value: scrap(rnd, 60), Label: anyLine(rnd)})
		}
		b.Items = append(b.Items, item)
	}
	return b
}

func anyReply(rnd *rand.Rand) bot.Reply {
	reply := bot.Reply{Language: append(bot.Languages(), "", "xx")[rnd.IntN(6)], Title: anyLine(rnd)}
	for range rnd.IntN([]int{3, 3, 6, 12, 60}[rnd.IntN(5)]) {
		reply.Parts = append(reply.Parts, anyPart(rnd))
	}
	return reply
}

func TestAnyReplyIsWithinTheLimits(t *testing.T) {
	r := renderer(t)
	for seed := range uint64(100) {
		reply := anyReply(rand.New(rand.NewPCG(seed, 1)))
		checkMessage(t, r.Message(reply))
		if got := r.Plain(reply); !strings.HasSuffix(got, "\n") {
			t.Errorf("plain ends in %q", got)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzMessage(f *testing.F) {
	r := renderer(f)
	f.Add("a `b` <!channel> &amp;", uint16(40000), uint64(1))
	f.Add("> *x* _y_\n```", uint16(1), uint64(2))
	f.Fuzz(func(t *testing.T, s string, n uint16, seed uint64) {
		long := s
		if s != "" {
			long = strings.Repeat(s, 1+int(n)/len(s))
		}
		lines := []bot.Line{bot.Text(s), bot.Typed(long), bot.Phrase("help.usage", "usage", s), bot.Phrase("reminder.title", "text", bot.Text(long))}
		reply := anyReply(rand.New(rand.NewPCG(seed, 2)))
		reply.Parts = append([]bot.Part{
			bot.Heading{Line: bot.Typed(s)},
			bot.Paragraph{Title: bot.Text(s), Lines: lines},
			bot.Steps{Items: []bot.Step{{Title: bot.Text(s), Text: bot.Typed(long), Commands: []bot.Shell{{OS: s, Text: long}}, Else: bot.Text(s), Risk: bot.Typed(s)}}},
			bot.Fields{Items: []bot.Field{{Name: bot.Text(s), Values: []bot.Line{bot.Typed(s)}}, {Name: bot.Text(s), Values: []bot.Line{bot.Typed(long)}}}},
			bot.Links{Title: bot.Text(s), Items: []bot.Link{{Title: bot.Text(s), URL: "https://" + s}}},
			bot.Buttons{Items: []bot.ReplyButton{{Action: "a", Label: bot.Typed(s)}}},
		}, reply.Parts...)
		checkMessage(t, r.Message(reply))
		r.Plain(reply)
	})
}
