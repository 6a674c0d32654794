package knowledge

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// keys lists the keys of a struct and of those in it, by their paths: "steps[].title".
func keys(t reflect.Type, path string) (all []string) {
	switch {
	case t.Kind() == reflect.Slice:
		return keys(t.Elem(), path+"[]")
	case t.Kind() != reflect.Struct:
		return []string{path}
	}
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("yaml")
		all = append(all, keys(t.Field(i).Type, strings.TrimPrefix(path+"."+name, "."))...)
	}
	return all
}

func TestSkeletonHasEveryKeyWithWhatItIsFor(t *testing.T) {
	var all strings.Builder
	for _, kind := range kinds() {
		name, content, err := Skeleton(Kind(kind), "sms-gateway")
		if err != nil || name != kind+"/sms-gateway.yaml" {
			t.Fatalf("%q, %v", name, err)
		}
		all.WriteString(content)
		everyLineIsExplained(t, content)
	}
	for _, key := range keys(reflect.TypeFor[Entry](), "") {
		last := key[strings.LastIndexAny(key, ".")+1:]
		if word := strings.TrimSuffix(last, "[]"); !strings.Contains(all.String(), word+":") {
			t.Errorf("%s is in no skeleton", key)
		}
	}
	for _, id := range []string{"", "a b", "../a", "a--b", "é"} {
		if _, _, err := Skeleton(KindModule, id); err == nil {
			t.Errorf("%q is an id", id)
		}
	}
	if _, _, err := Skeleton("recipe", "a"); err == nil {
		t.Error("recipe is a kind")
	}
}

func everyLineIsExplained(t *testing.T, content string) {
	t.Helper()
	commented := false
	for number, line := range strings.Split(content, "\n") {
		switch trimmed := strings.TrimSpace(line); {
		case strings.HasPrefix(trimmed, "#"):
			commented = true
		case trimmed == "":
			commented = false
		case !commented:
			t.Errorf("line %d stands without a comment above it: %s", number+1, line)
		}
	}
}

// TestSkeletonFilledIn fills in what check asks for, in English, and nothing else.
func TestSkeletonFilledIn(t *testing.T) {
	phrases := "en: ['no texts', 'texts are late', 'texts twice']"
	fill := strings.NewReplacer(
		"type: ''", "type: utility", "every: ''", "every: week", "version: ''", "version: '7.4'", "about: []", "about: [alpha]",
		"title: {en: ''", "title: {en: 'Text'", "does:\n  en: ''", "does:\n  en: 'Sends `sms`.'",
		"aliases:\n  en: []", "aliases:\n  en: ['texts']", "symptoms:\n  en: []", "symptoms:\n  "+phrases,
		"- {en: ''", "- {en: 'A sign'", "expect: {en: ''", "expect: {en: 'Text'", "risk: ''", "risk: read_only",
		"says: {en: ''", "says: {en: 'Text'", "takes: {en: ''", "takes: {en: 'Text'", "when: {en: ''", "when: {en: 'Text'", "to: ''", "to: dba",
		"means: {en: ''", "means: {en: 'Text'", "modules: []", "modules: [alpha]",
		"    steps: []", "    steps: [{id: a, title: {en: A}, expect: {en: B}, risk: read_only}]",
		"\nsources: []", "\nsources: ['P:log-files', 'Our wiki https://wiki.example.com/sms']",
	)
	for _, c := range []struct {
		kind  Kind
		id    string
		lacks string
	}{
		{KindModule, "sms-gateway", "title does signs[0] signs[1] signs[2] steps[0].title steps[0].expect aliases symptoms"},
		{KindRunbook, "sms-gateway", "title does signs[0] signs[1] signs[2] steps[0].title steps[0].expect escalate[0].when aliases symptoms"},
		{KindError, "SMS", "title does steps[0].title steps[0].expect codes[0].means codes[0].steps[0].title codes[0].steps[0].expect"},
		{KindDefect, "sms-gateway", "title does symptoms"},
		{KindCheck, "sms-gateway", "title does steps[0].title steps[0].expect"},
		{KindConflict, "sms-gateway", "title does steps[0].title steps[0].expect sides[0].says sides[1].says takes symptoms"},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			name, content, err := Skeleton(c.kind, c.id)
			if err != nil {
				t.Fatal(err)
			}
			l, err := LoadOver(valid(t), fstest.MapFS{name: {Data: []byte(fill.Replace(content))}})
			if err != nil {
				t.Fatal(err)
			}
			e, _ := l.Entry(c.id)
			if got := e.Does.In("fr"); got != "Sends `sms`." {
				t.Errorf("an empty language reads %q, want the English text", got)
			}
			if len(e.Lacks("en")) > 0 {
				t.Errorf("lacks %v in English", e.Lacks("en"))
			}
			if diff := cmp.Diff(strings.Fields(c.lacks), e.Lacks("nl")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFolderIsReadAsItIsMounted(t *testing.T) {
	alpha, err := os.ReadFile("testdata/valid/entries/module/alpha.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "..2026_11", "module")
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"alpha.yaml": string(alpha), ".alpha.yaml": "an editor's copy"} {
		if err := os.WriteFile(filepath.Join(data, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"..data": "..2026_11", "module": "..data/module", "loop": "."} { // a loop ends all the same
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	l, err := LoadOver(valid(t), os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	e, _ := l.Entry("alpha")
	if file, overlay := l.File(e); file != "module/alpha.yaml" || !overlay || e.Owner != "Team CRM" || e.Verified != "2026-03-31" {
		t.Errorf("file %q, overlay %v, owner %q, verified %q", file, overlay, e.Owner, e.Verified)
	}
	if folders, _ := Scan(os.DirFS(dir)); !cmp.Equal(folders, []string{".", "loop", "module"}) {
		t.Errorf("folders %v", folders)
	}
}

func TestScanSeesWhatLoadOverReads(t *testing.T) {
	hash := func(fsys fs.FS) string { _, h := Scan(fsys); return h }
	one := fstest.MapFS{"module/a.yaml": {Data: []byte("a")}}
	for _, c := range []struct {
		name string
		fsys fs.FS
		same bool
	}{
		{"the same again", fstest.MapFS{"module/a.yaml": {Data: []byte("a")}}, true},
		{"a note beside it", fstest.MapFS{"module/a.yaml": {Data: []byte("a")}, "module/note.txt": {Data: []byte("n")}}, true},
		{"another text", fstest.MapFS{"module/a.yaml": {Data: []byte("b")}}, false},
		{"another name", fstest.MapFS{"module/b.yaml": {Data: []byte("a")}}, false},
		{"nothing", fstest.MapFS{}, false},
		{"a folder that is not there", os.DirFS("nowhere"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := hash(c.fsys) == hash(one); got != c.same {
				t.Errorf("same is %v", got)
			}
		})
	}
}
