package search_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"campaignbot/knowledge/search"
)

// alpha is an entry without concepts of its own: only names and symptoms find it.
func alpha(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../testdata/valid/entries/module/alpha.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// like returns alpha under another id, with names of its own and the same symptoms.
func like(t testing.TB, id string) string {
	t.Helper()
	return strings.NewReplacer("id: alpha", "id: "+id, "'first', 'waiting room'", "'the "+id+" one'", "'eerste'", "'"+id+" nl'", "'erster'", "'"+id+" de'",
		"'premier'", "'"+id+" fr'", "ALP-100001", fmt.Sprintf("ALP-%06d", len(id)), "'alpha.log'", "'"+id+".log'").Replace(alpha(t))
}

func files(entries map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, content := range entries {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

// write makes the file, and the folders it is in.
func write(t testing.TB, content string, name ...string) {
	t.Helper()
	file := filepath.Join(name...)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesAnEntryThatHidesABuiltInOne(t *testing.T) {
	// For this symptom of beta two others are named, so that beta comes third. Whoever else takes its words pushes it out.
	const phrase = "alpha@x and late@x quietly"
	beta, err := os.ReadFile("../testdata/valid/entries/module/beta.yaml")
	if err != nil {
		t.Fatal(err)
	}
	builtin := files(map[string]string{
		"entries/module/alpha.yaml": alpha(t),
		"entries/module/beta.yaml":  strings.Replace(string(beta), "symptoms:\n  en: [", "symptoms:\n  en: ['"+phrase+"', ", 1),
		"entries/module/late.yaml":  noReferences(like(t, "late")),
	})
	dir := t.TempDir()
	greedy := strings.NewReplacer("'the greedy one'", "'quietly'", "'alpha is down'", "'"+phrase+"'").Replace(like(t, "greedy"))

	t.Run("both are named", func(t *testing.T) {
		write(t, greedy, dir, "module", "greedy.yaml")
		_, err := search.Open(builtin, dir)
		const want = "module/greedy.yaml:11: symptoms: with greedy laid over, beta (entries/module/beta.yaml) is no longer " +
			`among the first three for its symptom "` + phrase + `" (en)`
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %s", err, want)
		}
	})
	t.Run("a replaced entry is its writer's to decide", func(t *testing.T) {
		if err := os.Rename(filepath.Join(dir, "module", "greedy.yaml"), filepath.Join(dir, "greedy.txt")); err != nil {
			t.Fatal(err)
		}
		write(t, strings.Replace(string(beta), "symptoms:\n  en: [", "symptoms:\n  en: ['alpha@x, late@x', ", 1), dir, "module", "beta.yaml")
		if _, err := search.Open(builtin, dir); err != nil {
			t.Error(err)
		}
	})
}

func TestFindingsAreAtTheLineOfTheSymptom(t *testing.T) {
	dir := t.TempDir()
	write(t, strings.Replace(like(t, "gamma"), "'alpha is down'", "'alpha@x, beta@x'", 1), dir, "module", "gamma.yaml")
	library, err := search.Open(os.DirFS("../testdata/valid"), dir)
	if err != nil {
		t.Fatal(err)
	}
	const want = `module/gamma.yaml:12: symptoms.en[1]: "nothing waits" finds nothing; want gamma among the first three`
	var all []string
	for _, p := range library.Current().Findings() {
		all = append(all, p.Error())
	}
	if !slices.Contains(all, want) {
		t.Errorf("lacks %s\n%s", want, strings.Join(all, "\n"))
	}
}

// noReferences leaves out what a built-in entry must say at both ends.
func noReferences(entry string) string {
	before, rest, _ := strings.Cut(entry, "needed_by:")
	_, after, _ := strings.Cut(rest, "sources:")
	entry = before + "sources:" + after
	before, _, _ = strings.Cut(entry, "told_apart:")
	return before
}

func TestOpenWithoutAFolder(t *testing.T) {
	library, err := search.Open(os.DirFS("../testdata/valid"), "")
	if err != nil {
		t.Fatal(err)
	}
	library.Watch(t.Context(), slog.New(slog.DiscardHandler), nil) // returns at once
	if _, ok := library.Current().Entry("alpha"); !ok || library.Failure() != nil {
		t.Errorf("alpha %v, failure %v", ok, library.Failure())
	}
}

// watched is a library that follows a folder.
type watched struct {
	*search.Library
	dir     string
	log     *strings.Builder // to be read after stop
	changes chan *search.Edition
	stop    func()
}

func watch(t *testing.T, dir string) *watched {
	t.Helper()
	library, err := search.Open(os.DirFS("../testdata/valid"), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w := &watched{Library: library, dir: dir, log: &strings.Builder{}, changes: make(chan *search.Edition, 100)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		library.Watch(ctx, slog.New(slog.NewTextHandler(w.log, nil)), func(e *search.Edition) { w.changes <- e })
	}()
	w.stop = func() { cancel(); <-done }
	t.Cleanup(w.stop)
	return w
}

// until waits for the change after which the condition holds. A file may be read half-written in between.
func (w *watched) until(t *testing.T, what string, condition func(*search.Edition) bool) {
	t.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	for {
		select {
		case e := <-w.changes:
			if condition(e) {
				return
			}
		case <-limit.C:
			t.Fatalf("never: %s; failure is %v", what, w.Failure())
		}
	}
}

func titled(title string) func(*search.Edition) bool {
	return func(e *search.Edition) bool {
		entry, ok := e.Entry("gamma")
		return ok && entry.Title.In("en") == title
	}
}

func TestWatchFollowsTheFolder(t *testing.T) {
	dir := t.TempDir() // without a folder for modules yet
	w := watch(t, dir)
	first := w.Current().Version()
	failed := func(*search.Edition) bool { return w.Failure() != nil }

	write(t, like(t, "gamma"), dir, "module", "gamma.yaml")
	w.until(t, "an entry is added", titled("first server"))
	if got := w.Current().Find("the gamma one"); !got.Sure || got.Modules[0].Entry.ID != "gamma" {
		t.Errorf("found %v", scores(got))
	}

	write(t, strings.Replace(like(t, "gamma"), "first server", "our server", 1), dir, "module", "gamma.yaml")
	w.until(t, "an entry is changed", titled("our server"))
	good := w.Current()
	if good.Version() == first {
		t.Error("the version stayed")
	}

	write(t, strings.Replace(like(t, "gamma"), "risk: read_only", "risk: none", 1), dir, "module", "gamma.yaml")
	w.until(t, "a bad change is noticed", func(*search.Edition) bool {
		return w.Failure() != nil && strings.Contains(w.Failure().Error(), "module/gamma.yaml:27: steps[0].risk: unknown value")
	})
	if w.Current() != good {
		t.Error("a bad change took effect")
	}

	if err := os.Remove(filepath.Join(dir, "module", "gamma.yaml")); err != nil {
		t.Fatal(err)
	}
	w.until(t, "an entry is taken away", func(e *search.Edition) bool { return e.Version() == first })
	if w.Failure() != nil {
		t.Errorf("failure is %v", w.Failure())
	}

	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the folder is gone", failed)
	if w.Current().Version() != first {
		t.Error("a folder that cannot be read took effect")
	}

	w.stop()
	for _, line := range []string{"knowledge reloaded", "knowledge is not reloaded, the previous entries stay in force", "steps[0].risk: unknown value"} {
		if !strings.Contains(w.log.String(), line) {
			t.Errorf("the log lacks %q:\n%s", line, w.log)
		}
	}
}

// TestWatchFollowsAMountedFolder changes a folder as Kubernetes does: what people see are links through ..data into a
// hidden copy, and a change swaps that link for another.
func TestWatchFollowsAMountedFolder(t *testing.T) {
	dir := t.TempDir()
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	write(t, like(t, "gamma"), dir, "..2026_01", "module", "gamma.yaml")
	link("..2026_01", "..data")
	link(filepath.Join("..data", "module"), "module")
	w := watch(t, dir)
	if !titled("first server")(w.Current()) {
		t.Fatal("the entry behind the links is not read")
	}
	for n, title := range []string{"second server", "third server"} {
		copied := fmt.Sprintf("..2026_1%d", n)
		write(t, strings.Replace(like(t, "gamma"), "first server", title, 1), dir, copied, "module", "gamma.yaml")
		link(copied, "..data_tmp")
		if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
		w.until(t, title, titled(title))
	}
	if err := os.RemoveAll(filepath.Join(dir, "..2026_01")); err != nil {
		t.Fatal(err)
	}
	if w.Failure() != nil {
		t.Error(w.Failure())
	}
}

func TestReadQuestionsNamesEveryBadLine(t *testing.T) {
	known := func(module string) bool { return module == "mta" }
	long := `{"text": "` + strings.Repeat("long ", 50_000) + `", "modules": [], "lang": "en"}`
	list, err := search.ReadQuestions("q.jsonl", strings.NewReader(long+"\n\n"+`{"text": "a", "modules": ["mta"], "lang": "nl", "difficulty": "hard", "id": 7}`), known)
	if err != nil || len(list) != 2 || list[1].Line != 3 || list[1].Difficulty != "hard" {
		t.Errorf("%v, %d questions", err, len(list))
	}
	_, err = search.ReadQuestions("q.jsonl", strings.NewReader("[]\n"+`{"text": 7, "modules": [], "lang": "nl"}`+"\n"+`{"text": "a", "modules": [""], "lang": "nl"}`+"\n"+
		`{"text": "a", "modules": ["mta"], "lang": "nl", "difficulty": "Hard"}`), known)
	if err == nil {
		t.Fatal("bad lines were read")
	}
	want := []string{"q.jsonl:1: want one JSON object: ", "q.jsonl:2: text: want a text, found a JSON number", `q.jsonl:3: modules: there is no module ""`, `q.jsonl:4: difficulty: "Hard", want easy, medium, hard, or nothing`}
	got := strings.Split(err.Error(), "\n")
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Error(cmp.Diff(want, got))
	}
}

func TestMeasureCounts(t *testing.T) {
	list := []search.Question{
		{Line: 1, Text: "best", Modules: []string{"a", "b"}, Lang: "en"},
		{Line: 2, Text: "second best", Modules: []string{"b", "a"}, Lang: "en", Difficulty: "hard"},
		{Line: 3, Text: "third", Modules: []string{"c"}, Lang: "nl"},
		{Line: 4, Text: "fourth", Modules: []string{"d"}, Lang: "nl"},
		{Line: 5, Text: "silent", Modules: []string{"a"}, Lang: "xx"},
		{Line: 6, Text: "chatter", Lang: "nl"},
		{Line: 7, Text: "silent", Lang: "nl"},
	}
	got := search.Measure(list, func(text string) search.Given {
		if text == "silent" {
			return search.Given{Modules: []string{"a"}} // offered, not answered
		}
		return search.Given{Answered: true, Modules: []string{"a", "b", "c", "d"}}
	})
	want := search.Measured{
		All: search.Tally{Positives: 5, Accepted: 2, Primary: 1, AmongThree: 3, Negatives: 2, Answered: 1},
		Languages: map[string]*search.Tally{
			"en": {Positives: 2, Accepted: 2, Primary: 1, AmongThree: 2},
			"nl": {Positives: 2, AmongThree: 1, Negatives: 2, Answered: 1},
			"xx": {Positives: 1},
		},
		Hard: search.Tally{Positives: 1, Accepted: 1, AmongThree: 1},
	}
	var missed []int
	for _, m := range got.Misses {
		missed = append(missed, m.Line)
	}
	got.Misses = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{3, 4, 5, 6}, missed); diff != "" {
		t.Error(diff)
	}
}

func TestExplainNamesWordsRulesAndEntries(t *testing.T) {
	got := strings.Join(built(t).Explain("mails leave but nobody clicks"), "\n")
	for _, want := range []string{"Campaign ", `"clicks" is click: tracking +`, "together ", "\ntracking ", "the phrase it is like"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}
