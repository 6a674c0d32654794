package locale

import (
	"testing"
	"time"

	"campaignbot/bot"

	"github.com/google/go-cmp/cmp"
)

func loaded(t testing.TB) *Phrases {
	t.Helper()
	p, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSpans(t *testing.T) {
	p := loaded(t)
	at := time.Date(2026, 11, 22, 8, 30, 0, 0, time.FixedZone("CET", 3600))
	tests := []struct {
		name string
		lang string
		line bot.Line
		want []Span
	}{
		{"an entry text has code in backticks", "en", bot.Text("Run `nlserver pdump` now"),
			[]Span{{Text: "Run "}, {Kind: Code, Text: "nlserver pdump"}, {Text: " now"}}},
		{"a backtick without a partner stays", "en", bot.Text("a `b` c ` d"),
			[]Span{{Text: "a "}, {Kind: Code, Text: "b"}, {Text: " c ` d"}}},
		{"an empty pair stays", "en", bot.Text("a `` b `c`"), []Span{{Text: "a `` b "}, {Kind: Code, Text: "c"}}},
		{"typed text is literal", "en", bot.Typed("a `b` <!channel>"), []Span{{Kind: Typed, Text: "a `b` <!channel>"}}},
		{"an empty line is nothing", "en", bot.Line{}, nil},
		{"a phrase", "nl", bot.Phrase("risk.read_only"), []Span{{Text: "alleen lezen"}}},
		{"an unknown language is English", "sv", bot.Phrase("risk.read_only"), []Span{{Text: "read only"}}},
		{"an unknown key is seen", "nl", bot.Phrase("no.such"), []Span{{Kind: Typed, Text: "!no.such!"}}},
		{"a missing argument is seen", "en", bot.Phrase("button.module"), []Span{{Kind: Typed, Text: "!name!"}}},
		{"an argument in code is code", "en", bot.Phrase("help.usage", "usage", "module <name>"),
			[]Span{{Text: "Type "}, {Kind: Code, Text: "module <name>"}}},
		{"an argument keeps its backticks as text", "en", bot.Phrase("reminder.title", "text", "a `b`"),
			[]Span{{Text: "Reminder: "}, {Kind: Typed, Text: "a `b`"}}},
		{"a nested line keeps its code", "en", bot.Phrase("reminder.title", "text", bot.Text("a `b`")),
			[]Span{{Text: "Reminder: "}, {Text: "a "}, {Kind: Code, Text: "b"}}},
		{"a nested phrase is in the same language", "de",
			bot.Phrase("language.current", "language", bot.Phrase("language.name.fr")),
			[]Span{{Text: "Antworten kommen auf "}, {Text: "Französisch"}, {Text: "."}}},
		{"a person and a time", "en", bot.Phrase("reminder.claimed", "user", bot.Person("U1"), "at", at),
			[]Span{{Text: "Claimed by "}, {Kind: Person, Text: "U1"}, {Text: " · "}, {Kind: Instant, At: at}}},
		{"a channel", "en", bot.Phrase("reminder.escalation", "text", "x", "channel", bot.ChannelRef("C0123456789"), "since", at), []Span{
			{Text: "Not done: "}, {Kind: Typed, Text: "x"}, {Text: " · "}, {Kind: Channel, Text: "C0123456789"},
			{Text: " · open since "}, {Kind: Instant, At: at},
		}},
		{"another kind of number", "en", bot.Phrase("format.value", "value", 2.5), []Span{{Kind: Typed, Text: "2.5"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, p.Spans(tt.lang, tt.line)); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	p := loaded(t)
	tests := []struct {
		lang  string
		count any
		want  string
	}{
		{"en", 0, "0 entries"}, {"en", 1, "1 entry"}, {"en", int64(2), "2 entries"}, {"en", 10_000_001, "10000001 entries"},
		{"nl", 0, "0 artikelen"}, {"nl", 1, "1 artikel"},
		{"de", 0, "0 Einträge"}, {"de", 1, "1 Eintrag"},
		{"fr", 0, "0 fiche"}, {"fr", 1, "1 fiche"}, {"fr", 2, "2 fiches"}, {"fr", 1_000_000, "1000000 fiches"},
		{"en", nil, "!count! entries"},
	}
	for _, tt := range tests {
		if got := p.String(tt.lang, bot.Phrase("about.entries", "count", tt.count)); got != tt.want {
			t.Errorf("%s %v: got %q, want %q", tt.lang, tt.count, got, tt.want)
		}
	}
}

func TestDurations(t *testing.T) {
	p := loaded(t)
	tests := []struct {
		d    time.Duration
		want [4]string
	}{
		{2 * time.Hour, [4]string{"2 hours", "2 uur", "2 Stunden", "2 heures"}},
		{time.Minute, [4]string{"1 minute", "1 minuut", "1 Minute", "1 minute"}},
		{90 * time.Minute, [4]string{"1 hour 30 minutes", "1 uur 30 minuten", "1 Stunde 30 Minuten", "1 heure 30 minutes"}},
		{49 * time.Hour, [4]string{"2 days 1 hour", "2 dagen 1 uur", "2 Tage 1 Stunde", "2 jours 1 heure"}},
		{-45 * time.Second, [4]string{"45 seconds", "45 seconden", "45 Sekunden", "45 secondes"}},
	}
	for _, tt := range tests {
		for i, lang := range bot.Languages() {
			if got := p.String(lang, bot.Phrase("format.value", "value", tt.d)); got != tt.want[i] {
				t.Errorf("%s %s: got %q, want %q", lang, tt.d, got, tt.want[i])
			}
		}
	}
}

func TestStringIsPlain(t *testing.T) {
	p := loaded(t)
	at := time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC)
	line := bot.Phrase("reminder.already_done", "user", bot.Person("U1"), "at", at)
	if got, want := p.String("en", line), "@U1 was first · done 2026-11-22 08:30 UTC"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := p.String("en", bot.Text("Run `pdump`")), "Run pdump"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALineWithinItselfEnds(t *testing.T) {
	p := loaded(t)
	args := bot.Args{}
	line := bot.Line{Key: "format.value", Args: args}
	args["value"] = line
	if got := p.String("en", line); got != "!value!" {
		t.Errorf("got %q", got)
	}
}

func FuzzSpans(f *testing.F) {
	p := loaded(f)
	f.Add("a `b` c", "`x`")
	f.Fuzz(func(t *testing.T, text, arg string) {
		joined := ""
		for _, s := range p.Spans("en", bot.Text(text)) {
			if s.Kind == Code {
				joined += "`" + s.Text + "`"
			} else {
				joined += s.Text
			}
		}
		if joined != text {
			t.Errorf("got %q, want %q", joined, text)
		}
		if got, want := p.String("en", bot.Phrase("reminder.title", "text", arg)), "Reminder: "+arg; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func BenchmarkSpansStatic(b *testing.B) {
	p := loaded(b)
	line := bot.Phrase("card.inst_hint")
	b.ReportAllocs()
	for b.Loop() {
		p.Spans("nl", line)
	}
}

func BenchmarkSpansPlaceholders(b *testing.B) {
	p := loaded(b)
	line := bot.Phrase("reminder.claimed", "user", bot.Person("U1"), "at", time.Now())
	var buf []Span
	b.ReportAllocs()
	for b.Loop() {
		buf = p.AppendSpans(buf[:0], "nl", line)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
