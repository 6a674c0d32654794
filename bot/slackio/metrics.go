package slackio

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"campaignbot/bot"
)

// Metrics counts what goes in and out of Slack.
type Metrics struct {
	requests  *prometheus.CounterVec
	calls     *prometheus.CounterVec
	ack       *prometheus.HistogramVec
	connected prometheus.Gauge
}

var (
	transports = []string{"http", "socket"}
	surfaces   = []string{"command", "event", "interaction", "other"}
	outcomes   = []string{"accepted", "ignored", "signature", "malformed", "too_large", "panic"}
	methods    = []string{
		"auth.test", "chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.history", "conversations.replies",
		"reactions.add", "usergroups.users.list", "users.info", "views.open", "views.update", "response_url",
	}
	reasons = []string{"ok", bot.ReasonRateLimited, bot.ReasonUnavailable, bot.ReasonUnknown, bot.ReasonAuth, bot.ReasonScope, bot.ReasonChannel, bot.ReasonRefused}
)

// NewMetrics registers the metrics, every label value at zero.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_slack_requests_total", Help: "Payloads received from Slack, by kind and outcome.",
		}, []string{"kind", "outcome"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campaignbot_slack_calls_total", Help: "Calls to Slack, by method and result.",
		}, []string{"method", "result"}),
		ack: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "campaignbot_slack_ack_seconds", Help: "Time from receiving a payload to its acknowledgement.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 1.5, 3},
		}, []string{"transport"}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "campaignbot_slack_connected", Help: "1 while the connection to Slack is usable.",
		}),
	}
	reg.MustRegister(m.requests, m.calls, m.ack, m.connected)
	for _, s := range surfaces {
		for _, o := range outcomes {
			m.requests.WithLabelValues(s, o)
		}
	}
	for _, method := range methods {
		for _, r := range reasons {
			m.calls.WithLabelValues(method, r)
		}
	}
	for _, t := range transports {
		m.ack.WithLabelValues(t)
	}
	return m
}

func (m *Metrics) call(method string, err error) {
	result := "ok"
	if err != nil {
		result = failure(err).Reason
	}
	m.calls.WithLabelValues(method, result).Inc()
}

func (m *Metrics) received(kind, outcome string) { m.requests.WithLabelValues(kind, outcome).Inc() }

func (m *Metrics) ignored(kind string) { m.received(kind, "ignored") }

func (m *Metrics) acked(transport string, start time.Time) {
	m.ack.WithLabelValues(transport).Observe(time.Since(start).Seconds())
}
