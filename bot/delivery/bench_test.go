package delivery

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"campaignbot/bot"
	"campaignbot/bot/store/storetest"
)

// BenchmarkEventLatency measures the time from an insert to the handler, one event at a time.
func BenchmarkEventLatency(b *testing.B) {
	for _, engine := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.url(b)
			begun := make(chan time.Time)
			opts := bare(url, &watched{storetest.Open(b, url), nil})
			events(func(context.Context, bot.Job, int) error { begun <- time.Now(); return nil })(&opts)
			d, err := New(opts)
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close(context.Background())
			if err := d.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			if err := d.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := d.Enqueue(b.Context(), bot.Job{Kind: bot.JobEvent, Key: fmt.Sprint(len(took))}); err != nil {
					b.Fatal(err)
				}
				took = append(took, (<-begun).Sub(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
		})
	}
}

// BenchmarkBurst measures 200 posts that are due at once, to a Slack that answers after 100 ms, on three replicas
// (PostgreSQL) or one (SQLite).
func BenchmarkBurst(b *testing.B) {
	for _, engine := range []struct {
		name     string
		url      func(testing.TB) string
		replicas int
	}{{"sqlite", storetest.SQLite, 1}, {"postgres", storetest.Postgres, 3}} {
		b.Run(engine.name, func(b *testing.B) {
			const posts = 200
			url := engine.url(b)
			sl := newSlack()
			sl.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
				<-time.After(100 * time.Millisecond)
				return sl.accept(out), nil
			}
			s := &watched{storetest.Open(b, url), make(chan bot.Occurrence, posts)}
			var d *Delivery
			for range engine.replicas {
				opts := bare(url, s)
				opts.Sender = sl
				opts.Compose = map[string]func(context.Context, bot.DuePost) (bot.Outgoing, error){
					bot.KindReminder: func(_ context.Context, due bot.DuePost) (bot.Outgoing, error) {
						return bot.Outgoing{Channel: due.Schedule.Channel}, nil
					},
				}
				var err error
				if d, err = New(opts); err != nil {
					b.Fatal(err)
				}
				defer d.Close(context.Background())
				if err := d.Migrate(b.Context()); err != nil {
					b.Fatal(err)
				}
				if err := d.Start(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			var took []time.Duration
			round := 0
			for b.Loop() {
				round++
				jobs := make([]bot.Job, posts)
				for i := range jobs {
					jobs[i], _ = due(bot.SystemClock{}, fmt.Sprintf("s%d-%d", round, i), 0)
				}
				start := time.Now()
				if err := d.Enqueue(b.Context(), jobs...); err != nil {
					b.Fatal(err)
				}
				for range posts {
					<-s.done
					took = append(took, time.Since(start))
				}
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
			b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
		})
	}
}
