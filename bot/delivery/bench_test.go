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

// engines are the databases that are measured, each with as many replicas as it allows.
var engines = []struct {
	name     string
	url      func(testing.TB) string
	replicas int
}{{"sqlite", storetest.SQLite, 1}, {"postgres", storetest.Postgres, 3}}

// BenchmarkEventLatency measures the time from an insert to the handler, one event at a time.
func BenchmarkEventLatency(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.url(b)
			begun := make(chan time.Time)
			d := running(b, url, &watched{storetest.Open(b, url), nil}, events(func(context.Context, bot.Job, int) error {
				begun <- time.Now()
				return nil
			}))
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := d.Enqueue(b.Context(), bot.Job{Kind: bot.JobEvent, Key: fmt.Sprint(len(took))}); err != nil {
					b.Fatal(err)
				}
				took = append(took, (<-begun).Sub(start))
			}
			report(b, took)
		})
	}
}

// BenchmarkBurst measures 200 posts that are due at once, to a Slack that answers after 100 ms, on three replicas
// (PostgreSQL) or one (SQLite).
func BenchmarkBurst(b *testing.B) {
	const posts = 200
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.url(b)
			sl := newSlack()
			sl.post = func(_ context.Context, out bot.Outgoing) (bot.MessageRef, error) {
				<-time.After(100 * time.Millisecond)
				return sl.accept(out), nil
			}
			s := &watched{storetest.Open(b, url), make(chan bot.Occurrence, posts)}
			var d *Delivery
			for range engine.replicas {
				d = running(b, url, s, func(o *Options) { o.Sender, o.Compose = sl, reminders })
			}
			var took []time.Duration
			for b.Loop() {
				jobs := make([]bot.Job, posts)
				for i := range jobs {
					jobs[i], _ = due(bot.SystemClock{}, fmt.Sprintf("s%d", len(took)+i), 0)
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
			report(b, took)
		})
	}
}

// running is a delivery at work, closed when the benchmark ends.
func running(b *testing.B, url string, s *watched, set func(*Options)) *Delivery {
	opts := bare(url, s)
	set(&opts)
	d, err := New(opts)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close(context.Background()) })
	if err := d.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := d.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	return d
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(took[len(took)-1].Seconds()*1000, "max-ms")
}
