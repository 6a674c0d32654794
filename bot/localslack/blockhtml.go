package localslack

import (
	"encoding/json"
	"html/template"
	"strconv"
	"strings"
)

// blockView is one block as the page's template draws it.
type blockView struct {
	Kind     string
	Level    int
	HTML     template.HTML
	Items    []template.HTML
	Rows     [][]template.HTML
	Controls []controlView
	URL      string
}

// controlView is one button or menu.
type controlView struct {
	Kind     string // button, link, menu or other
	Text     string
	Label    string // what screen readers say instead
	Style    string
	BlockID  string
	ActionID string
	Value    string
	URL      string
	Confirm  *confirmView
	Options  []optionView
}

type confirmView struct {
	Title   string
	Text    template.HTML
	Confirm string
	Style   string
}

type optionView struct{ Text, Value string }

// textObject is a text of Block Kit.
type textObject struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

func (n names) textHTML(t textObject) template.HTML {
	if t.Type == "mrkdwn" {
		return n.mrkdwnHTML(t.Text)
	}
	return n.plainHTML(t.Text)
}

// rawBlock holds the fields of every block type this page draws.
type rawBlock struct {
	Type      string            `json:"type"`
	BlockID   string            `json:"block_id"`
	Text      json.RawMessage   `json:"text"`
	Level     int               `json:"level"`
	Fields    []textObject      `json:"fields"`
	Elements  []json.RawMessage `json:"elements"`
	Accessory json.RawMessage   `json:"accessory"`
	AltText   string            `json:"alt_text"`
	ImageURL  string            `json:"image_url"`
	Title     *textObject       `json:"title"`
	Rows      [][]rawCell       `json:"rows"`
}

type rawCell struct {
	Type     string            `json:"type"`
	Text     string            `json:"text"`
	Value    json.Number       `json:"value"`
	Elements []json.RawMessage `json:"elements"`
}

// blocksHTML draws the blocks of a message; they were checked when they came in.
func (n names) blocksHTML(raw json.RawMessage) []blockView {
	var blocks []rawBlock
	if len(raw) == 0 || json.Unmarshal(raw, &blocks) != nil {
		return nil
	}
	var views []blockView
	for _, b := range blocks {
		views = append(views, n.blockHTML(b))
	}
	return views
}

func (n names) blockHTML(b rawBlock) blockView {
	v := blockView{Kind: b.Type}
	var text textObject
	var markdown string
	if json.Unmarshal(b.Text, &text) == nil {
		v.HTML = n.textHTML(text)
	} else if json.Unmarshal(b.Text, &markdown) == nil {
		v.HTML = n.plainHTML(markdown)
	}
	switch b.Type {
	case "header":
		v.Level = max(b.Level, 1)
	case "section":
		for _, f := range b.Fields {
			v.Items = append(v.Items, n.textHTML(f))
		}
		if len(b.Accessory) > 0 {
			v.Controls = append(v.Controls, n.controlHTML(b.BlockID, b.Accessory))
		}
	case "context":
		for _, raw := range b.Elements {
			v.Items = append(v.Items, n.contextHTML(raw))
		}
	case "actions", "context_actions":
		for _, raw := range b.Elements {
			v.Controls = append(v.Controls, n.controlHTML(b.BlockID, raw))
		}
	case "image":
		v.HTML, v.URL = n.plainHTML(b.AltText), b.ImageURL
	case "rich_text":
		v.HTML = n.richHTML(b.Elements)
	case "table":
		for _, row := range b.Rows {
			v.Rows = append(v.Rows, n.rowHTML(row))
		}
	}
	return v
}

func (n names) contextHTML(raw json.RawMessage) template.HTML {
	var e struct {
		textObject
		AltText string `json:"alt_text"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	if e.Type == "image" {
		return n.plainHTML("[" + e.AltText + "]")
	}
	return n.textHTML(e.textObject)
}

func (n names) rowHTML(row []rawCell) []template.HTML {
	var cells []template.HTML
	for _, c := range row {
		switch c.Type {
		case "rich_text":
			cells = append(cells, n.richHTML(c.Elements))
		case "raw_number":
			cells = append(cells, n.plainHTML(c.Value.String()))
		default:
			cells = append(cells, n.plainHTML(c.Text))
		}
	}
	return cells
}

type rawControl struct {
	Type        string          `json:"type"`
	Text        json.RawMessage `json:"text"`
	ActionID    string          `json:"action_id"`
	Value       string          `json:"value"`
	URL         string          `json:"url"`
	Style       string          `json:"style"`
	Label       string          `json:"accessibility_label"`
	AltText     string          `json:"alt_text"`
	Placeholder *textObject     `json:"placeholder"`
	Options     []struct {
		Text  textObject `json:"text"`
		Value string     `json:"value"`
	} `json:"options"`
	Confirm *struct {
		Title   textObject `json:"title"`
		Text    textObject `json:"text"`
		Confirm textObject `json:"confirm"`
		Style   string     `json:"style"`
	} `json:"confirm"`
}

func (n names) controlHTML(blockID string, raw json.RawMessage) controlView {
	var e rawControl
	if json.Unmarshal(raw, &e) != nil {
		return controlView{Kind: "other", Text: "unreadable element"}
	}
	v := controlView{Kind: "other", Text: e.Type, Label: e.Label, Style: e.Style, BlockID: blockID, ActionID: e.ActionID, Value: e.Value}
	var text textObject
	if json.Unmarshal(e.Text, &text) == nil && text.Text != "" {
		v.Text = plainText(text.Text)
	}
	switch e.Type {
	case "button":
		v.Kind = "button"
		if linkable(e.URL) {
			v.Kind, v.URL = "link", e.URL
		}
	case "static_select", "overflow", "radio_buttons", usersSelect:
		v.Kind, v.Text = "menu", "Choose"
		if e.Placeholder != nil {
			v.Text = plainText(e.Placeholder.Text)
		}
		for _, o := range e.Options {
			v.Options = append(v.Options, optionView{Text: plainText(o.Text.Text), Value: o.Value})
		}
		if e.Type == usersSelect {
			v.Options = n.choices
		}
	case "image":
		v.Text = e.AltText
	}
	if e.Confirm != nil {
		v.Confirm = &confirmView{
			Title: plainText(e.Confirm.Title.Text), Text: n.textHTML(e.Confirm.Text),
			Confirm: plainText(e.Confirm.Confirm.Text), Style: e.Confirm.Style,
		}
	}
	return v
}

// plainText is a plain text as people read it; the template escapes it.
func plainText(text string) string { return slackEntities.Replace(emojify(text)) }

// richHTML draws the elements of a rich_text block.
func (n names) richHTML(elements []json.RawMessage) template.HTML {
	var out strings.Builder
	for _, raw := range elements {
		var e struct {
			Type     string            `json:"type"`
			Style    string            `json:"style"`
			Indent   int               `json:"indent"`
			Elements []json.RawMessage `json:"elements"`
		}
		if json.Unmarshal(raw, &e) != nil {
			continue
		}
		switch e.Type {
		case "rich_text_section":
			out.WriteString("<div>" + n.inlinesHTML(e.Elements) + "</div>")
		case "rich_text_quote":
			out.WriteString("<blockquote>" + n.inlinesHTML(e.Elements) + "</blockquote>")
		case "rich_text_preformatted":
			out.WriteString(`<pre tabindex="0"><code>` + n.inlinesHTML(e.Elements) + "</code></pre>")
		case "rich_text_list":
			tag := "ul"
			if e.Style == "ordered" {
				tag = "ol"
			}
			out.WriteString("<" + tag + ` class="indent` + strconv.Itoa(min(e.Indent, 8)) + `">`)
			for _, item := range e.Elements {
				out.WriteString("<li>" + string(n.richHTML([]json.RawMessage{item})) + "</li>")
			}
			out.WriteString("</" + tag + ">")
		}
	}
	return template.HTML(out.String())
}

func (n names) inlinesHTML(elements []json.RawMessage) string {
	var out strings.Builder
	for _, raw := range elements {
		out.WriteString(n.inlineHTML(raw))
	}
	return out.String()
}

func (n names) inlineHTML(raw json.RawMessage) string {
	var e struct {
		Type, Text, URL, Name, Range, Format string
		UserID                               string          `json:"user_id"`
		ChannelID                            string          `json:"channel_id"`
		Timestamp                            int64           `json:"timestamp"`
		Style                                map[string]bool `json:"style"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	html := ""
	switch e.Type {
	case "text": // carries no mark-up, and is not escaped the way mrkdwn is
		html = strings.ReplaceAll(template.HTMLEscapeString(e.Text), "\n", "<br>")
	case "link":
		if e.Text == "" {
			e.Text = e.URL
		}
		html = template.HTMLEscapeString(e.Text)
		if linkable(e.URL) {
			html = linkOpen(e.URL) + html + "</a>"
		}
	case "emoji":
		html = escape(emojify(":" + e.Name + ":"))
	case "user":
		html = `<span class="mention">` + escape("@"+n.person(e.UserID)) + "</span>"
	case "channel":
		html = `<span class="mention">` + escape("#"+n.channel(e.ChannelID, "")) + "</span>"
	case "broadcast":
		html = `<span class="mention">` + escape("@"+e.Range) + "</span>"
	case "date":
		html = "<time>" + escape(n.formatDate(e.Timestamp, e.Format)) + "</time>"
	}
	for _, style := range []struct{ name, tag string }{{"code", "code"}, {"bold", "strong"}, {"italic", "em"}, {"strike", "s"}} {
		if e.Style[style.name] {
			html = "<" + style.tag + ">" + html + "</" + style.tag + ">"
		}
	}
	return html
}
