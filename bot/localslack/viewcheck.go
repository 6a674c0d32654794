package localslack

// Limits of a view, in characters and bytes.
const (
	maxViewTitle    = 24
	maxViewMetadata = 3000
	maxViewBytes    = 250_000
)

// checkView checks a modal or a Home tab.
func checkView(view map[string]any, kind string) []string {
	c := &checker{blockIDs: map[string]bool{}, view: true}
	n := node{checker: c, path: "/view", fields: view}
	if n.kind() != kind {
		n.problem("/view/type", "must be %s", kind)
	}
	list, isList := view["blocks"].([]any)
	if n.require("blocks") && !isList {
		n.problem("/view/blocks", "must provide an array")
	}
	c.blocks("/view/blocks", list, maxViewBlocks)
	if kind == "modal" {
		n.only("title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id",
			"clear_on_close", "notify_on_close", "submit_disabled")
		n.mustText("title", plainOnly, maxViewTitle)
		n.text("submit", plainOnly, maxViewTitle)
		n.text("close", plainOnly, maxViewTitle)
		n.boolean("clear_on_close", "notify_on_close", "submit_disabled")
		if c.inputs > 0 {
			n.require("submit")
		}
	} else {
		n.only("blocks", "private_metadata", "callback_id", "external_id")
	}
	n.blankable("private_metadata", maxViewMetadata)
	n.blankable("callback_id", maxID)
	n.blankable("external_id", maxID)
	return c.problems
}

// blankable checks an optional string that may be empty.
func (n node) blankable(key string, most int) {
	if n.fields[key] != "" {
		n.str(key, most)
	}
}
