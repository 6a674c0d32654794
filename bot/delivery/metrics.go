package delivery

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
)

// The reasons of a retry after what is no *bot.SendError.
const (
	reasonError = "error"
	reasonPanic = "panic"
)

// metrics are what an operator sees of the jobs. Every label value is there from the start, so that a rate over the
// first event is not lost.
type metrics struct {
	posts    *prometheus.CounterVec // by outcome
	lateness prometheus.Histogram
	found    prometheus.Counter
	retries  *prometheus.CounterVec   // by reason
	waits    *prometheus.HistogramVec // by job
}

func newMetrics(reg prometheus.Registerer, kinds []string) (*metrics, error) {
	m := &metrics{
		posts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_posts_total", Help: "Due times that got their result, by outcome.",
		}, []string{"outcome"}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "campaignbot_post_lateness_seconds", Help: "Time from a due time to its post.",
			Buckets: []float64{.1, .25, .5, 1, 3, 10, 60, 300, 3600, 86400},
		}),
		found: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "campaignbot_posts_found_total", Help: "Posts in doubt that a look-back found, and that were not repeated.",
		}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_job_retries_total", Help: "Attempts of jobs that ended with another one to come, by reason.",
		}, []string{"reason"}),
		waits: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "campaignbot_job_wait_seconds", Help: "Time from when a job could be done to when it was begun, by kind of job.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 3, 10, 60, 300},
		}, []string{"job"}),
	}
	for _, state := range []bot.OccurrenceState{bot.Posted, bot.PostedLate, bot.Skipped} {
		m.posts.WithLabelValues(string(state))
	}
	for _, reason := range []string{
		bot.ReasonRateLimited, bot.ReasonUnavailable, bot.ReasonUnknown, bot.ReasonAuth, bot.ReasonScope, bot.ReasonChannel, bot.ReasonRefused,
		reasonBusy, reasonError, reasonPanic,
	} {
		m.retries.WithLabelValues(reason)
	}
	for _, kind := range kinds {
		m.waits.WithLabelValues(kind)
	}
	if reg == nil {
		return m, nil
	}
	var errs []error
	for _, c := range []prometheus.Collector{m.posts, m.lateness, m.found, m.retries, m.waits} {
		errs = append(errs, reg.Register(c))
	}
	return m, errors.Join(errs...)
}

func (m *metrics) started(kind string, waited time.Duration) {
	m.waits.WithLabelValues(kind).Observe(max(waited, 0).Seconds())
}

func (m *metrics) finished(o bot.Occurrence) {
	m.posts.WithLabelValues(string(o.State)).Inc()
	if o.State != bot.Skipped {
		m.lateness.Observe(max(o.At.Sub(o.Due), 0).Seconds())
	}
}
