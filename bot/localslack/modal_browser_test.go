package localslack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"campaignbot/bot/localslack"
	"campaignbot/bot/localslack/browsertest"
)

// taskModal is a modal like those of a bot that keeps tasks.
func taskModal(intro string) string {
	return modal(`,"notify_on_close":true`,
		`{"type":"section","block_id":"intro","text":{"type":"mrkdwn","text":"`+intro+`"}}`,
		inputBlock("title", "", `{"type":"plain_text_input","action_id":"title"}`),
		inputBlock("days", `,"hint":`+words("Up to 30 days"), `{"type":"number_input","action_id":"days","is_decimal_allowed":false,"min_value":"1","max_value":"30"}`),
		inputBlock("note", `,"optional":true`, `{"type":"plain_text_input","action_id":"note","multiline":true}`),
		inputBlock("who", "", `{"type":"users_select","action_id":"who","initial_user":"`+bram+`"}`),
		inputBlock("due", "", `{"type":"datetimepicker","action_id":"due","initial_date_time":1795000000}`),
		`{"type":"context","block_id":"end","elements":[`+words("Only you see this")+`]}`,
	)
}

const modalOpen = `!!document.querySelector("dialog:modal")`

func value(id string) string { return `document.querySelector("#modals [name='b:` + id + `']").value` }

func TestModalInABrowser(t *testing.T) {
	w := start(t, pageOptions())
	bot := newModalBot(t, w, taskModal("Tell *what* is to be done"))
	ctx := browsertest.Open(t)
	const title = `#modals [name="b:title"]`

	browsertest.Do(ctx, t, "open the page", chromedp.Navigate(w.URL()), chromedp.WaitVisible("#text"))
	browsertest.Do(ctx, t, "type a command", chromedp.SendKeys("#text", "/campaign task add\r"))
	browsertest.Until(ctx, t, "the dialog with the focus in its first field", modalOpen+` && document.activeElement.name === "b:title"`)
	browsertest.Until(ctx, t, "its name and labels", `(d => d.getAttribute("aria-modal") === "true" && d.getAttribute("role") === "dialog" &&
		document.getElementById(d.getAttribute("aria-labelledby")).innerText === "New task" && d.innerText.includes("(optional)") &&
		d.innerText.includes("Up to 30 days") && !!d.querySelector("strong"))(document.querySelector("dialog"))`)
	browsertest.Until(ctx, t, "the date in the viewer's zone", value("due")+` === "2026-11-18T11:06" && document.querySelector("dialog").innerText.includes("Europe/London")`)

	browsertest.Do(ctx, t, "type", chromedp.SendKeys(title, "Check the disk"))
	if _, err := w.Say(ctx, bram, ops, "from elsewhere", ""); err != nil {
		t.Fatal(err)
	}
	browsertest.Until(ctx, t, "what happens behind it", `document.getElementById("log").textContent.includes("from elsewhere")`)
	browsertest.Until(ctx, t, "the typed text and the focus stay", value("title")+` === "Check the disk" && document.activeElement.name === "b:title"`)

	browsertest.Do(ctx, t, "Enter submits", chromedp.SendKeys(title, "\r"))
	browsertest.Until(ctx, t, "the empty field has the focus and says so", `document.activeElement.name === "b:days" &&
		document.getElementById(document.activeElement.getAttribute("aria-describedby").split(" ")[0]).innerText.includes("required")`)
	if n := bot.count(); n != 0 {
		t.Fatalf("the bot heard of an incomplete modal %d times", n)
	}

	bot.answers(map[string]any{"response_action": "errors", "errors": map[string]any{"days": "That is a Sunday"}})
	browsertest.Do(ctx, t, "complete it", chromedp.SendKeys(`#modals [name="b:days"]`, "9\r"))
	browsertest.Until(ctx, t, "the bot's error under the field", `document.querySelector(".wrong")?.innerText.includes("That is a Sunday") && `+value("days")+` === "9"`)

	bot.answers(map[string]any{"response_action": "update", "view": json.RawMessage(taskModal("Are you *sure*?"))})
	browsertest.Do(ctx, t, "correct it", chromedp.SetValue(`#modals [name="b:days"]`, "10"))
	browsertest.Press(ctx, t, "Save")
	browsertest.Until(ctx, t, "the new view keeps what was typed", `document.querySelector("dialog").innerText.includes("Are you sure?") &&
		!document.querySelector(".wrong") && `+value("title")+` === "Check the disk" && `+value("days")+` === "10"`)
	callForm(t, w, "views.update", w.BotToken(), map[string]string{"view_id": modalID(t, w), "view": taskModal("Changed from *outside*")})
	browsertest.Until(ctx, t, "an update from outside", `document.querySelector("dialog").innerText.includes("Changed from outside") && `+value("days")+` === "10"`)

	bot.answers(nil)
	browsertest.Press(ctx, t, "Save")
	browsertest.Until(ctx, t, "it closes and the focus goes back", `!document.querySelector("dialog") && document.activeElement.id === "text"`)
	got, _ := bot.last(t)
	values := got.View.State.Values
	if values["days"]["days"].Value != "10" || values["who"]["who"].SelectedUser != bram || values["due"]["due"].SelectedDateTime != 1795000000 {
		t.Errorf("the bot got %+v", values)
	}

	browsertest.Do(ctx, t, "open another", chromedp.SendKeys("#text", "/campaign task add\r"))
	browsertest.Until(ctx, t, "it is empty", modalOpen+" && "+value("title")+` === ""`)
	browsertest.Do(ctx, t, "Escape", chromedp.SendKeys(title, "half\x1b"))
	browsertest.Until(ctx, t, "Escape closes it", `!document.querySelector("dialog")`)
	for heard := ""; heard != "view_closed"; {
		select {
		case heard = <-bot.heard:
		case <-patience(t).Done():
			t.Fatal("the bot did not hear that it was closed")
		}
	}
}

func modalID(t *testing.T, w *localslack.Workspace) string {
	t.Helper()
	v, open := w.Modal(ann)
	if !open {
		t.Fatal("no modal is open")
	}
	return v.ID
}

func TestModalWithoutScript(t *testing.T) {
	w := start(t, pageOptions())
	bot := newModalBot(t, w, strings.Replace(everyField(), `"blocks":[`,
		`"blocks":[{"type":"actions","block_id":"do","elements":[{"type":"button","action_id":"check","text":`+words("Check")+`}]},`, 1))
	v := opened(t, w)
	b := newBrowser(t, w)
	wants(t, b.get("?user="+ann), `<dialog open role="dialog"`, "New task", `name="b:b_text"`, `value="2026-11-18T11:06"`, `type="radio" name="b:b_radio_buttons" value="c"`,
		`<option value="b" selected>Option b`, `<option value="U0ANN0001" selected>Ann`, `<option value="C0OPS0001" selected>#campaign-ops`, "Save</button>", "Cancel</button>")
	if strings.Contains(b.get("?user="+bram), "<dialog") {
		t.Error("Bram sees Ann's modal")
	}
	form := at(ann, ops, "view", v.ID, "b:b_text", "no")
	form["has"] = []string{"b_text", "b_checkboxes", "b_static_select", "b_plain"}
	form["b:b_checkboxes"] = []string{"a", "c"}
	form.Set("b:b_static_select", "c")
	wants(t, b.post("modal/submit", form), "Enter at least 3 characters", `value="no"`, `value="a" checked`, `<option value="c" selected>`, `aria-invalid="true"`)
	form.Set("press", "action=check&which=do")
	wants(t, b.post("modal/press", form), "<dialog", `value="no"`)
	if got, _ := bot.last(t); got.Type != "block_actions" || got.View.State.Values["b_text"]["text"].Value != "no" {
		t.Errorf("the bot got %+v", got)
	}
	form.Set("b:b_text", "yes yes")
	if page := b.post("modal/submit", form); strings.Contains(page, "<dialog") {
		t.Error("it is still open")
	}
	got, _ := bot.last(t)
	if s := got.View.State.Values; len(s["b_checkboxes"]["checkboxes"].SelectedOptions) != 2 || s["b_users_select"]["users_select"].SelectedUser != ann {
		t.Errorf("the bot got %+v", s)
	}
	wants(t, b.post("modal/submit", form), "the dialog has changed or is closed")
	wants(t, b.post("modal/press", form), "the dialog has changed or is closed")
	v = opened(t, w)
	form.Set("view", v.ID)
	if page := b.post("modal/close", form); strings.Contains(page, "<dialog") {
		t.Error("it is still open after closing")
	}
}
