package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

const staleness = 15 * time.Second

func begin(t *testing.T, s *store.Store, now time.Time) (int64, time.Time) {
	t.Helper()
	turn, since, err := s.Begin(context.Background(), "key", now, staleness)
	ok(t, err)
	return turn, since
}

func beginOnce(t *testing.T, s *store.Store) {
	turn, since := begin(t, s, noon)
	want(t, "the first turn", turn, 1)
	want(t, "since", since, noon)
	turn, since = begin(t, s, noon.Add(staleness-time.Millisecond))
	want(t, "a turn while somebody else is at it", turn, 0)
	want(t, "since", since, noon)
	turn, since = begin(t, s, noon.Add(staleness))
	want(t, "the turn after it got stale", turn, 2)
	want(t, "since the first attempt", since, noon)
}

func beginRace(t *testing.T, s *store.Store) {
	for i := range 5 {
		key := fmt.Sprint("key", i)
		wins := race(t, func(int) (bool, error) {
			turn, _, err := s.Begin(context.Background(), key, noon, staleness)
			return turn == 1, err
		})
		want(t, "replicas with the turn", wins, 1)
	}
}

func takeOverRace(t *testing.T, s *store.Store) {
	for i := range 5 {
		now := noon.Add(time.Duration(i) * staleness)
		wins := race(t, func(int) (bool, error) {
			turn, _, err := s.Begin(context.Background(), "key", now, staleness)
			return turn > 0, err
		})
		want(t, "replicas with the turn", wins, 1)
	}
	turn, since := begin(t, s, noon.Add(5*staleness))
	want(t, "turn", turn, 6)
	want(t, "since", since, noon)
}

func doubt(t *testing.T, s *store.Store) {
	turn, _ := begin(t, s, noon)
	ok(t, s.Doubt(context.Background(), "key", turn, noon.Add(time.Second)))
	turn, since := begin(t, s, noon.Add(2*time.Second))
	want(t, "turn", turn, 2)
	want(t, "since", since, noon)
	turn, _ = begin(t, s, noon.Add(3*time.Second))
	want(t, "a third turn", turn, 0)
}

func abandon(t *testing.T, s *store.Store) {
	ctx := context.Background()
	turn, _ := begin(t, s, noon)
	ok(t, s.Abandon(ctx, "key", turn))
	turn, since := begin(t, s, noon.Add(time.Minute))
	want(t, "the turn after the first was refused", turn, 1)
	want(t, "since", since, noon.Add(time.Minute))
	ok(t, s.Doubt(ctx, "key", turn, noon.Add(time.Minute)))
	turn, _ = begin(t, s, noon.Add(2*time.Minute))
	ok(t, s.Abandon(ctx, "key", turn))
	turn, since = begin(t, s, noon.Add(3*time.Minute))
	want(t, "the turn after a refusal that followed a doubt", turn, 3)
	want(t, "since the doubt", since, noon.Add(time.Minute))
}

func oldTurn(t *testing.T, s *store.Store) {
	ctx := context.Background()
	old, _ := begin(t, s, noon)
	turn, _ := begin(t, s, noon.Add(staleness))
	want(t, "turn", turn, 2)
	ok(t, s.Abandon(ctx, "key", old))
	ok(t, s.Doubt(ctx, "key", old, noon.Add(staleness)))
	turn, _ = begin(t, s, noon.Add(staleness+time.Second))
	want(t, "a turn while the second is at it", turn, 0)
}

func sentOnce(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, found, err := s.Posted(ctx, "key")
	ok(t, err)
	want(t, "an unknown key is posted", found, false)
	turn, _ := begin(t, s, noon)
	_, found, err = s.Posted(ctx, "key")
	ok(t, err)
	want(t, "a post that was begun is posted", found, false)
	first := bot.MessageRef{Channel: "C1", TS: "1.1"}
	ok(t, s.Sent(ctx, "key", first, noon))
	ok(t, s.Sent(ctx, "key", bot.MessageRef{Channel: "C1", TS: "2.2"}, noon))
	ok(t, s.Abandon(ctx, "key", turn))
	ok(t, s.Doubt(ctx, "key", turn, noon))
	turn, _ = begin(t, s, noon.Add(time.Hour))
	want(t, "a turn for what is posted", turn, 0)
	ref, found, err := s.Posted(ctx, "key")
	ok(t, err)
	want(t, "found", found, true)
	want(t, "address", ref, first)
	ok(t, s.Sent(ctx, "never begun", first, noon))
	_, found, err = s.Posted(ctx, "never begun")
	ok(t, err)
	want(t, "what was not begun is recorded", found, true)
}
