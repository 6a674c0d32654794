package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"campaignbot/bot"
)

func (m *memory) ToCome(channel string, after, until time.Time) []bot.DuePost {
	var list []bot.DuePost
	for _, d := range m.toCome {
		if d.Schedule.Channel == channel && d.Due.After(after) && !d.Due.After(until) {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b bot.DuePost) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Schedule.ID, b.Schedule.ID))
	})
	return list
}

func (m *memory) Misses(context.Context, time.Time, int) ([]bot.Miss, error) {
	return make([]bot.Miss, m.missed), m.down
}

// TestTheDigestIsWhatPeopleRead compares digests with a golden file for each language.
func TestTheDigestIsWhatPeopleRead(t *testing.T) {
	for _, lang := range bot.Languages() {
		t.Run(lang, func(t *testing.T) {
			r := newRig(t, lang)
			var b strings.Builder
			show := func(what string, reply bot.Reply) {
				b.WriteString("=== " + what + "\n\n" + r.renderer.Plain(reply) + "\n\n")
			}
			r.memory.timetable = timetable()
			reminder := timetable()[0]
			for _, hour := range []int{20, 30} {
				r.memory.toCome = append(r.memory.toCome, bot.DuePost{Schedule: reminder, Due: noon.Add(time.Duration(hour) * time.Hour)})
			}
			show("on demand, of a quiet day", r.ask("digest"))
			hourly := bot.Schedule{ID: "queue", Channel: "C1", Kind: bot.KindReminder}
			for hour := range 3 {
				r.memory.toCome = append(r.memory.toCome, bot.DuePost{Schedule: hourly, Due: noon.Add(time.Duration(hour+1) * time.Hour)})
			}
			r.memory.toCome = append(r.memory.toCome, bot.DuePost{Schedule: timetable()[1], Due: noon.Add(5 * time.Hour)})
			skipped := bot.Occurrence{Schedule: "failed-exports", Due: noon.Add(-3 * time.Hour), State: bot.Skipped, Reason: bot.ReasonChannel, At: noon.Add(-2 * time.Hour)}
			r.memory.past = append([]bot.Occurrence{skipped}, outcomes("failed-exports")...)
			r.memory.missed = 3
			for i, rows := range []int64{900, 1200, 300} {
				r.memory.results = append(r.memory.results, bot.Task{Schedule: "failed-exports", DoneAt: noon.Add(time.Duration(i-3) * time.Hour),
					Result: bot.Result{Rows: bot.Number{Value: rows, Given: true}, Rejected: bot.Number{Value: int64(i), Given: i > 0}, Duplicates: bot.Number{Given: i > 1}, At: noon}})
			}
			show("on demand, with what went wrong in 24 hours", r.ask("digest"))
			show("posted by a press", r.press("U0ANN0001", "digest.post", "digest"))
			posted := noon.Add(-4 * 24 * time.Hour)
			r.memory.past = append(r.memory.past, bot.Occurrence{Schedule: "overview", Due: posted, State: bot.Posted, At: posted})
			show("since the last one, four days ago", r.ask("digest"))
			r.memory.down = errors.New("down")
			show("without the store", r.ask("digest"))
			golden(t, "digest."+lang+".txt", b.String())
		})
	}
}

func TestTheTrendHasBarsForTheEyeAndNumbersForTheEar(t *testing.T) {
	r := newRig(t, "en")
	r.memory.missed = 1
	for i := range 12 {
		r.memory.results = append(r.memory.results, bot.Task{Schedule: "failed-exports", DoneAt: noon.AddDate(0, 0, i-12),
			Result: bot.Result{Rejected: bot.Number{Value: int64(i), Given: true}, At: noon}})
	}
	old := bot.Task{Schedule: "old", DoneAt: noon.AddDate(0, 0, -3), Result: bot.Result{Rows: bot.Number{Value: 1, Given: true}, At: noon}}
	r.memory.results = append(r.memory.results, old, old)
	m := r.renderer.Message(r.ask("digest"))
	blocks, err := json.Marshal(m.Blocks)
	must(t, err)
	const numbers, bars = "4 → 5 → 6 → 7 → 8 → 9 → 10 → 11", "▄▄▅▅▆▇▇█"
	if !strings.Contains(string(blocks), numbers+" "+bars) || !strings.Contains(m.Text, numbers) || strings.Contains(m.Text, "█") {
		t.Errorf("blocks %s\ntext %s", blocks, m.Text)
	}
	if strings.Contains(m.Text, "`old`") {
		t.Errorf("a trend without news: %s", m.Text)
	}
}

// A digest is written before it is posted: what ends between the two must be told by the next.
func TestTheDigestTellsWhatEndedWhileTheOneBeforeWasPosted(t *testing.T) {
	r := newRig(t, "en")
	r.memory.timetable = timetable()
	before := noon.Add(-19 * time.Hour)
	r.memory.past = []bot.Occurrence{{Schedule: "overview", Due: before, State: bot.Posted, At: before.Add(50 * time.Second)}}
	r.memory.task = bot.Task{ID: "t", Schedule: "failed-exports", Channel: "C1", State: bot.TaskDone, Text: map[string]string{"": "Look"}, DoneBy: "U0ANN0001", DoneAt: before.Add(time.Second)}
	if got := r.renderer.Plain(r.ask("digest")); !strings.Contains(got, "1 task done") {
		t.Error(got)
	}
}

func TestTheDigestTellsNothingOfOtherChannels(t *testing.T) {
	r := newRig(t, "en")
	elsewhere := timetable()[0]
	elsewhere.Channel = "C2"
	r.memory.timetable = []bot.Schedule{elsewhere}
	r.memory.past = outcomes(elsewhere.ID)
	r.memory.toCome = []bot.DuePost{{Schedule: elsewhere, Due: noon.Add(time.Hour)}}
	if got := r.renderer.Plain(r.ask("digest")); strings.Contains(got, elsewhere.ID) || !strings.Contains(got, "Nothing is open") {
		t.Error(got)
	}
}

func TestTheDigestCountsWhatItDoesNotList(t *testing.T) {
	r := newRig(t, "en")
	for i := range 30 {
		s := bot.Schedule{ID: fmt.Sprintf("s%02d", i), Channel: "C1", Kind: bot.KindReminder}
		r.memory.toCome = append(r.memory.toCome, bot.DuePost{Schedule: s, Due: noon.Add(time.Minute)})
	}
	r.memory.missed = 1
	got := r.renderer.Plain(r.ask("digest"))
	if !strings.Contains(got, "30 reminders within 24 hours") || strings.Count(got, "`s") > 20 {
		t.Error(got)
	}
}
