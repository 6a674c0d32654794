package knowledge

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing wrong with a file, at the line where it stands.
type Problem struct {
	File string
	Line int
	Text string
}

// Error returns the problem as file:line: text.
func (p Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// places knows the line of every part of a file, by its path: "steps[2].title.en".
type places map[string]int

// line returns the line of the part, or of the nearest part around it that is there.
func (p places) line(path string) int {
	for path != "" {
		if n, ok := p[path]; ok {
			return n
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 1
}

// strictReader fills a value from YAML and keeps every problem instead of stopping at the first.
type strictReader struct {
	file     string
	places   places
	problems []Problem
}

// readStrict fills target (a pointer to a struct) from the one YAML document in data. Unknown keys, keys given twice,
// anchors and values of another type are problems; text that YAML would read as a number is one too.
func readStrict(file string, data []byte, target any) (places, []Problem) {
	r := &strictReader{file: file, places: places{}}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		r.problem(1, "the file is empty")
		return r.places, r.problems
	case err != nil:
		r.syntax(err)
		return r.places, r.problems
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.problem(document.Line, "a file holds one document")
	}
	r.read(document.Content[0], reflect.ValueOf(target).Elem(), "")
	return r.places, r.problems
}

func (r *strictReader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.file, Line: max(line, 1), Text: fmt.Sprintf(format, args...)})
}

// syntax takes the line out of an error of the YAML library, whose texts read "yaml: line 5: did not find …".
func (r *strictReader) syntax(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, after, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				line, text = n, after
			}
		}
	}
	r.problem(line, "not YAML: %s", text)
}

func (r *strictReader) read(node *yaml.Node, target reflect.Value, path string) {
	if path != "" {
		r.places[path] = node.Line
	}
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		r.problem(node.Line, "%s: anchors and references are not used here", label(path))
		return
	}
	switch target.Kind() {
	case reflect.Struct:
		r.readStruct(node, target, path)
	case reflect.Map:
		r.readMap(node, target, path)
	case reflect.Slice:
		r.readSlice(node, target, path)
	default:
		r.readScalar(node, target, path)
	}
}

func (r *strictReader) readStruct(node *yaml.Node, target reflect.Value, path string) {
	if !r.is(node, yaml.MappingNode, path, "keys with values") {
		return
	}
	fields := map[string]int{}
	for i := range target.NumField() {
		if name := target.Type().Field(i).Tag.Get("yaml"); name != "" {
			fields[name] = i
		}
	}
	r.eachKey(node, path, func(key string, value *yaml.Node) {
		i, ok := fields[key]
		if !ok {
			r.problem(value.Line, "%s: unknown key", join(path, key))
			return
		}
		r.read(value, target.Field(i), join(path, key))
	})
}

func (r *strictReader) readMap(node *yaml.Node, target reflect.Value, path string) {
	if !r.is(node, yaml.MappingNode, path, "keys with values") {
		return
	}
	target.Set(reflect.MakeMap(target.Type()))
	r.eachKey(node, path, func(key string, value *yaml.Node) {
		element := reflect.New(target.Type().Elem()).Elem()
		r.read(value, element, join(path, key))
		target.SetMapIndex(reflect.ValueOf(key), element)
	})
}

// eachKey calls do for every key once. The line kept for a key is that of the key, which is where people look.
func (r *strictReader) eachKey(node *yaml.Node, path string, do func(key string, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.problem(key.Line, "%s: a key is one word", label(path))
			continue
		}
		if seen[key.Value] {
			r.problem(key.Line, "%s: the key is there twice", join(path, key.Value))
			continue
		}
		seen[key.Value] = true
		do(key.Value, value)
		r.places[join(path, key.Value)] = key.Line
	}
}

func (r *strictReader) readSlice(node *yaml.Node, target reflect.Value, path string) {
	if !r.is(node, yaml.SequenceNode, path, "a list") {
		return
	}
	list := reflect.MakeSlice(target.Type(), len(node.Content), len(node.Content))
	for i, element := range node.Content {
		r.read(element, list.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	target.Set(list)
}

func (r *strictReader) readScalar(node *yaml.Node, target reflect.Value, path string) {
	want, tag := "text", "!!str"
	switch target.Kind() {
	case reflect.Bool:
		want, tag = "true or false", "!!bool"
	case reflect.Int:
		want, tag = "a whole number", "!!int"
	case reflect.Float64:
		want, tag = "a number", "!!float"
	}
	found := node.ShortTag()
	if target.Type() == reflect.TypeFor[Date]() && found == "!!timestamp" {
		tag = found // a date needs no quotes
	}
	if node.Kind != yaml.ScalarNode || found != tag && (tag != "!!float" || found != "!!int") {
		r.problem(node.Line, "%s: want %s, found %s", label(path), want, kindName(node))
		return
	}
	if err := node.Decode(target.Addr().Interface()); err != nil {
		r.problem(node.Line, "%s: want %s, found %q", label(path), want, node.Value)
	}
}

func (r *strictReader) is(node *yaml.Node, kind yaml.Kind, path, want string) bool {
	if node.Kind == kind {
		return true
	}
	r.problem(node.Line, "%s: want %s, found %s", label(path), want, kindName(node))
	return false
}

func kindName(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	switch node.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!str":
		return "text"
	case "!!bool":
		return "true or false"
	}
	return "a number or a date (put text in quotes)"
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// label names the part for people; the whole file has no path.
func label(path string) string {
	if path == "" {
		return "file"
	}
	return path
}
