package locale

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"campaignbot/bot"
)

func answering(lang string) func(context.Context, string) (string, error) {
	return func(context.Context, string) (string, error) { return lang, nil }
}

func chooser(t *testing.T, opts ChooserOptions) *Chooser {
	t.Helper()
	opts.Log = slog.New(slog.DiscardHandler)
	c, err := NewChooser(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func ask(c *Chooser, user string) string {
	return c.Language(context.Background(), bot.Request{User: user, Channel: "C1"})
}

func TestRulesApplyInOrder(t *testing.T) {
	failing := func(context.Context, string) (string, error) { return "", errors.New("out of reach") }
	inDutch := func(string) string { return "nl" }
	tests := []struct {
		name string
		opts ChooserOptions
		req  bot.Request
		want string
	}{
		{"the request's own language", ChooserOptions{Saved: answering("fr")}, bot.Request{User: "U1", Language: "de"}, "de"},
		{"an unknown one of the request does not count", ChooserOptions{Saved: answering("fr")}, bot.Request{User: "U1", Language: "sv"}, "fr"},
		{"the saved choice", ChooserOptions{Saved: answering("fr"), Profile: answering("de-DE")}, bot.Request{User: "U1"}, "fr"},
		{"auto is no choice", ChooserOptions{Saved: answering("auto"), Profile: answering("de-DE")}, bot.Request{User: "U1"}, "de"},
		{"a region does not matter", ChooserOptions{Profile: answering("fr-CA")}, bot.Request{User: "U1"}, "fr"},
		{"a language nobody wrote", ChooserOptions{Profile: answering("sv-SE"), Channel: inDutch}, bot.Request{User: "U1", Channel: "C1"}, "nl"},
		{"the channel", ChooserOptions{Saved: answering(""), Profile: failing, Channel: inDutch}, bot.Request{User: "U1", Channel: "C1"}, "nl"},
		{"nobody in particular", ChooserOptions{Saved: answering("fr"), Channel: inDutch}, bot.Request{Channel: "C1"}, "nl"},
		{"the default", ChooserOptions{Default: "de"}, bot.Request{User: "U1"}, "de"},
		{"English without a default", ChooserOptions{Saved: failing, Profile: failing}, bot.Request{User: "U1"}, "en"},
		{"a source that panics", ChooserOptions{Saved: func(context.Context, string) (string, error) { panic("x") }}, bot.Request{User: "U1"}, "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := chooser(t, tt.opts).Language(context.Background(), tt.req); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for _, opts := range []ChooserOptions{{}, {Log: log, Default: "sv"}, {Log: log, Wait: -1}} {
		if _, err := NewChooser(opts); err == nil {
			t.Errorf("no error for %+v", opts)
		}
	}
}

func TestASlowProfileDelaysOneAnswerOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		c := chooser(t, ChooserOptions{Profile: func(ctx context.Context, _ string) (string, error) {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer running.Add(-1)
			select {
			case <-time.After(5 * time.Second):
				return "fr-FR", nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}})
		start := time.Now()
		if got := ask(c, "U0"); got != "en" || time.Since(start) != 300*time.Millisecond {
			t.Errorf("the first answer: %q after %s", got, time.Since(start))
		}
		for i := range 200 {
			start = time.Now()
			if got := ask(c, fmt.Sprint("U", i+1)); got != "en" || time.Since(start) != 0 {
				t.Fatalf("answer %d: %q after %s", i+1, got, time.Since(start))
			}
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		start = time.Now()
		if got := ask(c, "U0"); got != "fr" || time.Since(start) != 0 {
			t.Errorf("what was learned in the background: %q after %s", got, time.Since(start))
		}
		if got := most.Load(); got > 4 {
			t.Errorf("%d lookups at once", got)
		}
	})
}

func TestManyFirstAnswersDoNotAllWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chooser(t, ChooserOptions{Profile: func(ctx context.Context, _ string) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}})
		var waited atomic.Int32
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				start := time.Now()
				ask(c, fmt.Sprint("U", i))
				if time.Since(start) > 0 {
					waited.Add(1)
				}
			})
		}
		wg.Wait()
		if got := waited.Load(); got != 16 {
			t.Errorf("%d answers waited, want 16", got)
		}
		c.Close()
	})
}

func TestPeopleWaitAgainOnceAProfileComesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		c := chooser(t, ChooserOptions{Profile: func(context.Context, string) (string, error) {
			if broken.Load() {
				time.Sleep(time.Second)
				return "", errors.New("unavailable")
			}
			time.Sleep(100 * time.Millisecond)
			return "de-DE", nil
		}})
		if got := ask(c, "U1"); got != "en" {
			t.Errorf("a failure: got %q", got)
		}
		time.Sleep(2 * time.Second)
		broken.Store(false)
		if got := ask(c, "U2"); got != "en" {
			t.Errorf("after a failure the answer does not wait: got %q", got)
		}
		time.Sleep(time.Second)
		if got := ask(c, "U2"); got != "de" {
			t.Errorf("learned in the background: got %q", got)
		}
		start := time.Now()
		if got := ask(c, "U3"); got != "de" || time.Since(start) != 100*time.Millisecond {
			t.Errorf("waits again: got %q after %s", got, time.Since(start))
		}
		if got := ask(c, "U1"); got != "en" {
			t.Errorf("a failed user is not asked about again at once: got %q", got)
		}
		time.Sleep(2 * time.Minute)
		if got := ask(c, "U1"); got != "de" {
			t.Errorf("later it is: got %q", got)
		}
	})
}

func TestAnErrorThatComesAtOnceKeepsNobodyFromTheirLanguage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chooser(t, ChooserOptions{Profile: func(_ context.Context, user string) (string, error) {
			if user == "U0STRANGER" {
				return "", errors.New("user_not_found")
			}
			time.Sleep(100 * time.Millisecond)
			return "fr-FR", nil
		}})
		if got := ask(c, "U0STRANGER"); got != "en" {
			t.Errorf("a stranger: got %q", got)
		}
		if got := ask(c, "U1"); got != "fr" {
			t.Errorf("the next person: got %q", got)
		}
	})
}

func TestAProfileIsRememberedAndRenewedInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		c := chooser(t, ChooserOptions{Profile: func(context.Context, string) (string, error) {
			time.Sleep(50 * time.Millisecond)
			if asked.Add(1) > 1 {
				return "nl-NL", nil
			}
			return "fr-FR", nil
		}})
		for range 100 {
			if got := ask(c, "U1"); got != "fr" {
				t.Fatalf("got %q", got)
			}
		}
		if got := asked.Load(); got != 1 {
			t.Errorf("asked %d times", got)
		}
		time.Sleep(61 * time.Minute)
		start := time.Now()
		if got := ask(c, "U1"); got != "fr" || time.Since(start) != 0 {
			t.Errorf("an old answer is given at once: got %q after %s", got, time.Since(start))
		}
		time.Sleep(time.Second)
		if got := ask(c, "U1"); got != "nl" {
			t.Errorf("then the new one: got %q", got)
		}
	})
}

func TestAChoiceHoldsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chooser(t, ChooserOptions{
			Saved: func(context.Context, string) (string, error) {
				time.Sleep(time.Second)
				return "fr", nil // as it was before the choice
			},
			Profile: answering("de-DE"),
		})
		ask(c, "U1") // its lookup is still under way
		c.Remember("U1", "nl")
		if got := ask(c, "U1"); got != "nl" {
			t.Errorf("after the choice: got %q", got)
		}
		time.Sleep(2 * time.Second)
		if got := ask(c, "U1"); got != "nl" {
			t.Errorf("after the old lookup came back: got %q", got)
		}
		c.Remember("U1", "auto")
		if got := ask(c, "U1"); got != "de" {
			t.Errorf("auto: got %q", got)
		}
		c.Forget("U1")
		ask(c, "U1")
		time.Sleep(2 * time.Second)
		if got := ask(c, "U1"); got != "fr" {
			t.Errorf("after Forget it is asked again: got %q", got)
		}
	})
}

func TestASavedChoiceThatCannotBeReadIsAskedAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		c := chooser(t, ChooserOptions{Saved: func(context.Context, string) (string, error) {
			if down.Load() {
				return "", errors.New("store down")
			}
			return "nl", nil
		}})
		if got := ask(c, "U1"); got != "en" {
			t.Errorf("store down: got %q", got)
		}
		down.Store(false)
		time.Sleep(6 * time.Second)
		ask(c, "U1")
		synctest.Wait()
		if got := ask(c, "U1"); got != "nl" {
			t.Errorf("store back: got %q", got)
		}
	})
}

func TestBothLookupsShareOneWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context, _ string) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}
		c := chooser(t, ChooserOptions{Saved: slow, Profile: slow})
		start := time.Now()
		ask(c, "U1")
		if took := time.Since(start); took != 300*time.Millisecond {
			t.Errorf("took %s", took)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		start = time.Now()
		chooser(t, ChooserOptions{Saved: slow}).Language(ctx, bot.Request{User: "U1"})
		if took := time.Since(start); took != 0 {
			t.Errorf("a request that has ended waits %s", took)
		}
	})
}

func TestCloseWaitsAndTheChooserStillAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		c := chooser(t, ChooserOptions{Default: "nl", Profile: func(ctx context.Context, _ string) (string, error) {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended.Store(true)
			return "", ctx.Err()
		}})
		ask(c, "U1")
		c.Close()
		if !ended.Load() {
			t.Error("Close did not wait")
		}
		if got := ask(c, "U2"); got != "nl" {
			t.Errorf("got %q", got)
		}
		c.Close()
	})
}

func TestRememberedUsersAreBounded(t *testing.T) {
	c := chooser(t, ChooserOptions{Saved: answering("fr")})
	for i := range 3 * maxUsers {
		c.Remember(fmt.Sprint("U", i), "fr")
		c.Remember("U0", "nl") // used all the time
	}
	if n := len(c.saved.young) + len(c.saved.old); n > maxUsers {
		t.Errorf("%d users remembered", n)
	}
	if got := ask(c, "U0"); got != "nl" {
		t.Errorf("the one in use is kept: got %q", got)
	}
}

func TestChannelLanguage(t *testing.T) {
	c := chooser(t, ChooserOptions{Default: "de", Channel: func(ch string) string { return map[string]string{"C1": "fr", "C2": "sv"}[ch] }})
	for channel, want := range map[string]string{"C1": "fr", "C2": "de", "C3": "de", "": "de"} {
		if got := c.ChannelLanguage(channel); got != want {
			t.Errorf("%s: got %q, want %q", channel, got, want)
		}
	}
}

func BenchmarkChooserKnown(b *testing.B) {
	c, err := NewChooser(ChooserOptions{Saved: answering(""), Profile: answering("fr-FR"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	req := bot.Request{User: "U1", Channel: "C1"}
	b.ReportAllocs()
	for b.Loop() {
		c.Language(context.Background(), req)
	}
}
