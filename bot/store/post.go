package store

import (
	"context"
	"fmt"
	"time"

	"campaignbot/bot"
)

// A post in the ledger is pending while somebody is posting it, doubtful when it was tried and nobody knows whether Slack
// took it, or sent.

// Begin asks for the right to post the message with this key. A turn above 0 gives it, until staleness: nobody else gets
// it before the row is older than that. Turn 1 is the first attempt; with a later turn the message may have been posted
// since the time returned, so look before you post. Turn 0 gives no right: the message is posted (Posted says where) or
// somebody else is at it since the time returned.
func (s *Store) Begin(ctx context.Context, key string, now time.Time, staleness time.Duration) (turn int64, since time.Time, err error) {
	what := "begin post " + key
	// One statement, so that of two that come at the same moment one wins.
	const take = `insert into posts (key, state, turn, since, at, channel, ts) values ($1, 'pending', 1, $2, $2, '', '')
		on conflict (key) do update set state = 'pending', turn = posts.turn + 1, at = excluded.at
		where posts.state = 'doubtful' or (posts.state = 'pending' and posts.at <= $3)
		returning turn, since`
	const look = `select at from posts where key = $1`
	for range 3 {
		var ms int64
		found, err := s.row(ctx, what, take, []any{key, millis(now), millis(now.Add(-staleness))}, &turn, &ms)
		if err != nil || found {
			return turn, fromMillis(ms), err
		}
		if found, err = s.row(ctx, what, look, []any{key}, &ms); err != nil || found {
			return 0, fromMillis(ms), err
		}
		// Whoever held it gave it back between the two statements.
	}
	return 0, time.Time{}, fmt.Errorf("%s: it comes and goes", what)
}

// Posted returns where the message with this key was posted; not ok when that is not known.
func (s *Store) Posted(ctx context.Context, key string) (ref bot.MessageRef, ok bool, err error) {
	ok, err = s.row(ctx, "look up post "+key, `select channel, ts from posts where key = $1 and state = 'sent'`, []any{key}, &ref.Channel, &ref.TS)
	return ref, ok, err
}

// Sent records where the message was posted, whoever's turn it is. The first address stays.
func (s *Store) Sent(ctx context.Context, key string, ref bot.MessageRef, now time.Time) error {
	_, err := s.exec(ctx, "record post "+key, `insert into posts (key, state, turn, since, at, channel, ts) values ($1, 'sent', 1, $2, $2, $3, $4)
		on conflict (key) do update set state = 'sent', at = excluded.at, channel = excluded.channel, ts = excluded.ts
		where posts.state <> 'sent'`, key, millis(now), ref.Channel, ref.TS)
	return err
}

// Doubt records that the attempt of this turn ended without an answer. The next Begin gets a turn at once.
func (s *Store) Doubt(ctx context.Context, key string, turn int64, now time.Time) error {
	_, err := s.exec(ctx, "doubt post "+key, `update posts set state = 'doubtful', at = $1 where key = $2 and turn = $3 and state = 'pending'`,
		millis(now), key, turn)
	return err
}

// Abandon gives the right of this turn back after Slack surely refused the message. What an earlier turn left in doubt
// stays in doubt; otherwise the row goes, and a later attempt starts afresh.
func (s *Store) Abandon(ctx context.Context, key string, turn int64) error {
	what := "abandon post " + key
	if turn > 1 {
		_, err := s.exec(ctx, what, `update posts set state = 'doubtful' where key = $1 and turn = $2 and state = 'pending'`, key, turn)
		return err
	}
	_, err := s.exec(ctx, what, `delete from posts where key = $1 and turn = $2 and state = 'pending'`, key, turn)
	return err
}
