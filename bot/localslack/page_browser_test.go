package localslack_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browserPath finds a Chromium. Without one the test is skipped, except in CI,
// where a page nobody has tried must not pass.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	message := "no chromium, chromium-browser or google-chrome in PATH: install one to run the browser test"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// openBrowser starts a browser that ends with the test. The first run must have
// no deadline: it would end the whole browser.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := browserPath(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancelAllocator)
	ctx, cancelBrowser := chromedp.NewContext(allocator)
	t.Cleanup(cancelBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return limited
}

func do(t *testing.T, ctx context.Context, what string, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	for _, action := range actions {
		if _, err := chromedp.Run(ctx, action); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// until waits until a script expression is true in the page.
func until(t *testing.T, ctx context.Context, what, expression string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		body, _ := chromedp.Run(ctx, chromedp.Evaluate[string](
			`document.body.innerText + "\nfocus: " + document.activeElement.id + " " + document.activeElement.tagName`))
		t.Fatalf("%s: %v\n%s", what, err, body)
	}
}

func logHas(text string) string {
	return `document.getElementById("log").innerText.includes(` + quoteJS(text) + `)`
}

func quoteJS(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

func TestPageInABrowser(t *testing.T) {
	options := pageOptions()
	options.AckTimeout = 500 * time.Millisecond
	w := start(t, options)
	cardBot(t).connect(t, w)
	ctx := openBrowser(t)
	const box = "#text"

	do(t, ctx, "open", chromedp.EmulateViewport(375, 800, chromedp.EmulateMobile), chromedp.Navigate(w.URL()), chromedp.WaitVisible(box))
	do(t, ctx, "type a command", chromedp.SendKeys(box, "/campaign module wfserver\r"))
	until(t, ctx, "the private card", logHas("Card for U0ANN0001: module wfserver")+" && "+logHas("Only visible to you"))
	until(t, ctx, "the box is empty and keeps the focus", `document.activeElement.id === "text" && document.activeElement.value === ""`)

	do(t, ctx, "press the button", chromedp.Click(".message.private button"))
	until(t, ctx, "the card is replaced in place", logHas("Noted by U0ANN0001")+" && !"+logHas("Card for"))

	do(t, ctx, "type a mention", chromedp.SendKeys(box, "@campaignbot mails are not leaving\r"))
	until(t, ctx, "the answer in the thread", `document.querySelector("details.thread[open] .message h3")?.textContent === "Thread card"`)

	if wide, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth")); err != nil || wide > 375 {
		t.Errorf("the page is %d wide at 375, %v", wide, err)
	}

	do(t, ctx, "leave a half-typed text", chromedp.SendKeys(box, "half"))
	if _, err := w.Say(ctx, bram, ops, "from elsewhere", ""); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, "a live message", logHas("from elsewhere"))
	until(t, ctx, "the half-typed text stays", `document.activeElement.id === "text" && document.activeElement.value === "half"`)
	do(t, ctx, "type what nobody answers", chromedp.SendKeys(box, " a thought\r"))
	until(t, ctx, "the whole text arrives", logHas("half a thought"))
	until(t, ctx, "the gentle note", `document.getElementById("note").innerText.includes("nobody answers")`)

	do(t, ctx, "ask for silence", chromedp.SendKeys(box, "/campaign silence\r"))
	until(t, ctx, "the waiting state", `document.getElementById("pending").innerText.includes("Sending…") || `+logHas("operation_timeout"))
	until(t, ctx, "the timeout", logHas("operation_timeout")+` && document.getElementById("pending").innerText === ""`)

	do(t, ctx, "move the clock", chromedp.Click(`button[value="day"]`))
	until(t, ctx, "the bot's time", `document.getElementById("now").innerText.includes("Sat 21 Nov 2026")`)

	do(t, ctx, "become Bram", chromedp.Click(`.choices a[href*="U0BRAM001"]`),
		chromedp.WaitVisible(`.choices a[aria-current][href*="U0BRAM001"]`))
	until(t, ctx, "Bram's view", `document.querySelector("#composer label")?.innerText === "Message as Bram" && !`+logHas("Noted by"))
	do(t, ctx, "try a suggestion", chromedp.Click(`button[value="/campaign one"]`))
	until(t, ctx, "Bram's card", logHas("Card for U0BRAM001: one"))
	if got := w.Ephemerals(bram, ops); len(got) != 1 {
		t.Errorf("Bram has %d private messages, want 1", len(got))
	}
}

func TestEverythingIsReachedByTab(t *testing.T) {
	w := start(t, pageOptions())
	if _, err := w.PostAsOtherBot(ops, "a message", ""); err != nil {
		t.Fatal(err)
	}
	ctx := openBrowser(t)
	do(t, ctx, "open", chromedp.Navigate(w.URL()), chromedp.WaitVisible("#text"))
	var order []string
	for range 40 {
		do(t, ctx, "tab", chromedp.KeyEvent("\t"))
		name, err := chromedp.Run(ctx, chromedp.Evaluate[string](
			`(e => e.id || e.value || e.innerText.replaceAll("\n", " ") || e.tagName)(document.activeElement)`))
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, name)
		if name == "Send" {
			break
		}
	}
	got := strings.Join(order, " · ")
	last := 0
	for _, want := range []string{"Skip", "Bram", "#random", "Direct message", "/campaign one", "15m", "log", "Reply in thread", "text", "Send"} {
		i := strings.Index(got[last:], want)
		if i < 0 {
			t.Fatalf("Tab does not reach %s in order: %s", want, got)
		}
		last += i
	}
}
