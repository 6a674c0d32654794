package localslack

import (
	"html"
	"html/template"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mrkdwn turns message text into HTML. Every character of a message goes through
// escape, and every tag comes from a constant here, so no message can bring a tag
// of its own. FuzzMrkdwn holds it to that.
type mrkdwn struct {
	names names
	out   strings.Builder
}

func (n names) mrkdwnHTML(text string) template.HTML {
	p := mrkdwn{names: n}
	p.blocks(text)
	return template.HTML(p.out.String())
}

func (n names) plainHTML(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(escape(emojify(text)), "\n", "<br>"))
}

var slackEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// escape writes text of a message, with Slack's three entities, as HTML.
func escape(text string) string { return html.EscapeString(slackEntities.Replace(text)) }

// blocks splits off code blocks; everything else is lines.
func (p *mrkdwn) blocks(text string) {
	for {
		before, rest, found := strings.Cut(text, "```")
		code, after, closed := strings.Cut(rest, "```")
		if !found || !closed || code == "" {
			p.lines(text)
			return
		}
		p.lines(strings.TrimSuffix(before, "\n"))
		p.out.WriteString(`<pre tabindex="0"><code>`)
		p.out.WriteString(escape(strings.Trim(code, "\n")))
		p.out.WriteString("</code></pre>")
		text = strings.TrimPrefix(after, "\n")
	}
}

// lines writes lines of text and the quotes among them.
func (p *mrkdwn) lines(text string) {
	if text == "" {
		return
	}
	quoting, first := false, true
	for line := range strings.SplitSeq(text, "\n") {
		quoted, isQuote := cutQuote(line)
		switch {
		case isQuote && !quoting:
			p.out.WriteString("<blockquote>")
		case !isQuote && quoting:
			p.out.WriteString("</blockquote>")
		case !first:
			p.out.WriteString("<br>")
		}
		quoting, first = isQuote, false
		p.inline(quoted)
	}
	if quoting {
		p.out.WriteString("</blockquote>")
	}
}

func cutQuote(line string) (string, bool) {
	for _, mark := range []string{"&gt;", ">"} {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			return strings.TrimPrefix(rest, " "), true
		}
	}
	return line, false
}

var styleTags = map[byte]string{'*': "strong", '_': "em", '~': "s"}

// inline writes one line: code, mark-up in angle brackets and styles.
func (p *mrkdwn) inline(line string) {
	plain := 0 // start of the text not yet written
	flush := func(to int) {
		p.out.WriteString(escape(emojify(line[plain:to])))
	}
	for i := 0; i < len(line); {
		end := spanEnd(line, i)
		if end == 0 {
			i++
			continue
		}
		flush(i)
		inner := line[i+1 : end]
		switch line[i] {
		case '`':
			p.out.WriteString("<code>" + escape(inner) + "</code>")
		case '<':
			p.markUp(inner)
		default:
			tag := styleTags[line[i]]
			p.out.WriteString("<" + tag + ">")
			p.inline(inner)
			p.out.WriteString("</" + tag + ">")
		}
		i = end + 1
		plain = i
	}
	flush(len(line))
}

// spanEnd finds where the span that opens at i closes, or 0 when none opens.
func spanEnd(line string, i int) int {
	switch c := line[i]; c {
	case '`':
		return closing(line, i, '`')
	case '<':
		return closing(line, i, '>')
	case '*', '_', '~':
		before, _ := utf8.DecodeLastRuneInString(line[:i])
		after, _ := utf8.DecodeRuneInString(line[i+1:])
		if i > 0 && wordRune(before) || i+1 == len(line) || unicode.IsSpace(after) || after == rune(c) {
			return 0
		}
		return styleEnd(line, i)
	}
	return 0
}

func closing(line string, i int, mark byte) int {
	n := strings.IndexByte(line[i+1:], mark)
	if n < 1 {
		return 0
	}
	return i + 1 + n
}

// styleEnd finds the closing mark of a style; marks inside code and links do not
// count.
func styleEnd(line string, i int) int {
	for j := i + 1; j < len(line); j++ {
		switch c := line[j]; c {
		case '`', '<':
			if end := spanEnd(line, j); end > 0 {
				j = end
			}
		case line[i]:
			before, _ := utf8.DecodeLastRuneInString(line[:j])
			after, _ := utf8.DecodeRuneInString(line[j+1:])
			if !unicode.IsSpace(before) && j > i+1 && (j+1 == len(line) || !wordRune(after)) {
				return j
			}
		}
	}
	return 0
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// markUp writes what stands between angle brackets: people, channels, dates,
// links. Anything else is shown as it is.
func (p *mrkdwn) markUp(inner string) {
	target, label, labelled := strings.Cut(inner, "|")
	mention := func(text string) {
		p.out.WriteString(`<span class="mention">` + escape(text) + "</span>")
	}
	switch {
	case strings.HasPrefix(target, "@"):
		mention("@" + p.names.person(target[1:]))
	case strings.HasPrefix(target, "#"):
		mention("#" + p.names.channel(target[1:], label))
	case strings.HasPrefix(target, "!date^"):
		p.out.WriteString("<time>" + escape(p.names.date(target, label)) + "</time>")
	case strings.HasPrefix(target, "!subteam^") && labelled:
		mention(label)
	case target == "!here" || target == "!channel" || target == "!everyone":
		mention("@" + target[1:])
	case linkable(target):
		if !labelled || label == "" {
			label = strings.TrimPrefix(target, "mailto:")
		}
		p.out.WriteString(linkOpen(target) + escape(emojify(label)) + "</a>")
	default:
		p.out.WriteString(escape("<" + inner + ">"))
	}
}

// linkable tells whether an address may become a link.
func linkable(target string) bool {
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if strings.HasPrefix(target, scheme) && len(target) > len(scheme) {
			return true
		}
	}
	return false
}

func linkOpen(target string) string {
	return `<a href="` + escape(target) + `" target="_blank" rel="noopener noreferrer">`
}

var emojiName = regexp.MustCompile(`:[a-z0-9_+-]+:`)

// emojis are the names bots use most; others stay as text.
var emojis = map[string]string{
	"eyes": "👀", "white_check_mark": "✅", "heavy_check_mark": "✔️", "warning": "⚠️", "x": "❌", "no_entry": "⛔",
	"information_source": "ℹ️", "bulb": "💡", "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "bell": "🔔",
	"red_circle": "🔴", "large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_blue_circle": "🔵",
	"white_circle": "⚪", "tada": "🎉", "thumbsup": "👍", "+1": "👍", "thumbsdown": "👎", "-1": "👎", "wave": "👋",
	"clipboard": "📋", "wrench": "🔧", "mag": "🔍", "calendar": "📅", "alarm_clock": "⏰", "rotating_light": "🚨",
	"link": "🔗", "memo": "📝", "question": "❓", "exclamation": "❗", "speech_balloon": "💬", "fire": "🔥",
}

func emojify(text string) string {
	return emojiName.ReplaceAllStringFunc(text, func(name string) string {
		if sign, ok := emojis[strings.Trim(name, ":")]; ok {
			return sign
		}
		return name
	})
}
