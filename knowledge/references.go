package knowledge

import (
	"slices"
	"strings"
)

// checkReferences looks at what entries say about each other and about pages.
func checkReferences(drafts []*draft, pages map[string]Page) []Problem {
	byID := map[string]*draft{}
	anyBroken := false
	var problems []Problem
	for _, d := range drafts {
		anyBroken = anyBroken || d.broken || d.ID != fileID(d.file)
		if first, twice := byID[d.ID]; twice && d.ID != "" {
			d.reporter(&problems)("id", "%q is also the id of %s", d.ID, first.file)
			continue
		}
		byID[d.ID] = d
	}
	problems = append(problems, checkShared(drafts)...)
	for _, d := range drafts {
		if d.broken {
			continue
		}
		wrong := d.reporter(&problems)
		checkSources(d, pages, wrong)
		if !anyBroken { // what a broken or misnamed entry refers to is not known
			checkArrows(d, byID, wrong)
			checkToldApart(d, byID, wrong)
		}
	}
	return problems
}

// checkShared finds names, codes and files that two entries claim.
func checkShared(drafts []*draft) []Problem {
	var problems []Problem
	owners := map[string]*draft{}
	claim := func(d *draft, what, key, path, text string) {
		key = what + " " + key
		if owner, taken := owners[key]; taken && owner != d {
			d.reporter(&problems)(path, "%s %q also belongs to %s", what, text, owner.ID)
			return
		}
		owners[key] = d
	}
	for _, d := range drafts {
		claim(d, "alias", nameKey(d.ID), "id", d.ID)
	}
	for _, d := range drafts {
		for _, language := range Languages {
			for i, alias := range d.Aliases[language] {
				claim(d, "alias", nameKey(alias), "aliases."+language+"["+itoa(i)+"]", alias)
			}
		}
		for i, code := range d.Codes {
			claim(d, "code", code, "codes["+itoa(i)+"]", code)
		}
		for i, file := range d.Files {
			claim(d, "file", strings.ToLower(file), "files["+itoa(i)+"]", file)
		}
	}
	return problems
}

func checkSources(d *draft, pages map[string]Page, wrong report) {
	if len(d.Sources) == 0 {
		wrong("sources", "none: every entry says where it is from")
	}
	seen := map[string]bool{}
	for i, tag := range d.Sources {
		path := "sources[" + itoa(i) + "]"
		name, _, _ := strings.Cut(tag, "#")
		switch _, ok := pages[name]; {
		case !ok:
			wrong(path, "%q is not in the table of pages (pages.yaml)", tag)
		case seen[tag]:
			wrong(path, "%q is there twice", tag)
		}
		seen[tag] = true
	}
}

// checkArrows wants every arrow between two built-in modules at both of its ends. An overlay need not repeat the built-in
// end of its arrows.
func checkArrows(d *draft, byID map[string]*draft, wrong report) {
	arrows := func(path, back string, all []Dependency, other func(*draft) []Dependency) {
		for i, dep := range all {
			if dep.Module == "" || dep.Module == d.ID {
				continue
			}
			at := path + "[" + itoa(i) + "].module"
			end, ok := byID[dep.Module]
			if !ok {
				wrong(at, "there is no entry %q", dep.Module)
				continue
			}
			if d.overlay || end.overlay {
				continue
			}
			if !slices.ContainsFunc(other(end), func(o Dependency) bool { return o.Module == d.ID }) {
				wrong(at, "%s is missing in %s of %s", d.ID, back, dep.Module)
			}
		}
	}
	arrows("needs", "needed_by", d.Needs, func(o *draft) []Dependency { return o.NeededBy })
	arrows("needed_by", "needs", d.NeededBy, func(o *draft) []Dependency { return o.Needs })
}

func checkToldApart(d *draft, byID map[string]*draft, wrong report) {
	seen := map[string]bool{}
	for i, t := range d.ToldApart {
		path := "told_apart[" + itoa(i) + "].from"
		end, ok := byID[t.From]
		switch {
		case t.From == d.ID:
			wrong(path, "an entry is not told apart from itself")
		case !ok:
			wrong(path, "there is no entry %q", t.From)
		case seen[t.From]:
			wrong(path, "%s is there twice", t.From)
		case !d.overlay && !end.overlay && !slices.ContainsFunc(end.ToldApart, func(o ToldApart) bool { return o.From == d.ID }):
			wrong(path, "%s is missing in told_apart of %s", d.ID, t.From)
		}
		seen[t.From] = true
	}
}
