package config

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var days = regexp.MustCompile(`([0-9]+\.?[0-9]*|\.[0-9]+)d`)

// The errors carry no part of the value: it may be a secret in the wrong place.
var (
	errDuration = errors.New("is not a duration")
	errNegative = errors.New("must not be negative")
)

// ParseDuration reads a duration in Go's syntax, and d for days of 24 hours: 90s, 12h, 400d, 1d12h. It refuses
// negative ones.
func ParseDuration(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	hours := days.ReplaceAllStringFunc(text, func(part string) string {
		n, err := strconv.ParseFloat(strings.TrimSuffix(part, "d"), 64)
		if err != nil {
			return part
		}
		return strconv.FormatFloat(n*24, 'f', -1, 64) + "h"
	})
	d, err := time.ParseDuration(hours)
	switch {
	case err != nil:
		return 0, errDuration
	case d < 0:
		return 0, errNegative
	}
	return d, nil
}
