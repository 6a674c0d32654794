package config

import (
	"reflect"
	"strings"

	"github.com/agnivade/levenshtein"
)

// showKey returns a key as it can stand in a message. Somebody may have written a secret where a key belongs, so only
// what looks like a key is shown.
func showKey(key string) string {
	const longest = 24 // our longest key has 19
	if key == "" || len(key) > longest || looksSecret(key) {
		return "(key not shown)"
	}
	for _, c := range key {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", c) {
			return "(key not shown)"
		}
	}
	return key
}

// nearestKey is the hint for an unknown key of a section: the key that was probably meant, or all keys there are.
func nearestKey(key string, section []field) string {
	var names []string
	for _, f := range section {
		names = append(names, f.name)
		if f.kind == kindSecret {
			names = append(names, f.name+fileSuffix)
		}
	}
	last := strings.ToLower(key[strings.LastIndexByte(key, '.')+1:])
	if near := nearest(strings.ToLower(key), names); near != "" {
		return "did you mean " + near + "?"
	}
	for _, s := range singles(reflect.TypeFor[Config](), "") {
		if strings.HasSuffix("."+s.path, "."+last) || s.kind == kindSecret && strings.HasSuffix(s.path+fileSuffix, "."+last) {
			where, _, _ := strings.Cut(s.path, ".")
			return "it belongs under " + where + ":"
		}
	}
	return "known here: " + strings.Join(names, ", ")
}

// nearest returns the name that differs least from text or begins with it, or "" when all differ too much.
func nearest(text string, names []string) string {
	best, bestDistance := "", 1+min(3, len(text)/3)
	for _, name := range names {
		if abs(len(name)-len(text)) >= bestDistance {
			continue
		}
		if d := levenshtein.ComputeDistance(text, name); d < bestDistance {
			best, bestDistance = name, d
		}
	}
	for _, name := range names {
		if best == "" && len(text) >= 3 && strings.HasPrefix(name, text) {
			best = name
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }
