package slackio

import (
	"maps"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestUnwrapReturnsWhatThePersonMeant(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text stays", "mails gaan niet weg", "mails gaan niet weg"},
		{"the bot's own mention goes, wherever it stands", "<@U0BOT> status <@U0BOT|campaignbot> mta", "status  mta"},
		{"another person's mention stays readable", "<@U0ANN|ann> says", "@ann says"},
		{"a channel is its name", "see <#C1|ops>", "see #ops"},
		{"a private channel without a name is its id", "see <#C1|>", "see #C1"},
		{"a host name that became a link is the host name", "<http://mta.example.com|mta.example.com> down", "mta.example.com down"},
		{"a link without a label is the address", "<https://acc.example.com/nl/jsp/logon.jsp>", "https://acc.example.com/nl/jsp/logon.jsp"},
		{"a mail address is the address", "<mailto:a@b.nl|a@b.nl>", "a@b.nl"},
		{"entities are decoded once", "a &lt;b&gt; &amp;amp;", "a <b> &amp;"},
		{"smart quotes and dashes become plain", "\u201cmta\u201d \u2018x\u2019 \u2013verbose", `"mta" 'x' -verbose`},
		{"a hard space is a space", "module\u00a0mta", "module mta"},
		{"a special mention is its word", "<!channel> help <!subteam^S1|@ops>", "@channel help @ops"},
		{"a bracket that is no mark-up stays", "a < b", "a < b"},
		{"invalid bytes are replaced", "a\xff", "a\uFFFD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := unwrap(c.in, "U0BOT"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPlainDropsTheMarksAroundWords(t *testing.T) {
	for in, want := range map[string]string{
		"*module* `wfserver`":   "module wfserver",
		"_mta_debug_ ~x~":       "mta_debug x",
		"-tracefilter:soap":     "-tracefilter:soap",
		"```a\nb```":            "a\nb",
		"no marks  keep spaces": "no marks  keep spaces",
		"30 8 * * 1-5 *now*":    "30 8 * * 1-5 now",
		"*/15 * * * * queues":   "*/15 * * * * queues",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRefsAreFoundInTheTextAsItIsRead(t *testing.T) {
	in := "<@U0BOT> remind <#C0OPS|ops> <#C0PRIV|> <@U0ANN|ann> <@U0BOB> <!subteam^S0OPS|@operators> <!here> at 9:00"
	want := map[string]string{"#ops": "C0OPS", "#C0PRIV": "C0PRIV", "@ann": "U0ANN", "@U0BOB": "U0BOB", "@operators": "S0OPS"}
	got := refs(in, "U0BOT")
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	text := plain(unwrap(in, "U0BOT"))
	for name := range got {
		if !strings.Contains(text, name) {
			t.Errorf("%q does not stand in %q", name, text)
		}
	}
	if refs("no names", "U0BOT") != nil {
		t.Error("names where there are none")
	}
}

func FuzzUnwrap(f *testing.F) {
	f.Add("<@U0BOT> a &lt;!channel&gt; <http://x|y> \xff")
	f.Add("<<<>>>|<|>")
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(unwrap(s, "U0BOT"))
		if !utf8.ValidString(got) {
			t.Errorf("not valid UTF-8: %q", got)
		}
		if strings.Contains(got, "<@U0BOT>") && !strings.Contains(s, "&") && !strings.Contains(s, "<<") {
			t.Errorf("the bot's mention is left in %q", got)
		}
	})
}
