package adminhttp

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newServer(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	s := New(o)
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func ask(s *Server, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func fine(context.Context) error { return nil }

func TestPathsAndMethods(t *testing.T) {
	registry := prometheus.NewRegistry()
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "campaignbot_answers_total", Help: "Answers."})
	registry.MustRegister(counter)
	s := newServer(t, Options{Registry: registry, Checks: []Check{{"store", fine}}})
	cases := []struct {
		name, method, path string
		code               int
		contentType, body  string // body: what it holds
	}{
		{"healthz", "GET", "/healthz", 200, "text/plain; charset=utf-8", "ok"},
		{"healthz with a query", "GET", "/healthz?verbose", 200, "text/plain; charset=utf-8", "ok"},
		{"healthz without a body", "HEAD", "/healthz", 200, "text/plain; charset=utf-8", ""},
		{"readyz", "GET", "/readyz", 200, "application/json", `{"ready":true,"checks":{"store":"ok"}}`},
		{"metrics", "GET", "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", "campaignbot_answers_total 0"},
		{"posting to metrics", "POST", "/metrics", 405, "text/plain; charset=utf-8", "method not allowed"},
		{"deleting readyz", "DELETE", "/readyz", 405, "text/plain; charset=utf-8", "method not allowed"},
		{"the root", "GET", "/", 404, "text/plain; charset=utf-8", "404"},
		{"below a path", "GET", "/healthz/", 404, "text/plain; charset=utf-8", "404"},
		{"a path that would have to be cleaned", "GET", "/x/../metrics", 404, "text/plain; charset=utf-8", "404"},
		{"the profiler", "GET", "/debug/pprof/", 404, "text/plain; charset=utf-8", "404"},
		{"posting elsewhere", "POST", "/slack/events", 404, "text/plain; charset=utf-8", "404"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := ask(s, c.method, c.path)
			if w.Code != c.code || w.Header().Get("Content-Type") != c.contentType || !strings.Contains(w.Body.String(), c.body) {
				t.Errorf("got %d %s %s", w.Code, w.Header().Get("Content-Type"), w.Body)
			}
		})
	}
	if got := ask(s, "PUT", "/healthz").Header().Get("Allow"); got != "GET, HEAD" {
		t.Errorf("allow %q", got)
	}
}

func TestServesOnItsListenerUntilClosed(t *testing.T) {
	s := newServer(t, Options{Checks: []Check{{"store", fine}}})
	if s.Addr() != "" {
		t.Errorf("has the address %s before it started", s.Addr())
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	get := func(path string) (int, string) {
		t.Helper()
		resp, err := client.Get("http://" + s.Addr() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	if code, body := get("/healthz"); code != 200 || body != "ok" {
		t.Errorf("healthz: %d %s", code, body)
	}
	s.SetStopping()
	if code, body := get("/readyz"); code != 503 || body != `{"ready":false,"stopping":true,"checks":{"store":"ok"}}`+"\n" {
		t.Errorf("readyz while stopping: %d %s", code, body)
	}
	if code, body := get("/healthz"); code != 200 || body != "ok" {
		t.Errorf("healthz while stopping: %d %s", code, body)
	}
	addr := s.Addr()
	for range 2 {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if resp, err := client.Get("http://" + addr + "/healthz"); err == nil {
		resp.Body.Close()
		t.Error("answers after it was closed")
	}
	if err := s.Start(); err == nil {
		t.Error("starts after it was closed")
	}
}

func TestTakenPortIsSaidClearly(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = newServer(t, Options{Addr: taken.Addr().String()}).Start()
	if want := "admin.addr: " + taken.Addr().String() + " is in use"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestForeignAddressIsSaidClearly(t *testing.T) {
	err := newServer(t, Options{Addr: "192.0.2.1:9090"}).Start() // an address reserved for documentation
	if want := "admin.addr: 192.0.2.1:9090 is not an address of this machine"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSecondStartIsRefused(t *testing.T) {
	s := newServer(t, Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err == nil {
		t.Error("starts twice")
	}
}

func TestBadOptions(t *testing.T) {
	cases := []struct {
		name string
		o    Options
	}{
		{"no address", Options{}},
		{"a check without a name", Options{Addr: ":0", Checks: []Check{{"", fine}}}},
		{"a check without a function", Options{Addr: ":0", Checks: []Check{{"store", nil}}}},
		{"two checks of one name", Options{Addr: ":0", Checks: []Check{{"store", fine}, {"store", fine}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := New(c.o)
			if err := s.Start(); err == nil {
				t.Error("accepted")
			}
			if err := s.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFailingCollectorIsLoggedAndTheOthersShown(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "good", Help: "Good."}), badCollector{})
	var log bytes.Buffer
	s := newServer(t, Options{Registry: registry, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if w := ask(s, "GET", "/metrics"); w.Code != 200 || !strings.Contains(w.Body.String(), "good 0") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "level=WARN") {
		t.Errorf("logged %q", log.String())
	}
}

type badCollector struct{}

var badDesc = prometheus.NewDesc("bad", "Bad.", nil, nil)

func (badCollector) Describe(c chan<- *prometheus.Desc) { c <- badDesc }
func (badCollector) Collect(c chan<- prometheus.Metric) {
	c <- prometheus.NewInvalidMetric(badDesc, io.ErrUnexpectedEOF)
}
