package schedule

import "slices"

// phraseReader takes the words of a phrase one clause after the other. Each method takes what it reads and reports
// whether that was there.
type phraseReader struct {
	words   []word
	meaning meaning
}

// take takes the next word if it is of the kind.
func (r *phraseReader) take(k kind) (n int, ok bool) {
	if len(r.words) == 0 || r.words[0].kind != k {
		return 0, false
	}
	n = r.words[0].n
	r.words = r.words[1:]
	return n, true
}

func (r *phraseReader) has(k kind) bool {
	_, ok := r.take(k)
	return ok
}

// clause reads the next clause: how often, on which days, or at what time.
func (r *phraseReader) clause() bool {
	m := &r.meaning
	switch {
	case r.has(wordMonth):
		m.monthly = true
		return true
	case r.has(wordDaily):
		m.namings++
		return true
	case r.has(wordComma):
		return len(r.words) > 0
	case r.has(wordAt):
		return r.times()
	case r.peek(wordTime):
		return r.times()
	case r.has(wordEvery):
		return r.interval() || r.days()
	}
	return r.peek(wordInterval) && r.interval() || r.days()
}

// more takes what joins a list if the list goes on with one of the kinds.
func (r *phraseReader) more(next ...kind) bool {
	before := r.words
	joined := r.has(wordComma)
	joined = r.has(wordAnd) || joined
	if joined && slices.ContainsFunc(next, r.peek) {
		return true
	}
	r.words = before
	return false
}

func (r *phraseReader) peek(k kind) bool { return len(r.words) > 0 && r.words[0].kind == k }

// interval reads what follows "every" when it is a span of time.
func (r *phraseReader) interval() bool {
	if r.meaning.every != 0 {
		return false
	}
	before := r.words
	n, ok := r.take(wordInterval)
	if !ok {
		count, counted := r.take(wordNumber)
		if !counted {
			count = 1
		}
		switch {
		case r.has(wordMinute):
			n, ok = count, true
		case r.has(wordHour):
			n, ok = count*60, true
		}
		if n == 0 {
			n = -1
		}
	}
	if !ok {
		r.words = before
		return false
	}
	r.meaning.every = n
	return true
}

// days reads days of the week or dates of the month.
func (r *phraseReader) days() bool {
	m := &r.meaning
	m.namings++
	switch {
	case r.has(wordDay):
		return true
	case r.has(wordWorkday):
		m.days = []int{1, 2, 3, 4, 5}
		return true
	case r.has(wordWeekend):
		m.days = []int{0, 6}
		return true
	case r.peek(wordWeekday):
		return r.weekdays()
	}
	return r.dates()
}

func (r *phraseReader) weekdays() bool {
	for {
		day, ok := r.take(wordWeekday)
		if !ok {
			return false
		}
		last := day
		if r.has(wordTo) {
			if last, ok = r.take(wordWeekday); !ok {
				return false
			}
		}
		for ; ; day = (day + 1) % 7 {
			r.meaning.days = append(r.meaning.days, day)
			if day == last {
				break
			}
		}
		if !r.more(wordWeekday, wordEvery) {
			return true
		}
		r.has(wordEvery)
	}
}

func (r *phraseReader) dates() bool {
	for {
		n, ok := r.take(wordOrdinal)
		if !ok {
			n, ok = r.take(wordNumber)
		}
		if !ok {
			return false
		}
		r.meaning.dates = append(r.meaning.dates, n)
		if !r.more(wordOrdinal, wordNumber) {
			r.has(wordDay) // the 1st day of the month
			return true
		}
	}
}

// times reads one or more times of day.
func (r *phraseReader) times() bool {
	for {
		minutes, ok := r.time()
		if !ok {
			return false
		}
		r.meaning.times = append(r.meaning.times, minutes)
		if !r.more(wordTime, wordNumber, wordAt) {
			return true
		}
		r.has(wordAt)
	}
}

// time reads a time of day: 8:30, 8:30 Uhr, 8 Uhr, 8 Uhr 30, 8 heures, 8 pm.
func (r *phraseReader) time() (minutes int, ok bool) {
	if minutes, ok = r.take(wordTime); ok {
		r.has(wordClock)
		r.has(wordHour)
		return r.half(minutes/60, minutes%60)
	}
	hour, ok := r.take(wordNumber)
	if !ok {
		return 0, false
	}
	minute := 0
	if r.has(wordClock) || r.has(wordHour) {
		minute, _ = r.take(wordNumber)
	}
	return r.half(hour, minute)
}

// half reads am or pm after a time.
func (r *phraseReader) half(hour, minute int) (minutes int, ok bool) {
	switch {
	case r.has(wordAM):
		return clock(hour, minute, "am")
	case r.has(wordPM):
		return clock(hour, minute, "pm")
	}
	return clock(hour, minute, "")
}
