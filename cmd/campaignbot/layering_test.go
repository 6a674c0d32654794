package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport lists, for each of our packages, which of ours it may import. The arrows point one way; cmd may import all.
var mayImport = map[string][]string{
	"campaignbot/bot":                        {},
	"campaignbot/config":                     {},
	"campaignbot/knowledge":                  {},
	"campaignbot/knowledge/pasted":           {},
	"campaignbot/knowledge/search":           {"campaignbot/knowledge", "campaignbot/knowledge/pasted"},
	"campaignbot/bot/locale":                 {"campaignbot/bot"},
	"campaignbot/bot/blockkit":               {"campaignbot/bot", "campaignbot/bot/locale"},
	"campaignbot/bot/slackio":                {"campaignbot/bot", "campaignbot/bot/blockkit"},
	"campaignbot/bot/schedule":               {"campaignbot/bot"},
	"campaignbot/bot/delivery":               {"campaignbot/bot"},
	"campaignbot/bot/store":                  {"campaignbot/bot"},
	"campaignbot/bot/store/storetest":        {"campaignbot/bot", "campaignbot/bot/store"},
	"campaignbot/bot/adminhttp":              {},
	"campaignbot/bot/localslack":             {},
	"campaignbot/bot/localslack/browsertest": {},
	"campaignbot/handlers/troubleshoot":      {"campaignbot/bot", "campaignbot/knowledge", "campaignbot/knowledge/search"},
	"campaignbot/handlers/about":             {"campaignbot/bot"},
	"campaignbot/handlers/digest":            {"campaignbot/bot"},
	"campaignbot/handlers/help":              {"campaignbot/bot"},
	"campaignbot/handlers/language":          {"campaignbot/bot"},
	"campaignbot/handlers/reminder":          {"campaignbot/bot"},
	"campaignbot/handlers/schedules":         {"campaignbot/bot"},
	"campaignbot/handlers": {
		"campaignbot/bot", "campaignbot/handlers/about", "campaignbot/handlers/digest", "campaignbot/handlers/help",
		"campaignbot/handlers/language", "campaignbot/handlers/reminder", "campaignbot/handlers/schedules",
		"campaignbot/handlers/troubleshoot",
	},
}

// onlyIn lists, for each library, the packages that may import it.
var onlyIn = map[string][]string{
	"github.com/slack-go/slack":    {"campaignbot/bot/slackio", "campaignbot/bot/blockkit"},
	"github.com/riverqueue/river":  {"campaignbot/bot/delivery"},
	"github.com/spf13/viper":       {"campaignbot/config"},
	"github.com/jackc/pgx":         {"campaignbot/bot/store", "campaignbot/bot/store/storetest", "campaignbot/bot/delivery"},
	"modernc.org/sqlite":           {"campaignbot/bot/store", "campaignbot/bot/delivery"},
	"github.com/robfig/cron":       {"campaignbot/bot/schedule"},
	"github.com/pressly/goose":     {"campaignbot/bot/store"},
	"github.com/spf13/cobra":       {"campaignbot/cmd/campaignbot"},
	"github.com/coder/websocket":   {"campaignbot/bot/localslack"},
	"github.com/chromedp/chromedp": {"campaignbot/bot/localslack/browsertest"},
}

type listed struct {
	ImportPath string
	Imports    []string
	Doc        string
}

func ourPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Doc", "campaignbot/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func TestArrowsBetweenPackagesPointOneWay(t *testing.T) {
	for _, p := range ourPackages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
		allowed, known := mayImport[p.ImportPath]
		everything := strings.HasPrefix(p.ImportPath, "campaignbot/cmd/")
		if !known && !everything {
			t.Errorf("%s is not in the table of packages", p.ImportPath)
		}
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "campaignbot/") && !everything && !slices.Contains(allowed, i) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
			for library, users := range onlyIn {
				if (i == library || strings.HasPrefix(i, library+"/")) && !slices.Contains(users, p.ImportPath) {
					t.Errorf("%s imports %s, which only %s may", p.ImportPath, i, strings.Join(users, ", "))
				}
			}
			if p.ImportPath == "campaignbot/bot" && strings.Contains(i, ".") {
				t.Errorf("package bot imports %s; it has the standard library only", i)
			}
		}
	}
}
