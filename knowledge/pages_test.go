package knowledge

import (
	"slices"
	"strings"
	"testing"
)

// sources are all the tags an entry cites.
func sources(e *Entry) []string {
	all := slices.Clone(e.Sources)
	for _, c := range e.Codes {
		all = append(all, c.Sources...)
	}
	for _, s := range e.Sides {
		all = append(all, s.Sources...)
	}
	return all
}

func TestEveryLinkOfEveryEntry(t *testing.T) {
	l := builtinLibrary(t)
	cited := map[string]bool{}
	for _, e := range l.Entries() {
		for _, tag := range sources(e) {
			page, _ := l.Page(tag)
			cited[page.Tag] = true
			for _, language := range Languages {
				title, address := l.Link(tag, language)
				if title == "" || !wellFormed(address) || strings.ContainsAny(address, "… ") {
					t.Errorf("%s %s %s: title %q, address %q", e.ID, tag, language, title, address)
				}
				locale := "/en/"
				if strings.HasPrefix(tag, "P:") {
					locale = "/" + language + "/"
				}
				if page.URL == "" && !strings.Contains(address, locale) {
					t.Errorf("%s %s %s: %s is not %s", e.ID, tag, language, address, locale)
				}
			}
		}
	}
	for tag := range l.pages {
		if !cited[tag] {
			t.Errorf("no entry cites %s", tag)
		}
	}
}

func TestLink(t *testing.T) {
	l := builtinLibrary(t)
	const base = "https://experienceleague.adobe.com/"
	for _, c := range []struct{ name, tag, language, title, address string }{
		{
			"a page that exists in Dutch", "P:log-files", "nl", "Logboekbestanden",
			base + "nl/docs/campaign-classic/using/monitoring-campaign-classic/production-procedures/log-files",
		},
		{
			"with an anchor", "P:general-architecture#list-of-open-ports", "de", "Allgemeine Architektur",
			base + "de/docs/campaign-classic/using/monitoring-campaign-classic/introduction/general-architecture#list-of-open-ports",
		},
		{
			"a title nobody has read is the English one", "P:console-update", "de", "Console update",
			base + "de/docs/campaign-classic/using/monitoring-campaign-classic/troubleshooting-toc/common-general-issues-toc/console-update",
		},
		{
			"other pages are linked in English", "I:network-configuration", "fr", "Configuration réseau",
			base + "en/docs/campaign-classic/using/installing-campaign-classic/install-campaign-on-prem/deployment-guidelines/network-configuration",
		},
		{
			"a page elsewhere", "W:monitor-workflow-execution", "fr", "Monitor workflow execution",
			base + "docs/campaign/automation/workflows/monitoring-workflows/monitor-workflow-execution.html",
		},
		{"a language nobody reads", "P:log-files", "xx", "Log files", base + "en/docs/campaign-classic/using/monitoring-campaign-classic/production-procedures/log-files"},
		{"an unknown tag", "P:nothing", "en", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			title, address := l.Link(c.tag, c.language)
			if title != c.title || address != c.address {
				t.Errorf("Link(%q, %q) = %q, %q; want %q, %q", c.tag, c.language, title, address, c.title, c.address)
			}
		})
	}
}
