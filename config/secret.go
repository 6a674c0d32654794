package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

const hidden = "<secret>"

// Secret is a value that must not be seen. However it is printed, logged or marshalled it reads <secret>, or nothing
// when it is not set. Compare secrets with Equal.
type Secret struct {
	value *string // behind a pointer: fmt does not call methods on unexported fields, but prints only an address here
}

// NewSecret hides a value. An empty value gives a secret that is not set.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: &value}
}

// Reveal returns the value itself. Use it only where the value is handed to the library that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet reports whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil }

// Equal reports whether two secrets hold the same value.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String returns <secret>, or "" when there is no value.
func (s Secret) String() string {
	if s.value == nil {
		return ""
	}
	return hidden
}

// Format prints String for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue logs String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText writes String; JSON and YAML use it too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// redactURL returns an address without password, parameters and fragment. What cannot be read is hidden whole.
func redactURL(s Secret) string {
	if !s.IsSet() {
		return ""
	}
	raw := s.Reveal()
	if path, ok := strings.CutPrefix(raw, "sqlite://"); ok {
		path, _, _ = strings.Cut(path, "?")
		return "sqlite://" + path
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return hidden
	}
	user := ""
	if u.User != nil {
		user = u.User.Username()
		if _, has := u.User.Password(); has {
			user += ":" + hidden
		}
		user += "@"
	}
	return u.Scheme + "://" + user + u.Host + u.EscapedPath()
}

// looksSecret reports whether a text could be a secret, or hold one, that somebody wrote in the wrong place.
func looksSecret(text string) bool {
	low := strings.ToLower(text)
	return strings.Contains(low, "xox") || strings.Contains(low, "xapp-") || strings.Contains(low, "://")
}

// show quotes a value for a message, unless it is long, odd or could be a secret: then it says nothing about it.
func show(text string) string {
	const longest = 24 // shorter than any token, signing secret or generated password
	if text == "" || len(text) > longest || looksSecret(text) {
		return "this value"
	}
	for _, c := range text {
		if c < ' ' || c == '"' || c > '~' {
			return "this value"
		}
	}
	return `"` + text + `"`
}
