package knowledge

import (
	_ "embed" // pages.yaml
	"net/url"
	"strings"
)

//go:embed pages.yaml
var pagesFile []byte

// Page is a page of the documentation. The table of pages is pages.yaml.
type Page struct {
	Tag   string `yaml:"tag"`   // P:workflow-execution
	Path  string `yaml:"path"`  // below the base address; empty when URL is given
	URL   string `yaml:"url"`   // the whole address, for pages elsewhere
	Title Texts  `yaml:"title"` // in English at least

	base string
}

// everyLanguage begins the tags of the pages that exist in every reader language.
const everyLanguage = "P:"

// englishPath is the part of an address that says the page's language.
const englishPath = "/en/"

// readPages reads the table of pages that is part of the program.
func readPages() (map[string]Page, []Problem) {
	var table struct {
		Base  string `yaml:"base"`
		Pages []Page `yaml:"pages"`
	}
	places, problems := readStrict("pages.yaml", pagesFile, &table)
	pages := map[string]Page{}
	for i, p := range table.Pages {
		p.base = table.Base
		wrong := ""
		switch _, twice := pages[p.Tag]; {
		case twice:
			wrong = "the tag is there twice"
		case (p.Path == "") == (p.URL == ""):
			wrong = "give a path or a url, one of them"
		case p.Title["en"] == "":
			wrong = "no English title"
		case !wellFormed(p.address("en")):
			wrong = "not a web address"
		}
		if wrong != "" {
			problems = append(problems, Problem{"pages.yaml", places.line("pages[" + itoa(i) + "]"), p.Tag + ": " + wrong})
		}
		pages[p.Tag] = p
	}
	return pages, problems
}

func (p Page) address(language string) string {
	if p.URL != "" {
		return p.URL
	}
	address := p.base + p.Path
	if strings.HasPrefix(p.Tag, everyLanguage) && isLanguage(language) {
		address = strings.Replace(address, englishPath, "/"+language+"/", 1)
	}
	return address
}

func wellFormed(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && !strings.Contains(address, "…") && !strings.Contains(address, "//en")
}

// Page returns the page with this tag. An anchor behind the tag is left out: P:general-architecture#list-of-open-ports.
func (l *Library) Page(tag string) (Page, bool) {
	tag, _, _ = strings.Cut(tag, "#")
	p, ok := l.pages[tag]
	return p, ok
}

// ownPage reads a source that is a page of the writer's own: an address, with or without a name before it.
func ownPage(source string) (title, address string, ok bool) {
	at := strings.LastIndexByte(source, ' ') + 1
	title, address = strings.TrimSpace(source[:at]), source[at:]
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", "", false
	}
	if title == "" {
		title = u.Host + u.Path
	}
	return title, address, true
}

// Link returns the title and the address of the page in the language, both empty for an unknown tag. P: pages exist in
// every reader language, the others in English only; a title nobody has read in the language is the English one. A source
// that is an address is a page of the writer's own.
func (l *Library) Link(tag, language string) (title, address string) {
	if title, address, ok := ownPage(tag); ok {
		return title, address
	}
	p, ok := l.Page(tag)
	if !ok {
		return "", ""
	}
	address = p.address(language)
	if _, anchor, ok := strings.Cut(tag, "#"); ok {
		address += "#" + anchor
	}
	return p.Title.In(language), address
}
