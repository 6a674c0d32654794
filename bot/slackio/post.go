package slackio

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot"
)

// metadataEvent is the event_type of the metadata on every message the bot posts; its payload holds the key.
const metadataEvent = "campaignbot_post"

// lookbackPages bounds a look-back to this many pages of 200 messages.
const lookbackPages = 5

// Post posts a message and returns its address, or a *bot.SendError.
func (c *Client) Post(ctx context.Context, out bot.Outgoing) (bot.MessageRef, error) {
	options := c.content(out.Reply)
	options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType:    metadataEvent,
		EventPayload: map[string]any{"key": out.Key},
	}))
	if out.Thread != "" {
		options = append(options, slack.MsgOptionTS(out.Thread))
	}
	channel, ts, err := c.api.PostMessageContext(ctx, out.Channel, options...)
	c.metrics.call("chat.postMessage", err)
	if err != nil {
		return bot.MessageRef{}, failure(err)
	}
	return bot.MessageRef{Channel: channel, TS: ts}, nil
}

// Update replaces a message's content.
func (c *Client) Update(ctx context.Context, ref bot.MessageRef, reply bot.Reply) error {
	_, _, _, err := c.api.UpdateMessageContext(ctx, ref.Channel, ref.TS, c.content(reply)...)
	c.metrics.call("chat.update", err)
	if err != nil {
		return failure(err)
	}
	return nil
}

// Whisper shows a reply to one person only, in a channel or thread.
func (c *Client) Whisper(ctx context.Context, channel, thread, user string, reply bot.Reply) error {
	options := c.content(reply)
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	_, err := c.api.PostEphemeralContext(ctx, channel, user, options...)
	c.metrics.call("chat.postEphemeral", err)
	if err != nil {
		return failure(err)
	}
	return nil
}

func (c *Client) content(reply bot.Reply) []slack.MsgOption {
	m := c.renderer.Message(reply)
	return []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	}
}

// Find looks for the bot's own message with the key, in the channel or in a thread of it, posted at or after since.
func (c *Client) Find(ctx context.Context, channel, thread, key string, since time.Time) (bot.MessageRef, bool, error) {
	oldest := strconv.FormatInt(since.Unix(), 10)
	cursor := ""
	for range lookbackPages {
		messages, next, err := c.page(ctx, channel, thread, oldest, cursor)
		if err != nil {
			return bot.MessageRef{}, false, fmt.Errorf("look back in %s: %w", channel, failure(err))
		}
		for _, m := range messages {
			if m.Metadata.EventType == metadataEvent && m.Metadata.EventPayload["key"] == key {
				return bot.MessageRef{Channel: channel, TS: m.Timestamp}, true, nil
			}
		}
		if next == "" {
			return bot.MessageRef{}, false, nil
		}
		cursor = next
	}
	return bot.MessageRef{}, false, &bot.SendError{Reason: bot.ReasonUnknown, Err: fmt.Errorf("look back in %s: more than %d pages", channel, lookbackPages)}
}

func (c *Client) page(ctx context.Context, channel, thread, oldest, cursor string) ([]slack.Message, string, error) {
	if thread != "" {
		messages, _, next, err := c.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Oldest: oldest, Inclusive: true, Limit: 200, Cursor: cursor, IncludeAllMetadata: true,
		})
		c.metrics.call("conversations.replies", err)
		return messages, next, err
	}
	res, err := c.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: oldest, Inclusive: true, Limit: 200, Cursor: cursor, IncludeAllMetadata: true,
	})
	c.metrics.call("conversations.history", err)
	if err != nil {
		return nil, "", err
	}
	return res.Messages, res.ResponseMetaData.NextCursor, nil
}
