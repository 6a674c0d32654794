//go:build schemas

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// pattern is a regular expression of a schema, where (?!…) may stand at the begin, which Go's package does not know.
type pattern struct {
	*regexp.Regexp
	not *regexp.Regexp
}

func (p pattern) MatchString(s string) bool {
	return p.Regexp.MatchString(s) && (p.not == nil || !p.not.MatchString(s))
}

var notAtBegin = regexp.MustCompile(`^\^\(\?!([^)]*)\)`)

func compilePattern(s string) (jsonschema.Regexp, error) {
	var p pattern
	var err error
	if m := notAtBegin.FindStringSubmatch(s); m != nil {
		if p.not, err = regexp.Compile("^(?:" + m[1] + ")"); err != nil {
			return nil, err
		}
		s = "^" + s[len(m[0]):]
	}
	p.Regexp, err = regexp.Compile(s)
	return p, err
}

// TestManifestFitsSlacksSchemas checks the manifests against Slack's own schemas. They are not ours to pass on, so they
// stand in the folder that CAMPAIGNBOT_MANIFEST_SCHEMAS names.
func TestManifestFitsSlacksSchemas(t *testing.T) {
	folder := os.Getenv("CAMPAIGNBOT_MANIFEST_SCHEMAS")
	if folder == "" {
		t.Fatal("CAMPAIGNBOT_MANIFEST_SCHEMAS is not set: it names the folder with Slack's *.schema.json")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.schema.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no *.schema.json in %s (%v)", folder, err)
	}
	for _, file := range files {
		compiler := jsonschema.NewCompiler()
		compiler.UseRegexpEngine(compilePattern)
		schema, err := compiler.Compile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range manifestCases() {
			t.Run(filepath.Base(file)+"/"+c.name, func(t *testing.T) {
				m := c.value(t)
				if err := schema.Validate(m); err != nil {
					t.Error(err)
				}
				// A schema that takes everything would say nothing.
				m["display_information"].(map[string]any)["name"] = "a name that is longer than thirty-five characters"
				if schema.Validate(m) == nil {
					t.Error("the schema takes a name that is too long")
				}
			})
		}
	}
}
