package schedule

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
)

type metrics struct {
	ticks    prometheus.Counter
	errors   prometheus.Counter
	enqueued *prometheus.CounterVec
	skipped  *prometheus.CounterVec
	changed  *prometheus.CounterVec
	lag      prometheus.Histogram
}

// newMetrics registers the metrics, every label value at zero. Nil: they are counted for nobody.
func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		ticks: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "campaignbot_schedule_ticks_total", Help: "Times the planner looked for what is due.",
		}),
		errors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "campaignbot_schedule_failed_ticks_total", Help: "Ticks that could not do everything; the next one does the rest.",
		}),
		enqueued: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_schedule_enqueued_total", Help: "Jobs enqueued because they were due, by kind.",
		}, []string{"kind"}),
		skipped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_schedule_skipped_total", Help: "Due times skipped by the planner, by reason.",
		}, []string{"reason"}),
		changed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_schedule_tasks_total", Help: "Tasks that the time changed, by change.",
		}, []string{"change"}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "campaignbot_schedule_lag_seconds", Help: "Time from a due time until its job was enqueued.",
			Buckets: []float64{.1, .25, .5, 1, 1.5, 2, 3, 5, 10, 60, 600, 3600, 43200},
		}),
	}
	m.enqueued.WithLabelValues(bot.JobPost)
	for _, kind := range []bot.ChangeKind{bot.ChangeWoken, bot.ChangeOverdue, bot.ChangeEscalated} {
		m.changed.WithLabelValues(string(kind))
	}
	for _, label := range []string{labelWeekend, labelHoliday, labelPaused, labelMissed, labelLate} {
		m.skipped.WithLabelValues(label)
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.ticks, m.errors, m.enqueued, m.skipped, m.changed, m.lag} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("schedule: register metrics: %w", err)
		}
	}
	return m, nil
}

// count counts the due times of one schedule, in the store by now; list says why each was skipped.
func (m *metrics) count(occurrences []bot.Occurrence, list []Due, now time.Time) {
	for i, o := range occurrences {
		if o.State == bot.Planned {
			m.enqueued.WithLabelValues(bot.JobPost).Inc()
			m.lag.Observe(max(0, now.Sub(o.Due).Seconds()))
			continue
		}
		m.skipped.WithLabelValues(list[i].label).Add(float64(1 + o.Missed))
	}
}
