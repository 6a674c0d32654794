package blockkit

import (
	"strconv"
	"strings"
)

// ActionID returns the action_id of the nth button (from 0) of one action within one block: the id itself for the first,
// then id#1, id#2, …, because Slack wants them unique in a block. Ids hold no "#" and no "=" of their own.
func ActionID(id string, n int) string {
	if n <= 0 {
		return id
	}
	return id + "#" + strconv.Itoa(n)
}

// menuID returns the action_id of a menu. It carries the value too: Slack sends back only what was chosen, and for a menu of
// people that is a person.
func menuID(id, value string, n int) string { return ActionID(id, n) + "=" + value }

// ParseAction returns the action's id, and the value of a menu, for an action_id of ours.
func ParseAction(actionID string) (id, value string) {
	id, value, _ = strings.Cut(actionID, "=")
	return baseAction(id), value
}

// baseAction returns the action's id for an action_id made by ActionID.
func baseAction(actionID string) string {
	i := strings.LastIndexByte(actionID, '#')
	if i < 0 || i == len(actionID)-1 {
		return actionID
	}
	for _, c := range actionID[i+1:] {
		if c < '0' || c > '9' {
			return actionID
		}
	}
	return actionID[:i]
}
