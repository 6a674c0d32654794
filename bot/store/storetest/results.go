package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

func results(t *testing.T, s *store.Store) {
	ctx := context.Background()
	number := func(n int64) bot.Number { return bot.Number{Value: n, Given: true} }
	full := bot.Result{Rows: number(1200), Rejected: number(3), Duplicates: number(0), Note: "Monday's file"}
	part := bot.Result{Duplicates: number(2)}
	for id, channel := range map[string]string{"done": "C1", "later": "C1", "elsewhere": "C2", "open": "C1", "given-up": "C1"} {
		ok(t, s.CreateTask(ctx, task(id, channel)))
		ok(t, s.TaskPosted(ctx, id, bot.MessageRef{Channel: channel, TS: "1.1"}, noon))
	}
	set := func(id, user string, r bot.Result, want bool) bot.Task {
		t.Helper()
		got, changed, err := s.SetResult(ctx, id, user, r, noon.Add(2*time.Hour))
		ok(t, err)
		if changed != want {
			t.Errorf("%s by %s: changed %v", id, user, changed)
		}
		return got
	}
	set("open", "U1", full, false)
	for id, at := range map[string]time.Time{"later": noon.Add(time.Minute), "done": noon, "elsewhere": noon} {
		_, _, err := s.Done(ctx, id, "U1", at)
		ok(t, err)
	}
	_, _, err := s.CouldNot(ctx, "given-up", "U1", noon)
	ok(t, err)
	set("given-up", "U1", full, false)
	set("done", "U2", full, false)
	set("done", "U1", part, true)
	got := set("done", "U1", full, true)
	set("done", "U1", full, false)
	set("later", "U1", part, true)
	set("elsewhere", "U1", part, true)
	full.At, part.At = noon.Add(2*time.Hour), noon.Add(2*time.Hour)
	if diff := cmp.Diff(full, got.Result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	changes, err := s.Changes(ctx, "done", 2)
	ok(t, err)
	if len(changes) != 2 || changes[1].Kind != bot.ChangeResult || changes[1].By != "U1" {
		t.Errorf("changes %+v", changes)
	}
	for _, c := range []struct {
		channel string
		since   time.Time
		want    []bot.Result
	}{{"C1", noon, []bot.Result{full, part}}, {"C1", noon.Add(time.Second), []bot.Result{part}}, {"", noon, []bot.Result{full, part, part}}, {"C3", noon, nil}} {
		list, err := s.Results(ctx, c.channel, c.since)
		ok(t, err)
		var got []bot.Result
		for _, one := range list {
			got = append(got, one.Result)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("results in %q since %v (-want +got):\n%s", c.channel, c.since, diff)
		}
	}
}
