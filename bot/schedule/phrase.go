package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Phrase reads an everyday phrase in English, Dutch, German or French, and returns the five cron fields it stands for.
// Working days are Monday to Friday.
func Phrase(text string) (cron string, err error) {
	cron, fault := phrase(text)
	if fault != nil {
		return "", fault
	}
	return cron, nil
}

func phrase(text string) (string, *Problem) {
	const longest = 200
	parts := strings.Fields(foldPhrase(text))
	nearest, most := phraseLanguages[0], 0
	if len(text) <= longest {
		for _, l := range phraseLanguages {
			words, known := l.read(parts)
			if known == len(parts) && len(words) > 0 {
				return assemble(text, l, words)
			}
			if known > most {
				nearest, most = l, known
			}
		}
	}
	return "", notUnderstood(text, nearest)
}

func notUnderstood(text string, l language) *Problem {
	return problem("when "+show(text, longExpression)+" is not understood", fmt.Sprintf("e.g. %q or %q; or set cron", l.examples[0], l.examples[1])).as(FaultWhen)
}

var accents = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ë", "e", "ï", "i", "’", "'")

// foldPhrase puts a phrase into lower case, without accents and without a full stop at its end, and commas apart.
func foldPhrase(text string) string {
	var b strings.Builder
	runes := []rune(accents.Replace(strings.ToLower(text)))
	for i, c := range runes {
		switch {
		case c >= 0x300 && c < 0x370: // an accent that stands by itself
		case c == ',' && i+1 < len(runes) && !unicode.IsDigit(runes[i+1]):
			b.WriteString(" , ")
		default:
			b.WriteRune(c)
		}
	}
	return strings.TrimRight(b.String(), " .\t\n")
}

// read turns the parts of a phrase into words. Known is how many parts it could read before it came to one that it does
// not know; a single one that it cannot read keeps the language from being the phrase's.
func (l language) read(parts []string) (words []word, known int) {
	for i := 0; i < len(parts); {
		w, used, ok := l.word(parts[i:])
		if !ok {
			i++
			continue
		}
		known += used
		i += used
		if w.kind != wordNoise {
			words = append(words, w)
		}
	}
	return words, known
}

// word reads the first word: the longest one the language has, or a time, a number, an ordinal.
func (l language) word(parts []string) (w word, used int, ok bool) {
	const longestWord = 4
	for n := min(longestWord, len(parts)); n > 0; n-- {
		if w, ok = l.words[strings.Join(parts[:n], " ")]; ok {
			return w, n, true
		}
	}
	if n, ok := timeOfDay(parts[0]); ok {
		return word{kind: wordTime, n: n}, 1, true
	}
	if n, ok := digits(parts[0]); ok {
		return word{kind: wordNumber, n: n}, 1, true
	}
	for _, suffix := range l.ordinals {
		if text, found := strings.CutSuffix(parts[0], suffix); found {
			if n, ok := digits(text); ok {
				return word{kind: wordOrdinal, n: n}, 1, true
			}
		}
	}
	return word{}, 0, false
}

// timeOfDay reads 8:30, 08.30, 8h30, 8u30, 8h, 8u, 8am and 8:30pm as minutes after midnight.
func timeOfDay(text string) (minutes int, ok bool) {
	half := ""
	for _, suffix := range []string{"am", "pm"} {
		if t, found := strings.CutSuffix(text, suffix); found {
			text, half = t, suffix
		}
	}
	i := strings.IndexAny(text, ":.hu")
	hourText, minuteText := text, ""
	if i >= 0 {
		hourText, minuteText = text[:i], text[i+1:]
	}
	hour, ok := digits(hourText)
	switch {
	case !ok || len(hourText) > 2 || i < 0 && half == "":
		return 0, false
	case minuteText == "":
		if i >= 0 && text[i] != 'h' && text[i] != 'u' {
			return 0, false // 8: is nothing, 8. is an ordinal
		}
	case len(minuteText) != 2:
		return 0, false
	}
	minute := 0
	if minuteText != "" {
		if minute, ok = digits(minuteText); !ok {
			return 0, false
		}
	}
	return clock(hour, minute, half)
}

// clock returns a time of day as minutes after midnight. Half is am, pm or empty.
func clock(hour, minute int, half string) (minutes int, ok bool) {
	if half != "" {
		if hour < 1 || hour > 12 {
			return 0, false
		}
		hour %= 12
		if half == "pm" {
			hour += 12
		}
	}
	return hour*60 + minute, hour < 24 && minute < 60
}

// meaning is what the words of a phrase say.
type meaning struct {
	every   int // interval in minutes; -1: none that exists
	days    []int
	dates   []int // of the month
	monthly bool
	times   []int // minutes after midnight
	namings int   // how often days were named
}

// assemble reads the words and returns the expression.
func assemble(text string, l language, words []word) (string, *Problem) {
	r := &phraseReader{words: words}
	for len(r.words) > 0 {
		if !r.clause() {
			return "", notUnderstood(text, l)
		}
	}
	m := r.meaning
	when := "when " + show(text, longExpression)
	if m.namings > 1 || (len(m.dates) > 0) != m.monthly || m.every != 0 && (len(m.times) > 0 || m.monthly) {
		return "", notUnderstood(text, l)
	}
	date, weekdays := "*", "*"
	if len(m.days) > 0 {
		weekdays = joinNumbers(m.days)
	}
	for _, d := range m.dates {
		if d < 1 || d > 28 {
			return "", problem(when+" names a day that not every month has", "use 1 to 28, or set cron").as(FaultDay)
		}
		date = joinNumbers(m.dates)
	}
	if m.every != 0 {
		minutes, ok := everyMinutes(m.every)
		if !ok {
			return "", problem(when+" does not come out evenly", "use 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes, 1, 2, 3, 4, 6, 8 or 12 hours, or set cron").as(FaultUneven)
		}
		return minutes + " " + date + " * " + weekdays, nil
	}
	if m.namings == 0 {
		return "", notUnderstood(text, l)
	}
	if len(m.times) == 0 {
		return "", problem(when+" has no time of day", fmt.Sprintf("add one, e.g. %q", l.examples[0])).as(FaultTime)
	}
	times, ok := cronTimes(m.times)
	if !ok {
		return "", problem(when+" has times that one schedule cannot have", "make two schedules, or use times with the same minutes").as(FaultTimes)
	}
	return times + " " + date + " * " + weekdays, nil
}

// everyMinutes returns the minute and hour fields of an interval that divides the hour or the day.
func everyMinutes(n int) (string, bool) {
	switch {
	case n < 1:
		return "", false
	case n == 1:
		return "* *", true
	case n == 60:
		return "0 *", true
	case n < 60 && 60%n == 0:
		return "*/" + strconv.Itoa(n) + " *", true
	case n > 60 && n < 1440 && n%60 == 0 && 1440%n == 0:
		return "0 */" + strconv.Itoa(n/60), true
	}
	return "", false
}

// cronTimes returns the minute and hour fields of some times of day. Not ok: the fields would name other times as well.
func cronTimes(times []int) (string, bool) {
	var minutes, hours []int
	for _, t := range times {
		minutes, hours = append(minutes, t%60), append(hours, t/60)
	}
	minutes, hours, times = unique(minutes), unique(hours), unique(slices.Clone(times))
	return joinNumbers(minutes) + " " + joinNumbers(hours), len(minutes)*len(hours) == len(times)
}

func unique(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

func joinNumbers(list []int) string {
	list = unique(slices.Clone(list))
	if n := len(list); n > 2 && list[n-1]-list[0] == n-1 {
		return strconv.Itoa(list[0]) + "-" + strconv.Itoa(list[n-1])
	}
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}
