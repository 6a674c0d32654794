package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader collects values and problems while the configuration is read.
type reader struct {
	env      map[string]string
	flags    map[string]string
	origin   map[string]string // path → flag or variable that set it
	failed   map[string]bool   // paths that have a problem already; "" is the whole file
	problems Problems
}

// place is where in the configuration something stands. Schedules are named by index and id, so that the key goes into
// the sentence: "schedules[3] failed-exports: time_zone is missing".
type place struct {
	base  string // slack, channels[0], schedules[3] failed-exports
	inner string // section below base, with a dot: "escalate."
	item  bool   // base names a schedule
	list  bool   // inside a list: no variables there
}

func (p place) problem(name, what, todo string) Problem {
	if p.item {
		return Problem{Path: p.base, What: strings.TrimSpace(p.inner + name + " " + what), Todo: todo}
	}
	return Problem{Path: p.path(name), What: what, Todo: todo}
}

// path is the full path of a key, without the id of a schedule.
func (p place) path(name string) string {
	base, _, _ := strings.Cut(p.base, " ")
	if base != "" {
		base += "."
	}
	return base + p.inner + name
}

func (p place) below(name string) place {
	p.inner += name + "."
	return p
}

// element is the place of one item of a list of sections.
func (p place) element(name string, i int, raw any) place {
	e := place{base: p.path(name) + "[" + strconv.Itoa(i) + "]", list: true}
	if name == "schedules" && p.base == "" {
		e.item = true
		if m, ok := raw.(map[string]any); ok {
			id, _ := m["id"].(string)
			e.base = SchedulePath(i, id)
		}
	}
	return e
}

// SchedulePath is how problems name the i-th schedule, counted from 0: "schedules[3] failed-exports".
func SchedulePath(i int, id string) string {
	path := "schedules[" + strconv.Itoa(i) + "]"
	if !scheduleID.MatchString(id) || looksSecret(id) {
		return path
	}
	return path + " " + id
}

func (r *reader) add(at place, name, what, todo string) {
	r.problems = append(r.problems, at.problem(name, what, todo))
	r.failed[at.path(name)] = true
}

// section checks one map of the file against the struct it is for. It returns the values that are right, as the types
// of that struct; in lists with secrets read from their files and defaults filled in.
func (r *reader) section(at place, t reflect.Type, raw map[string]any) map[string]any {
	fields := fieldsOf(t)
	result := map[string]any{}
	known := map[string]bool{}
	for _, f := range fields {
		known[f.name] = true
		if value := r.value(at, f, raw[f.name]); value != nil {
			result[f.name] = value
		} else if at.list && f.def != "" && raw[f.name] == nil {
			result[f.name], _ = normal(f, f.def)
		}
		if f.kind == kindSecret {
			r.twin(at, f, raw, result)
			known[f.name+fileSuffix] = true
		}
	}
	for key := range raw {
		if !known[key] {
			r.add(at, showKey(key), "is not a known key", nearestKey(key, fields))
		}
	}
	return result
}

// twin handles the _file twin of a secret. Inside lists it is read at once; elsewhere layer decides whether it is
// needed.
func (r *reader) twin(at place, f field, raw, result map[string]any) {
	name := f.name + fileSuffix
	value, _ := r.value(at, field{name: name}, raw[name]).(string)
	if value == "" {
		return
	}
	if !at.list {
		result[name] = value
		return
	}
	if _, both := result[f.name]; both {
		r.add(at, f.name, f.name+" and "+name+" are both set", "keep one")
		return
	}
	secret, what, todo := readSecret(value)
	if what != "" {
		r.add(at, name, what, todo)
		r.failed[at.path(f.name)] = true
		return
	}
	result[f.name] = secret
}

// value checks one value of the file. It returns nil for one that is wrong, empty or not there.
func (r *reader) value(at place, f field, raw any) any {
	if raw == nil {
		return nil
	}
	switch f.kind {
	case kindSection:
		m, ok := asMap(raw)
		if !ok {
			r.add(at, f.name, "must hold keys of its own", "write them indented on the lines below")
			return nil
		}
		return r.section(at.below(f.name), f.typ, m)
	case kindSections:
		return r.sections(at, f, raw)
	case kindList:
		return r.list(at, f, raw)
	case kindByLanguage:
		return r.byLanguage(at, f, raw)
	}
	value, problem := normal(f, raw)
	if problem != nil {
		r.add(at, f.name, problem.What, problem.Todo)
		return nil
	}
	return value
}

func (r *reader) sections(at place, f field, raw any) any {
	items, ok := raw.([]any)
	if !ok {
		r.add(at, f.name, "must be a list", "start each item with - id: …")
		return nil
	}
	if len(items) == 0 {
		return nil
	}
	result := make([]any, len(items))
	for i, item := range items {
		m, ok := asMap(item)
		e := at.element(f.name, i, m)
		if !ok {
			r.problems = append(r.problems, Problem{Path: e.base, What: "must hold keys of its own", Todo: "start it with - id: …"})
			r.failed[e.base] = true
		}
		result[i] = r.section(e, f.typ.Elem(), m)
	}
	return result
}

func (r *reader) list(at place, f field, raw any) any {
	items, ok := raw.([]any)
	if !ok {
		r.add(at, f.name, "must be a list", "write it in brackets: [one, two]")
		return nil
	}
	if len(items) == 0 {
		return nil
	}
	result := make([]any, 0, len(items))
	for i, item := range items {
		value, problem := normal(field{kind: kindText, form: f.form}, item)
		name := f.name + "[" + strconv.Itoa(i) + "]"
		switch {
		case problem != nil:
			r.add(at, name, problem.What, problem.Todo)
		case value == nil:
			r.add(at, name, "is empty", "remove it")
		default:
			result = append(result, value)
		}
	}
	return result
}

func (r *reader) byLanguage(at place, f field, raw any) any {
	m, ok := asMap(raw)
	if !ok {
		value, problem := normal(field{kind: kindText}, raw)
		if problem != nil {
			r.add(at, f.name, problem.What, problem.Todo)
			return nil
		}
		if value == nil {
			return nil
		}
		return Text{"": value.(string)}
	}
	texts := Text{}
	for key, item := range m {
		if !slices.Contains(languages, key) {
			r.add(at, f.name+"."+showKey(key), "is not a known language", "one of "+strings.Join(languages, ", "))
			continue
		}
		value, problem := normal(field{kind: kindText}, item)
		switch {
		case problem != nil:
			r.add(at, f.name+"."+key, problem.What, problem.Todo)
		case value == nil:
			r.add(at, f.name+"."+key, "is empty", "write the text or remove the key")
		default:
			texts[key] = value.(string)
		}
	}
	return texts
}

// normal returns a single value as the type of its field, or what is wrong with it. An empty value is nil: not set.
func normal(f field, raw any) (any, *Problem) {
	text, ok := asText(f, raw)
	if !ok {
		switch {
		case f.kind == kindBool:
			return nil, &Problem{What: "must be true or false"}
		case f.kind == kindDuration:
			return nil, &Problem{What: "must be a duration", Todo: "e.g. 90s, 12h or 400d"}
		case f.form == "date":
			return nil, &Problem{What: "must be a date", Todo: "write it as YYYY-MM-DD"}
		case f.form == "digits":
			return nil, &Problem{What: "must be digits", Todo: `put it in quotes: "9368"`}
		}
		return nil, &Problem{What: "must be text", Todo: "put it in quotes"}
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	switch f.kind {
	case kindSecret:
		return NewSecret(text), nil
	case kindBool:
		return asBool(text)
	case kindDuration:
		d, err := ParseDuration(text)
		if err != nil {
			return nil, &Problem{What: err.Error(), Todo: "e.g. 90s, 12h or 400d"}
		}
		return d, nil
	}
	text = strings.TrimSpace(text)
	if len(f.oneOf) > 0 && !slices.Contains(f.oneOf, text) {
		return nil, &Problem{What: "must be one of " + strings.Join(f.oneOf, ", "), Todo: "not " + show(text)}
	}
	return text, nil
}

// asText returns a YAML value as the text a person wrote, where that is certain. YAML changes unquoted numbers
// (012 is 10) and dates, so these are text only where they are expected.
func asText(f field, raw any) (string, bool) {
	switch v := raw.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), f.kind == kindBool
	case int, int64, uint64:
		return fmt.Sprint(v), f.form == "digits" || f.kind == kindDuration
	case time.Time:
		return v.Format(time.DateOnly), f.form == "date" && v.Equal(v.Truncate(24*time.Hour))
	}
	return "", false
}

func asBool(text string) (any, *Problem) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return nil, &Problem{What: "must be true or false", Todo: "not " + show(text)}
}

// asMap accepts the two kinds of map that the YAML library returns.
func asMap(raw any) (map[string]any, bool) {
	switch m := raw.(type) {
	case map[string]any:
		return m, true
	case map[any]any:
		texts := make(map[string]any, len(m))
		for key, value := range m {
			texts[fmt.Sprint(key)] = value
		}
		return texts, true
	}
	return nil, false
}
