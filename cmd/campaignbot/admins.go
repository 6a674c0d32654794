package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"campaignbot/bot"
)

// membersKept is how long the members of a user group are remembered.
const membersKept = time.Minute

// admins are the administrators of the bot: people, and the members of user groups.
type admins struct {
	ids     func() []string // as configured
	members func(ctx context.Context, group string) ([]string, error)
	clock   bot.Clock
	failed  func(group string, err error)

	mu   sync.Mutex
	kept map[string]groupMembers
}

type groupMembers struct {
	users []string
	at    time.Time
}

// has reports whether a person is an administrator. While Slack does not tell the members of a group, those that it told
// last are.
func (a *admins) has(ctx context.Context, user string) bool {
	ids := a.ids()
	if slices.Contains(ids, user) {
		return true
	}
	return slices.ContainsFunc(ids, func(id string) bool { return isGroup(id) && slices.Contains(a.of(ctx, id), user) })
}

func (a *admins) of(ctx context.Context, group string) []string {
	now := a.clock.Now()
	a.mu.Lock()
	last, known := a.kept[group]
	a.mu.Unlock()
	if known && now.Sub(last.at).Abs() < membersKept {
		return last.users
	}
	ctx, cancel := context.WithTimeout(ctx, profileWait)
	defer cancel()
	users, err := a.members(ctx, group)
	if err != nil {
		a.failed(group, err)
		return last.users
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil {
		a.kept = make(map[string]groupMembers)
	}
	a.kept[group] = groupMembers{users, now}
	return users
}

func isGroup(id string) bool { return strings.HasPrefix(id, "S") }
