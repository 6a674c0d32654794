package adminhttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatIsShownOfACheck(t *testing.T) {
	cases := []struct {
		name string
		err  error
		want string
	}{
		{"it is there", nil, "ok"},
		{"a reason", Reason("no connection to Slack"), "no connection to Slack"},
		{"a reason inside another error", fmt.Errorf("ping postgres://me:hush@db: %w", Reason("no connection")), "no connection"},
		{"any other error", errors.New("dial postgres://me:hush@db: refused"), "unavailable"},
		{"its time is over", fmt.Errorf("ping: %w", context.DeadlineExceeded), "no answer within 1s"},
		{"an empty reason", Reason(""), "unavailable"},
		{"a reason that reads like ok", Reason("ok"), "unavailable"},
		{"a reason of several lines", Reason("no\nconnection\tat all\x00"), "no connection at all"},
		{"a long reason", Reason(strings.Repeat("é", 200)), strings.Repeat("é", 119) + "…"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, Options{Checks: []Check{{"store", func(context.Context) error { return c.err }}, {"slack", fine}}})
			code, ready := 503, "false"
			if c.err == nil {
				code, ready = 200, "true"
			}
			want := fmt.Sprintf(`{"ready":%s,"checks":{"slack":"ok","store":%q}}`+"\n", ready, c.want)
			if w := ask(s, "GET", "/readyz"); w.Code != code || w.Body.String() != want {
				t.Errorf("got %d %s\nwant %d %s", w.Code, w.Body, code, want)
			}
		})
	}
}

func TestNoChecksMeansReady(t *testing.T) {
	if w := ask(newServer(t, Options{}), "GET", "/readyz"); w.Code != 200 || w.Body.String() != `{"ready":true,"checks":{}}`+"\n" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestChecksAreBoundedAndMadeSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		half := func(ctx context.Context) error { <-time.After(checkTime / 2); return nil } // the bubble's time
		s := newServer(t, Options{Checks: []Check{{"slack", slow}, {"store", slow}, {"knowledge", half}}})
		start := time.Now()
		w := ask(s, "GET", "/readyz")
		if took := time.Since(start); took != checkTime {
			t.Errorf("took %v", took)
		}
		want := `{"ready":false,"checks":{"knowledge":"ok","slack":"no answer within 1s","store":"no answer within 1s"}}` + "\n"
		if w.Code != 503 || w.Body.String() != want {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	})
}

func TestCheckThatHangsCostsOneGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		release := make(chan struct{})
		s := newServer(t, Options{Checks: []Check{{"store", func(context.Context) error {
			calls.Add(1)
			<-release
			return nil
		}}}})
		for range 3 {
			if w := ask(s, "GET", "/readyz"); !strings.Contains(w.Body.String(), late) {
				t.Errorf("got %s", w.Body)
			}
		}
		if calls.Load() != 1 {
			t.Errorf("%d calls at a time", calls.Load())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("closing beside a check that hangs: %v", err)
		}
		close(release)
		synctest.Wait()
		if w := ask(s, "GET", "/readyz"); !strings.Contains(w.Body.String(), `"store":"unavailable"`) || calls.Load() != 1 {
			t.Errorf("after closing: %s, %d calls", w.Body, calls.Load())
		}
	})
}

func TestCheckIsMadeAgainForTheNextRequest(t *testing.T) {
	var down atomic.Bool
	s := newServer(t, Options{Checks: []Check{{"store", func(context.Context) error {
		if down.Load() {
			return Reason("no connection")
		}
		return nil
	}}}})
	for _, code := range []int{200, 503, 200} {
		down.Store(code == 503)
		if w := ask(s, "GET", "/readyz"); w.Code != code {
			t.Errorf("got %d, want %d", w.Code, code)
		}
	}
}

func TestPanicInACheckEndsNothing(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil)),
		Checks: []Check{{"store", func(context.Context) error { panic("hush") }}, {"slack", fine}}})
	if w := ask(s, "GET", "/readyz"); w.Body.String() != `{"ready":false,"checks":{"slack":"ok","store":"unavailable"}}`+"\n" {
		t.Errorf("got %s", w.Body)
	}
	if !strings.Contains(log.String(), "check=store") || strings.Contains(log.String(), "hush") {
		t.Errorf("logged %s", log.String())
	}
}

func TestLogHoldsChangesOnlyAndNoUnknownErrors(t *testing.T) {
	var log bytes.Buffer
	err := errors.New("dial postgres://me:hush@db")
	s := newServer(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Checks: []Check{{"store", func(context.Context) error { return err }}}})
	for range 3 {
		ask(s, "GET", "/readyz")
	}
	err = nil
	ask(s, "GET", "/readyz")
	if lines := strings.Count(log.String(), "\n"); lines != 2 || strings.Contains(log.String(), "hush") {
		t.Errorf("logged %s", log.String())
	}
}

func TestAskerWhoLeavesDoesNotEndTheCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		s := newServer(t, Options{Checks: []Check{{"store", func(ctx context.Context) error {
			<-time.After(checkTime / 2) // the bubble's time
			ended.Store(ctx.Err() == nil)
			return nil
		}}}})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/readyz", nil))
		if w.Code != 503 {
			t.Errorf("got %d", w.Code)
		}
		if second := ask(s, "GET", "/readyz"); second.Code != 200 || !ended.Load() {
			t.Errorf("the next one got %d, check ended well: %t", second.Code, ended.Load())
		}
	})
}
