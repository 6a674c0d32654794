package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/bot"
	"campaignbot/config"
)

// bridge is the worked example of knowledge/README.md.
func bridge(t *testing.T) string {
	t.Helper()
	for _, block := range regexp.MustCompile("(?ms)^```yaml\n(.*?)^```").FindAllStringSubmatch(page(t, "knowledge/README.md"), -1) {
		if strings.HasPrefix(block[1], "id: crm-bridge\n") {
			return block[1]
		}
	}
	t.Fatal("knowledge/README.md has no entry crm-bridge")
	return ""
}

func TestKnowledgeCommandsPrint(t *testing.T) {
	questions, err := os.ReadFile("testdata/knowledge/questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	entry, printed := bridge(t), map[string]string{}
	t.Run("run", func(t *testing.T) {
		inFolder(t, "")
		writeFile(t, "entries/module/crm-bridge.yaml", entry)
		writeFile(t, "questions.jsonl", string(questions))
		for _, c := range []struct {
			name, file string
			code       int
			only       string // of the lines
			args       []string
		}{
			{"the list has a line for an entry of one's own", "list.txt", exitOK, "ID |bridge", []string{"list", "--dir", "entries"}},
			{"the list as JSON", "list.json", exitOK, "bridge", []string{"list", "--json", "--dir", "entries"}},
			{"an entry is shown as people read it", "show.txt", exitOK, "", []string{"show", "crm-bridge", "--dir", "entries"}},
			{"in another language, by another name", "show-nl.txt", exitOK, "", []string{"show", "leadbrug", "--lang", "nl", "--dir", "entries"}},
			{"a good folder has no findings", "check.txt", exitOK, "crm-bridge", []string{"check", "--dir", "entries"}},
			{"the questions are counted by language", "eval.txt", exitOK, "", []string{"eval", "questions.jsonl"}},
			{"the questions are counted as JSON", "eval.json", exitOK, "", []string{"eval", "questions.jsonl", "--json"}},
			{"the misses are listed", "eval-misses.txt", exitOK, `^questions|^    \S`, []string{"eval", "questions.jsonl", "--misses"}},
			{"a new entry is begun", "new.txt", exitOK, "", []string{"new", "sms-gateway", "--dir", "begun"}},
			{"what is begun lists what is still to be written", "new-check.txt", exitFound, "", []string{"check", "--dir", "begun"}},
			{"one that replaces a built-in entry is begun", "new-builtin.txt", exitOK, "", []string{"new", "stat", "--dir", "begun"}},
		} {
			code, out, errs := cli(t, nil, "", append([]string{"knowledge"}, c.args...)...)
			if code != c.code || errs != "" {
				t.Errorf("%s: exit code %d, %s", c.name, code, errs)
			}
			if c.only != "" {
				out = only(out, c.only)
			}
			printed[c.file] = out
		}
		begun, err := os.ReadFile("begun/module/sms-gateway.yaml")
		if err != nil {
			t.Fatal(err)
		}
		printed["new.yaml"] = string(begun)
	})
	for file, out := range printed {
		t.Run(file, func(t *testing.T) { golden(t, "knowledge/"+file, out) })
	}
}

// only keeps the lines that match.
func only(text, pattern string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if regexp.MustCompile(pattern).MatchString(strings.TrimSuffix(line, "\n")) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestKnowledgeShowPrintsTheCardOfAsk(t *testing.T) {
	for _, lang := range bot.Languages() {
		_, card, _ := cli(t, nil, "", "ask", "--lang", lang, "module", "wfserver")
		_, out, _ := cli(t, nil, "", "knowledge", "show", "--lang", lang, "wfserver")
		want := strings.TrimRight(card, "\n") + "\n\nfile: entries/module/wfserver.yaml (built in)\n"
		if diff := cmp.Diff(want, out); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}

func TestKnowledgeListIsOfEveryEntry(t *testing.T) {
	code, out, errs := cli(t, nil, "", "knowledge", "list", "--json")
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	n := 0
	for line := range strings.Lines(out) {
		var e entryLine
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.ID == "" || e.Kind == "" || e.Kind == "module" && e.Symptoms == 0 || !e.Builtin || len(e.Languages) != len(bot.Languages()) {
			t.Errorf("%+v", e)
		}
		n++
	}
	if n < 150 {
		t.Errorf("%d entries", n)
	}
}

func TestKnowledgeUsesTheFolderOfTheConfiguration(t *testing.T) {
	entry := bridge(t)
	inFolder(t, "knowledge: {dir: mine}\n")
	writeFile(t, "mine/module/crm-bridge.yaml", entry)
	for _, args := range [][]string{{"list"}, {"show", "crm-bridge"}, {"check"}} {
		_, out, _ := cli(t, nil, "", append([]string{"knowledge"}, args...)...)
		holds(t, args[0], out, "crm-bridge")
	}
	if code, _, errs := cli(t, nil, "", "knowledge", "new", "other"); code != exitOK {
		t.Error(errs)
	}
	if _, err := os.Stat("mine/module/other.yaml"); err != nil {
		t.Error(err)
	}
}

func TestKnowledgeCheckFinds(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"a step without risk", "    risk: read_only\n", "", "module/crm-bridge.yaml:16: steps[0].risk: missing"},
		{"an unknown reference", "module: wfserver", "module: wfsrever", `:23: needs[0].module: there is no module "wfsrever"`},
		{"an unknown page", "P:workflow-execution", "P:workflow", `sources[0]: "P:workflow" is neither in the table of pages`},
		{"an alias that belongs to another", "'lead transfer', ", "'lead transfer', 'waakhond', ", `aliases.en[1]: alias "waakhond" also belongs to watchdog`},
		{"a missing language", "title: {en: 'lead transfer to the CRM', ", "title: {", "title: missing in en"},
		{"an over-long block", "run: 'tail", "run: '" + strings.Repeat("x", 400) + "tail", "run: 4"},
		{"a day that is none", "2026-03-31", "last week", `verified: "last week": want a day`},
		{"a symptom that leads elsewhere", "'leads are missing in the CRM'", "'mta@prod, stat@prod and web@prod are down'", `symptoms.en[0]: "mta@prod, stat@prod and web@prod are down" finds `},
	} {
		t.Run(c.name, func(t *testing.T) {
			entry := bridge(t)
			inFolder(t, "knowledge: {dir: entries}\n")
			if !strings.Contains(entry, c.from) {
				t.Fatalf("the example lacks %q", c.from)
			}
			writeFile(t, "entries/module/crm-bridge.yaml", strings.Replace(entry, c.from, c.to, 1))
			code, out, errs := cli(t, nil, "", "knowledge", "check", "--dir", "entries")
			if code != exitFound || errs != "" {
				t.Errorf("exit code %d, %s", code, errs)
			}
			holds(t, "the report", out, "module/crm-bridge.yaml:", c.want, "1 problem\n")
			if code, out, _ := cli(t, tokens, "", "check"); code != exitFound || !strings.Contains(out, c.want) {
				t.Errorf("campaignbot check: exit code %d, %s", code, out)
			}
		})
	}
}

func TestKnowledgeRefuses(t *testing.T) {
	entry := bridge(t)
	inFolder(t, "")
	writeFile(t, "entries/module/crm-bridge.yaml", entry)
	writeFile(t, "bad.jsonl", `{"text": "a"}`+"\n\nx\n"+`{"text": "a", "modules": "mta", "lang": "en"}`+"\n"+`{"text": "a", "modules": []}`+"\n"+`{"text": " ", "modules": [], "lang": "nl"}`)
	for _, c := range []struct {
		name string
		code int
		want []string
		args []string
	}{
		{"a command that is not there", exitRefused, []string{`no command "frob"`}, []string{"frob"}},
		{"a folder that is not there", exitRefused, []string{"nowhere cannot be read", "--dir"}, []string{"list", "--dir", "nowhere"}},
		{"an entry that is not there", exitRefused, []string{`no entry "wfsrever"`, "nearest: wfserver"}, []string{"show", "wfsrever"}},
		{"a name like no other", exitRefused, []string{"knowledge list"}, []string{"show", "qqqqqqqqqqqq"}},
		{"a language it does not have", exitRefused, []string{"--lang", `"es"`}, []string{"show", "mta", "--lang", "es"}},
		{"to overwrite", exitRefused, []string{"is there already"}, []string{"new", "crm-bridge", "--dir", "entries"}},
		{"a name of another entry", exitRefused, []string{"watchdog"}, []string{"new", "waakhond", "--dir", "entries"}},
		{"an id that cannot be one", exitRefused, []string{"single hyphens"}, []string{"new", "../x", "--dir", "entries"}},
		{"to begin an entry nowhere", exitRefused, []string{"--dir"}, []string{"new", "x"}},
		{"questions that are not there", exitRefused, []string{"none.jsonl cannot be read"}, []string{"eval", "none.jsonl"}},
		{"bad lines, all of them", exitFound, []string{
			"bad.jsonl:1: modules: missing", "bad.jsonl:3: want one JSON object", "bad.jsonl:4: modules: want a list of texts",
			"bad.jsonl:5: lang: missing", "bad.jsonl:6: text: missing",
		}, []string{"eval", "bad.jsonl"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := cli(t, nil, "", append([]string{"knowledge"}, c.args...)...)
			if code != c.code || out != "" {
				t.Errorf("exit code %d, %s", code, out)
			}
			holds(t, "the error", errs, c.want...)
		})
	}
}

func TestKnowledgeHelpIsGolden(t *testing.T) {
	files := map[string]bool{}
	for _, sub := range newKnowledge(world{}).Commands() {
		name := "help-" + sub.Name() + ".txt"
		files[name] = true
		t.Run(sub.Name(), func(t *testing.T) {
			code, out, errs := cli(t, nil, "", "knowledge", sub.Name(), "--help")
			if code != exitOK || errs != "" {
				t.Fatalf("exit code %d, %s", code, errs)
			}
			if !strings.HasPrefix(sub.Long, sub.Name()+" ") {
				t.Errorf("does not begin with its name: %q", sub.Long)
			}
			golden(t, "knowledge/"+name, out)
		})
	}
	found, err := fs.Glob(os.DirFS("testdata/knowledge"), "help-*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		if !files[name] {
			t.Errorf("%s is of a command that is gone", name)
		}
	}
}

// TestKnowledgeREADMETable compares the table of the README with what its command prints.
func TestKnowledgeREADMETable(t *testing.T) {
	const begin, end, name = "<!-- dev -->\n", "<!-- /dev -->", "knowledge/README.md"
	readme := page(t, name)
	before, rest, found := strings.Cut(readme, begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s lacks %s… %s", name, begin, end)
	}
	code, out, errs := cli(t, nil, "", "knowledge", "eval", filepath.Join(top, "knowledge/search/testdata/symptoms-dev.jsonl"))
	if code != exitOK {
		t.Fatal(errs)
	}
	if *update {
		if err := os.WriteFile(filepath.Join(top, filepath.FromSlash(name)), []byte(before+begin+out+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table, out); diff != "" {
		t.Errorf("(-README +now; write it anew with -update):\n%s", diff)
	}
}

// answer is what ann reads after a slash command.
func (r *rig) answer(t *testing.T, text string) string {
	t.Helper()
	got, err := r.slack.Slash(within(t), ann, ops, "/campaign "+text)
	if err != nil || got.Message == nil {
		t.Fatalf("%v %+v\n%s", err, got, r.log)
	}
	return string(got.Message.JSON())
}

// awaitKnowledge waits until the folder as it is now has been read: rightly, or wrongly.
func (r *rig) awaitKnowledge(t *testing.T, read func() bool) {
	t.Helper()
	ctx := within(t)
	for tick := time.NewTicker(20 * time.Millisecond); !read(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the folder was not read again\n%s", r.log)
		}
	}
}

func TestServeFollowsTheOverlayFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "module", "crm-bridge.yaml")
	writeFile(t, file, bridge(t))
	r := newRig(t, config.ModeSocket, sqliteURL(t), "knowledge: {dir: "+dir+"}\n")
	entries := r.program.texts.knowledge

	holds(t, "the first answer", r.answer(t, "module crm-bridge"), "What does its log say?")
	before := entries.Current().Version()

	writeFile(t, file, strings.Replace(bridge(t), "What does its log say?", "What does the log of tonight say?", 1))
	r.awaitKnowledge(t, func() bool { return strings.Contains(r.log.String(), "knowledge reloaded") })
	holds(t, "the answer after a change", r.answer(t, "module crm-bridge"), "What does the log of tonight say?")
	good := entries.Current().Version()
	if good == before {
		t.Error("the version stayed")
	}
	holds(t, "about", r.answer(t, "about"), good)

	writeFile(t, file, strings.Replace(bridge(t), "risk: read_only", "risk: none", 1))
	r.awaitKnowledge(t, func() bool { return strings.Contains(r.log.String(), "knowledge is not reloaded") })
	holds(t, "the answer after a bad change", r.answer(t, "module crm-bridge"), "What does the log of tonight say?")
	holds(t, "about", r.answer(t, "about"), good, "The last reload failed", "module/crm-bridge.yaml:")
	holds(t, "the log", r.log.String(), "steps[0].risk: unknown value")

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	r.awaitKnowledge(t, func() bool { return strings.Count(r.log.String(), "knowledge reloaded") == 2 })
	if got := r.answer(t, "module crm-bridge"); strings.Contains(got, "of tonight say") {
		t.Errorf("an entry that is gone was shown: %.300s", got)
	}
	if got := r.answer(t, "about"); strings.Contains(got, "The last reload failed") {
		t.Errorf("about still tells of the bad change: %s", got)
	}
}
