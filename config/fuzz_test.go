package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad: no file makes Load panic, and its problems never tell a secret, wherever the file puts it. LEAKS in the
// file stands for secrets of several shapes.
func FuzzLoad(f *testing.F) {
	secrets := []string{"xoxb-1-LEAKCHECK", "xapp-1-LEAKCHECK", "LEAKCHECK-0123456789-0123456789", "postgres://me:LEAKCHECK@db/bot"}
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(files, "testdata/full.yaml", example) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.ReplaceAll(string(data), "leakcheck", "LEAKS"), 0)
	}
	for i := range secrets {
		f.Add("slack: {bot_token: LEAKS, app_token: LEAKS, signing_secret: LEAKS}\nstore: {url: LEAKS}\nlanguage: LEAKS\nLEAKS: LEAKS\n", i)
		f.Add("schedules: [{id: LEAKS, cron: LEAKS, time_zone: LEAKS, text: {LEAKS: LEAKS}, LEAKS: 1}]\ninstances: [{id: LEAKS}]\n", i)
		f.Add("a: &LEAKS b\nc: *LEAKSS\n", i)
		f.Add("? [LEAKS]\n: LEAKS\n", i)
		f.Add("language: !LEAKS en\nslack: !!binary LEAKS\n", i)
	}
	name := filepath.Join(f.TempDir(), "campaignbot.yaml")
	f.Fuzz(func(t *testing.T, content string, which int) {
		secret := secrets[max(0, which)%len(secrets)]
		if strings.Contains(content, "LEAKC") { // written by hand, so not one of the shapes
			return
		}
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(content, "LEAKS", secret)), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(Options{File: name, Environ: []string{"SLACK_SIGNING_SECRET=" + secret}})
		if c == nil {
			t.Fatal("no configuration")
		}
		for _, problem := range asProblems(err) {
			if strings.Contains(problem.String(), "LEAKCHECK") {
				t.Errorf("%q\ngives %s", content, problem)
			}
			if problem.Path == "configuration" {
				t.Errorf("%q\ndoes not fit: the tree is not what the structs want", content)
			}
		}
	})
}

func asProblems(err error) Problems {
	var problems Problems
	errors.As(err, &problems)
	return problems
}
