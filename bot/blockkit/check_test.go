package blockkit

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	entityOK = regexp.MustCompile(`&(amp|lt|gt);`)
	// What may stand between < and > in a message: persons, groups, channels, dates and links.
	angleOK = regexp.MustCompile(`<(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CG][A-Z0-9]+|!date\^[0-9]+\^[^|<>]+\|[^<>]+|https?://[^|<>\s]+\|[^<>]*)>`)
)

// checkMessage walks the message's JSON and reports everything Slack would refuse or take for mark-up.
func checkMessage(t testing.TB, m Message) {
	t.Helper()
	data, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []map[string]any
	if err := json.Unmarshal(data, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, p := range faultsOf(m.Text, blocks) {
		t.Error(p)
	}
}

// checker collects faults.
type checker struct {
	faults []string
	total  int
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func faultsOf(text string, blocks []map[string]any) []string {
	c := &checker{}
	if strings.TrimSpace(text) == "" {
		c.fault("text is empty")
	}
	if len(text) >= 3900 {
		c.fault("text has %d bytes", len(text))
	}
	c.safe("text", text)
	if len(blocks) == 0 || len(blocks) > 50 {
		c.fault("%d blocks", len(blocks))
	}
	for i, b := range blocks {
		c.block(fmt.Sprintf("blocks[%d]", i), b)
	}
	if c.total > 12000 {
		c.fault("%d bytes of block text", c.total)
	}
	return c.faults
}

func (c *checker) block(at string, b map[string]any) {
	switch b["type"] {
	case "section":
		c.text(at, b["text"], "mrkdwn", 3000)
	case "header":
		c.text(at, b["text"], "plain_text", 150)
	case "context":
		elements, _ := b["elements"].([]any)
		if len(elements) == 0 || len(elements) > 10 {
			c.fault("%s: %d elements", at, len(elements))
		}
		for _, e := range elements {
			c.text(at, e, "mrkdwn", 3000)
		}
	case "actions":
		elements, _ := b["elements"].([]any)
		if len(elements) == 0 || len(elements) > 25 {
			c.fault("%s: %d elements", at, len(elements))
		}
		ids := map[string]bool{}
		for _, e := range elements {
			button := e.(map[string]any)
			switch button["type"] {
			case "button":
				c.text(at, button["text"], "plain_text", 75)
			case "static_select":
				c.text(at, button["placeholder"], "plain_text", 150)
				c.options(at, button["options"])
			case "users_select":
				c.text(at, button["placeholder"], "plain_text", 150)
			default:
				c.fault("%s: unexpected element %v", at, button["type"])
			}
			id, _ := button["action_id"].(string)
			if id == "" || ids[id] || len(id) > 255 {
				c.fault("%s: action_id %q is empty, too long or there twice", at, id)
			}
			ids[id] = true
			if v, _ := button["value"].(string); utf8.RuneCountInString(v) > 2000 {
				c.fault("%s: value too long", at)
			}
		}
	case "divider":
	default:
		c.fault("%s: unexpected type %v", at, b["type"])
	}
}

func (c *checker) options(at string, v any) {
	options, _ := v.([]any)
	if len(options) == 0 || len(options) > 100 {
		c.fault("%s: %d options", at, len(options))
	}
	seen := map[string]bool{}
	for _, o := range options {
		option := o.(map[string]any)
		c.text(at, option["text"], "plain_text", 75)
		value, _ := option["value"].(string)
		if value == "" || seen[value] || units(value) > 150 {
			c.fault("%s: option value %q is empty, too long or there twice", at, value)
		}
		seen[value] = true
	}
}

func (c *checker) text(at string, v any, kind string, limit int) {
	o, _ := v.(map[string]any)
	s, _ := o["text"].(string)
	if o["type"] != kind {
		c.fault("%s: type %v, want %s", at, o["type"], kind)
	}
	if strings.TrimSpace(s) == "" || units(s) > limit {
		c.fault("%s: text has %d units", at, units(s))
	}
	if kind == "mrkdwn" && o["verbatim"] != true {
		c.fault("%s: not verbatim", at)
	}
	c.total += len(s)
	c.safe(at, s)
	if kind == "plain_text" {
		if strings.ContainsAny(s, "<>") {
			c.fault("%s: < or > in plain text %q", at, s)
		}
		return
	}
	// Fences and backticks come in pairs, else mark-up of one text would swallow another.
	if strings.Count(s, "```")%2 != 0 {
		c.fault("%s: a fence is open in %q", at, s)
	}
	for i, part := range strings.Split(s, "```") {
		if i%2 != 0 {
			continue
		}
		for line := range strings.SplitSeq(part, "\n") {
			if strings.Count(line, "`")%2 != 0 {
				c.fault("%s: a backtick is open in %q", at, line)
			}
		}
	}
}

// safe checks that nothing is cut in two and nothing but our own mark-up stands there.
func (c *checker) safe(at, s string) {
	if !utf8.ValidString(s) {
		c.fault("%s: not UTF-8: %q", at, s)
	}
	rest := angleOK.ReplaceAllString(s, "")
	if strings.ContainsAny(rest, "<>") {
		c.fault("%s: bare < or > in %q", at, s)
	}
	if strings.Contains(entityOK.ReplaceAllString(s, ""), "&") {
		c.fault("%s: an & that begins no entity in %q", at, s)
	}
}
