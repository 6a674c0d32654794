package localslack

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// fuzzModal has one field of each way a value is written.
const fuzzModal = `{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},"blocks":[
	{"type":"section","block_id":"intro","text":{"type":"mrkdwn","text":"x"}},
	{"type":"input","block_id":"text","label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input","action_id":"text","max_length":20}},
	{"type":"input","block_id":"number","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"number_input","action_id":"number","is_decimal_allowed":true,"min_value":"-2.5"}},
	{"type":"input","block_id":"when","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"datetimepicker","action_id":"when"}},
	{"type":"input","block_id":"who","optional":true,"label":{"type":"plain_text","text":"l"},"element":{"type":"multi_users_select","action_id":"who"}}]}`

func FuzzSubmit(f *testing.F) {
	f.Add("a text", "1.5", "1795000000", "U0ANN0001,U0BRAM001", `{}`)
	f.Add("", "x", "2026-11-20T08:30", "", `{"response_action":"clear"}`)
	f.Add("a", "", "", "U1", `{"response_action":"errors","errors":{"text":"no"}}`)
	f.Add("a", "1e9", "-1", ",", `{"response_action":"update","view":`+fuzzModal+`}`)
	f.Add("a\r\nb", "-3", "9", "U0ANN0001,U0ANN0001", `{"response_action":"push","view":null}`)
	w, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, number, when, who, answer string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.views, w.triggers = nil, map[string]*trigger{}
		v := &view{kind: "modal", user: "U0ANN0001", open: true}
		if r := w.readViewLocked(v, []byte(fuzzModal)); r != nil {
			t.Fatal(r)
		}
		w.keepViewLocked(v)
		sent, result, payload, err := w.submissionLocked(v.user, v.id, func(v *view) error {
			typed, err := typedIn(v, map[string]string{"text": text, "number": number, "when": when, "who": who})
			v.typed = typed
			return err
		})
		if err != nil {
			if sent != nil || len(v.errors) == 0 || !v.open {
				t.Fatalf("refused as %v, the modal has %v", err, v.errors)
			}
			return
		}
		checkSubmission(t, payload, text, number)
		hash := v.hash
		result.Delivery = Delivery{Acked: true, Answer: json.RawMessage(answer)}
		w.obeyLocked(v, &result)
		checkObeyed(t, v, result, hash, text)
	})
}

func checkSubmission(t *testing.T, payload []byte, text, number string) {
	var body struct {
		View struct {
			State struct {
				Values map[string]map[string]struct {
					Value            string `json:"value"`
					SelectedDateTime *int64 `json:"selected_date_time"`
				} `json:"values"`
			} `json:"state"`
		} `json:"view"`
	}
	if err := json.Unmarshal(payload, &body); err != nil {
		t.Fatal(err)
	}
	values := body.View.State.Values
	if got := values["text"]["text"].Value; utf8.ValidString(text) && got != text || text == "" || utf8.RuneCountInString(text) > 20 || strings.ContainsAny(text, "\r\n") {
		t.Errorf("the text %q was sent as %q", text, got)
	}
	if got := values["number"]["number"].Value; got != number {
		t.Errorf("the number %q was sent as %q", number, got)
	}
	if at := values["when"]["when"].SelectedDateTime; at != nil && (*at < firstSecond || *at > lastSecond) {
		t.Errorf("the time %d was sent", *at)
	}
}

func checkObeyed(t *testing.T, v *view, result Result, hash, text string) {
	if v.busy || result.View == nil || result.View.Open != v.open {
		t.Fatalf("got %+v", result)
	}
	if troubled := v.trouble != ""; troubled != (result.Error != "") || troubled != (len(result.Problems) > 0) || troubled && !v.open {
		t.Errorf("error %q, problems %v, the modal says %q", result.Error, result.Problems, v.trouble)
	}
	for block := range v.errors {
		if block == "intro" || result.Error != "" {
			t.Errorf("an error at %s", block)
		}
	}
	if v.hash == hash && v.typed[fieldKey{"text", "text"}][0] != text {
		t.Error("the typed text is gone")
	}
}
