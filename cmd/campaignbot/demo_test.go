package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"campaignbot/bot/localslack/browsertest"
)

// startDemo runs the demo as its command does, and returns the address that it prints and how long that took.
func startDemo(t *testing.T) (string, time.Duration) {
	t.Helper()
	out := &lineWatcher{found: make(chan string, 1)}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	start := time.Now()
	go func() {
		done <- demo(ctx, world{out: out}, "127.0.0.1:0", true, slog.New(slog.DiscardHandler))
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	select {
	case address := <-out.found:
		return address, time.Since(start)
	case err := <-done:
		done <- nil
		t.Fatalf("the demo ended: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("the demo printed no address")
	}
	return "", 0
}

// lineWatcher waits for the address in what the demo prints.
type lineWatcher struct {
	text  strings.Builder
	found chan string
}

func (l *lineWatcher) Write(p []byte) (int, error) {
	l.text.Write(p)
	if _, rest, ok := strings.Cut(l.text.String(), "campaignbot demo: "); ok {
		if address, _, ok := strings.Cut(rest, "\n"); ok {
			select {
			case l.found <- address:
			default:
			}
		}
	}
	return len(p), nil
}

// TestDemoInABrowser does what a newcomer does: three things to try, another language, and the clock.
func TestDemoInABrowser(t *testing.T) {
	address, _ := startDemo(t)
	ctx := browsertest.Open(t)
	say := func(text string) {
		browsertest.Do(ctx, t, text, chromedp.SendKeys("#text", text+"\r"))
	}
	browsertest.Do(ctx, t, "open", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(address), chromedp.WaitVisible("#text"))

	browsertest.Do(ctx, t, "look up a module", chromedp.Click(`button[value="/campaign module wfserver"]`))
	browsertest.Until(ctx, t, "the card, in private", browsertest.LogHas("nlserver restart wfserver@prod")+" && "+browsertest.LogHas("Only visible to you"))
	browsertest.Press(ctx, t, "Share in channel")
	browsertest.Until(ctx, t, "the card, for everybody", browsertest.LogHas("Shared by"))

	say("@campaignbot the bounce mailbox is full and nothing empties it")
	browsertest.Until(ctx, t, "the answer in the thread", browsertest.LogHas("inMail ·"))

	browsertest.Do(ctx, t, "become Bram", chromedp.Click(`.choices a[href*="U0BRAM001"]`), chromedp.WaitVisible(`.choices a[aria-current][href*="U0BRAM001"]`))
	say("/campaign module wfserver")
	browsertest.Until(ctx, t, "the card in Dutch", browsertest.LogHas("Draait hij?"))

	browsertest.Do(ctx, t, "the next day", chromedp.Click(`button[value="day"]`))
	browsertest.Until(ctx, t, "the reminder", browsertest.LogHas("Re-run yesterday's failed exports"))
	browsertest.Press(ctx, t, "Claim")
	browsertest.Until(ctx, t, "who has it", browsertest.LogHas("Claimed by"))
}

// TestDemoReminderInABrowser makes a reminder in its form, lets it come, and adds its result.
func TestDemoReminderInABrowser(t *testing.T) {
	address, _ := startDemo(t)
	ctx := browsertest.Open(t)
	field := func(name string) string { return `#modals [name$=":` + name + `"]` }
	modalHas := func(text string) string {
		return `document.getElementById("modals").innerText.includes("` + text + `")`
	}
	const noModal = `!document.querySelector("dialog:modal")`
	browsertest.Do(ctx, t, "open", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(address), chromedp.WaitVisible("#text"))
	browsertest.Do(ctx, t, "the form", chromedp.Click(`button[value="/campaign remind add"]`), chromedp.WaitVisible(field("text")))
	browsertest.Do(ctx, t, "fill it in", chromedp.SendKeys(field("text"), "count the queues"), chromedp.SendKeys(field("when"), "every\r"))
	browsertest.Until(ctx, t, "what is wrong", modalHas("This is not understood"))
	browsertest.Do(ctx, t, "correct it", chromedp.SendKeys(field("when"), " hour\r"))
	browsertest.Until(ctx, t, "the next times", modalHas("The next times")+" && "+modalHas("Create"))
	picture(ctx, t, "CAMPAIGNBOT_TEST_PICTURE_FORM")
	browsertest.Press(ctx, t, "Create")
	browsertest.Until(ctx, t, "it is made", modalHas("count-the-queues"))
	browsertest.Do(ctx, t, "close", chromedp.KeyEvent("\x1b"))
	browsertest.Until(ctx, t, "the form is gone", noModal)

	browsertest.Do(ctx, t, "an hour later", chromedp.Click(`button[value="1h"]`))
	browsertest.Until(ctx, t, "the reminder", browsertest.LogHas("Reminder: count the queues"))
	browsertest.Press(ctx, t, "Done")
	browsertest.Until(ctx, t, "who has done it", browsertest.LogHas("Done by"))
	browsertest.Press(ctx, t, "Add the result")
	browsertest.Do(ctx, t, "the result", chromedp.WaitVisible(field("rows")), chromedp.SendKeys(field("rows"), "1200"), chromedp.SendKeys(field("rejected"), "3\r"))
	browsertest.Until(ctx, t, "the result in the message", noModal+" && "+browsertest.LogHas("1200 rows · 3 rejected"))
	picture(ctx, t, "CAMPAIGNBOT_TEST_PICTURE_RESULT")
}

// picture writes what the browser shows to the file that the variable names, if it names one.
func picture(ctx context.Context, t *testing.T, variable string) {
	t.Helper()
	file := os.Getenv(variable)
	if file == "" {
		return
	}
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil || len(shot) == 0 {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestDemoOnAPhone(t *testing.T) {
	address, _ := startDemo(t)
	ctx := browsertest.Open(t)
	browsertest.Do(ctx, t, "open", chromedp.EmulateViewport(375, 800, chromedp.EmulateMobile), chromedp.Navigate(address), chromedp.WaitVisible("#text"))
	browsertest.Do(ctx, t, "type a command", chromedp.SendKeys("#text", "/campaign module mta\r"))
	browsertest.Until(ctx, t, "the card", browsertest.LogHas("nlserver restart mta@prod"))
	browsertest.Until(ctx, t, "no sideways scrolling", `document.documentElement.scrollWidth <= 375`)
}

// TestDemoPicture takes the picture of the README when it is asked to: make picture.
func TestDemoPicture(t *testing.T) {
	address, _ := startDemo(t)
	ctx := browsertest.Open(t)
	browsertest.Do(ctx, t, "open", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(address), chromedp.WaitVisible("#text"),
		chromedp.Click(`button[value="/campaign module wfserver"]`))
	browsertest.Until(ctx, t, "the card", browsertest.LogHas("nlserver restart wfserver@prod"))
	browsertest.Do(ctx, t, "the top of the card", chromedp.ScrollIntoView(".message.private"))
	browsertest.Until(ctx, t, "the top of the page", `(window.scrollTo(0, 0), true)`)
	picture(ctx, t, "CAMPAIGNBOT_TEST_PICTURE")
}
