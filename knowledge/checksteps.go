package knowledge

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// stepLists returns the lists of steps of the entry by their place: its own, and those of its codes.
func (d *draft) stepLists() map[string][]Step {
	lists := map[string][]Step{"": d.Steps}
	for i, c := range d.Codes {
		lists["codes["+itoa(i)+"]."] = c.Steps
	}
	return lists
}

func checkSteps(d *draft, wrong report) {
	for at, steps := range d.stepLists() {
		seen := map[string]bool{}
		for i, s := range steps {
			path := at + "steps[" + itoa(i) + "]"
			switch {
			case !stepIDShape.MatchString(s.ID) || s.ID == Done || s.ID == Stop:
				wrong(path+".id", "%q: want lower-case words with hyphens, other than done and stop", s.ID)
			case seen[s.ID]:
				wrong(path+".id", "%q is there twice", s.ID)
			}
			seen[s.ID] = true
			oneOf(wrong, path+".risk", string(s.Risk), string(ReadOnly), string(StartsOne), string(InterruptsModule),
				string(ChangesSettings), string(InterruptsAll), string(DestroysData))
			for language, title := range s.Title {
				if strings.HasSuffix(title, ".") {
					wrong(path+".title."+language, "ends with a full stop")
				}
			}
		}
	}
}

// checkBranches wants every branch of a runbook to lead forward, so that every way through it ends.
func checkBranches(d *draft, wrong report) {
	for at, steps := range d.stepLists() {
		for i, s := range steps {
			for _, b := range s.Next.branches() {
				path := at + "steps[" + itoa(i) + "].next." + b.name
				kind, _, other := strings.Cut(b.to, ":")
				_, known := shapes[Kind(kind)]
				later := slices.ContainsFunc(steps[i+1:], func(o Step) bool { return o.ID == b.to })
				switch {
				case b.to == "":
				case d.Kind != KindRunbook:
					wrong(path, "only the steps of a runbook branch")
				case other && !known:
					wrong(path, "%q: unknown kind %q", b.to, kind)
				case !other && b.to != Done && b.to != Stop && !later:
					wrong(path, "there is no later step %q", b.to)
				}
			}
		}
	}
}

// branch is one way on from a step.
type branch struct{ name, to string }

func (n Next) branches() []branch {
	return []branch{{"fixed", n.Fixed}, {"not_helped", n.NotHelped}, {"cannot", n.Cannot}}
}

func checkCommands(d *draft, wrong report) {
	for at, steps := range d.stepLists() {
		for i, s := range steps {
			for j, c := range s.Commands {
				checkCommand(at+"steps["+itoa(i)+"].commands["+itoa(j)+"]", c, wrong)
			}
		}
	}
}

func checkCommand(path string, c Command, wrong report) {
	if c.OS != "" {
		oneOf(wrong, path+".os", c.OS, "linux", "windows")
	}
	switch n := utf8.RuneCountInString(c.Run); {
	case strings.TrimSpace(c.Run) == "":
		wrong(path+".run", "missing")
	case n > limitCommand:
		wrong(path+".run", "%d characters, at most %d", n, limitCommand)
	}
	if strings.Contains(c.Run, "```") {
		wrong(path+".run", "three backticks end a code block")
	}
}

// checkBlocks looks at what is shown in one piece; each of its texts may be short enough.
func checkBlocks(d *draft, wrong report) {
	for _, language := range Languages {
		card := 0
		for _, f := range textFields(&d.Entry) {
			card += utf8.RuneCountInString(f.text.In(language))
		}
		for i, s := range d.Steps {
			commands := 0
			for _, c := range s.Commands {
				commands += utf8.RuneCountInString(c.Run)
			}
			card += commands
			step := commands
			for _, t := range []Texts{s.Title, s.Text, s.Expect, s.Else} {
				step += utf8.RuneCountInString(t.In(language))
			}
			if step > limitBlock {
				wrong("steps["+itoa(i)+"]", "%d characters in %s with the commands, at most %d: make two steps of it", step, language, limitBlock)
			}
		}
		if card > limitCard {
			wrong("", "the card has %d characters in %s, at most %d", card, language, limitCard)
		}
	}
}

func checkPorts(d *draft, wrong report) {
	for i, p := range d.Ports {
		path := "ports[" + itoa(i) + "]"
		if p.Number < 0 || p.Number > 65535 {
			wrong(path+".number", "%d is no port", p.Number)
		}
		oneOf(wrong, path+".protocol", p.Protocol, "tcp", "udp")
		oneOf(wrong, path+".direction", p.Direction, "in", "out", "local")
	}
}

func checkConfig(d *draft, wrong report) {
	c := d.Config
	if c.Element != "" && !element.MatchString(c.Element) {
		wrong("config.element", "%q: want an XML element: \"<mta>\"", c.Element)
	}
	if c.Element != "" && c.File == "" {
		wrong("config.file", "missing")
	}
}

// checkDependencies looks at each arrow alone; whether its other end agrees is for checkReferences.
func checkDependencies(d *draft, wrong report) {
	for _, list := range []struct {
		path string
		all  []Dependency
	}{{"needs", d.Needs}, {"needed_by", d.NeededBy}} {
		seen := map[string]bool{}
		for i, dep := range list.all {
			path := list.path + "[" + itoa(i) + "]"
			switch {
			case (dep.Module == "") == (len(dep.Name) == 0):
				wrong(path, "give a module, or a name when it is outside Campaign; one of them")
			case dep.Module != "" && dep.Module == d.ID:
				wrong(path+".module", "an entry does not depend on itself")
			case dep.Module != "" && seen[dep.Module]:
				wrong(path+".module", "%s is there twice", dep.Module)
			}
			seen[dep.Module] = true
		}
	}
}
