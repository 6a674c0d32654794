package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/bot/store"
)

func misses(t *testing.T, s *store.Store) {
	ctx := context.Background()
	ok(t, s.Missed(ctx, "why is the sky blue", "en", noon))
	ok(t, s.Missed(ctx, "Why is  the sky BLUE", "nl", noon.Add(time.Hour)))
	ok(t, s.Missed(ctx, "waar is de koffie", "nl", noon.Add(2*time.Hour)))
	ok(t, s.Missed(ctx, " \n ", "en", noon))
	ok(t, s.Missed(ctx, strings.Repeat("é", 1000), "fr", noon.Add(-48*time.Hour)))
	sky := bot.Miss{Text: "why is the sky blue", Language: "en", Times: 2, First: noon, Last: noon.Add(time.Hour)}
	coffee := bot.Miss{Text: "waar is de koffie", Language: "nl", Times: 1, First: noon.Add(2 * time.Hour), Last: noon.Add(2 * time.Hour)}
	got, err := s.Misses(ctx, noon, 0)
	ok(t, err)
	if diff := cmp.Diff([]bot.Miss{sky, coffee}, got); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	got, err = s.Misses(ctx, noon, 1)
	ok(t, err)
	if len(got) != 1 || got[0].Text != sky.Text {
		t.Errorf("the first is %+v", got)
	}
	got, err = s.Misses(ctx, time.Time{}, 0)
	ok(t, err)
	if len(got) != 3 || len([]rune(got[2].Text)) != 500 {
		t.Errorf("all are %+v", got)
	}
}
