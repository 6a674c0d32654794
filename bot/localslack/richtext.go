package localslack

// richText checks a rich_text block: sections, lists, quotes and code.
func (n node) richText() {
	n.only("block_id", "elements")
	n.each("elements", 0, maxViewBlocks, func(e node) {
		switch e.kind() {
		case "rich_text_section":
			e.only("elements")
			e.inlines()
		case "rich_text_quote", "rich_text_preformatted":
			e.only("elements", "border", "language")
			e.number("border", 0, 1)
			e.inlines()
		case "rich_text_list":
			e.only("elements", "style", "indent", "offset", "border")
			e.require("style")
			e.style("bullet", "ordered")
			e.number("indent", 0, 8)
			e.number("offset", 0, 1_000_000)
			e.number("border", 0, 1)
			e.each("elements", 1, maxSectionText, func(item node) {
				if item.kind() != "rich_text_section" {
					item.problem(item.path, "unsupported type: %s", item.kind())
					return
				}
				item.only("elements")
				item.inlines()
			})
		default:
			e.problem(e.path, "unsupported type: %s", e.kind())
		}
	})
	n.require("elements")
}

func (n node) inlines() {
	n.require("elements")
	n.each("elements", 0, maxSectionText, node.inline)
}

func (n node) inline() {
	required := map[string][]string{
		"text": {"text"}, "link": {"url"}, "emoji": {"name"}, "user": {"user_id"}, "channel": {"channel_id"},
		"usergroup": {"usergroup_id"}, "broadcast": {"range"}, "date": {"timestamp", "format"}, "color": {"value"},
	}
	optional := map[string][]string{
		"link": {"text", "unsafe"}, "emoji": {"unicode", "skin_tone"}, "date": {"url", "fallback"},
	}
	keys, known := required[n.kind()]
	if !known {
		n.problem(n.path, "unsupported type: %s", n.kind())
		return
	}
	allowed := append([]string{"style"}, keys...)
	n.only(append(allowed, optional[n.kind()]...)...)
	for _, key := range keys {
		n.require(key)
	}
	if n.kind() == "text" {
		n.str("text", maxText)
	}
	if n.kind() == "link" {
		n.str("url", maxURL)
	}
	n.child("style", func(s node) {
		flags := []string{"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}
		s.only(flags...)
		s.boolean(flags...)
	})
}
