package locale

import (
	"strconv"
	"time"
)

// duration appends a span of time in its two largest units: days and hours, hours and minutes, or one of minutes and
// seconds. Smaller units are left out, not rounded.
func (r *resolver) duration(dst []Span, d time.Duration) []Span {
	if d < 0 {
		d = -d
	}
	days, hours := int64(d/(24*time.Hour)), int64(d/time.Hour)%24
	minutes, seconds := int64(d/time.Minute)%60, int64(d/time.Second)%60
	switch {
	case days > 0:
		return r.two(dst, "duration.days", days, "duration.hours", hours)
	case hours > 0:
		return r.two(dst, "duration.hours", hours, "duration.minutes", minutes)
	case minutes > 0:
		return append(dst, Span{Text: r.counted("duration.minutes", minutes)})
	}
	return append(dst, Span{Text: r.counted("duration.seconds", seconds)})
}

func (r *resolver) two(dst []Span, first string, n int64, second string, m int64) []Span {
	s := r.counted(first, n)
	if m > 0 {
		s += " " + r.counted(second, m)
	}
	return append(dst, Span{Text: s})
}

// counted returns a phrase whose only placeholder is count.
func (r *resolver) counted(key string, n int64) string {
	ph := r.table.phrases[key]
	if ph == nil {
		return "!" + key + "!"
	}
	f := r.table.pickCount(ph, n)
	s := ""
	for _, span := range f.static {
		s += span.Text
	}
	for _, pc := range f.pieces {
		if pc.arg != "" {
			s += strconv.FormatInt(n, 10)
		}
		s += pc.text
	}
	return s
}
