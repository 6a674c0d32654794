package localslack

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

func testNames() names {
	return names{
		people:   map[string]string{"U0BOT0001": "campaignbot", "U1": "Ann <b>"},
		channels: map[string]string{"C1": "ops"}, zone: time.UTC,
	}
}

func TestMrkdwn(t *testing.T) {
	link := ` target="_blank" rel="noopener noreferrer">`
	tests := []struct{ name, text, want string }{
		{"plain text", "hello", "hello"},
		{"styles", "*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"},
		{"styles inside styles", "*a _b_ c*", "<strong>a <em>b</em> c</strong>"},
		{"a star inside a word is a star", "2*3*4 a*b", "2*3*4 a*b"},
		{"a star beside a space is a star", "* a * b", "* a * b"},
		{"snake case stays", "var_log_file and _x", "var_log_file and _x"},
		{"styles end with their line", "*a\nb*", "*a<br>b*"},
		{"code keeps its marks", "`*a* <b>`", "<code>*a* &lt;b&gt;</code>"},
		{"a code block", "see\n```\na\n b```\nend", `see<pre tabindex="0"><code>a` + "\n b</code></pre>end"},
		{"a code block that never ends", "``` a", "``` a"},
		{"a quote", "&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"},
		{"Slack's entities are read once", "a &amp; b &lt; c &amp;lt;", "a &amp; b &lt; c &amp;lt;"},
		{"bare characters are text", "a & b < c > d", "a &amp; b &lt; c &gt; d"},
		{"a tag is text", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"a link", "<https://a.example/?x=1&amp;y=2|the *page*>", `<a href="https://a.example/?x=1&amp;y=2"` + link + "the *page*</a>"},
		{"a link without a label", "<https://a.example>", `<a href="https://a.example"` + link + "https://a.example</a>"},
		{"a mail link", "<mailto:a@b.example|a@b.example>", `<a href="mailto:a@b.example"` + link + "a@b.example</a>"},
		{"a script is no link", "<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"},
		{"a quote in an address stays in it", `<https://a"onclick="x|y>`, `<a href="https://a&#34;onclick=&#34;x"` + link + "y</a>"},
		{"a person", "<@U1> <@U9>", `<span class="mention">@Ann &lt;b&gt;</span> <span class="mention">@U9</span>`},
		{"a channel", "<#C1|x> <#C9|y>", `<span class="mention">#ops</span> <span class="mention">#y</span>`},
		{"everybody", "<!here> <!subteam^S1|@ops>", `<span class="mention">@here</span> <span class="mention">@ops</span>`},
		{"a date in the viewer's zone", "<!date^1700000000^{date_short} at {time}|soon>", "<time>14 Nov 2023 at 22:13</time>"},
		{"a date that cannot be read", "<!date^x^{time}|soon>", "<time>soon</time>"},
		{"an emoji", ":eyes: :nothing:", "👀 :nothing:"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(testNames().mrkdwnHTML(test.text)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// allowedTag is every tag that rendering may write, exactly as it writes it. The
// address of a link may hold no quote, bracket or blank line.
var allowedTag = regexp.MustCompile(`</?(?:strong|em|s|code|blockquote|time|div|ul|ol|li)>|<br>|</pre>|</a>|</span>|` +
	`<pre tabindex="0">|<span class="mention">|<(?:ul|ol) class="indent[0-8]">|` +
	`<a href="(?:https?://|mailto:)[^"<>]+" target="_blank" rel="noopener noreferrer">`)

var entity = regexp.MustCompile(`&(?:amp|lt|gt|#34|#39);`)

func checkSafe(t *testing.T, html string) {
	t.Helper()
	rest := allowedTag.ReplaceAllString(html, "")
	rest = entity.ReplaceAllString(rest, "")
	if strings.ContainsAny(rest, `<>&"'`) {
		t.Errorf("outside the allow-list: %q\nin %q", rest, html)
	}
}

func FuzzMrkdwn(f *testing.F) {
	for _, seed := range []string{
		"*a* _b_ ~c~ `d` ```e```", "<https://x|y>", "<javascript:x>", `<https://"><script>|x>`, "&lt;b&gt; &amp;lt;", "> a\n&gt; b",
		"<@U1> <#C1|x> <!date^1^{time}^https://x|y>", ":eyes:", "<<https://x>>", "*<https://x|*>*", "```<a>```<a>", "<img src=x onerror=y>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := testNames()
		checkSafe(t, string(n.mrkdwnHTML(text)))
		checkSafe(t, string(n.plainHTML(text)))
		elements, err := json.Marshal([]any{
			map[string]any{"type": "rich_text_section", "elements": []any{
				map[string]any{"type": "text", "text": text, "style": map[string]any{"bold": true}},
				map[string]any{"type": "link", "url": text}, map[string]any{"type": "emoji", "name": text},
				map[string]any{"type": "user", "user_id": text}, map[string]any{"type": "broadcast", "range": text},
				map[string]any{"type": "date", "timestamp": 1, "format": text},
			}},
			map[string]any{"type": "rich_text_list", "style": text, "elements": []any{}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var raw []json.RawMessage
		if err := json.Unmarshal(elements, &raw); err != nil {
			t.Fatal(err)
		}
		checkSafe(t, string(n.richHTML(raw)))
	})
}

func TestTypedText(t *testing.T) {
	w, err := New(Options{EscapeCommands: true})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, text, want string }{
		{"three characters are escaped", "a & b <c>", "a &amp; b &lt;c&gt;"},
		{"the bot's name is a mention", "@campaignbot hi", "<@U0BOT0001> hi"},
		{"a person's name is a mention", "ask @bram.", "ask <@U0BRAM001>."},
		{"an unknown name stays", "wfserver@ann x#campaign-ops @nobody", "wfserver@ann x#campaign-ops @nobody"},
		{"a channel is linked", "see #campaign-ops", "see <#C0OPS0001|campaign-ops>"},
		{"an address is wrapped", "see https://a.example/x?a=1&b=2.", "see <https://a.example/x?a=1&amp;b=2>."},
		{"a host name becomes a link", "ping mta.example.com now", "ping <http://mta.example.com|mta.example.com> now"},
		{"a mail address becomes a link", "to a.b@example.com", "to <mailto:a.b@example.com|a.b@example.com>"},
		{"file names stay", "serverConf.xml wfserver.log", "serverConf.xml wfserver.log"},
		{"code is only escaped", "`mta.example.com <x>` @ann", "`mta.example.com &lt;x&gt;` <@U0ANN0001>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := w.typedMessageLocked(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got, want := w.typedCommandLocked("@bram"), "<@U0BRAM001|bram>"; got != want {
		t.Errorf("in a command: got %q, want %q", got, want)
	}
	w.opt.EscapeCommands = false
	if got, want := w.typedCommandLocked("@bram a.example.com"), "@bram a.example.com"; got != want {
		t.Errorf("without should_escape: got %q, want %q", got, want)
	}
}
