package locale

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"campaignbot/bot"

	"github.com/google/go-cmp/cmp"
)

const sound = `
group.plain: Plain text
group.code: Type ` + "`help`" + ` now
group.args: '{{.name}} and {{.other}}'
group.many:
  one: '{{.count}} thing'
  other: '{{.count}} things'
`

// fileset returns four sound files, with replacements in one of them.
func fileset(lang string, pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for _, l := range bot.Languages() {
		text := sound
		if l == lang {
			text = strings.NewReplacer(pairs...).Replace(text)
		}
		out[l+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestBuiltInPhrasesLoad(t *testing.T) {
	if _, err := Load(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	tests := []struct {
		name  string
		files fstest.MapFS
		want  []string
	}{
		{"sound files have none", fileset(""), nil},
		{"a key that is missing", fileset("nl", "group.code: Type `help` now\n", ""),
			[]string{"nl.yaml:2: group.code: is missing (en.yaml:3 has it); it belongs below this line"}},
		{"a key too many", fileset("de", "group.plain:", "group.extra: x\ngroup.plain:"),
			[]string{"de.yaml:2: group.extra: unknown key: en.yaml does not have it"}},
		{"a key twice", fileset("fr", "group.code:", "group.plain: x\ngroup.code:"),
			[]string{"fr.yaml:3: group.plain: stands here twice (first in line 2)"}},
		{"a key that is none", fileset("nl", "group.plain: Plain text", "group.plain: Plain text\nNone: x"), []string{
			"nl.yaml:3: None: not a key (lower case, words joined by _, groups by a dot)",
			"nl.yaml:3: None: unknown key: en.yaml does not have it",
		}},
		{"another placeholder", fileset("nl", "{{.other}}", "{{.ander}}"),
			[]string{"nl.yaml:4: group.args: placeholders differ from en.yaml:4: want name, other, got ander, name"}},
		{"a placeholder with logic", fileset("nl", "{{.other}}", "{{if .other}}"), []string{
			"nl.yaml:4: group.args: a placeholder is not of the form {{.name}}",
			"nl.yaml:4: group.args: placeholders differ from en.yaml:4: want name, other, got name",
		}},
		{"other code", fileset("de", "`help`", "`hilfe`"),
			[]string{"de.yaml:3: group.code: code differs from en.yaml:3: want help, got hilfe"}},
		{"a lonely backtick", fileset("en", "Plain", "Pl`ain"), []string{"en.yaml:2: group.plain: a backtick has no partner"}},
		{"empty code", fileset("nl", "`help`", "``"), []string{
			"nl.yaml:3: group.code: two backticks with nothing between them",
			"nl.yaml:3: group.code: code differs from en.yaml:3: want help, got ",
		}},
		{"mark-up", fileset("fr", "Plain text", "'*Plain* <b>text</b>'"),
			[]string{"fr.yaml:2: group.plain: holds mark-up (* _ ~ < >) outside code"}},
		{"an entity", fileset("fr", "Plain text", "Plain &amp; text"), []string{"fr.yaml:2: group.plain: holds an HTML entity"}},
		{"plural forms in one language only", fileset("fr", "Plain text", "{one: a, other: b}"),
			[]string{"fr.yaml:2: group.plain: plural forms differ from en.yaml:2"}},
		{"an empty text", fileset("fr", "Plain text", "''"), []string{"fr.yaml:2: group.plain: is empty"}},
		{"a line break", fileset("fr", "Plain text", "\"Plain\\ntext\""),
			[]string{"fr.yaml:2: group.plain: has blanks around it, or a line break"}},
		{"a number", fileset("fr", "Plain text", "12"), []string{"fr.yaml:2: group.plain: must be a text; put it in quotes"}},
		{"an unknown plural form", fileset("fr", "  one:", "  few:"), []string{
			"fr.yaml:5: group.many: plural form \"one\" is missing",
			"fr.yaml:6: group.many: unknown plural form \"few\" (allowed: one, other)",
		}},
		{"a list", fileset("fr", "Plain text", "[a]"), []string{"fr.yaml:2: group.plain: must be a text, or one text for each plural form"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := problems(t, tt.files)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProblemsOfAllFilesAreReportedAtOnce(t *testing.T) {
	files := fileset("nl", "Plain text", "''")
	files["de.yaml"] = &fstest.MapFile{Data: []byte("a: [")}
	delete(files, "fr.yaml")
	files["sv.yaml"] = &fstest.MapFile{Data: []byte("a.b: c")}
	got := strings.Join(problems(t, files), "\n")
	for _, want := range []string{"de.yaml: not YAML", "fr.yaml: cannot be read", "nl.yaml:2: group.plain: is empty", "sv.yaml: no such language"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func problems(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	_, err := load(fsys)
	if err == nil {
		return nil
	}
	var pe *ProblemsError
	if !errors.As(err, &pe) {
		t.Fatalf("error is a %T", err)
	}
	return strings.Split(err.Error(), "\n")
}

// The house style of the built-in phrases; product.md 2.4.
func TestPhrasesKeepTheHouseStyle(t *testing.T) {
	manners := map[string]*regexp.Regexp{
		"en": regexp.MustCompile(`(?i)\b(please|sorry|hello|hi)\b|!`),
		"nl": regexp.MustCompile(`(?i)\b(alsjeblieft|alstublieft|sorry|helaas|hallo|u|uw)\b|!`),
		"de": regexp.MustCompile(`\b(bitte|Bitte|leider|Leider|Entschuldigung|Hallo|Sie|Ihr|Ihre|du|dein|deine)\b|!`),
		"fr": regexp.MustCompile(`(?i)(s'il vous|désolé|bonjour|veuillez|\b(vous|votre|vos|tu|ton)\b)|!`),
	}
	space := regexp.MustCompile(`[^\x{a0}][;:?%]( |$|')`)
	var keys []string
	for _, lang := range bot.Languages() {
		var l loader
		sources, order := l.read(os.DirFS("phrases"), lang)
		if keys == nil {
			keys = order
		}
		if diff := cmp.Diff(keys, order); diff != "" {
			t.Errorf("%s.yaml: keys are not in the order of en.yaml (-want +got):\n%s", lang, diff)
		}
		for key, src := range sources {
			for _, text := range src.forms {
				prose := proseOf(text)
				if m := manners[lang].FindString(prose); m != "" {
					t.Errorf("%s.yaml:%d: %s: %q does not belong in %q", lang, src.line, key, m, text)
				}
				if lang == "fr" && space.MatchString(prose) {
					t.Errorf("fr.yaml:%d: %s: no no-break space before the punctuation in %q", src.line, key, text)
				}
			}
		}
	}
}
