package localslack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"campaignbot/bot/localslack/browsertest"
)

func TestPageInABrowser(t *testing.T) {
	options := pageOptions()
	options.AckTimeout = 500 * time.Millisecond
	w := start(t, options)
	cardBot(t).connect(t, w)
	ctx := browsertest.Open(t)
	const box = "#text"

	browsertest.Do(ctx, t, "open", chromedp.EmulateViewport(375, 800, chromedp.EmulateMobile), chromedp.Navigate(w.URL()), chromedp.WaitVisible(box))
	browsertest.Do(ctx, t, "type a command", chromedp.SendKeys(box, "/campaign module wfserver\r"))
	browsertest.Until(ctx, t, "the private card", browsertest.LogHas("Card for U0ANN0001: module wfserver")+" && "+browsertest.LogHas("Only visible to you"))
	browsertest.Until(ctx, t, "the box is empty and keeps the focus", `document.activeElement.id === "text" && document.activeElement.value === ""`)

	browsertest.Do(ctx, t, "press the button", chromedp.Click(".message.private button"))
	browsertest.Until(ctx, t, "the card is replaced in place", browsertest.LogHas("Noted by U0ANN0001")+" && !"+browsertest.LogHas("Card for"))

	browsertest.Do(ctx, t, "type a mention", chromedp.SendKeys(box, "@campaignbot mails are not leaving\r"))
	browsertest.Until(ctx, t, "the answer in the thread", `document.querySelector("details.thread[open] .message h3")?.textContent === "Thread card"`)

	if wide, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth")); err != nil || wide > 375 {
		t.Errorf("the page is %d wide at 375, %v", wide, err)
	}

	browsertest.Do(ctx, t, "leave a half-typed text", chromedp.SendKeys(box, "half"))
	if _, err := w.Say(ctx, bram, ops, "from elsewhere", ""); err != nil {
		t.Fatal(err)
	}
	browsertest.Until(ctx, t, "a live message", browsertest.LogHas("from elsewhere"))
	browsertest.Until(ctx, t, "the half-typed text stays", `document.activeElement.id === "text" && document.activeElement.value === "half"`)
	browsertest.Do(ctx, t, "type what nobody answers", chromedp.SendKeys(box, " a thought\r"))
	browsertest.Until(ctx, t, "the whole text arrives", browsertest.LogHas("half a thought"))
	browsertest.Until(ctx, t, "the gentle note", `document.getElementById("note").innerText.includes("nobody answers")`)

	browsertest.Do(ctx, t, "ask for silence", chromedp.SendKeys(box, "/campaign silence\r"))
	browsertest.Until(ctx, t, "the waiting state", `document.getElementById("pending").innerText.includes("Sending…") || `+browsertest.LogHas("operation_timeout"))
	browsertest.Until(ctx, t, "the timeout", browsertest.LogHas("operation_timeout")+` && document.getElementById("pending").innerText === ""`)

	browsertest.Do(ctx, t, "move the clock", chromedp.Click(`button[value="day"]`))
	browsertest.Until(ctx, t, "the bot's time", `document.getElementById("now").innerText.includes("Sat 21 Nov 2026")`)

	browsertest.Do(ctx, t, "become Bram", chromedp.Click(`.choices a[href*="U0BRAM001"]`),
		chromedp.WaitVisible(`.choices a[aria-current][href*="U0BRAM001"]`))
	browsertest.Until(ctx, t, "Bram's view", `document.querySelector("#composer label")?.innerText === "Message as Bram" && !`+browsertest.LogHas("Noted by"))
	browsertest.Do(ctx, t, "try a suggestion", chromedp.Click(`button[value="/campaign one"]`))
	browsertest.Until(ctx, t, "Bram's card", browsertest.LogHas("Card for U0BRAM001: one"))
	if got := w.Ephemerals(bram, ops); len(got) != 1 {
		t.Errorf("Bram has %d private messages, want 1", len(got))
	}
}

func TestEverythingIsReachedByTab(t *testing.T) {
	w := start(t, pageOptions())
	if _, err := w.PostAsOtherBot(ops, "a message", ""); err != nil {
		t.Fatal(err)
	}
	ctx := browsertest.Open(t)
	browsertest.Do(ctx, t, "open", chromedp.Navigate(w.URL()), chromedp.WaitVisible("#text"))
	var order []string
	for range 40 {
		browsertest.Do(ctx, t, "tab", chromedp.KeyEvent("\t"))
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
