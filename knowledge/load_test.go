package knowledge

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the loader says into testdata/invalid")

const wanted = "# want: "

// TestInvalidEntries puts each file of testdata/invalid in the place of the module alpha, or beside it when it is of
// another kind. Its first lines say what must be
// reported, and nothing else may be.
func TestInvalidEntries(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	alpha, err := os.ReadFile("testdata/valid/entries/module/alpha.yaml")
	if err != nil {
		t.Fatal(err)
	}
	beta, err := os.ReadFile("testdata/valid/entries/module/beta.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{"entries/module/alpha.yaml": {Data: alpha}, "entries/module/beta.yaml": {Data: beta}}
			fsys["entries/"+place(string(data))] = &fstest.MapFile{Data: data}
			_, err = Load(fsys)
			if err == nil {
				t.Fatal("loaded without an error")
			}
			got := strings.Split(err.Error(), "\n")
			var want []string
			rest := string(data)
			for strings.HasPrefix(rest, wanted) {
				var first string
				first, rest, _ = strings.Cut(rest, "\n")
				want = append(want, strings.TrimPrefix(first, wanted))
			}
			if *update {
				writeWanted(t, file, got, rest)
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("problems differ (-want +got):\n%s", diff)
			}
		})
	}
}

// place is the file that the entry belongs into: gamma beside the modules alpha and beta, or alpha itself.
func place(data string) string {
	for _, kind := range kinds()[1:] {
		if strings.Contains(data, "\nkind: "+kind+"\n") {
			return kind + "/gamma.yaml"
		}
	}
	return "module/alpha.yaml"
}

func writeWanted(t *testing.T, file string, got []string, rest string) {
	t.Helper()
	var b strings.Builder
	for _, line := range got {
		b.WriteString(wanted + line + "\n")
	}
	if err := os.WriteFile(file, []byte(b.String()+rest), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryRuleHasAnInvalidEntry(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(files, "\n")
	for _, r := range rules {
		for _, breaks := range r.broken {
			if !strings.Contains(all, "/"+breaks+".yaml") {
				t.Errorf("rule %s: no testdata/invalid/%s.yaml", r.name, breaks)
			}
		}
	}
}

func valid(t testing.TB) fs.FS {
	t.Helper()
	return os.DirFS("testdata/valid")
}

func TestLoadReportsEverythingSorted(t *testing.T) {
	broken := fstest.MapFS{}
	for _, name := range []string{"alpha", "beta"} {
		data, err := os.ReadFile("testdata/valid/entries/module/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), "risk: read_only", "risk: none", 1)
		text = strings.Replace(text, "type: mono-instance", "type: none", 1)
		broken["entries/module/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	_, err := Load(broken)
	if err == nil {
		t.Fatal("loaded without an error")
	}
	var got []string
	for _, line := range strings.Split(err.Error(), "\n") {
		place, _, _ := strings.Cut(line, ": ")
		got = append(got, place)
	}
	want := []string{
		"entries/module/alpha.yaml:3", "entries/module/alpha.yaml:27",
		"entries/module/beta.yaml:3", "entries/module/beta.yaml:27",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places differ (-want +got):\n%s", diff)
	}
	var first Problem
	if !errors.As(err, &first) || first.Line != 3 {
		t.Errorf("first problem = %+v, want line 3", first)
	}
}

func TestLoadOver(t *testing.T) {
	t.Run("an entry of the overlay replaces the built-in one and falls back to English", func(t *testing.T) {
		data, err := os.ReadFile("testdata/valid/entries/module/alpha.yaml")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), "nl: 'eerste server', de: 'erster Server', ", "", 1)
		text = strings.Replace(text, "first server", "our own server", 1)
		l, err := LoadOver(valid(t), fstest.MapFS{"module/alpha.yaml": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		e, _ := l.Entry("alpha")
		if got := e.Title.In("nl"); got != "our own server" || e.Title.Has("nl") {
			t.Errorf("Dutch title = %q, has %v; want the English one", got, e.Title.Has("nl"))
		}
		if len(l.OfKind(KindModule)) != 2 {
			t.Errorf("%d modules, want 2", len(l.OfKind(KindModule)))
		}
	})
	t.Run("a missing English text is a problem there too", func(t *testing.T) {
		data, err := os.ReadFile("testdata/valid/entries/module/alpha.yaml")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), "en: 'first server', ", "", 1)
		_, err = LoadOver(valid(t), fstest.MapFS{"module/alpha.yaml": {Data: []byte(text)}})
		if err == nil || err.Error() != "module/alpha.yaml:4: title: missing in en" {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("an entry of another kind does not take the place of one", func(t *testing.T) {
		const text = "id: alpha\nkind: check\nevery: day\nabout: [beta]\ntitle: {en: 'Look'}\ndoes: {en: 'Looks.'}\n" +
			"steps:\n  - id: look\n    title: {en: 'Look'}\n    expect: {en: 'Good'}\n    risk: read_only\nsources: ['P:log-files']\n"
		_, err := LoadOver(valid(t), fstest.MapFS{"check/alpha.yaml": {Data: []byte(text)}})
		if err == nil || err.Error() != `entries/module/alpha.yaml:1: id: "alpha" is also the id of check/alpha.yaml` {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("a file that is named .yml is not lost", func(t *testing.T) {
		_, err := LoadOver(valid(t), fstest.MapFS{"module/gamma.yml": {Data: []byte("id: gamma")}})
		if err == nil || !strings.Contains(err.Error(), "module/gamma.yml:1: cannot be read: the name of an entry's file ends in .yaml") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("hidden folders and other files are left alone", func(t *testing.T) {
		overlay := fstest.MapFS{
			"..2026_11_22/module/alpha.yaml": {Data: []byte("nonsense")},
			"module/README.md":               {Data: []byte("notes")},
		}
		if _, err := LoadOver(valid(t), overlay); err != nil {
			t.Error(err)
		}
	})
	t.Run("the version follows the content", func(t *testing.T) {
		plain, err := Load(valid(t))
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile("testdata/valid/entries/module/alpha.yaml")
		over, err := LoadOver(valid(t), fstest.MapFS{"module/alpha.yaml": {Data: append(data, "# a remark\n"...)}})
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Load(valid(t))
		if plain.Version() != again.Version() || plain.Version() == over.Version() || len(plain.Version()) != 12 {
			t.Errorf("versions %q, %q, %q", plain.Version(), again.Version(), over.Version())
		}
	})
}

func TestLoadMissingFolder(t *testing.T) {
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("a folder without entries loaded")
	}
}
