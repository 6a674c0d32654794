package localslack

import (
	"slices"
	"strconv"
)

// Limits of Block Kit, in items or characters.
const (
	maxMessageBlocks  = 50
	maxViewBlocks     = 100
	maxSectionText    = 3000
	maxFieldText      = 2000
	maxFields         = 10
	maxHeaderText     = 150
	maxContext        = 10
	maxActions        = 25
	maxContextActions = 5
	maxAltText        = 2000
	maxURL            = 3000
	maxID             = 255
	maxTableRows      = 100
	maxTableColumns   = 20
	maxTableText      = 10_000
)

// blockReport is the outcome of a check.
type blockReport struct {
	problems    []string
	characters  int
	secondTable bool
}

// checkBlocks checks the blocks of a message. Block types that are not listed are
// refused, also those of newer clients: workspaces without them refuse them too.
func checkBlocks(list []any) blockReport {
	c := &checker{blockIDs: map[string]bool{}}
	c.blocks("/blocks", list, maxMessageBlocks)
	return blockReport{problems: c.problems, characters: countText(list), secondTable: c.tables > 1}
}

func (c *checker) blocks(path string, list []any, most int) {
	if len(list) > most {
		c.problem(path, "no more than %d items allowed", most)
	}
	for i, item := range list {
		if n, ok := c.object(item, path+"/"+strconv.Itoa(i)); ok {
			n.block()
		}
	}
}

func (n node) block() {
	check, known := map[string]func(node){
		"actions": node.actions, "context": node.context, "context_actions": node.contextActions, "divider": node.divider,
		"header": node.header, "image": node.imageBlock, "input": node.input, "markdown": node.markdown,
		"rich_text": node.richText, "section": node.section, "table": node.table,
	}[n.kind()]
	switch {
	case n.kind() == "":
		n.problem(n.path, "missing required field: type")
		return
	case !known, n.view && slices.Contains([]string{"markdown", "table", "context_actions"}, n.kind()):
		n.problem(n.path, "unsupported type: %s", n.kind())
		return
	}
	if id := n.str("block_id", maxID); id != "" {
		if n.blockIDs[id] {
			n.problem(n.at("block_id"), "block_id %s already exists", id)
		}
		n.blockIDs[id] = true
	}
	check(n)
}

func (n node) section() {
	n.only("block_id", "text", "fields", "accessory", "expand")
	if !n.has("text") && !n.has("fields") {
		n.problem(n.path, "missing required field: text")
	}
	n.text("text", anyText, maxSectionText)
	n.boolean("expand")
	if n.has("fields") {
		n.each("fields", 1, maxFields, func(f node) { f.checkText(anyText, maxFieldText) })
	}
	n.child("accessory", func(e node) { e.element(inSection) })
}

func (n node) header() {
	n.only("block_id", "text", "level")
	n.mustText("text", plainOnly, maxHeaderText)
	n.number("level", 1, 4)
}

func (n node) divider() { n.only("block_id") }

func (n node) context() {
	n.only("block_id", "elements")
	n.each("elements", 1, maxContext, func(e node) {
		if e.kind() == "image" {
			e.imageElement()
			return
		}
		e.checkText(anyText, maxSectionText)
	})
}

func (n node) actions() {
	n.only("block_id", "elements")
	n.elements(maxActions, inActions)
}

func (n node) contextActions() {
	n.only("block_id", "elements")
	n.elements(maxContextActions, inContextActions)
}

// elements checks the interactive elements of a block and that their action ids
// differ.
func (n node) elements(most int, place surface) {
	seen := map[string]bool{}
	n.each("elements", 1, most, func(e node) {
		e.element(place)
		if id, _ := e.fields["action_id"].(string); id != "" {
			if seen[id] {
				n.problem(e.at("action_id"), "action_id %s already exists in this block", id)
			}
			seen[id] = true
		}
	})
}

func (n node) imageBlock() {
	n.only("block_id", "image_url", "slack_file", "alt_text", "title")
	n.imageSource()
	n.text("title", plainOnly, maxAltText)
}

func (n node) imageElement() {
	n.only("image_url", "slack_file", "alt_text")
	n.imageSource()
}

func (n node) imageSource() {
	if n.has("image_url") == n.has("slack_file") {
		n.problem(n.path, "must have exactly one of image_url and slack_file")
	}
	n.str("image_url", maxURL)
	n.mustStr("alt_text", maxAltText)
}

func (n node) input() {
	n.only("block_id", "label", "element", "hint", "optional", "dispatch_action")
	n.inputs++
	n.mustText("label", plainOnly, maxFieldText)
	n.text("hint", plainOnly, maxFieldText)
	n.boolean("optional", "dispatch_action")
	if n.require("element") {
		n.child("element", func(e node) {
			e.element(inInput)
			if n.view && e.kind() == "external_select" {
				e.problem(e.path, "external_select in a view is not supported by the local stand-in")
			}
		})
	}
}

func (n node) markdown() {
	n.only("block_id", "text")
	n.mustStr("text", maxMarkdownText)
}

func (n node) table() {
	n.only("block_id", "rows", "column_settings")
	n.tables++
	for i, row := range n.list("rows", 1, maxTableRows) {
		path := n.at("rows") + "/" + strconv.Itoa(i)
		cells, ok := row.([]any)
		if !ok || len(cells) == 0 || len(cells) > maxTableColumns {
			n.problem(path, "a row must be an array of 1 to %d cells", maxTableColumns)
			continue
		}
		for j, cell := range cells {
			if c, ok := n.object(cell, path+"/"+strconv.Itoa(j)); ok {
				c.cell()
			}
		}
	}
	if countText(n.fields["rows"]) > maxTableText {
		n.problem(n.path, "a table must be less than %d characters", maxTableText+1)
	}
	n.list("column_settings", 0, maxTableColumns)
}

func (n node) cell() {
	switch n.kind() {
	case "raw_text":
		n.only("text")
		n.mustStr("text", maxTableText)
	case "raw_number":
		n.only("value", "text")
		n.require("value")
	case "rich_text":
		n.richText()
	default:
		n.problem(n.path, "unsupported type: %s", n.kind())
	}
}
