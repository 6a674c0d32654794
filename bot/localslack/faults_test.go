package localslack_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"campaignbot/bot/localslack"
)

func post(ctx context.Context, api *slack.Client) error {
	_, _, err := api.PostMessageContext(ctx, ops, slack.MsgOptionText("x", false))
	return err
}

func TestRateLimitIsSeenByTheClient(t *testing.T) {
	w := start(t, localslack.Options{})
	w.Faults().RateLimitNext("chat.postMessage", 2, 7*time.Second)
	for range 2 {
		limited, ok := errors.AsType[*slack.RateLimitedError](post(patience(t), client(w)))
		if !ok || limited.RetryAfter != 7*time.Second {
			t.Fatalf("got %v", limited)
		}
	}
	if err := post(patience(t), client(w)); err != nil {
		t.Error(err)
	}
	if n := len(w.Messages(ops)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestFaultsHitWhatTheyName(t *testing.T) {
	w := start(t, localslack.Options{})
	w.Faults().Inject("chat.postMessage", localslack.Fault{Kind: localslack.RateLimited, Every: 3, Delay: time.Second})
	var pattern string
	for range 6 {
		if err := post(patience(t), client(w)); err != nil {
			pattern += "x"
		} else {
			pattern += "."
		}
	}
	if pattern != "..x..x" {
		t.Errorf("every third call: %s", pattern)
	}
	w.Faults().Clear()
	w.Faults().Inject("*", localslack.Fault{Kind: localslack.ServerError, Next: 1})
	err := post(patience(t), client(w))
	if status, ok := errors.AsType[slack.StatusCodeError](err); !ok || status.Code != http.StatusInternalServerError {
		t.Errorf("got %v", err)
	}
	calls := w.Calls("chat.postMessage")
	if last := calls[len(calls)-1]; last.Status != 500 || last.Accepted {
		t.Errorf("recorded %+v", last)
	}
}

func TestAcceptedPostsWhoseAnswerIsLost(t *testing.T) {
	tests := []struct {
		name  string
		fault localslack.Fault
	}{
		{"the answer comes too late", localslack.Fault{Kind: localslack.AcceptThenDelay, Next: 1, Delay: time.Hour}},
		{"the connection drops", localslack.Fault{Kind: localslack.AcceptThenDrop, Next: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t, localslack.Options{})
			w.Faults().Inject("chat.postMessage", test.fault)
			ctx, cancel := context.WithCancel(patience(t))
			failed := make(chan error, 1)
			go func() { failed <- post(ctx, client(w)) }()
			if _, err := w.Await(patience(t), localslack.Message.FromBot); err != nil {
				t.Fatal(err)
			}
			if test.fault.Kind == localslack.AcceptThenDelay {
				cancel()
			}
			if err := <-failed; err == nil {
				t.Error("the caller thinks it worked")
			}
			cancel()
			calls := w.Calls("chat.postMessage")
			if len(calls) != 1 || !calls[0].Accepted {
				t.Errorf("recorded %+v", calls)
			}
		})
	}
}

func TestLatencyEndsWithTheCaller(t *testing.T) {
	w := start(t, localslack.Options{})
	w.Faults().Inject("chat.postMessage", localslack.Fault{Kind: localslack.Latency, Next: 1, Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := post(ctx, client(w)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if n := len(w.Messages(ops)); n != 0 {
		t.Errorf("%d messages although nothing was done", n)
	}
}
