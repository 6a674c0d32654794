package config

import (
	"reflect"
	"slices"
	"strings"
)

// environ turns NAME=value lines into a map. Empty values count as not set; as in Go, the first of two wins.
func environ(lines []string) map[string]string {
	env := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		if _, twice := env[name]; !twice && strings.TrimSpace(value) != "" {
			env[name] = strings.TrimSpace(value)
		}
	}
	return env
}

// layer lays flags and variables over the file's values.
func (r *reader) layer(tree map[string]any) {
	known := map[string]bool{}
	for _, s := range singles(reflect.TypeFor[Config](), "") {
		known[s.path] = true
		if s.kind == kindSecret {
			known[s.path+fileSuffix] = true
			r.secret(tree, s)
			continue
		}
		text, from := r.above(s.path, s.known)
		if from == "" {
			continue
		}
		r.origin[s.path] = from
		value, problem := normal(s.field, text)
		if problem != nil {
			r.reject(s.path, problem.What, problem.Todo, from)
			continue
		}
		put(tree, s.path, value)
	}
	for path := range r.flags {
		if !known[path] {
			r.add(place{}, showKey(path), "is not a key that a flag can set", "report this as a bug")
		}
	}
}

// reject adds a problem with a single value.
func (r *reader) reject(path, what, todo, from string) {
	r.problems = append(r.problems, Problem{Path: path, What: what, Todo: todo}.setBy(from))
	r.failed[path] = true
}

// above returns the value of a key that is not a secret from the levels above the file, and where it comes from.
func (r *reader) above(path, known string) (text, from string) {
	if text := strings.TrimSpace(r.flags[path]); text != "" {
		return text, flagName(path)
	}
	for _, name := range []string{envName(path), known} {
		if text := r.env[name]; text != "" {
			return text, name
		}
	}
	return "", ""
}

// level is one place a secret can come from: its value, or the file that holds it.
type level struct {
	value, file         string
	valueName, fileName string // how to call them in a problem
}

// secret finds the level that sets a secret, the strongest first, and removes the twin from the tree.
func (r *reader) secret(tree map[string]any, s single) {
	twin := s.path + fileSuffix
	fromFile, _ := take(tree, s.path).(Secret)
	twinInFile, _ := take(tree, twin).(string)
	levels := []level{
		{strings.TrimSpace(r.flags[s.path]), strings.TrimSpace(r.flags[twin]), flagName(s.path), flagName(twin)},
		{r.env[envName(s.path)], r.env[envName(twin)], envName(s.path), envName(twin)},
		{r.env[s.known], "", s.known, ""},
		{fromFile.Reveal(), twinInFile, s.path, twin},
	}
	for _, l := range levels {
		if l.value == "" && l.file == "" {
			continue
		}
		secret, from := NewSecret(l.value), l.valueName
		switch {
		case l.value != "" && l.file != "":
			r.add(place{}, s.path, l.valueName+" and "+l.fileName+" are both set", "keep one")
			return
		case l.file != "":
			var what, todo string
			if secret, what, todo = readSecret(l.file); what != "" {
				r.reject(twin, what, todo, l.fileName)
				r.failed[s.path] = true
				return
			}
			from = l.fileName
		}
		r.origin[s.path] = from
		put(tree, s.path, secret)
		return
	}
}

// readSecret reads the file that holds a secret, or says what is wrong with it.
func readSecret(name string) (secret Secret, what, todo string) {
	data, err := readLimited(name, maxSecret)
	if err != nil {
		return Secret{}, readProblem(err), readRemedy(err)
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return Secret{}, "names an empty file", "write the secret into it"
	}
	return NewSecret(text), "", ""
}

// setBy adds to a problem which flag or variable the value comes from; "" is the file.
func (p Problem) setBy(from string) Problem {
	if from == "" || from == p.Path {
		return p
	}
	if p.Todo != "" {
		p.Todo += "; "
	}
	p.Todo += "set by " + from
	return p
}

// strangeVariables finds variables that look like ours but set nothing. They are no errors: Kubernetes makes variables
// of its own for a service called campaignbot.
func (r *reader) strangeVariables() Problems {
	known := map[string]string{} // variable → ""; for lists a remark
	for _, k := range Describe() {
		if strings.Contains(k.Path, "[]") {
			section, _, _ := strings.Cut(k.Path, "[]")
			known[envName(section)] = "lists are set in the file only"
			continue
		}
		remark := ""
		if len(k.Env) == 0 {
			remark = "lists are set in the file only"
		}
		known[envName(k.Path)] = remark
	}
	var warnings Problems
	for name := range r.env {
		remark, exact := known[name]
		if !strings.HasPrefix(name, envPrefix) || exact && remark == "" {
			continue
		}
		if !exact {
			near := nearest(name, keysOf(known))
			if near == "" {
				continue
			}
			remark = "did you mean " + near + "?"
		}
		warnings = append(warnings, Problem{Path: name, What: "sets nothing", Todo: remark})
	}
	return Join(warnings)
}

func keysOf(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func flagName(path string) string { return "the flag for " + path }

// put and take write and remove a value of nested maps by its path.
func put(tree map[string]any, path string, value any) {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		tree[head] = value
		return
	}
	below, ok := tree[head].(map[string]any)
	if !ok {
		below = map[string]any{}
		tree[head] = below
	}
	put(below, rest, value)
}

func take(tree map[string]any, path string) any {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		value := tree[head]
		delete(tree, head)
		return value
	}
	if below, ok := tree[head].(map[string]any); ok {
		return take(below, rest)
	}
	return nil
}
