package localslack_test

import (
	"context"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"campaignbot/bot/localslack"
)

func TestNothingOfOursIsImported(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.HasPrefix(path, "campaignbot/") || strings.Contains(path, "slack-go") {
			t.Errorf("the stand-in imports %s", path)
		}
	}
}

func TestNewRefusesBadOptions(t *testing.T) {
	tests := []struct {
		name    string
		options localslack.Options
		want    string
	}{
		{"an address of the whole network", localslack.Options{Addr: "0.0.0.0:0"}, "not a loopback address"},
		{"an address without a port", localslack.Options{Addr: "127.0.0.1"}, "missing port"},
		{"a request URL without a host", localslack.Options{RequestURL: "/slack"}, "not an absolute address"},
		{"nobody in the workspace", localslack.Options{Users: []localslack.User{}}, "at least one user"},
		{"one id for two people", localslack.Options{Users: []localslack.User{{ID: "U1"}, {ID: "U1"}}}, "used twice"},
		{"a zone that does not exist", localslack.Options{TimeZone: "Europe/Nowhere"}, "time zone of the workspace"},
		{"a user's zone that does not exist", localslack.Options{Users: []localslack.User{{ID: "U1", TZ: "CEST+1"}}}, "time zone of user U1"},
		{"a group with somebody unknown", localslack.Options{UserGroups: map[string][]string{"S1": {"U9"}}}, "not in the workspace"},
		{"a channel without an id", localslack.Options{Channels: []localslack.Channel{{Name: "x"}}}, "is empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := localslack.New(test.options); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestCloseEndsEveryGoroutine(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	w, err := localslack.New(localslack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Transport: &http.Transport{}}
	stream, err := browser.Get(w.URL() + "stream")
	if err != nil {
		t.Fatal(err)
	}
	conn, _ := rawSocket(t, w, nil)
	if _, err := w.Mention(context.Background(), ann, ops, "never acknowledged", ""); err != nil {
		t.Fatal(err)
	}
	readFrame(t, conn)
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	stream.Body.Close()
	conn.CloseNow()
	browser.CloseIdleConnections()
	goleak.VerifyNone(t, ignore)
	if _, err := w.Await(patience(t), func(localslack.Message) bool { return false }); err == nil {
		t.Error("a wait after Close does not end")
	}
}

func TestTheContextOfStartEndsTheWorkspace(t *testing.T) {
	w, err := localslack.New(localslack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := w.Start(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := w.AwaitConnections(patience(t), 1); err == nil {
		t.Error("a wait goes on after the context has ended")
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestMessageTimesFollowTheWorkspaceClock(t *testing.T) {
	var clock fakeClock
	w := start(t, localslack.Options{Now: clock.now})
	var last string
	for _, step := range []time.Duration{0, time.Hour, -2 * time.Hour, 0} {
		clock.move(step)
		posted, err := w.Say(patience(t), ann, ops, "x", "")
		if err != nil {
			t.Fatal(err)
		}
		if posted.Message.TS <= last {
			t.Errorf("%s is not after %s", posted.Message.TS, last)
		}
		last = posted.Message.TS
	}
	if want := "1795163400.000200"; last != want {
		t.Errorf("got %s, want %s", last, want)
	}
}
