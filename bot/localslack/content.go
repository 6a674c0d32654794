package localslack

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Limits of one message, in characters.
const (
	maxText         = 40_000 // longer text is cut
	maxEditText     = 4_000  // chat.update and chat.postEphemeral refuse more
	maxMarkdownText = 12_000
	maxBlocksText   = 13_000 // reported by users, not documented by Slack
	maxAttachments  = 100
)

// content is what a message says, taken from arguments and checked.
type content struct {
	text        string
	blocks      json.RawMessage
	attachments json.RawMessage
	metadata    json.RawMessage
	// The has fields tell an absent argument from an empty one: chat.update keeps
	// what is absent.
	hasText, hasBlocks, hasAttachments, hasMetadata bool
}

func (c content) empty() bool {
	return c.text == "" && len(c.blocks) == 0 && len(c.attachments) == 0
}

// applyTo puts the content into a message.
func (c content) applyTo(m *Message) {
	m.Text, m.Blocks, m.Attachments, m.Metadata = c.text, c.blocks, c.attachments, c.metadata
}

// readContentLocked checks the parts of a message that people see. limit is the longest
// text that is accepted; 0 cuts at 40,000 characters instead of refusing.
func (w *Workspace) readContentLocked(a args, limit int) (content, *refusal) {
	var c content
	_, c.hasText = a["text"]
	_, c.hasBlocks = a["blocks"]
	_, c.hasAttachments = a["attachments"]
	c.text = a["text"]
	if r := readMarkdownText(a, &c); r != nil {
		return c, r
	}
	if limit > 0 && utf8.RuneCountInString(c.text) > limit {
		return c, refuse("msg_too_long")
	}
	c.text = cut(c.text, maxText)
	if c.hasBlocks {
		blocks, r := w.readBlocksLocked(a["blocks"])
		if r != nil {
			return c, r
		}
		c.blocks = blocks
	}
	if c.hasAttachments {
		attachments, r := w.readAttachmentsLocked(a["attachments"])
		if r != nil {
			return c, r
		}
		c.attachments = attachments
	}
	return c, readMetadata(a, &c)
}

// readMarkdownText turns markdown_text into the markdown block that Slack shows.
func readMarkdownText(a args, c *content) *refusal {
	text, ok := a["markdown_text"]
	if !ok {
		return nil
	}
	if c.hasText || c.hasBlocks {
		return refuse("markdown_text_conflict")
	}
	if utf8.RuneCountInString(text) > maxMarkdownText {
		return refuse("msg_too_long")
	}
	a["blocks"] = string(encode([]any{map[string]any{"type": "markdown", "text": text}}))
	c.hasBlocks, c.text = true, text
	return nil
}

func (w *Workspace) readBlocksLocked(text string) (json.RawMessage, *refusal) {
	var list []any
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, refuse("invalid_blocks_format")
	}
	if len(list) == 0 {
		return nil, nil
	}
	report := checkBlocks(list)
	switch {
	case report.secondTable:
		return nil, &refusal{code: "invalid_attachments", extras: problemsAnswer([]string{"only_one_table_allowed"})}
	case len(report.problems) > 0:
		return nil, &refusal{code: "invalid_blocks", extras: problemsAnswer(report.problems)}
	case report.characters > maxBlocksText:
		return nil, refuse("msg_blocks_too_long")
	}
	w.fillIDsLocked(list)
	return encode(list), nil
}

func problemsAnswer(problems []string) answer {
	return answer{"errors": problems, "response_metadata": answer{"messages": problems}}
}

// fillIDsLocked adds the block and action ids that an app may leave out.
func (w *Workspace) fillIDsLocked(blocks []any) {
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		if id, _ := block["block_id"].(string); id == "" {
			block["block_id"] = w.newIDLocked("b")
		}
		elements, _ := block["elements"].([]any)
		if block["type"] != "actions" && block["type"] != "context_actions" {
			elements = []any{block["accessory"], block["element"]}
		}
		for _, e := range elements {
			element, _ := e.(map[string]any)
			if element == nil || element["type"] == "image" {
				continue
			}
			if id, _ := element["action_id"].(string); id == "" {
				element["action_id"] = w.newIDLocked("a")
			}
		}
	}
}

func (w *Workspace) readAttachmentsLocked(text string) (json.RawMessage, *refusal) {
	var list []map[string]any
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, refuse("invalid_attachments")
	}
	if len(list) > maxAttachments {
		return nil, refuse("too_many_attachments")
	}
	for _, attachment := range list {
		blocks, ok := attachment["blocks"].([]any)
		if !ok {
			continue
		}
		if report := checkBlocks(blocks); len(report.problems) > 0 {
			return nil, &refusal{code: "invalid_attachments", extras: problemsAnswer(report.problems)}
		}
		w.fillIDsLocked(blocks)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return encode(list), nil
}

func readMetadata(a args, c *content) *refusal {
	text, ok := a["metadata"]
	if !ok || text == "" {
		return nil
	}
	var metadata struct {
		EventType    string                     `json:"event_type"`
		EventPayload map[string]json.RawMessage `json:"event_payload"`
	}
	if err := json.Unmarshal([]byte(text), &metadata); err != nil {
		return refuse("invalid_metadata_format")
	}
	c.hasMetadata = true
	if metadata.EventType == "" && len(metadata.EventPayload) == 0 {
		return nil // an empty object clears
	}
	if metadata.EventType == "" || metadata.EventPayload == nil {
		return &refusal{code: "invalid_metadata_schema", extras: problemsAnswer([]string{
			fmt.Sprintf("event_type %q needs an event_payload object, and the other way round", metadata.EventType),
		})}
	}
	c.metadata = json.RawMessage(text)
	return nil
}

// cut shortens a text to a number of characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}
