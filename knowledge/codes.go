package knowledge

import (
	"regexp"
	"strings"
)

// Coded is an error code as found in a text, with what is known about it.
type Coded struct {
	Code   string // as it is written: "PGS-220000", "iRc=-52", "SMTP-550", "NEO-30047"
	Family *Entry // the family of codes, or the defect whose number it is
	Known  *Code  // nil: only the family is known, or it is a defect
}

// codeAt is a code's place.
type codeAt struct {
	family *Entry
	code   *Code
}

func (l *Library) indexCodes() {
	for _, e := range l.entries {
		switch e.Kind {
		case KindError:
			l.codes[e.ID] = codeAt{family: e}
			for i := range e.Codes {
				l.codes[e.Codes[i].Code] = codeAt{e, &e.Codes[i]}
			}
		case KindDefect:
			l.codes[e.ID] = codeAt{family: e}
		}
	}
}

// written finds codes in a text, however people write them: PGS-220000, pgs_220000, PGS 220000, iRc -52, errno: 18. The reply
// of a mail server counts with its name or its enhanced status: SMTP error 550, 550 5.1.1, 550-5.1.1.
var written = regexp.MustCompile(`(?i)\b([a-z]{3})(?:[-_–−]([0-9]{4,6})| ?([0-9]{5,6}))\b|\biRc\s*[=: ]\s*([-−]?[0-9]{1,6})\b|` +
	`\berrno\s*[=: ]\s*([0-9]{1,3})\b|\bSMTP(?:[- ]error)?[- ]?([245][0-9]{2})\b|\b([245][0-9]{2})[- ][245]\.[0-9]{1,3}\.[0-9]{1,3}\b`)

// mostCodes bounds the work for a text full of codes.
const (
	mostCodes = 20
	maxCoded  = 64 << 10 // bytes of a text that are looked at
)

// Codes returns the error codes in the text whose family is known, in the order they stand in it, each once.
func (l *Library) Codes(text string) []Coded {
	text = text[:min(len(text), maxCoded)]
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	var list []Coded
	seen := map[string]bool{}
	for _, m := range written.FindAllStringSubmatch(text, mostCodes) {
		code, family := spelled(m)
		if seen[code] {
			continue
		}
		seen[code] = true
		if at, ok := l.codes[code]; ok {
			list = append(list, Coded{code, at.family, at.code})
		} else if at, ok := l.codes[family]; ok {
			list = append(list, Coded{code, at.family, nil})
		}
	}
	return list
}

// spelled returns the code of a match as entries write it, and its family.
func spelled(m []string) (code, family string) {
	switch {
	case m[1] != "":
		family = strings.ToUpper(m[1])
		return family + "-" + m[2] + m[3], family
	case m[4] != "":
		return "iRc=" + strings.Replace(m[4], "−", "-", 1), "iRc"
	case m[5] != "":
		return "errno=" + m[5], "errno"
	}
	return "SMTP-" + m[6] + m[7], "SMTP"
}

// LooksLikeCode reports whether the whole text is written like an error code, of whatever family.
func LooksLikeCode(text string) bool {
	text = strings.Trim(text, "`()[]., ")
	return written.FindString(text) == text && text != ""
}
