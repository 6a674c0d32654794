package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"campaignbot/config"
)

var update = flag.Bool("update", false, "write the golden files, and the tables of the README, anew")

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-file +now; write it anew with -update):\n%s", file, diff)
	}
}

// top is the project's folder, seen from this package.
const top = "../.."

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// command returns a fresh campaignbot command, to be looked at.
func command() *cobra.Command { return newRoot(world{}) }

// cell makes a text fit into a table of Markdown.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}

func optionsTable() string {
	var b strings.Builder
	b.WriteString("| key | default | from the environment | what it is |\n|---|---|---|---|\n")
	for _, k := range config.Describe() {
		var variables []string
		for _, v := range k.Env {
			variables = append(variables, code(v))
		}
		what := cell(k.Comment)
		if k.Type != "text" {
			what += " (" + cell(k.Type) + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(k.Path), code(k.Default), strings.Join(variables, " "), what)
	}
	return b.String()
}

func commandsTable() string {
	var b strings.Builder
	b.WriteString("| command | does |\n|---|---|\n")
	for _, cmd := range command().Commands() {
		name, words, _ := strings.Cut(cmd.Use, " ")
		usage := "campaignbot " + name
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			value, _ := pflag.UnquoteUsage(f)
			usage += " [" + strings.TrimSpace("--"+f.Name+" "+value) + "]"
		})
		fmt.Fprintf(&b, "| %s | %s |\n", code(strings.TrimSpace(usage+" "+words)), cell(cmd.Short))
	}
	return b.String()
}

func TestREADMETables(t *testing.T) {
	for _, c := range []struct{ name, table string }{
		{"options", optionsTable()},
		{"commands", commandsTable()},
	} {
		t.Run(c.name, func(t *testing.T) {
			begin, end := "<!-- "+c.name+" -->\n", "<!-- /"+c.name+" -->"
			readme := page(t, "README.md")
			before, rest, found := strings.Cut(readme, begin)
			table, after, closed := strings.Cut(rest, end)
			if !found || !closed {
				t.Fatalf("the README lacks %s… %s", begin, end)
			}
			if *update {
				text := before + begin + c.table + end + after
				if err := os.WriteFile(filepath.Join(top, "README.md"), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(table, c.table); diff != "" {
				t.Errorf("(-README +now; write it anew with -update):\n%s", diff)
			}
		})
	}
}

// pages are what people read.
var pages = []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "knowledge/README.md"}

var (
	link    = regexp.MustCompile(`(!?)\[[^\]]*\]\(([^)\s]+)[^)]*\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	strange = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// missingLinks returns the relative links of a page, or its pictures, that lead nowhere.
func missingLinks(t *testing.T, name string, pictures bool) (missing []string) {
	t.Helper()
	text := page(t, name)
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		target := m[2]
		if (m[1] == "!") != pictures || regexp.MustCompile(`^[a-z]+:`).MatchString(target) {
			continue
		}
		file, anchor, _ := strings.Cut(target, "#")
		content := text
		if file != "" {
			place := filepath.Join(top, filepath.FromSlash(name), "..", filepath.FromSlash(file))
			data, err := os.ReadFile(place)
			if info, statErr := os.Stat(place); statErr == nil && info.IsDir() {
				err = nil
			}
			if err != nil {
				missing = append(missing, target)
				continue
			}
			content = string(data)
		}
		if anchor != "" && !slices.Contains(anchors(content), anchor) {
			missing = append(missing, target)
		}
	}
	return missing
}

// anchors returns the names of the headings.
func anchors(text string) (all []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		all = append(all, strings.ReplaceAll(strange.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return all
}

func TestREADMELinksLeadSomewhere(t *testing.T) {
	for _, name := range pages {
		t.Run(name, func(t *testing.T) {
			for _, target := range missingLinks(t, name, false) {
				t.Errorf("%s is not there", target)
			}
		})
	}
}

func TestREADMEPicturesAreThere(t *testing.T) {
	for _, name := range pages {
		t.Run(name, func(t *testing.T) {
			for _, target := range missingLinks(t, name, true) {
				t.Errorf("%s is not there", target)
			}
		})
	}
}

// shown is a command line of a page.
type shown struct {
	args  []string
	block bool // in a shell block, where it has to run as it stands
}

func (s shown) String() string { return "campaignbot " + strings.Join(s.args, " ") }

var (
	shellBlock = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```")
	anyBlock   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	inline     = regexp.MustCompile("`([^`\n]+)`")
	ours       = regexp.MustCompile(`(?:^|\s)(?:campaignbot|\./campaignbot|go run \./cmd/campaignbot)((?: [^|<>&;#]*)?)`)
)

// shownIn returns every campaignbot command line of a page.
func shownIn(text string) (all []shown) {
	for _, m := range shellBlock.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(m[1]) {
			line, _, _ = strings.Cut(line, " #")
			if c := ours.FindStringSubmatch(strings.TrimSpace(line)); c != nil {
				all = append(all, shown{strings.Fields(c[1]), true})
			}
		}
	}
	for _, m := range inline.FindAllStringSubmatch(anyBlock.ReplaceAllString(text, ""), -1) {
		if c := ours.FindStringSubmatch(m[1]); c != nil && strings.HasSuffix(m[1], c[0]) {
			all = append(all, shown{strings.Fields(c[1]), false})
		}
	}
	return all
}

// fits says what is wrong with a command line, without running it. Words in capitals, and what stands in brackets, are
// for the reader to fill in.
func fits(args []string) error {
	for i, a := range args {
		args[i] = strings.Trim(a, "[]")
	}
	cmd, rest, err := command().Find(args)
	if err != nil {
		return err
	}
	if len(args) > 0 && !cmd.HasParent() && !strings.HasPrefix(args[0], "-") {
		return errors.New("there is no such command")
	}
	cmd.InitDefaultHelpFlag()
	return cmd.ParseFlags(rest)
}

func TestREADMECommandsExist(t *testing.T) {
	for _, name := range pages {
		t.Run(name, func(t *testing.T) {
			for _, s := range shownIn(page(t, name)) {
				if err := fits(slices.Clone(s.args)); err != nil {
					t.Errorf("%s: %v", s, err)
				}
			}
		})
	}
}

func TestREADMECommandsRun(t *testing.T) {
	n := 0
	for _, s := range shownIn(page(t, "README.md")) {
		if !s.block {
			continue
		}
		n++
		if s.args[0] == "serve" || s.args[0] == "demo" {
			continue // these run until they are ended; the whole-program tests start them
		}
		t.Run(s.String(), func(t *testing.T) {
			inFolder(t, "")
			if code, out, errs := cli(t, tokens, "module mta\n", s.args...); code != exitOK || out == "" || errs != "" {
				t.Errorf("exit code %d, %s%s", code, out, errs)
			}
		})
	}
	if n < 8 {
		t.Errorf("found %d commands in shell blocks; is the README read as it should?", n)
	}
}

func TestREADMEConfigurationIsFine(t *testing.T) {
	blocks := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```").FindAllStringSubmatch(page(t, "README.md"), -1)
	if len(blocks) == 0 {
		t.Error("the README shows no configuration")
	}
	for _, b := range blocks {
		inFolder(t, b[1])
		if code, out, errs := cli(t, tokens, "", "check"); code != exitOK {
			t.Errorf("exit code %d, %s%s for:\n%s", code, out, errs, b[1])
		}
	}
}

func TestREADMEMakeTargetsExist(t *testing.T) {
	makefile := page(t, "Makefile")
	for _, name := range pages {
		for _, m := range regexp.MustCompile("(?m)(?:^ *|`)make ([a-z]+)").FindAllStringSubmatch(page(t, name), -1) {
			if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(makefile) {
				t.Errorf("%s: there is no make %s", name, m[1])
			}
		}
	}
}

func TestHelpIsGolden(t *testing.T) {
	files := map[string]bool{}
	commands := append([]*cobra.Command{command()}, command().Commands()...)
	for _, cmd := range commands {
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".txt"
		files[name] = true
		t.Run(name, func(t *testing.T) {
			args := strings.Fields(cmd.CommandPath() + " --help")
			code, out, errs := cli(t, tokens, "", args[1:]...)
			if code != exitOK || errs != "" {
				t.Fatalf("exit code %d, %s", code, errs)
			}
			golden(t, "help/"+name, out)
		})
	}
	err := filepath.WalkDir(filepath.Join("testdata", "help"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !files[d.Name()] {
			t.Errorf("%s is of a command that is gone", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHelpIsShort(t *testing.T) {
	for _, cmd := range command().Commands() {
		if n := len(cmd.Short); n == 0 || n > 70 || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: %q", cmd.Name(), cmd.Short)
		}
		if cmd.Long != "" && !strings.HasPrefix(cmd.Long, cmd.Name()+" ") {
			t.Errorf("%s does not begin with its name: %q", cmd.Name(), cmd.Long)
		}
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			if n := len([]rune(strings.TrimSpace(line))); n > 130 {
				t.Errorf("%s has a line of %d characters: %q", cmd.Name(), n, line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s --%s says nothing", cmd.Name(), f.Name)
			}
		})
	}
}
