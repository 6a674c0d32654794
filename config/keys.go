package config

import (
	"reflect"
	"strings"
	"time"
)

// Key is one key of the configuration, for the README's option table and for help texts.
type Key struct {
	Path    string   // slack.bot_token, schedules[].cron
	Type    string   // text, yes/no, duration, list of text, one of a, b
	Default string   // empty: none
	Env     []string // variables that set it, strongest first; none for keys inside lists and for lists
	Secret  bool
	Comment string
}

// Describe returns every key in the order of the structs. A secret is followed by its _file twin.
func Describe() []Key { return describe(reflect.TypeFor[Config](), "") }

func describe(section reflect.Type, base string) []Key {
	var keys []Key
	for _, f := range fieldsOf(section) {
		path := base + f.name
		switch f.kind {
		case kindSection:
			keys = append(keys, describe(f.typ, path+".")...)
			continue
		case kindSections:
			keys = append(keys, describe(f.typ.Elem(), path+"[].")...)
			continue
		}
		key := Key{Path: path, Type: f.typeName(), Default: f.def, Comment: f.doc, Secret: f.kind == kindSecret}
		if f.kind != kindList && !strings.Contains(path, "[]") {
			key.Env = append(key.Env, envName(path))
			if f.known != "" {
				key.Env = append(key.Env, f.known)
			}
		}
		keys = append(keys, key)
		if key.Secret {
			twin := Key{Path: path + fileSuffix, Type: "text", Comment: "file that holds " + f.name}
			if key.Env != nil {
				twin.Env = []string{envName(twin.Path)}
			}
			keys = append(keys, twin)
		}
	}
	return keys
}

const (
	envPrefix  = "CAMPAIGNBOT_"
	fileSuffix = "_file"
)

// envName is the variable of a key: slack.mode is CAMPAIGNBOT_SLACK_MODE.
func envName(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// kind is what a key's value looks like in the file.
type kind int

const (
	kindText kind = iota
	kindSecret
	kindBool
	kindDuration
	kindByLanguage // one text, or a map of texts by language
	kindList       // of texts
	kindSection    // a map with known keys
	kindSections   // a list of such maps
)

// field is one key of a section, read from a struct field's tags.
type field struct {
	name  string
	kind  kind
	typ   reflect.Type
	def   string
	oneOf []string
	form  string // digits: a number is fine too; date: a YAML date is fine too
	known string // well-known variable
	doc   string
}

// fieldsOf returns the keys of a section in the order of its struct.
func fieldsOf(section reflect.Type) []field {
	var fields []field
	for _, sf := range reflect.VisibleFields(section) {
		name := sf.Tag.Get("mapstructure")
		if name == "" || name == "-" {
			continue
		}
		fields = append(fields, field{
			name:  name,
			kind:  kindOf(sf.Type),
			typ:   sf.Type,
			def:   sf.Tag.Get("default"),
			oneOf: strings.Fields(sf.Tag.Get("oneof")),
			form:  sf.Tag.Get("form"),
			known: sf.Tag.Get("known"),
			doc:   sf.Tag.Get("doc"),
		})
	}
	return fields
}

func kindOf(t reflect.Type) kind {
	switch {
	case t == reflect.TypeFor[Secret]():
		return kindSecret
	case t == reflect.TypeFor[time.Duration]():
		return kindDuration
	case t == reflect.TypeFor[Text]():
		return kindByLanguage
	case t.Kind() == reflect.Bool:
		return kindBool
	case t.Kind() == reflect.Struct:
		return kindSection
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return kindSections
	case t.Kind() == reflect.Slice:
		return kindList
	}
	return kindText
}

func (f field) typeName() string {
	switch {
	case len(f.oneOf) > 0:
		return "one of " + strings.Join(f.oneOf, ", ")
	case f.kind == kindBool:
		return "yes/no"
	case f.kind == kindDuration:
		return "duration"
	case f.kind == kindByLanguage:
		return "text, or texts by language"
	case f.form == "date":
		return "list of dates"
	case f.kind == kindList:
		return "list of text"
	case f.form == "digits":
		return "digits"
	}
	return "text"
}

// single is a key that has one value outside all lists, so that flags and variables can set it.
type single struct {
	field
	path string
}

// singles returns all of them in the order of the structs, without the _file twins.
func singles(section reflect.Type, base string) []single {
	var all []single
	for _, f := range fieldsOf(section) {
		switch f.kind {
		case kindSection:
			all = append(all, singles(f.typ, base+f.name+".")...)
		case kindSections, kindList:
		default:
			all = append(all, single{field: f, path: base + f.name})
		}
	}
	return all
}
