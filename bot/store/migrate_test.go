package store_test

import (
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store"
	"campaignbot/bot/store/storetest"
)

// A task that an older program posted and claimed goes on, and nothing is told of it that happened before.
func TestTaskOfAnOlderProgramGoesOn(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s, ctx := open(t, store.Options{URL: url}), t.Context()
		now := time.UnixMilli(1_800_000_000_000)
		if err := s.MigrateTo(ctx, 1, `insert into tasks values ('t1', 'daily', 'C1', '{"":"check"}', 'null', 'en', 'claimed', 'C1', '1.1', 1,
			0, 0, '', 'U1', 1, '', 0, 2, 2, 0, 0)`); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		due, err := s.DueTasks(ctx, now)
		if err != nil || len(due) != 0 {
			t.Fatalf("due %v, %v", due, err)
		}
		got, changed, err := s.Snooze(ctx, "t1", "U1", now.Add(time.Hour), now)
		if err != nil || !changed || got.State != bot.TaskSnoozed || got.Version != 3 || got.Told != 2 {
			t.Fatalf("%+v, %v, %v", got, changed, err)
		}
		if err := s.MigrateTo(ctx, 1, `update tasks set state = 'open'`); err != nil {
			t.Fatalf("down: %v", err)
		}
	})
}
