package localslack

// botMessage is a new message of the installed app.
func (w *Workspace) botMessage(channel string, c content) Message {
	m := Message{Channel: channel, User: w.opt.BotUserID, BotID: w.opt.BotID, AppID: w.opt.AppID}
	c.applyTo(&m)
	return m
}

func (w *Workspace) postMessage(a args) (answer, *refusal) {
	channel, r := w.targetLocked(a["channel"], true)
	if r != nil {
		return nil, r
	}
	if c := w.channels[channel]; c != nil && !c.BotMember && (c.Private || !w.opt.hasScope("chat:write.public")) {
		return nil, refuse("not_in_channel")
	}
	body, r := w.readContentLocked(a, 0)
	if r != nil {
		return nil, r
	}
	if body.empty() {
		return nil, refuse("no_text")
	}
	m := w.botMessage(channel, body)
	if m.ThreadTS, r = w.threadLocked(channel, a["thread_ts"]); r != nil {
		return nil, r
	}
	if a.truth("reply_broadcast") {
		if m.ThreadTS == "" {
			return nil, refuse("invalid_arguments")
		}
		m.Broadcast, m.Subtype = true, "thread_broadcast"
	}
	stored := w.addLocked(m)
	w.emitMessageLocked(stored)
	return answer{"channel": channel, "ts": stored.TS, "message": stored.fields(true)}, nil
}

// threadLocked checks that a reply goes to a parent that exists. Slack lets a
// reply to a reply through and hides it in places, so it is refused here.
func (w *Workspace) threadLocked(channel, ts string) (string, *refusal) {
	if ts == "" {
		return "", nil
	}
	if !validTS(ts) {
		return "", refuse("invalid_thread_ts")
	}
	parent := w.findLocked(channel, ts)
	switch {
	case parent == nil:
		return "", refuse("thread_not_found")
	case parent.ThreadTS != "":
		return "", refuse("cannot_reply_to_message")
	}
	return ts, nil
}

func (w *Workspace) postEphemeral(a args) (answer, *refusal) {
	channel, r := w.targetLocked(a["channel"], true)
	if r != nil {
		return nil, r
	}
	if !w.memberLocked(channel) {
		return nil, refuse("not_in_channel")
	}
	if w.users[a["user"]] == nil {
		return nil, refuse("user_not_in_channel")
	}
	if len(a["text"]) > maxEditText {
		return nil, refuse("msg_too_long")
	}
	body, r := w.readContentLocked(a, maxEditText)
	if r != nil {
		return nil, r
	}
	if body.empty() {
		return nil, refuse("no_text")
	}
	m := w.botMessage(channel, body)
	if m.ThreadTS, r = w.threadLocked(channel, a["thread_ts"]); r != nil {
		return nil, r
	}
	m.VisibleTo, m.Metadata = a["user"], nil
	return answer{"message_ts": w.addLocked(m).TS}, nil
}

// ownMessageLocked finds a message of the bot by channel id and time.
func (w *Workspace) ownMessageLocked(a args, notOwn string) (*Message, *refusal) {
	channel, r := w.targetLocked(a["channel"], false)
	if r != nil {
		return nil, r
	}
	m := w.findLocked(channel, a["ts"])
	switch {
	case m == nil:
		return nil, refuse("message_not_found")
	case m.BotID != w.opt.BotID:
		return nil, refuse(notOwn)
	}
	return m, nil
}

func (w *Workspace) updateMessage(a args) (answer, *refusal) {
	m, r := w.ownMessageLocked(a, "cant_update_message")
	if r != nil {
		return nil, r
	}
	body, r := w.readContentLocked(a, maxEditText)
	if r != nil {
		return nil, r
	}
	if !body.hasText && !body.hasBlocks && !body.hasAttachments && !body.hasMetadata {
		return nil, refuse("no_text")
	}
	if body.empty() && (body.hasText || body.hasBlocks) {
		return nil, refuse("no_text")
	}
	w.editLocked(m, body)
	return answer{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": m.fields(true)}, nil
}

// editLocked changes a message in place. Text without blocks drops the blocks;
// neither keeps both; metadata stays unless it is sent.
func (w *Workspace) editLocked(m *Message, body content) {
	before := m.clone()
	if body.hasText || body.hasBlocks {
		m.Blocks = body.blocks
		if body.hasText {
			m.Text = body.text
		}
	}
	if body.hasAttachments {
		m.Attachments = body.attachments
	}
	if body.hasMetadata {
		m.Metadata = body.metadata
	}
	m.EditedTS = w.newTSLocked()
	w.changedLocked(m)
	w.emitChangedLocked(m, before)
}

func (w *Workspace) deleteMessage(a args) (answer, *refusal) {
	m, r := w.ownMessageLocked(a, "cant_delete_message")
	if r != nil {
		return nil, r
	}
	w.removeLocked(m)
	return answer{"channel": m.Channel, "ts": m.TS}, nil
}
