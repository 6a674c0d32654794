package troubleshoot

import (
	"sync"

	"campaignbot/bot"
)

// repliesKept bounds the replies that are kept: every module in every language for ten instances, about.
const repliesKept = 500

// memo keeps replies that will be given again, and names them so. Its zero value is empty.
type memo struct {
	mu   sync.RWMutex
	kept map[string]bot.Reply
}

// get returns the reply of that name, made by build the first time. The caller must not change its parts.
func (m *memo) get(name string, build func() bot.Reply) bot.Reply {
	m.mu.RLock()
	reply, ok := m.kept[name]
	m.mu.RUnlock()
	if ok {
		return reply
	}
	reply = build()
	reply.Same = name
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || len(m.kept) >= repliesKept {
		m.kept = make(map[string]bot.Reply)
	}
	m.kept[name] = reply
	return reply
}
