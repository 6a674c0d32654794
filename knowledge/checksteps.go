package knowledge

import (
	"strings"
	"unicode/utf8"
)

func checkSteps(d *draft, wrong report) {
	if n := len(d.Steps); n == 0 || n > mostSteps {
		wrong("steps", "%d, want 1 to %d", n, mostSteps)
	}
	seen := map[string]bool{}
	for i, s := range d.Steps {
		path := "steps[" + itoa(i) + "]"
		switch {
		case !stepIDShape.MatchString(s.ID):
			wrong(path+".id", "%q: want lower-case words with hyphens", s.ID)
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

func checkCommands(d *draft, wrong report) {
	for i, s := range d.Steps {
		for j, c := range s.Commands {
			path := "steps[" + itoa(i) + "].commands[" + itoa(j) + "]"
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
