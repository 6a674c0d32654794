package config

import (
	"errors"
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	const day = 24 * time.Hour
	cases := []struct {
		name, text string
		want       time.Duration
		err        error
	}{
		{"days", "400d", 400 * day, nil},
		{"days and hours", "1d12h", 36 * time.Hour, nil},
		{"hours before days", "12h1d", 36 * time.Hour, nil},
		{"part of a day", "1.5d", 36 * time.Hour, nil},
		{"part of a day without a zero", ".5d", 12 * time.Hour, nil},
		{"Go syntax", "1h30m10s", time.Hour + 30*time.Minute + 10*time.Second, nil},
		{"milliseconds are not days", "15ms", 15 * time.Millisecond, nil},
		{"spaces around it", " 2h ", 2 * time.Hour, nil},
		{"zero", "0", 0, nil},
		{"zero days", "0d", 0, nil},
		{"the longest", "106751d", 106751 * day, nil},
		{"a number without a unit", "2", 0, errDuration},
		{"a unit without a number", "d", 0, errDuration},
		{"a space inside", "1d 12h", 0, errDuration},
		{"weeks", "2w", 0, errDuration},
		{"words", "two days", 0, errDuration},
		{"nothing", "", 0, errDuration},
		{"an exponent", "1e3d", 0, errDuration},
		{"too long", "999999999d", 0, errDuration},
		{"far too long", "1" + string(make([]byte, 400)) + "d", 0, errDuration},
		{"negative", "-1d", 0, errNegative},
		{"negative hours", "-12h", 0, errNegative},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseDuration(c.text)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("%q: got %v, %v; want %v, %v", c.text, got, err, c.want, c.err)
			}
		})
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"400d", "1d12h", "-1d", ".d", "1.d", "0.1d0.1d", "9223372036854775807ns", "1e9d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseDuration(text)
		if got < 0 || err != nil && got != 0 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
		if want, goErr := time.ParseDuration(text); goErr == nil && want >= 0 && (err != nil || got != want) {
			t.Errorf("%q: got %v, %v; Go reads %v", text, got, err, want)
		}
		if err == nil {
			if again, err := ParseDuration(got.String()); err != nil || again != got {
				t.Errorf("%q: %v does not come back: %v, %v", text, got, again, err)
			}
		}
	})
}
