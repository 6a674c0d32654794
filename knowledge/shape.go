package knowledge

import (
	"regexp"
	"slices"
	"strings"
)

// shape is what an entry of a kind is made of: how many of each, at least and at most.
type shape struct {
	aliases, symptoms int // in each language, at least
	signs, steps      [2]int
	about, sides      [2]int
	codes, escalate   [2]int
}

const many = 1000

var shapes = map[Kind]shape{
	KindModule:   {aliases: 1, symptoms: 3, signs: [2]int{3, 5}, steps: [2]int{1, 12}},
	KindRunbook:  {aliases: 1, symptoms: 3, signs: [2]int{0, 5}, steps: [2]int{1, 14}, about: [2]int{1, 11}, escalate: [2]int{1, 5}},
	KindError:    {steps: [2]int{1, 4}, codes: [2]int{0, many}},
	KindDefect:   {symptoms: 1, about: [2]int{1, 3}},
	KindCheck:    {about: [2]int{1, 5}, steps: [2]int{1, 6}},
	KindConflict: {symptoms: 1, about: [2]int{1, 5}, sides: [2]int{2, 3}, steps: [2]int{0, 3}},
}

// briefShape is that of a module's short card.
var briefShape = shape{aliases: 1, symptoms: 1, signs: [2]int{0, 5}, steps: [2]int{1, 6}}

func (d *draft) shape() shape {
	if d.Kind == KindModule && d.Brief {
		return briefShape
	}
	return shapes[d.Kind]
}

func checkCounts(d *draft, wrong report) {
	if _, known := shapes[d.Kind]; !known {
		return
	}
	s := d.shape()
	for _, c := range []struct {
		part string
		n    int
		want [2]int
	}{
		{"signs", len(d.Signs), s.signs}, {"steps", len(d.Steps), s.steps}, {"about", len(d.About), s.about},
		{"sides", len(d.Sides), s.sides}, {"codes", len(d.Codes), s.codes}, {"escalate", len(d.Escalate), s.escalate},
	} {
		if c.n < c.want[0] || c.n > c.want[1] {
			wrong(c.part, "%d, want %s", c.n, between(c.want))
		}
	}
}

func between(want [2]int) string {
	switch want[1] {
	case 0:
		return "none in an entry of this kind"
	case many:
		return "at least " + itoa(want[0])
	}
	return itoa(want[0]) + " to " + itoa(want[1])
}

// checkParts looks at the parts that belong to one kind.
func checkParts(d *draft, wrong report) {
	if _, known := shapes[d.Kind]; !known {
		return
	}
	only := func(kind Kind, part string, there bool) {
		if there && d.Kind != kind {
			wrong(part, "only in an entry of kind %s", kind)
		}
	}
	only(KindModule, "type", d.Type != "")
	only(KindModule, "brief", d.Brief)
	only(KindModule, "expected", d.Expected)
	only(KindModule, "told_apart", len(d.ToldApart) > 0)
	only(KindModule, "needs", len(d.Needs) > 0)
	only(KindModule, "needed_by", len(d.NeededBy) > 0)
	only(KindModule, "ports", len(d.Ports) > 0)
	only(KindModule, "files", len(d.Files) > 0)
	only(KindModule, "config", d.Config.File != "" || d.Config.Element != "")
	only(KindRunbook, "number", d.Number != 0)
	only(KindCheck, "every", d.Every != "")
	only(KindDefect, "fixed", d.Fixed != Release{})
	only(KindConflict, "takes", !d.Takes.empty())
	switch d.Kind {
	case KindModule:
		oneOf(wrong, "type", string(d.Type), string(MultiInstance), string(MonoInstance), string(Utility), string(Child), string(Outside))
	case KindCheck:
		oneOf(wrong, "every", string(d.Every), string(Daily), string(Weekly), string(Monthly))
	case KindDefect:
		if d.Fixed.Version == "" {
			wrong("fixed.version", "missing")
		}
	case KindError:
		checkFamily(d, wrong)
	case KindRunbook:
		for i, x := range d.Escalate {
			oneOf(wrong, "escalate["+itoa(i)+"].to", string(x.To), teams()...)
		}
	}
}

func teams() []string {
	return []string{string(Adobe), string(DBA), string(System), string(Network), string(Mail), string(Security), string(Business)}
}

// codeShapes are the ways codes are written, by family; three capitals, a hyphen and digits for all others.
var (
	codeShape  = regexp.MustCompile(`^[A-Z]{3}-[0-9]{4,6}$`)
	codeShapes = map[string]*regexp.Regexp{
		"iRc":   regexp.MustCompile(`^iRc=-?[0-9]{1,6}$`),
		"errno": regexp.MustCompile(`^errno=[0-9]{1,3}$`),
		"SMTP":  regexp.MustCompile(`^SMTP-[245][0-9]{2}$`),
	}
	familyShape = regexp.MustCompile(`^[A-Z]{3}$`)
)

func checkFamily(d *draft, wrong report) {
	own, odd := codeShapes[d.ID]
	if !odd && !familyShape.MatchString(d.ID) {
		wrong("id", "%q: want the three capitals that the codes begin with, or iRc, errno, SMTP", d.ID)
	}
	if !odd {
		own = codeShape
	}
	var seen []string
	for i, c := range d.Codes {
		path := "codes[" + itoa(i) + "]"
		switch {
		case !own.MatchString(c.Code) || !strings.HasPrefix(c.Code, d.ID):
			wrong(path+".code", "%q: want a code of the family %s", c.Code, d.ID)
		case slices.Contains(seen, c.Code):
			wrong(path+".code", "%q is there twice", c.Code)
		}
		if len(c.Modules) == 0 {
			wrong(path+".modules", "none: where should one look?")
		}
		if n := len(c.Steps); n == 0 || n > 4 {
			wrong(path+".steps", "%d, want 1 to 4", n)
		}
		seen = append(seen, c.Code)
	}
}
