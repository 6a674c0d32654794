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
		_, known := shapes[d.Kind]
		anyBroken = anyBroken || d.broken || !known || d.ID != fileID(d.file)
		if first, twice := byID[d.ID]; twice && d.ID != "" {
			d.reporter(&problems)("id", "%q is also the id of %s", d.ID, first.file)
			anyBroken = true
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
			checkPointers(d, byID, wrong)
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
		claim(d, "alias", string(d.Kind.space())+nameKey(d.ID), "id", d.ID)
	}
	for _, d := range drafts {
		for _, language := range Languages {
			for i, alias := range d.Aliases[language] {
				claim(d, "alias", string(d.Kind.space())+nameKey(alias), "aliases."+language+"["+itoa(i)+"]", alias)
			}
		}
		if d.Number != 0 {
			claim(d, "number", itoa(d.Number), "number", itoa(d.Number))
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
	tags := func(path string, list []string) {
		seen := map[string]bool{}
		for i, tag := range list {
			at := path + "[" + itoa(i) + "]"
			name, _, _ := strings.Cut(tag, "#")
			_, known := pages[name]
			_, _, own := ownPage(tag)
			switch {
			case !known && !own:
				wrong(at, "%q is neither in the table of pages (pages.yaml) nor an address", tag)
			case own && !d.overlay:
				wrong(at, "%q: the pages of built-in entries stand in the table of pages (pages.yaml)", tag)
			case seen[tag]:
				wrong(at, "%q is there twice", tag)
			}
			seen[tag] = true
		}
	}
	tags("sources", d.Sources)
	for i, c := range d.Codes {
		tags("codes["+itoa(i)+"].sources", c.Sources)
	}
	for i, s := range d.Sides {
		tags("sides["+itoa(i)+"].sources", s.Sources)
	}
}

// checkPointers looks at the ids of other entries: modules an entry is about, entries to read next, branches of a runbook.
func checkPointers(d *draft, byID map[string]*draft, wrong report) {
	point := func(path, id string, kind Kind) {
		switch end, ok := byID[id]; {
		case !ok:
			wrong(path, "there is no entry %q", id)
		case end == d:
			wrong(path, "an entry does not point to itself")
		case kind != "" && end.Kind != kind:
			wrong(path, "%s is a %s, want a %s", id, end.Kind, kind)
		}
	}
	list := func(path string, ids []string, kind Kind) {
		for i, id := range ids {
			point(path+"["+itoa(i)+"]", id, kind)
		}
	}
	list("about", d.About, KindModule)
	list("see", d.See, "")
	for i, c := range d.Codes {
		list("codes["+itoa(i)+"].modules", c.Modules, KindModule)
		list("codes["+itoa(i)+"].see", c.See, "")
	}
	for i, s := range d.Steps {
		for _, b := range s.Next.branches() {
			if kind, id, other := strings.Cut(b.to, ":"); other {
				point("steps["+itoa(i)+"].next."+b.name, id, Kind(kind))
			}
		}
	}
}

// checkArrows wants every arrow between two built-in modules at both of its ends. An overlay and a short card need not
// repeat the other end of their arrows.
func checkArrows(d *draft, byID map[string]*draft, wrong report) {
	arrows := func(path, back string, all []Dependency, other func(*draft) []Dependency) {
		for i, dep := range all {
			if dep.Module == "" || dep.Module == d.ID {
				continue
			}
			at := path + "[" + itoa(i) + "].module"
			end, ok := byID[dep.Module]
			if !ok || end.Kind != KindModule {
				wrong(at, "there is no module %q", dep.Module)
				continue
			}
			if d.overlay || end.overlay || d.Brief || end.Brief {
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
		case !ok || end.Kind != KindModule:
			wrong(path, "there is no module %q", t.From)
		case seen[t.From]:
			wrong(path, "%s is there twice", t.From)
		case !d.overlay && !end.overlay && !slices.ContainsFunc(end.ToldApart, func(o ToldApart) bool { return o.From == d.ID }):
			wrong(path, "%s is missing in told_apart of %s", d.ID, t.From)
		}
		seen[t.From] = true
	}
}
