package blockkit

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"campaignbot/bot"
	"campaignbot/bot/locale"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func renderer(t testing.TB) *Renderer {
	t.Helper()
	p, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(p)
}

func TestGolden(t *testing.T) {
	r := renderer(t)
	all := make(map[string]bot.Reply)
	for _, lang := range bot.Languages() {
		all["card."+lang] = moduleCard(lang)
		for name, reply := range replies() {
			all[name+"."+lang] = reply(lang)
		}
	}
	for name, reply := range all {
		t.Run(name, func(t *testing.T) {
			m := r.Message(reply)
			checkMessage(t, m)
			golden(t, name+".golden.json", readable(t, m))
			golden(t, name+".golden.txt", []byte(r.Plain(reply)))
		})
	}
}

// readable returns the message as indented JSON, without JSON's own escapes for & < >.
func readable(t *testing.T, m Message) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{"text": m.Text, "blocks": m.Blocks})
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(tree); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./bot/blockkit -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestRenderingIsSafeForConcurrentUse(t *testing.T) {
	r := renderer(t)
	var wg sync.WaitGroup
	for _, lang := range bot.Languages() {
		want, plain := readable(t, r.Message(moduleCard(lang))), r.Plain(moduleCard(lang))
		for range 4 {
			wg.Go(func() {
				for range 20 {
					m := r.Message(moduleCard(lang))
					r.Message(helpReply(lang))
					if got := readable(t, m); !bytes.Equal(got, want) || r.Plain(moduleCard(lang)) != plain {
						t.Error("a message holds what another one left behind")
					}
				}
			})
		}
	}
	wg.Wait()
}
