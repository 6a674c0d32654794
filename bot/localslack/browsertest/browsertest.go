// Package browsertest drives the page in a real browser, for tests.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Open starts a headless Chromium that ends with the test. Without one the test is skipped, except in CI, where a page
// nobody has tried must not pass.
func Open(t testing.TB) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancelAllocator)
	ctx, cancelBrowser := chromedp.NewContext(allocator)
	t.Cleanup(cancelBrowser)
	// The first run must have no deadline: it would end the whole browser.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return limited
}

func path(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	message := "no chromium, chromium-browser or google-chrome in PATH: install one to run the browser test (make test does)"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// Do does the actions one after the other. What says what they are for.
func Do(ctx context.Context, t testing.TB, what string, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	for _, action := range actions {
		if _, err := chromedp.Run(ctx, action); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// Until waits until a script expression is true in the page.
func Until(ctx context.Context, t testing.TB, what, expression string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		body, _ := chromedp.Run(ctx, chromedp.Evaluate[string](
			`document.body.innerText + "\nfocus: " + document.activeElement.id + " " + document.activeElement.tagName`))
		t.Fatalf("%s: %v\n%s", what, err, body)
	}
}

// LogHas returns the expression that is true when the page's log holds the text.
func LogHas(text string) string {
	return `document.getElementById("log").innerText.includes(` + strconv.Quote(text) + `)`
}

// Press presses the last button with the label.
func Press(ctx context.Context, t testing.TB, label string) {
	t.Helper()
	script := `(b => { b.click(); return true })([...document.querySelectorAll("button")].findLast(b => b.innerText.includes(` + strconv.Quote(label) + `)))`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script)); err != nil {
		t.Fatalf("press %s: %v", label, err)
	}
}
